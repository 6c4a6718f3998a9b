/** The log of messages as somebody reads it, with our own responder at the other end: what comes is up to the test. */
import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { fromHex, toHex } from '../../shared/bytes.js';
import {
  blockHash,
  encodeBlock,
  hashToString,
  type Block,
  type Transaction,
} from '../../shared/messages/index.js';
import { type Peer } from '../../shared/peer/index.js';
import { describeWithChromium } from '../setup/tools.js';
import { inBothLooks, sidewaysScroll, violations } from './axe.js';
import { connect, reach } from './harness.js';
import { benchWithNode, respond } from './own-node.js';

const rows = (page: Page) => page.getByRole('listbox').getByRole('option');
const list = (page: Page) => page.getByRole('listbox', { name: 'Messages, in order' });
const filter = (page: Page) => page.getByLabel('Filter');
const said = (page: Page) => page.getByRole('main').innerText();
const query = (page: Page) => new URL(page.url()).hash.split('?')[1];

/** Reads: "n of m". */
async function counts(page: Page): Promise<string | undefined> {
  return /[\d,]+ of [\d,]+/.exec(await said(page))?.[0];
}

/** A block of so many transactions, each of them different. */
function blockOf(transactions: number): Block {
  const transaction = (at: number): Transaction => ({
    version: 2,
    inputs: [
      {
        outpoint: { txid: new Uint8Array(32).fill(at), vout: at },
        scriptSig: new Uint8Array(),
        sequence: 0xffffffff,
        witness: [new Uint8Array(72).fill(0x30), new Uint8Array(33).fill(2)],
      },
    ],
    outputs: [{ value: BigInt(at) * 1000n, scriptPubKey: new Uint8Array(22).fill(at) }],
    lockTime: at,
  });
  return {
    header: {
      version: 0x20000000,
      previous: new Uint8Array(32),
      merkleRoot: new Uint8Array(32),
      time: 1_700_000_000,
      bits: 0x207fffff,
      nonce: 7,
    },
    transactions: Array.from({ length: transactions }, (_, at) => transaction(at)),
  };
}

