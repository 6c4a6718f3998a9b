/** Recordings that are read otherwise than by their keys: of v1, and without keys, as an observer sees a session. */
import fs from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { type Recording, type RecordingLevel } from '../../shared/recording/index.js';
import { count } from '../../web/format.js';
import { temporaryFolder } from '../setup/processes.js';
import { describeWithChromium } from '../setup/tools.js';
import { inBothLooks, sidewaysScroll, violations } from './axe.js';
import { bench, openRecording, replayed } from './harness.js';
import { recordedSession, saveRecording, type Conversation } from './recorded-session.js';

/** Twelve pings and their pongs, half a second apart. */
const talk = ({ ours, theirs, carry, wait }: Conversation): void => {
  for (let at = 0; at < 12; at++) {
    wait(500);
    for (const [side, type] of [
      [theirs, 'ping'],
      [ours, 'pong'],
    ] as const) {
      side.send(type, new Uint8Array(8).fill(at));
      carry();
    }
  }
};

const inMain = (page: Page) => page.getByRole('main').innerText();
const go = (page: Page, screen: string) => page.evaluate((to) => (location.hash = `#/${to}`), screen);
/** As it is written; without the first `less`. */
const bytesOf = ({ items }: Recording, less = 0): string =>
  count(
    items.reduce((sum, item) => sum + (item.kind === 'chunk' ? item.bytes.length : 0), -less),
    'byte',
  );

