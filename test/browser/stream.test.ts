/** The stream as somebody reads it, with our own responder at the other end, whose keys the test knows. */
import { chacha20, chacha20poly1305 } from '@noble/ciphers/chacha.js';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { FSChaCha20, FSChaCha20Poly1305, type TraceEntry } from '../../shared/bip324/index.js';
import { fromHex, toHex } from '../../shared/bytes.js';
import { type Peer } from '../../shared/peer/index.js';
import { describeWithChromium } from '../setup/tools.js';
import { inBothLooks, sidewaysScroll, violations } from './axe.js';
import { connect, reach } from './harness.js';
import { benchWithNode, respond } from './own-node.js';

const list = (page: Page) => page.getByRole('listbox', { name: 'Packets, in order' });
const rows = (page: Page) => list(page).getByRole('option');
const pane = (page: Page) => page.getByRole('region', { name: /^(Packet|Rekeying)/ });
const hash = (page: Page) => decodeURIComponent(new URL(page.url()).hash);
const view = (page: Page) =>
  pane(page).getByRole('button', { pressed: true, name: /wire|observer|Decrypted/ });
/** The bytes of the ribbon, as hex; of one field where a name is given. */
async function ribbon(page: Page, field = ''): Promise<string> {
  const run = pane(page)
    .getByRole('listbox')
    .getByRole('option', { name: new RegExp(field) });
  const texts = await run.locator('[aria-hidden]').allInnerTexts();
  return texts.join('');
}