describeWithChromium('the log of messages', (chromium) => {
  const set = benchWithNode(chromium);
  let peer: Peer;
  beforeAll(() => {
    set.node.serve = (socket) => (peer = respond(socket, { garbage: 0 }));
  });

  /** A new page with a session, on the Messages screen. */
  const read = async (options: BrowserContextOptions = {}, hash = '#/messages'): Promise<Page> => {
    const page = await set.open('#/connect', { bypassCSP: true, ...options });
    await connect(page, set.node.address);
    await reach(page, 'ready');
    await page.evaluate((hash) => (location.hash = hash), hash);
    await list(page).waitFor();
    return page;
  };
  const inventory = (at: number) => {
    const hash = new Uint8Array(32).fill(0xab);
    new DataView(hash.buffer).setUint32(28, at);
    return { type: 1, hash };
  };

  test('a filter: by text, kind, direction and bytes; it stands in the address, and outlives the screen', async () => {
    const page = await read();
    peer.send('inv', { inventory: [inventory(0x01020304)] });
    peer.send('inv', { inventory: [inventory(1), inventory(2)] });
    peer.sendRaw('zzz', fromHex('00ff'));
    peer.sendRaw('inv', fromHex('05'));
    peer.sendDecoy(50);
    await page.getByRole('option', { name: /received decoy/ }).waitFor();

    await list(page).focus();
    await page.keyboard.press('/');
    await page.keyboard.type('inv');
    await expect.poll(() => rows(page).count()).toBe(3);
    const all = Number(/of (\d+)/.exec((await counts(page))!)![1]);
    expect(await counts(page)).toBe(`3 of ${all}`);
    // No key works while typing: this is text.
    await page.keyboard.type(' ?gh');
    await page.getByText(`No packet of these ${all} fits the filter.`).waitFor();
    expect(new URL(page.url()).hash).toMatch(/^#\/messages/);
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    expect(await rows(page).count()).toBe(all);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('message-list');

    // A hash as it is shown, which the bytes hold in reverse, and a part of one as it lies in them.
    for (const hex of [hashToString(inventory(0x01020304).hash), '01020304']) {
      await filter(page).fill(hex);
      await expect.poll(() => counts(page)).toBe(`1 of ${all}`);
    }
    // A part that no row says: the second of two.
    await filter(page).fill('abab00000002');
    await expect.poll(() => counts(page)).toBe(`1 of ${all}`);
    expect(await rows(page).innerText()).toContain('2 tx');

    await filter(page).fill('');
    const kind = page.getByLabel('Kind');
    for (const [value, name] of [
      ['decoy', /received decoy/],
      ['unknown', /received zzz/],
      ['problem', /received inv 22 B/],
    ] as const) {
      await kind.selectOption(value);
      await page.getByRole('option', { name }).waitFor();
      await expect.poll(() => rows(page).count()).toBe(1);
    }
    await page.getByLabel('Direction').selectOption('sent');
    await page.getByText(/^No packet of these \d+ fits the filter\.$/).waitFor();
    await kind.selectOption('verack');
    await expect.poll(() => rows(page).count()).toBe(1);
    await expect.poll(() => query(page)).toBe('direction=sent&kind=verack');
    await set.opened.screenshot('messages-filtered');

    await page.getByRole('link', { name: 'Handshake' }).click();
    await page.getByRole('heading', { name: 'The handshake' }).waitFor();
    await page.goBack();
    await page
      .getByRole('navigation')
      .getByRole('link', { name: /^Messages/ })
      .click();
    await expect.poll(() => rows(page).count()).toBe(1);
    await expect.poll(() => query(page)).toBe('direction=sent&kind=verack');
    // Typing made no entries of its own: one step back was the handshake.
    await filter(page).fill('x');
    await page.keyboard.press('Escape');
    expect(await filter(page).inputValue()).toBe('');
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('message-list');
  });

  test('a pause: nothing moves and nothing is lost; then the way back to the latest', async () => {
    const page = await read({}, '#/messages?kind=ping&direction=received');
    const ping = () => peer.sendRaw('ping', new Uint8Array(8));
    for (let i = 0; i < 60; i++) ping();
    // The link's filter holds: the pings that we answer, and not our answers.
    await expect.poll(() => counts(page)).toMatch(/^6[01] of 1\d\d/);
    await page.getByLabel('Direction').selectOption('both');
    await page.getByLabel('Kind').selectOption('');
    const total = async () => Number(/(\d+) packets ·/.exec((await said(page)).replace(/,/g, ''))![1]);
    await expect.poll(total).toBeGreaterThan(120);
    const before = await total();

    await list(page).focus();
    await page.keyboard.press('Space');
    await page.getByRole('status').filter({ hasText: 'Paused.' }).waitFor();
    const frozen = await list(page).innerText();
    for (let i = 0; i < 500; i++) ping();
    await page.getByText('1,000 new packets wait.').waitFor();
    expect(await list(page).innerText()).toBe(frozen);
    await set.opened.screenshot('messages-paused');
    await page.keyboard.press('Space');
    await expect.poll(total).toBe(before + 1000);
    await page.getByText('Following the latest.').waitFor();
    expect(await rows(page).last().getAttribute('aria-posinset')).toBe(String(before + 1000));

    // As fast as fingers are.
    await Promise.all([page.keyboard.press('Home'), page.keyboard.press('Escape')]);
    const top = await list(page).innerText();
    for (let i = 0; i < 10; i++) ping();
    await page.getByText('20 new below.').waitFor();
    expect(await list(page).innerText()).toBe(top);
    await page.getByRole('button', { name: 'Jump to the latest' }).click();
    await page.getByText('Following the latest.').waitFor();
    expect(await rows(page).last().getAttribute('aria-posinset')).toBe(String(before + 1020));
  });

  test('fields and bytes of a large block, linked both ways, by keyboard alone and with a pointer', async () => {
    const block = blockOf(4000);
    const payload = encodeBlock(block);
    const page = await read();
    peer.sendRaw('block', payload);
    await page.getByRole('option', { name: /received block/ }).waitFor();
    // The pointer rests where it points at nothing.
    await page.mouse.move(0, 0);
    await list(page).focus();
    await page.keyboard.press('End');
    const detail = page.getByRole('region', { name: 'Message block' });
    await detail.getByText(`${hashToString(blockHash(block.header))} with 4,000 transactions`).waitFor();
    // The focus stays with the list: opening moves nothing.
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('message-list');
    await detail.getByText('Over v1 the same message').waitFor();
    const size = payload.length;
    await detail.getByText(`= ${new Intl.NumberFormat('en').format(size + 21)} bytes on the wire`).waitFor();

    // By keyboard: into the tree, which is one stop, and over every byte with →.
    const field = (name: RegExp) => detail.getByRole('treeitem', { name });
    const chosen = () => detail.getByRole('treeitem', { selected: true });
    await field(/^header/).focus();
    for (const name of ['version', 'previous', 'merkleRoot', 'time', 'bits', 'nonce']) {
      await page.keyboard.press('ArrowRight');
      expect(await chosen().innerText()).toMatch(new RegExp(`^${name}`));
      expect(await page.evaluate(() => document.activeElement?.textContent)).toMatch(new RegExp(`^${name}`));
    }
    const marked = () => detail.locator('[data-marked]');
    const markedHex = async () =>
      (await marked().allInnerTexts()).filter((text) => text.length === 2).join('');
    await expect.poll(markedHex).toBe('07000000');
    // What is closed opens: then the first of its parts, and of those the first in turn.
    for (const name of [/^transactions/, /^count/, /^\[0\]/, /^version/]) {
      await page.keyboard.press('ArrowRight');
      await expect.poll(() => chosen().innerText()).toMatch(name);
    }
    await detail.getByText('transactions[0].version').waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    expect(await chosen().getAttribute('aria-expanded')).toBe('false');
    // The last of 4,000, of which nobody was told before.
    await page.keyboard.press('End');
    await expect.poll(() => chosen().innerText()).toMatch(/^\[3999\]/);
    await expect.poll(markedHex).toContain(toHex(payload.subarray(-16)));
    await set.opened.screenshot('messages-block');

    // With a pointer: a byte chooses the innermost field that holds it.
    await detail
      .locator(`[data-at="${size - 1}"]`)
      .first()
      .click();
    await expect.poll(() => chosen().innerText()).toMatch(/^lockTime/);
    await detail.getByText('transactions[3999].lockTime').waitFor();
    await expect.poll(markedHex).toBe(toHex(payload.subarray(-4)));
    // Pointing at a field marks it for as long.
    const script = detail.getByRole('treeitem', { name: /^outputs/ }).last();
    await script.hover();
    await expect.poll(markedHex).not.toBe(toHex(payload.subarray(-4)));
    await detail.getByRole('heading').hover();
    await expect.poll(markedHex).toBe(toHex(payload.subarray(-4)));
    // One that rests marks nothing: neither the field it was on, nor what the keys bring under it.
    await script.hover();
    await expect.poll(markedHex).not.toBe(toHex(payload.subarray(-4)));
    await chosen().focus();
    for (const [key, name, bytes] of [
      ['Home', /^header/, payload.subarray(0, 80)],
      ['End', /^\[3999\]|^lockTime/, payload.subarray(-4)],
    ] as const) {
      await page.keyboard.press(key);
      await expect.poll(() => chosen().innerText()).toMatch(name);
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 100))));
      expect(toHex(bytes)).toContain(await markedHex());
      expect(await markedHex()).not.toBe('');
    }

    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('message-list');
    expect(await detail.count()).toBe(0);
    expect(set.opened.complaints).toEqual([]);
  });

  test('a node that hangs up takes the focus of “Disconnect” to the content, not to nowhere', async () => {
    const page = await read();
    await page.getByRole('button', { name: 'Disconnect', exact: true }).focus();
    set.node.hangUp();
    await page.locator('[data-testid=connection][data-state=closed]').waitFor({ state: 'attached' });
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('main');
  });

  test('a message copies as hex and as JSON, whole', async () => {
    const page = await read({ permissions: ['clipboard-read', 'clipboard-write'] });
    peer.send('feefilter', { feeRate: 2n ** 60n + 1n });
    await page.getByRole('option', { name: /received feefilter/ }).click();
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    await page.getByRole('button', { name: 'Copy 8 bytes as hex' }).click();
    await expect.poll(copied).toBe('0100000000000010');
    await page.getByRole('button', { name: 'Copy as JSON' }).click();
    await expect
      .poll(async () => JSON.parse(await copied()) as unknown)
      .toEqual({ type: 'feefilter', payload: { feeRate: '1152921504606846977' } });
  });

  test('no violation and no sideways scroll, wide and light, narrow and dark', async () => {
    const page = await read();
    const check = (name: string) =>
      inBothLooks(page, async (look) => {
        expect(await violations(page)).toEqual([]);
        expect(await sidewaysScroll(page)).toBe(0);
        await set.opened.screenshot(`messages-${name}-${look}`);
      });
    peer.sendRaw('block', encodeBlock(blockOf(400)));
    await page.getByRole('option', { name: /received block/ }).click();
    const detail = page.getByRole('region', { name: 'Message block' });
    await detail.getByRole('treeitem', { name: /^transactions/ }).dblclick();
    await detail.getByRole('treeitem', { name: /^\[0\]/ }).dblclick();
    const bytesARow = () =>
      detail.locator('[data-at="0"]').first().locator('..').locator(':scope > [data-at]').count();
    expect(await bytesARow()).toBe(16);
    await check('block');
    await page.setViewportSize({ width: 360, height: 740 });
    await expect.poll(bytesARow).toBe(8);
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await filter(page).fill('no such thing');
    await page.getByText(/^No packet of these \d+ fits the filter\.$/).waitFor();
    await check('none');
  });
});
