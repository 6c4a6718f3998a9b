/** Requests and their answers in the log of messages, and messages chosen and saved. */
import fs from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { encodeTransaction, inventoryTypes, type Transaction } from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';
import { type Peer } from '../../shared/peer/index.js';
import { addressOfScript } from '../../shared/script/index.js';
import { describeWithChromium } from '../setup/tools.js';
import { inBothLooks, sidewaysScroll, violations } from './axe.js';
import { connect, reach, replayed } from './harness.js';
import { benchWithNode, respond } from './own-node.js';

const list = (page: Page) => page.getByRole('listbox', { name: 'Messages, in order' });
const rows = (page: Page) => list(page).getByRole('option');
const pane = (page: Page) => page.getByRole('region', { name: /^Message/ });
const selected = (page: Page) => list(page).getByRole('option', { selected: true });

const payment: Transaction = {
  version: 2,
  inputs: [
    {
      outpoint: { txid: new Uint8Array(32).fill(3), vout: 1 },
      scriptSig: new Uint8Array(),
      sequence: 0xfffffffd,
      witness: [new Uint8Array(72).fill(0x30), new Uint8Array(33).fill(2)],
    },
  ],
  outputs: [
    { value: 150_000_000n, scriptPubKey: Uint8Array.of(0, 20, ...new Uint8Array(20).fill(7)) },
    { value: 0n, scriptPubKey: Uint8Array.of(0x6a, 3, 1, 2, 3) },
  ],
  lockTime: 0,
};

