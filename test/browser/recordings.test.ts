/** Recordings as a visitor has them: one at the first visit, saved, opened, dropped, replayed, damaged. */
import fs from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../setup/processes.js';
import { startProduct, type Product } from '../setup/product.js';
import { describeWithChromium } from '../setup/tools.js';
import { extent, inBothLooks, sidewaysScroll, violations } from './axe.js';
import { launchBrowser, openPage, type OpenPage } from './harness.js';

const bar = (page: Page) => page.getByTestId('connection');
const rows = (page: Page) => page.getByRole('listbox').getByRole('option');
const go = (page: Page, hash: string) => page.evaluate((to) => (location.hash = to), hash);
const sessionId = (page: Page) => page.getByTestId('session-id').innerText();
const levels = ['Ciphertext', '+ session keys', '+ the ephemeral private key', '+ plaintext'] as const;

describeWithChromium('recordings', (chromium) => {
  const folder = temporaryFolder('recordings');
  let browser: Browser;
  let product: Product;
  let opened: OpenPage;
  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser(chromium)]);
  });
  afterEach(async () => {
    await opened?.close();
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    folder.remove();
  });

  const visit = async (hash = '#/', options: BrowserContextOptions = {}): Promise<Page> => {
    opened = await openPage(browser, `${product.url}/${hash}`, { bypassCSP: true, ...options });
    await replayed(opened.page);
    return opened.page;
  };
  /** A recording is on screen, to its end. */
  const replayed = (page: Page) =>
    page
      .locator('[data-source=recorded][data-replay=closed]:not([data-opening])')
      .waitFor({ state: 'attached' });
  const live = async (page: Page) => {
    await go(page, '#/connect');
    await page.getByRole('button', { name: 'Use the demo node' }).click();
    await page.locator('[data-testid=connection][data-state=ready]').waitFor({ state: 'attached' });
  };
  const save = async (page: Page, what: string, file: string): Promise<string> => {
    await go(page, '#/recordings');
    await page.getByRole('radio', { name: what }).check();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save the file' }).click(),
    ]);
    const target = path.join(folder.path, file);
    await download.saveAs(target);
    return target;
  };
  const choose = async (page: Page, file: string) => {
    await go(page, '#/recordings');
    await page.getByLabel('Open a recording').setInputFiles(file);
  };
  const written = (name: string, content: string | Buffer): string => {
    const file = path.join(folder.path, name);
    fs.writeFileSync(file, content);
    return file;
  };
  const refusal = (page: Page) => page.getByRole('region', { name: 'File not opened' });

  test('the first visit: a recorded session is on screen, labelled as that, and nothing was connected', async () => {
    const page = await visit();
    expect(await bar(page).innerText()).toMatch(/^Recorded · regtest · \d+ \w+ 20\d\d/);
    expect(await bar(page).getAttribute('data-state')).toBe('idle');
    await page
      .getByRole('heading', { name: '64 bytes that look random: a public key in disguise.' })
      .waitFor();
    expect(await page.getByLabel('The first bytes of this session').innerText()).toMatch(/[0-9a-f]{128}/);
    await page.getByRole('button', { name: 'Connect to a node' }).click();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('node-address');
    expect(opened.requests.filter((url) => url.startsWith('ws'))).toEqual([]);
    await opened.screenshot('first-look');
  });

  test.each([
    [1280, 800],
    [360, 740],
  ])('the first look, %i × %i: the bytes and both ways on are in sight', async (width, height) => {
    const page = await visit('#/', { viewport: { width, height } });
    const inSight = async (selector: string) => {
      const { top, bottom } = await extent(page, selector);
      expect([top >= 0, bottom <= height]).toEqual([true, true]);
    };
    await inSight('[aria-label="The first bytes of this session"]');
    await inSight('main a:text-is("Play the handshake")');
    await inSight('main button:text-is("Connect to a node")');
    // And, where there is room beside them, what all of it is about.
    if (width === 1280) await inSight('main figure');
  });

  test('a replay that ends by itself takes the focus of its button to the content, not to nowhere', async () => {
    const page = await visit();
    const focus = () => page.evaluate(() => document.activeElement?.id ?? '');
    await page.getByRole('button', { name: 'Replay with its timing' }).click();
    const controls = page.getByRole('group', { name: 'Replay' });
    await controls.getByRole('button', { name: 'Pause' }).focus();
    // The end comes at once, and must find the focus there: the speed changes without taking it.
    await controls.getByLabel('Speed').evaluate((select: HTMLSelectElement) => {
      select.value = '64';
      select.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await replayed(page);
    await expect.poll(focus).toBe('main');
  });

  test('a live session saved at each level is, opened again, what that level promises', async () => {
    const page = await visit();
    await live(page);
    const id = await sessionId(page);
    const files: string[] = [];
    for (const [at, level] of levels.entries()) files.push(await save(page, level, `level-${at}.jsonl`));
    const texts = files.map((file) => fs.readFileSync(file, 'utf8'));
    expect(texts.map((text) => text.includes('"secretKey"'))).toEqual([false, false, true, true]);
    expect(texts.map((text) => text.includes('"initiatorL"'))).toEqual([false, true, true, true]);
    expect(texts.map((text) => text.includes('"payload"'))).toEqual([false, false, false, true]);
    for (const [at, file] of files.entries()) {
      await choose(page, file);
      await replayed(page);
      expect(await sessionId(page)).toBe(at === 0 ? '' : id);
      await go(page, '#/messages');
      await rows(page).first().waitFor();
      const said = await page.getByRole('main').innerText();
      if (at === 0) expect(said).toContain('nobody can read more from it');
      else expect(said).toMatch(/feefilter/);
    }
    expect(opened.complaints).toEqual([]);
  });

  test('a live session is replayed with its timing: paused, faster, to the end', async () => {
    const page = await visit();
    await page.getByRole('button', { name: 'Replay with its timing' }).click();
    const controls = page.getByRole('group', { name: 'Replay' });
    await controls.getByRole('button', { name: 'Pause' }).click();
    await controls.getByRole('button', { name: 'Go on' }).waitFor();
    const atPause = await bar(page).getAttribute('data-history');
    await page.getByRole('link', { name: /^Messages/ }).click();
    expect(await bar(page).getAttribute('data-history')).toBe(atPause);
    // So fast it ends by itself: there is no time to do anything else with it.
    await controls.getByLabel('Speed').selectOption('64');
    await replayed(page);
    const whole = /handshaking negotiating ready closed$/;
    expect(await bar(page).getAttribute('data-history')).toMatch(whole);

    await page.getByRole('button', { name: 'Replay with its timing' }).click();
    await controls.getByRole('button', { name: 'Pause' }).click();
    await controls.getByRole('button', { name: 'Go on' }).waitFor();
    expect(await bar(page).getAttribute('data-history')).not.toMatch(whole);
    await controls.getByRole('button', { name: 'To the end' }).click();
    await replayed(page);
    expect(await bar(page).getAttribute('data-history')).toMatch(whole);
  });

  test('a cut file shows all up to the cut and says where it is; a file that is dropped is opened', async () => {
    const page = await visit();
    const whole = fs.readFileSync(await save(page, '+ the ephemeral private key', 'whole.jsonl'), 'utf8');
    const all = whole.split('\n');
    const torn = all.length - 4;
    const cut = [...all.slice(0, torn - 1), all[torn - 1]!.slice(0, 20)].join('\n');
    await page.evaluate((text) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], 'cut.jsonl'));
      for (const type of ['dragover', 'drop'])
        document.body.dispatchEvent(
          new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }),
        );
    }, cut);
    const damage = page.locator('[data-damage]');
    await damage.waitFor();
    expect(await damage.innerText()).toMatch(new RegExp(`^Damaged \\(line ${torn}, byte [\\d,]+\\)`));
    await replayed(page);
    await go(page, '#/messages');
    await rows(page).first().waitFor();
  });

  test('a byte that was changed: where, which packet, and nothing of what the file claims after it', async () => {
    const page = await visit();
    await live(page);
    const whole = fs.readFileSync(await save(page, '+ the ephemeral private key', 'sound.jsonl'), 'utf8');
    const lines = whole.trim().split('\n');
    const isChunk = (line: string) => line.includes('"dir":"received"') && line.includes('"bytes"');
    // The node's version message: its key, its garbage, its version packet and this.
    const at = lines.flatMap((line, i) => (isChunk(line) ? [i] : []))[4]!;
    const changed = (sum: 'kept' | 'removed') =>
      lines
        .map((line, i) => {
          if (i !== at) return line;
          const { bytes, crc, ...rest } = JSON.parse(line) as { bytes: string; crc: string };
          const flipped = `${bytes.slice(0, 20)}${bytes[20] === '0' ? '1' : '0'}${bytes.slice(21)}`;
          return JSON.stringify({ ...rest, ...(sum === 'kept' && { crc }), bytes: flipped });
        })
        .join('\n') + '\n';
    const damage = page.locator('[data-damage=bytes-changed]');

    await choose(page, written('damaged.jsonl', changed('kept')));
    await damage.waitFor();
    await replayed(page);
    expect(await damage.innerText()).toMatch(new RegExp(`^Damaged \\(line ${at + 1}, byte [\\d,]+\\)`));
    await choose(page, written('forged.jsonl', changed('removed')));
    await replayed(page);
    await expect
      .poll(() => damage.innerText())
      .toMatch(/packet-authentication-failed in packet 1 \(key epoch 0, 1 of 224\) that was received/);
    expect(await bar(page).getAttribute('data-history')).not.toContain('ready');
    expect(await page.getByTestId('user-agent').innerText()).toBe('');
    await opened.screenshot('forged');
    expect(opened.complaints).toEqual([]);
  });

  test('a live session goes on beside whatever is opened, and is replayed after its end', async () => {
    const page = await visit();
    await live(page);
    const id = await sessionId(page);
    const good = await save(page, 'Ciphertext', 'of-the-live-one.jsonl');
    await choose(page, written('hello.txt', 'hello world'));
    await refusal(page).getByText('hello.txt').waitFor();
    // A file that is none ends nothing.
    expect(await bar(page).getAttribute('data-state')).toBe('ready');
    expect(await sessionId(page)).toBe(id);
    await refusal(page).getByRole('button', { name: 'Close' }).click();
    expect(await refusal(page).count()).toBe(0);
    await choose(page, good);
    await replayed(page);
    expect(await bar(page).innerText()).toContain('saved while it went on');
    const sessions = page.getByRole('navigation', { name: 'Sessions' });
    expect(await sessions.getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringMatching(/^demo\s+ready/),
      expect.stringMatching(/^of-the-live-one.jsonl\s+regtest/),
    ]);
    await page.keyboard.press('<');
    await page.locator('[data-source=live][data-state=ready]').waitFor({ state: 'attached' });
    expect(await sessionId(page)).toBe(id);
    await inBothLooks(page, async (look) => {
      expect(await violations(page)).toEqual([]);
      expect(await sidewaysScroll(page)).toBe(0);
      await opened.screenshot(`sessions-${look}`);
    });
    await sessions.getByRole('button', { name: 'End of-the-live-one.jsonl' }).click();
    await sessions.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Disconnect', exact: true }).click();
    // It was so short that it is at its end before anybody could press a button.
    await page.getByRole('button', { name: 'Replay with its timing' }).click();
    await replayed(page);
    expect(await sessionId(page)).toBe(id);
    expect(await bar(page).innerText()).toMatch(/^Recorded · regtest/);
    expect(opened.complaints).toEqual([]);
  });

  test('files that are no recordings: which file, what is wrong, what to do; the next good file opens', async () => {
    const page = await visit();
    const id = await sessionId(page);
    const whole = await save(page, 'Ciphertext', 'good.jsonl');
    const [header, ...rest] = fs.readFileSync(whole, 'utf8').split('\n');
    const bad = {
      'empty.jsonl': ['', /file is empty/],
      'picture.png': [Buffer.from('89504e470d0a1a0a0000', 'hex'), /Open a file that Peerglass saved/],
      'other.json': ['{"a":1}\n', /not the header of a Peerglass recording/],
      'newer.jsonl': [[header!.replace('"version":1', '"version":2'), ...rest].join('\n'), /newer Peerglass/],
    } as const;
    for (const [name, [content, says]] of Object.entries(bad)) {
      await choose(page, written(name, content));
      await refusal(page).getByText(name).waitFor();
      expect(await refusal(page).innerText()).toMatch(/^This file cannot be opened/);
      expect(await refusal(page).innerText()).toMatch(says);
      expect(await sessionId(page)).toBe(id);
    }
    await opened.screenshot('refused');
    await choose(page, whole);
    await replayed(page);
    expect(opened.complaints).toEqual([]);
  });

  test('500 MB without one line end, and 500 MB of lines: refused or shown in part, with the page alive', async () => {
    const page = await visit();
    const drop = (kind: 'one line' | 'lines') =>
      page.evaluate(async (kind) => {
        const header = JSON.stringify({
          format: 'peerglass-recording',
          version: 1,
          level: 'ciphertext',
          protocol: 'v2',
          network: 'regtest',
          role: 'initiator',
          startedAt: '2026-01-01T00:00:00.000Z',
          software: { name: 'test', version: '1' },
          maxContents: 4000013,
        });
        const piece =
          kind === 'one line'
            ? 'a'.repeat(1 << 20)
            : `${JSON.stringify({ at: 0, more: 'a'.repeat(1000) })}\n`.repeat(1000);
        const part = new Blob([piece]);
        const file = new File([`${header}\n`, ...Array.from({ length: 500 }, () => part)], `${kind}.jsonl`);
        const transfer = new DataTransfer();
        transfer.items.add(file);
        for (const type of ['dragover', 'drop'])
          document.body.dispatchEvent(
            new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }),
          );
      }, kind);
    await drop('one line');
    await page.locator('[data-damage=line-too-long]').waitFor();
    await drop('lines');
    await page.getByLabel('Reading the recording').waitFor();
    const before = await bar(page).innerText();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByLabel('Reading the recording').waitFor({ state: 'detached' });
    expect(await bar(page).innerText()).toBe(before);
  });

  test('no violation and no sideways scroll on Recordings and on the first look', async () => {
    for (const hash of ['#/recordings', '#/']) {
      const page = await visit(hash);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await inBothLooks(page, async (look) => {
        expect(await violations(page)).toEqual([]);
        expect(await sidewaysScroll(page)).toBe(0);
        await opened.screenshot(`${hash === '#/' ? 'first' : 'recordings'}-${look}`);
      });
      await opened.close();
    }
  });
});