describeWithChromium('the stream', (chromium) => {
  const set = benchWithNode(chromium);
  let peer: Peer;
  let trace: TraceEntry[];
  beforeAll(() => {
    set.node.serve = (socket) => {
      trace = [];
      peer = respond(socket, {
        garbage: 40,
        decoys: [33],
        observer: { secrets: 'include', entry: (entry) => trace.push(entry) },
      });
    };
  });

  /** A new page with a session, on the Stream screen. */
  const read = async (options: BrowserContextOptions = {}): Promise<Page> => {
    const page = await set.open('', { bypassCSP: true, ...options });
    await connect(page, set.node.address);
    await reach(page, 'ready');
    await page.keyboard.press('Escape');
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await list(page).waitFor();
    return page;
  };
  const ping = (times: number) => {
    for (let at = 0; at < times; at++) peer.sendRaw('ping', new Uint8Array(8).fill(at));
  };
  const entry = (direction: 'sent' | 'received', packet: number) =>
    trace.find((one) => one.direction === direction && one.packet?.index === packet)!;
  const follow = (page: Page, link: string) =>
    page.evaluate((to) => {
      location.hash = to;
    }, link);

  test('each packet, the decoy and both version packets; three views of the same bytes', async () => {
    const page = await read();
    ping(1);
    await page.getByRole('option', { name: /received ping/ }).waitFor();
    // The decoy comes before the version packet, and with it authenticates the garbage.
    await follow(page, '#/stream/received.packet-0');
    await pane(page).getByRole('heading', { name: 'decoy' }).waitFor();
    expect(await rows(page).getByText('version packet').count()).toBe(2);
    await pane(page).getByText('40 bytes of garbage').waitFor();
    await set.opened.screenshot('stream-decoy');

    // What the node sent as its packet 4 or so is what is shown on the wire.
    await page.getByRole('option', { name: /received ping/ }).click();
    const number = Number(/packet-(\d+)/.exec(await expectHash(page, /received\.packet-[1-9]\d*$/))![1]);
    const sent = entry('sent', number);
    expect(sent.packet!.message!.type).toBe('ping');
    await expect.poll(() => ribbon(page)).toBe(toHex(sent.bytes));
    await pane(page).getByText(`LE32(${number} mod 224 = ${number})`).waitFor();
    expect(await pane(page).getByRole('listbox').getByRole('option').count()).toBe(4);
    await set.opened.screenshot('stream-wire');

    await page.keyboard.press('2');
    expect(await view(page).innerText()).toBe('As an observer sees it');
    expect(await ribbon(page)).toBe(toHex(sent.bytes));
    expect(await pane(page).getByRole('listbox').getByRole('option').count()).toBe(1);
    await pane(page)
      .getByText(/29 bytes from the node.*nothing marks where it begins/)
      .waitFor();
    await pane(page)
      .getByText(/Of this size are 2 in this session: 1 × (ping|pong), 1 × p[io]ng/)
      .waitFor();
    // Nothing that only the two ends know.
    expect(
      await pane(page)
        .getByText(/Nonce|secret/)
        .count(),
    ).toBe(0);
    await set.opened.screenshot('stream-observer');

    await page.keyboard.press('3');
    expect(await ribbon(page, 'length')).toBe('090000');
    expect(await ribbon(page, 'header')).toBe('00');
    expect(await ribbon(page, 'message type')).toBe('12');
    expect(await ribbon(page, 'payload')).toBe('0000000000000000');
    expect(await ribbon(page, 'tag')).toBe(toHex(sent.bytes.subarray(-16)));
    await pane(page).getByText('Short id 18 stands for ping').waitFor();
    await pane(page).getByText('Over v1 the same message would take 32 bytes').waitFor();
    await set.opened.screenshot('stream-decrypted');

    await pane(page).getByRole('button', { name: 'Read it as a message' }).click();
    await page.getByRole('region', { name: 'Message ping' }).waitFor();
    expect(set.opened.complaints).toEqual([]);
  });

  /** Waits until the address is like this. */
  const expectHash = async (page: Page, like: RegExp): Promise<string> => {
    await expect.poll(() => hash(page)).toMatch(like);
    return hash(page);
  };

  test('rekeyings are rows; what they reveal is what FSChaCha20 and FSChaCha20Poly1305 go on with', async () => {
    const page = await read();
    ping(500);
    for (const direction of ['received', 'sent'] as const) {
      await expect
        .poll(() => trace.some(({ direction: of, packet }) => of !== direction && packet?.index === 448))
        .toBe(true);
      for (const epoch of [0, 1]) {
        await follow(page, `#/stream/${direction}.rekey-${epoch}`);
        await pane(page)
          .getByRole('heading', { name: `rekey: epoch ${epoch} → ${epoch + 1}` })
          .waitFor();
        const values: Record<string, Uint8Array> = {};
        for (const name of ['length key', 'packet key', 'next length key', 'next packet key']) {
          await pane(page)
            .getByRole('button', { name: `Reveal the ${name}`, exact: true })
            .click();
          const item = pane(page)
            .getByRole('listitem')
            .filter({
              has: page.getByRole('button', { name: `Hide the ${name}`, exact: true }),
            });
          values[name] = fromHex(/[0-9a-f]{64}/.exec((await item.innerText()).replace(/\s/g, ''))![0]);
        }
        if (direction === 'received' && epoch === 0) await set.opened.screenshot('stream-rekey');
        // The node sealed with the keys that the page opened with, and the other way round.
        const first = entry(direction === 'sent' ? 'received' : 'sent', epoch * 224);
        expect(values['length key']).toEqual(first.derivations[0]!.inputs[0]!.reveal());
        expect(values['packet key']).toEqual(first.derivations[1]!.inputs[0]!.reveal());
        if (epoch > 0) continue;
        const [L, P] = [new FSChaCha20(values['length key']!), new FSChaCha20Poly1305(values['packet key']!)];
        const nothing = new Uint8Array();
        for (let at = 0; at < 224; at++) {
          L.crypt(new Uint8Array(3));
          P.encrypt(nothing, nothing);
        }
        const nonce = fromHex('000000000100000000000000');
        expect(L.crypt(new Uint8Array(3))).toEqual(
          chacha20(values['next length key']!, nonce, new Uint8Array(3)),
        );
        expect(P.encrypt(nothing, nothing)).toEqual(
          chacha20poly1305(values['next packet key']!, nonce).encrypt(nothing),
        );
      }
    }
    await page.getByLabel('Kind').selectOption('rekey');
    await expect.poll(() => rows(page).count()).toBe(4);
    await set.opened.screenshot('stream-rekeyings');
    expect(set.opened.complaints).toEqual([]);
  });

  test('a link opens its packet and field, also one that is still to come, and whatever was filtered', async () => {
    const page = await read();
    await page.getByLabel('Kind').selectOption('decoy');
    await follow(page, '#/stream/received.packet-300/tag');
    await page.getByText('This session has no received.packet-300 yet.').waitFor();
    ping(400);
    await pane(page).getByText('received packet 300').waitFor();
    expect(await list(page).getByRole('option', { selected: true }).isVisible()).toBe(true);
    const field = pane(page).getByRole('listbox').getByRole('option', { selected: true });
    expect(await field.innerText()).toMatch(/tag/);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('stream-list');
    expect(hash(page)).toBe('#/stream/received.packet-300/tag');

    await follow(page, '#/stream/sent.packet-9');
    await pane(page).getByText('sent packet 9').waitFor();
    for (const broken of ['received.packet-x', 'received.packet-1/nonce', 'packet-1', 'sent.rekey-0/tag']) {
      await follow(page, `#/stream/${broken}`);
      await page.getByText(`This link names no packet: /stream/${broken}`).waitFor();
    }
    await page.getByRole('button', { name: 'Disconnect', exact: true }).click();
    await follow(page, '#/stream/received.packet-5000');
    await page.getByText('This session has no received.packet-5000.').waitFor();
    // Found by the ciphertext that the node sent.
    await page.getByLabel('Filter').fill(toHex(entry('sent', 100).bytes));
    await expect.poll(() => rows(page).count()).toBe(1);
    expect(await rows(page).innerText()).toMatch(/ping[^]*100/);
  });

  test('by keyboard alone: packets, fields, views, back to the list', async () => {
    const page = await read();
    ping(12);
    await page
      .getByRole('option', { name: /received ping/ })
      .first()
      .waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('version-packet');
    await expect.poll(() => rows(page).count()).toBe(2);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Home');
    await pane(page).waitFor();
    const before = await pane(page)
      .getByText(/(sent|received) packet 0/)
      .innerText();
    await page.keyboard.press('ArrowDown');
    await expect
      .poll(() =>
        pane(page)
          .getByText(/(sent|received) packet \d/)
          .innerText(),
      )
      .not.toBe(before);
    const chosen = pane(page).getByRole('listbox').getByRole('option', { selected: true });
    await chosen.waitFor(); // before its fields have come there is none to go to
    await page.keyboard.press('ArrowRight');
    expect(await chosen.innerText()).toMatch(/length/);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => chosen.innerText()).toMatch(/header/);
    await expectHash(page, /\/header$/);
    await page.keyboard.press('3');
    expect(await view(page).innerText()).toBe('Decrypted');
    await expect.poll(() => chosen.innerText()).toMatch(/header/);
    await page.keyboard.press('Escape');
    expect(await pane(page).count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('stream-list');
    await expectHash(page, /^#\/stream$/);

    for (const key of ['End', 'Escape', 'Space']) await page.keyboard.press(key);
    await page.getByText('Paused.').first().waitFor();
    ping(30);
    await page.getByText(/6\d new rows wait/).waitFor();
    await page.keyboard.press('Space');
    await page.getByText('Following the latest.').waitFor();
  });

  test('no violation and no sideways scroll, wide and light, narrow and dark', async () => {
    const page = await read();
    ping(230);
    await expect
      .poll(() => trace.some(({ direction, packet }) => direction === 'received' && packet?.index === 225))
      .toBe(true);
    const check = (name: string) =>
      inBothLooks(page, async (look) => {
        expect(await violations(page)).toEqual([]);
        expect(await sidewaysScroll(page)).toBe(0);
        await set.opened.screenshot(`stream-${name}-${look}`);
      });
    await page.getByText('Following the latest.').waitFor();
    await check('list');
    await follow(page, '#/stream/received.packet-12/contents');
    await pane(page).getByText('received packet 12').waitFor();
    await check('packet');
    await page.setViewportSize({ width: 360, height: 740 });
    const cells = await pane(page)
      .locator('[role=option] [aria-hidden]')
      .evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().top)));
    // Narrow: eight bytes a row.
    expect(cells.filter((top) => top === cells[0])).toHaveLength(8);
    for (const [key, name] of [
      ['2', 'observer'],
      ['3', 'decrypted'],
    ] as const) {
      await page.keyboard.press(key);
      await check(name);
    }
    await follow(page, '#/stream/received.rekey-0');
    await pane(page)
      .getByRole('heading', { name: /^rekey/ })
      .waitFor();
    await check('rekeying');
  });
});