describeWithChromium('requests and answers among the messages', (chromium) => {
  const set = benchWithNode(chromium);
  let peer!: Peer;

  const read = async (hash = '#/messages'): Promise<Page> => {
    set.node.serve = (socket) => (peer = respond(socket, { garbage: 0 }));
    const page = await set.open('', { bypassCSP: true, acceptDownloads: true });
    await connect(page, set.node.address);
    await reach(page, 'ready');
    await page.evaluate((to) => (location.hash = to), hash);
    await list(page).waitFor();
    return page;
  };

  test('an answer names its request, the request its answer, each is a link; what nobody answers says so in time', async () => {
    const page = await read();
    peer.sendRaw('ping', new Uint8Array(8).fill(7));
    const ping = page.getByRole('option', { name: /received ping/ });
    const pong = page.getByRole('option', { name: /sent pong/ });
    await expect.poll(() => ping.innerText()).toMatch(/answered by\s+\d+, [\d.]+ (ms|s)/);
    const number = /answers\s+(\d+), [\d.]+ m?s/.exec(await pong.innerText())![1]!;
    expect(await ping.innerText()).toMatch(new RegExp(`^${number}\\b`));

    // With a pointer, from the row; with the key; and from the pane.
    await pong.locator('[data-to]').click();
    await pane(page).getByRole('heading', { name: 'ping' }).waitFor();
    expect(await selected(page).innerText()).toMatch(/ping/);
    await page.keyboard.press('p');
    await pane(page).getByRole('heading', { name: 'pong' }).waitFor();
    await pane(page)
      .getByRole('button', { name: `${number} ping` })
      .click();
    await pane(page).getByRole('heading', { name: 'ping' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('message-list');

    await page.keyboard.press('Escape');

    // A request that the node makes of us, who has nothing.
    peer.send('getdata', {
      inventory: [1, 2].map((at) => ({ type: inventoryTypes.wtx, hash: new Uint8Array(32).fill(at) })),
    });
    const getdata = page.getByRole('option', { name: /received getdata/ });
    await expect.poll(() => getdata.innerText()).toMatch(/waits for an answer/);
    await page.getByLabel('Kind').selectOption({ label: 'unanswered requests' });
    await expect.poll(() => rows(page).count()).toBe(0);
    await expect.poll(() => rows(page).count(), { timeout: 40_000 }).toBe(1);
    expect(await rows(page).innerText()).toMatch(/no answer after 15/);
    await rows(page).click();
    await pane(page)
      .getByText(/No answer after 15[\d.]* s\. The peer asks this side/)
      .waitFor();
    await inBothLooks(page, async (look) => {
      expect(await violations(page)).toEqual([]);
      expect(await sidewaysScroll(page)).toBe(0);
      await set.opened.screenshot(`pairs-silent-${look}`);
    });
    await page.keyboard.press('Escape');
    await page.getByLabel('Kind').selectOption({ label: 'all' });
    await inBothLooks(page, async (look) => {
      expect(await violations(page)).toEqual([]);
      await set.opened.screenshot(`pairs-${look}`);
    });
    expect(set.opened.complaints).toEqual([]);
  }, 90_000);

  test('a recording is paired as well: a range of filters with all that answer it', async () => {
    const page = await set.open('#/messages', { bypassCSP: true });
    await replayed(page);
    await list(page).waitFor();
    await page.getByLabel('Kind').selectOption('getcfilters');
    await rows(page).first().click();
    await pane(page)
      .getByText(/Answered by/)
      .waitFor();
    await set.opened.screenshot('pairs-recorded');
    const first = pane(page)
      .getByRole('button', { name: /cfilter$/ })
      .first();
    await first.click();
    // The filter gave way to what was asked for.
    await pane(page).getByRole('heading', { name: 'cfilter' }).waitFor();
    expect(await page.getByLabel('Kind').inputValue()).toBe('');
    await pane(page)
      .getByRole('button', { name: /getcfilters$/ })
      .waitFor();
  });

  test('rows are chosen by keyboard, pointer and button, and saved as JSON Lines', async () => {
    const page = await read();
    peer.send('feefilter', { feeRate: 2n ** 60n + 1n });
    for (let at = 0; at < 50; at++) peer.sendRaw('ping', new Uint8Array(8).fill(at));
    await page.getByLabel('Kind').selectOption('ping');
    await page.getByLabel('Direction').selectOption('received');
    await expect.poll(() => page.getByText(/^5\d of/).count()).toBe(1);
    expect(await list(page).getAttribute('aria-multiselectable')).toBe('true');

    const count = () => page.getByRole('group', { name: 'Selection' }).locator('p').first().innerText();
    await list(page).focus();
    await page.keyboard.press('Home');
    for (let at = 0; at < 3; at++) await page.keyboard.press('Shift+ArrowDown');
    expect(await count()).toBe('4 packets selected.');
    expect(await selected(page).count()).toBe(4);
    expect(await pane(page).count()).toBe(0);
    await page.keyboard.press('Shift+ArrowUp');
    expect(await count()).toBe('3 packets selected.');
    await rows(page)
      .nth(6)
      .click({ modifiers: ['ControlOrMeta'] });
    expect(await count()).toBe('4 packets selected.');
    await rows(page)
      .nth(8)
      .click({ modifiers: ['Shift'] });
    expect(await count()).toBe('6 packets selected.');
    await inBothLooks(page, async (look) => {
      expect(await violations(page)).toEqual([]);
      expect(await sidewaysScroll(page)).toBe(0);
      await set.opened.screenshot(`selection-${look}`);
    });
    await page.keyboard.press('Escape');
    expect(await page.getByRole('group', { name: 'Selection' }).count()).toBe(0);

    // Without a keyboard: a button begins, and a tap chooses.
    await page.getByRole('button', { name: 'Select', exact: true }).click();
    await rows(page).nth(0).click();
    await rows(page).nth(2).click();
    await rows(page).nth(2).click();
    expect(await count()).toBe('1 packet selected.');
    await page.getByRole('button', { name: 'Done' }).click();

    await page.getByLabel('Kind').selectOption('feefilter');
    await list(page).focus();
    await page.keyboard.press('ControlOrMeta+a');
    const saved = await save(page);
    expect(saved).toEqual([
      {
        index: expect.any(Number) as number,
        direction: 'received',
        at: expect.any(Number) as number,
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
        type: 'feefilter',
        role: 'message',
        value: { feeRate: '1152921504606846977' },
        hex: '0100000000000010',
      },
    ]);
    await page.getByLabel('Kind').selectOption('');
    await page.getByLabel('Direction').selectOption('both');
    expect(await count()).toBe('Choose the packets to save.');
    await page.getByRole('button', { name: /^All \d+ shown$/ }).click();
    const all = await save(page);
    expect(all.length).toBeGreaterThan(100);
    expect(all.map(({ index }) => index)).toEqual(all.map((_, at) => at));
    await page
      .getByText(/^Saved as peerglass-regtest-\S+-messages\.jsonl: \d+ messages, [\d,]+ bytes\.$/)
      .waitFor();
    expect(set.opened.complaints).toEqual([]);
  });

  test('a transaction shows its scripts’ type and address of this network, and leads to Compose', async () => {
    const page = await read();
    peer.sendRaw('tx', encodeTransaction(payment));
    await page.getByRole('option', { name: /received tx/ }).click();
    const field = (name: RegExp) => pane(page).getByRole('treeitem', { name });
    const address = addressOfScript(payment.outputs[0]!.scriptPubKey, networks.regtest)!;
    expect(address).toMatch(/^bcrt1q/);
    await field(new RegExp(`^\\[0\\] ?1\\.50000000 BTC to ${address} \\(p2wpkh\\)`)).waitFor();
    await field(new RegExp(`^scriptPubKey ?${address} \\(p2wpkh\\) · 0 0707`)).waitFor();
    await field(/^scriptPubKey ?nobody: it carries data \(op-return\) · OP_RETURN 197121/).waitFor();
    await set.opened.screenshot('pairs-tx');
    expect(await pane(page).getByRole('link', { name: 'Compose a copy' }).getAttribute('href')).toMatch(
      /^#\/compose\?from=\d+$/,
    );
    expect(set.opened.complaints).toEqual([]);
  });
});

interface SavedLine {
  readonly index: number;
}

async function save(page: Page): Promise<SavedLine[]> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as JSON Lines' }).click();
  const lines = fs
    .readFileSync(await (await download).path(), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as SavedLine);
}