describeWithChromium('a recording', (chromium) => {
  const set = bench(chromium);
  const folder = temporaryFolder('recorded-otherwise');

  const show = async (recording: Recording, level: RecordingLevel): Promise<Page> => {
    const page = await set.open('', { bypassCSP: true });
    await replayed(page);
    await openRecording(page, saveRecording(recording, level, path.join(folder.path, `${level}.jsonl`)));
    await page.getByText('Recorded · regtest · 1 March 2026').first().waitFor();
    await replayed(page);
    return page;
  };
  /** Every screen in both looks; the text of each. */
  const everyScreen = async (page: Page, name: string): Promise<Record<string, string>> => {
    const texts: Record<string, string> = {};
    for (const screen of ['connect', 'handshake', 'stream', 'messages', 'identity', 'recordings']) {
      await go(page, screen);
      await page.getByRole('heading', { level: 1, name: headings[screen]! }).waitFor();
      await inBothLooks(page, async (look) => {
        expect(await violations(page)).toEqual([]);
        expect(await sidewaysScroll(page)).toBe(0);
        await set.opened.screenshot(`${name}-${screen}-${look}`);
      });
      texts[screen] = await inMain(page);
    }
    return texts;
  };
  const headings: { readonly [screen: string]: string } = {
    connect: 'Every byte',
    handshake: 'The handshake',
    stream: 'The stream',
    messages: 'Messages',
    identity: 'Identity',
    recordings: 'Recordings',
  };
  const choices = (page: Page) =>
    page.getByRole('radio').evaluateAll((all) => all.map(({ id }) => id).length);

  test('of v1: messages and no packets, nothing to decrypt, saved as it crossed', async () => {
    const recording = recordedSession('v1', talk);
    const page = await show(recording, 'plaintext');
    const bar = page.getByTestId('connection');
    expect(await bar.getAttribute('data-history')).toMatch(/connecting negotiating ready closed$/);
    expect(await bar.innerText()).toMatch(/v1 · unencrypted/);
    await page.evaluate(() => (location.hash = '#/messages'));
    await expect.poll(() => bar.innerText()).toMatch(/v1 · unencrypted\s+no session id/);
    const texts = await everyScreen(page, 'recorded-v1');
    expect(texts['connect']).not.toContain('64 bytes that look random');
    expect(texts['handshake']).toContain('v1 has no handshake');
    expect(texts['handshake']).toContain('Our first message');
    expect(texts['stream']).toContain('which has no packets');
    expect(texts['messages']).toContain('28 messages · ');
    expect(texts['messages']).not.toMatch(/packet|decoy/);
    expect(texts['identity']).toContain('This session spoke v1');
    expect(texts['recordings']).toContain(`${bytesOf(recording)}, 28 messages.`);
    expect(texts['recordings']).not.toMatch(/decrypt|Encrypted/);
    expect(await choices(page)).toBe(2);

    await go(page, 'messages');
    await page.getByLabel('Filter').fill('nonce 0b0b');
    await page.getByRole('option', { name: /received ping 32 B/ }).click();
    const detail = page.getByRole('region', { name: 'Message ping' });
    await detail.getByRole('treeitem', { name: /^nonce/ }).waitFor();
    await detail.getByText('Over v2 the same message would take 29 bytes').waitFor();
    await page.getByLabel('Filter').fill('nothing of this');
    await page.getByText('No message of these 28 fits the filter.').waitFor();
    expect(set.opened.complaints).toEqual([]);
  });

  test('with session keys alone: HKDF with its outputs, and what the level lacks', async () => {
    const page = await show(recordedSession('v2', talk), 'session-keys');
    await go(page, 'handshake/hkdf');
    const step = page.getByRole('region', { name: 'The keys of the session' });
    await step.getByText('what leads to it: our private key, Diffie–Hellman').waitFor();
    const inputs = step.getByRole('list', { name: 'HKDF extract: inputs' });
    expect(await inputs.innerText()).toMatch(/shared secret\s+not in this recording/);
    expect(await inMain(page)).toContain('holds the session keys, and no private key');
    await inBothLooks(page, async (look) => {
      expect(await violations(page)).toEqual([]);
      expect(await sidewaysScroll(page)).toBe(0);
      await set.opened.screenshot(`session-keys-hkdf-${look}`);
    });
    await step.getByRole('button', { name: 'Reveal the initiator’s length key' }).click();
    await step.getByText('whoever has it can read this session').waitFor();
    await go(page, 'handshake/our-key');
    await page.getByText('its disguise; the private key is not in this recording').waitFor();
    expect(set.opened.complaints).toEqual([]);
  });

  test('a session id that the file tells otherwise: which line, and the derived one on screen', async () => {
    const recording = recordedSession('v2', talk);
    const file = saveRecording(recording, 'ephemeral-key', path.join(folder.path, 'told.jsonl'));
    const text = fs.readFileSync(file, 'utf8');
    const id = /"sessionId":"([0-9a-f]{64})"/.exec(text)![1]!;
    fs.writeFileSync(file, text.replace(id, `${id[0] === '0' ? '1' : '0'}${id.slice(1)}`));
    const page = await set.open('', { bypassCSP: true });
    await replayed(page);
    await openRecording(page, file);
    const damage = page.locator('[data-damage=told-otherwise]');
    await damage.waitFor();
    await replayed(page);
    expect(await damage.innerText()).toMatch(
      /^Damaged \(line 3, byte \d+\): what the file tells as sessionId/,
    );
    expect((await page.getByTestId('session-id').innerText()).replaceAll(/\s/g, '')).toContain(
      id.slice(0, 8),
    );
    expect(await page.getByTestId('connection').getAttribute('data-history')).toMatch(/ready closed$/);
    await set.opened.screenshot('told-otherwise');
  });

  test('damaged twice: the first place leads, and nothing says that all before the second is good', async () => {
    const recording = recordedSession('v2', talk);
    const file = saveRecording(recording, 'ephemeral-key', path.join(folder.path, 'twice.jsonl'));
    const lines = fs.readFileSync(file, 'utf8').trimEnd().split('\n').slice(0, -1);
    const told = lines.map((line) =>
      line.replace(/("sessionId":")(.)/, (_, name, digit) => `${name}${digit === '0' ? '1' : '0'}`),
    );
    fs.writeFileSync(file, `${told.join('\n')}\n`);
    const page = await set.open('', { bypassCSP: true });
    await replayed(page);
    await openRecording(page, file);
    const damage = page.locator('[data-damage=told-otherwise]');
    await damage.waitFor();
    const says = (await damage.innerText()).replaceAll(/\s+/g, ' ');
    expect(says).toMatch(/^Damaged \(line 3, byte \d+\): what the file tells as sessionId/);
    expect(says).toMatch(
      new RegExp(`And \\(line ${lines.length + 1}, byte [\\d,]+\\): the file ends before the end`),
    );
    expect(says).not.toContain('is good');
  });

  test('without keys: chunks and bytes, as an observer sees them', async () => {
    const recording = recordedSession('v2', talk, { garbage: 40 });
    const page = await show(recording, 'ciphertext');
    const texts = await everyScreen(page, 'keyless');
    for (const screen of ['handshake', 'stream', 'messages'])
      expect(texts[screen]).toContain(
        'This recording holds no keys: it shows what anybody on the way saw, and nobody can read more from it.',
      );
    const chunks = Number(/(\d+) chunks · /.exec(texts['stream']!)![1]);
    // 24 are pings and pongs, half a second apart.
    expect(chunks).toBeGreaterThan(24);
    expect(texts['stream']).toContain(`${chunks} chunks · ${bytesOf(recording, 2 * 64)} that look random`);
    expect(texts['messages']).toContain(`${chunks} chunks · `);
    for (const screen of ['stream', 'messages']) {
      expect(texts[screen]).not.toMatch(/\d packets?\b|decoy|unread|epoch/);
      expect(texts[screen]).toContain('29 bytes');
    }
    expect(texts['identity']).toContain('This recording has no keys, and so no id.');
    expect(texts['recordings']).not.toMatch(/\d packets/);
    expect(await choices(page)).toBe(2);

    await go(page, 'stream');
    await page.getByRole('option', { name: 'received 29 bytes' }).last().click();
    const pane = page.getByRole('region', { name: 'Chunk' });
    await pane.getByText(/29 bytes from the node at \+\d.*They may be one packet, several/).waitFor();
    await pane.getByText('Of this size are 24 in this session.').waitFor();
    expect(await pane.innerText()).not.toMatch(/Decrypted|after the last packet|could not be/);
    await inBothLooks(page, async (look) => {
      expect(await violations(page)).toEqual([]);
      expect(await sidewaysScroll(page)).toBe(0);
      await set.opened.screenshot(`keyless-chunk-${look}`);
    });
    await go(page, 'messages');
    await page.getByRole('option', { name: 'sent 29 bytes' }).last().click();
    await page
      .getByRole('region', { name: 'Chunk' })
      .getByText('nobody can read them without the keys')
      .waitFor();
    await set.opened.screenshot('keyless-chunk-message');
    await page.getByLabel('Filter').fill('00112233445566778899');
    await page.getByText(`No chunk of these ${chunks} fits the filter.`).waitFor();
    expect(set.opened.complaints).toEqual([]);
  });
});
