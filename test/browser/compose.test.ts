/** Compose: every message from its form, seen before it is sent, and what a node makes of it. */
import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { connectTcp } from '../../bridge/tcp.js';
import { blockHash, hashToString } from '../../shared/messages/index.js';
import { networks, V2Transport } from '../../shared/bip324/index.js';
import { Peer, V1Transport } from '../../shared/peer/index.js';
import { type BitcoinNode, startNode } from '../node/harness.js';
import { startProduct } from '../setup/product.js';
import { benchWithNode, respondWith } from './own-node.js';
import { describeWithChromium, describeWithNodeAndChromium } from '../setup/tools.js';
import { inBothLooks, sidewaysScroll, violations } from './axe.js';
import { bench, connect, reach, replayed, type Bench, type PageOptions } from './harness.js';

const message = (page: Page) => page.getByLabel('Message', { exact: true });
const field = (page: Page, path: string) => page.locator(`[id="compose:${path}"]`);
const preview = (page: Page) => page.getByRole('region', { name: 'Preview' });
const sentList = (page: Page) => page.getByRole('region', { name: 'Sent', exact: true });
const latest = (page: Page) => sentList(page).getByRole('article').first();
const sendButton = (page: Page) => page.getByRole('button', { name: /^Send / });

const clock = {
  now: () => Date.now(),
  setTimeout: (f: () => void, ms: number): unknown => setTimeout(f, ms),
  clearTimeout: (handle: unknown) => clearTimeout(handle as NodeJS.Timeout),
};

/** What the demo node has, asked by a peer of our own. */
async function lookAt(host: string, port: number): Promise<Chain> {
  const duplex = await connectTcp({ host, port });
  const transport = V2Transport.initiator({ network: networks.regtest });
  const peer = new Peer({ role: 'initiator', transport, duplex, clock });
  await peer.ready;
  const { headers } = await peer.ask.headers();
  const [entry] = await peer.ask.mempool();
  peer.close();
  return {
    tip: hashToString(blockHash(headers.at(-1)!)),
    transaction: { 'inventory[0].type': 'wtx', 'inventory[0].hash': hashToString(entry!.hash) },
  };
}

type Fields = Readonly<Record<string, string>>;

/** Chooses a type and fills in its form; a list gets its first entry. */
async function fillIn(page: Page, type: string, fields: Fields = {}): Promise<void> {
  await message(page).selectOption(type);
  for (const [path, text] of Object.entries(fields)) {
    const list = /^(\w+)\[0\]/.exec(path)?.[1];
    if (list !== undefined && (await field(page, path).count()) === 0)
      await page.getByRole('button', { name: `Add to ${list}` }).click();
    await field(page, path).fill(text);
  }
  await page.locator('[data-preview=made]').waitFor();
}

/** Sends what is filled in. @returns what came of it, in words, and the types that belong to the answer */
async function sendIt(page: Page, state: string): Promise<{ words: string; types: string[] }> {
  // Its name says which message it is; none before the first.
  const name = async () =>
    (await sentList(page).count()) === 0 ? undefined : latest(page).getAttribute('aria-label');
  const before = await name();
  await sendButton(page).click();
  await expect.poll(name).not.toBe(before);
  const outcome = latest(page).locator('[data-outcome]');
  await latest(page).locator(`[data-outcome=${state}]`).waitFor({ timeout: 50_000 });
  const rows = latest(page).locator('p[data-outcome] + ul').getByRole('listitem');
  // The worker tells of the answer a moment before its row is drawn.
  if (state === 'answered')
    await expect
      .poll(async () => (await rows.allInnerTexts()).filter((text) => text !== '').length)
      .toBeGreaterThan(0);
  await expect.poll(async () => (await rows.allInnerTexts()).every((text) => text !== '')).toBe(true);
  return { words: await outcome.innerText(), types: await rows.getByRole('link').allInnerTexts() };
}

interface Chain {
  readonly tip: string;
  /** A transaction of its mempool, as getdata asks for it. */
  readonly transaction: Fields;
}

/** Every question that a node answers, each from its form. */
const requests = ({
  tip,
  transaction,
}: Chain): readonly (readonly [type: string, fields: Fields, answers: RegExp])[] => [
  ['ping', { nonce: '77' }, /^pong$/],
  ['getheaders', { version: '70016', 'locator[0]': networks.regtest.genesis.hash }, /^headers$/],
  ['getblocks', { version: '70016', 'locator[0]': networks.regtest.genesis.hash }, /^inv$/],
  ['getdata', { 'inventory[0].type': 'witness block', 'inventory[0].hash': tip }, /^block$/],
  ['getdata', { 'inventory[0].type': 'compact block', 'inventory[0].hash': tip }, /^cmpctblock$/],
  ['getdata', { 'inventory[0].type': 'witness tx', 'inventory[0].hash': 'ee'.repeat(32) }, /^notfound$/],
  ['getblocktxn', { blockHash: tip, 'indexes[0]': '0' }, /^blocktxn$/],
  [
    'getcfilters',
    { filterType: 'basic', startHeight: '1', stopHash: tip },
    /^(cfilter,?)+(every cfilter in Messages)?$/,
  ],
  ['getcfheaders', { filterType: 'basic', startHeight: '1', stopHash: tip }, /^cfheaders$/],
  ['getcfcheckpt', { filterType: 'basic', stopHash: tip }, /^cfcheckpt$/],
  ['getaddr', {}, /^addr(v2)?$/],
  ['mempool', {}, /^inv$/],
  ['getdata', transaction, /^tx$/],
];

async function sendEveryRequest(page: Page, chain: Chain): Promise<void> {
  for (const [type, fields, answers] of requests(chain)) {
    await fillIn(page, type, fields);
    const { types, words } = await sendIt(page, 'answered');
    expect(types.join(','), type).toMatch(answers);
    expect(words).toMatch(/^(Answered|May be answered)/);
  }
}

const composing = async (
  set: Bench,
  open: (page: Page) => Promise<void>,
  options: PageOptions = {},
): Promise<Page> => {
  // The recording that comes with the page would come on screen after what is opened meanwhile.
  const page = await set.open('#/connect', { bypassCSP: true, withoutRecording: true, ...options });
  await open(page);
  await reach(page, 'ready');
  await page.evaluate(() => (location.hash = '#/compose'));
  await message(page).waitFor();
  return page;
};

const useDemo = (page: Page) => page.getByRole('button', { name: 'Use the demo node' }).click();
/** Bytes as a ribbon shows them. */
const ribbon = async (page: Page, name: RegExp) =>
  (await page.getByRole('listbox', { name }).locator('[aria-hidden=true]').allInnerTexts()).join('');

describeWithChromium('Compose, with the demo node', (chromium) => {
  const set = bench(chromium);
  const ready = (options?: PageOptions) => composing(set, useDemo, options);
  const looks = async (page: Page, name: string) => {
    await inBothLooks(page, async (look) => {
      expect(await violations(page)).toEqual([]);
      expect(await sidewaysScroll(page)).toBe(0);
      await page.evaluate(() => scrollTo(0, 0));
      await set.opened.screenshot(`compose-${name}-${look}`);
    });
  };

  test('the packet that is shown before is the one that goes out, in either form of the type', async () => {
    const page = await ready();
    await fillIn(page, 'ping', { nonce: '0x0102030405060708' });
    for (const [form, size] of [
      ['short id', 29],
      ['spelled out', 41],
    ] as const) {
      await page.getByRole('radio', { name: form }).check();
      await page.getByRole('listbox', { name: `On the wire, ${size} bytes` }).waitFor();
      await expect.poll(() => ribbon(page, /^Before encryption/)).toMatch(/0807060504030201$/);
      // Until nothing else of ours is on its way.
      let shown = '';
      await expect
        .poll(
          async () =>
            (await ribbon(page, /^On the wire/)) === shown ||
            ((shown = await ribbon(page, /^On the wire/)), false),
        )
        .toBe(true);
      const number = Number(/number (\d+)/.exec(await preview(page).innerText())![1]);
      expect(await ribbon(page, /^Before encryption/)).toMatch(/0807060504030201$/);
      await field(page, 'nonce').press('Enter');
      await latest(page).locator('[data-outcome=answered]').waitFor();
      await page.evaluate((packet) => (location.hash = `#/stream/sent.packet-${packet}`), number);
      const packet = page.getByRole('region', { name: /^Packet/ });
      await packet.getByRole('button', { name: 'On the wire' }).click();
      await expect.poll(() => ribbon(page, /^On the wire/)).toBe(shown);
      await page.goBack();
      await message(page).waitFor();
    }
    // The draft stayed, and so did what was sent.
    expect(await field(page, 'nonce').inputValue()).toBe('0x0102030405060708');
    expect(await sentList(page).getByRole('article').count()).toBe(2);
    await looks(page, 'ping');
    await latest(page)
      .getByRole('link', { name: /^message \d+$/ })
      .click();
    await page.getByRole('region', { name: 'Message ping' }).waitFor();
    expect(set.opened.complaints).toEqual([]);
  });

  test('every request from its form is answered', async () => {
    const page = await ready();
    const info = (await (await fetch(`${set.product.url}/v1/info`)).json()) as {
      demoNode: { address: string };
    };
    const [host, port] = info.demoNode.address.split(':');
    await sendEveryRequest(page, await lookAt(host!, Number(port)));
    await looks(page, 'answers');
    // Of hundreds of filters five are listed, and the others are a link away.
    await page.getByRole('link', { name: 'every cfilter in Messages' }).click();
    await expect.poll(() => page.evaluate(() => location.hash)).toMatch(/^#\/messages/);
    const chosen = () =>
      page
        .getByRole('search')
        .getByRole('combobox')
        .evaluateAll((all) => all.map((one) => (one as HTMLSelectElement).value));
    await expect.poll(chosen).toEqual(['received', 'cfilter']);
    expect(set.opened.complaints).toEqual([]);
  });

  test('silence is explained; what is no message is said beside its field, which gets the focus', async () => {
    const page = await ready();
    await fillIn(page, 'getdata', { 'inventory[0].type': 'block', 'inventory[0].hash': 'ee'.repeat(32) });
    await page.getByText('is silent about one that it does not have').waitFor();
    expect((await sendIt(page, 'silent')).words).toMatch(
      /^No answer after 15(\.\d)? s\. Nodes are silent about a block/,
    );

    // The second of thirty entries, on a page of the list that is not on screen.
    await message(page).selectOption('getblocktxn');
    for (let at = 0; at < 14; at++) {
      await page.getByRole('button', { name: 'Add to indexes' }).click();
      await expect.poll(() => focusedId(page)).toBe(`compose:indexes[${at}]`);
      await page.keyboard.type(at === 1 ? '0' : String(at));
    }
    await page.getByText('13 to 14 of 14').waitFor();
    await page.locator('[data-preview=wrong]').waitFor();
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => focusedId(page)).toBe('compose:indexes[1]');
    expect(await field(page, 'indexes[1]').getAttribute('aria-invalid')).toBe('true');
    await looks(page, 'wrong');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('1');
    await page.locator('[data-preview=made]').waitFor();
    expect(await field(page, 'indexes[1]').getAttribute('aria-invalid')).toBe('false');
    await field(page, 'blockHash').fill('zz');
    await page.locator('[data-preview=wrong]').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('64 hex digits, as block explorers show a hash is needed.').first().waitFor();
    expect(await focusedId(page)).toBe('compose:blockHash');
    expect(set.opened.complaints).toEqual([]);
  });

  test('what ends the session is said before, sent on purpose, explained after; then again', async () => {
    const page = await ready();
    await message(page).selectOption('wtxidrelay');
    await page.getByText('After verack a node disconnects.').waitFor();
    // Enter alone does not send it.
    await page.keyboard.press('Control+Enter');
    const nevertheless = page.getByRole('button', { name: 'Send it nevertheless' });
    await expect.poll(() => focusedId(page)).toBe('compose-nevertheless');
    await looks(page, 'ends');
    expect(await sentList(page).count()).toBe(0);
    await nevertheless.click();
    await latest(page)
      .getByText('The node ended the session, and that was on purpose: you sent wtxidrelay.')
      .waitFor();
    await reach(page, 'closed');
    expect(await focusedId(page)).toBe('main');
    await looks(page, 'ended');
    await page.getByRole('button', { name: 'Connect again' }).click();
    await reach(page, 'ready');
    await nevertheless.waitFor();

    // Also by size: fifty thousand and one, from a line of hex.
    await page.getByText('Start from an example').click();
    await page.getByRole('button', { name: 'an inv of 50,001' }).click();
    await preview(page).getByRole('heading', { name: 'Payload, 1,800,039 bytes' }).waitFor();
    await nevertheless.click();
    await latest(page).getByText('you sent inv').waitFor();
    expect(set.opened.complaints).toEqual([]);
  });

  test('a decoy of any size, ids and types that nobody knows: the session goes on', async () => {
    const page = await ready();
    await fillIn(page, 'decoy', { length: '4000013' });
    await preview(page).getByText('= 4,000,033 bytes on the wire').waitFor();
    expect((await sendIt(page, 'no-question')).words).toBe('It is no question: nobody answers it.');
    await fillIn(page, 'id', { id: '200', payload: 'ff00' });
    await looks(page, 'id');
    await sendIt(page, 'no-question');
    await fillIn(page, 'raw', { type: 'hello', payload: '(00ff)*10' });
    await sendIt(page, 'no-question');
    await fillIn(page, 'raw', { type: 'inv', payload: '05' });
    await page.getByText('It is not what its type says').waitFor();
    await sendIt(page, 'no-question');
    await fillIn(page, 'ping', { nonce: '1' });
    await sendIt(page, 'answered');
    await page.evaluate(() => (location.hash = '#/messages'));
    for (const name of [/sent decoy 4,000,033 B/, /sent unknown id 200/, /sent hello 53 B/])
      await page.getByRole('option', { name }).waitFor();
    expect(set.opened.complaints).toEqual([]);
  });

  test('a copy of a message, by link and by number; a recording composes, and says what is missing', async () => {
    const page = await set.open('#/connect', { bypassCSP: true });
    await replayed(page);
    await page.evaluate(() => (location.hash = '#/compose?from=0'));
    await page.getByText('This is a copy of message 0, version, sent.').waitFor();
    expect(await message(page).inputValue()).toBe('version');
    expect(new URL(page.url()).hash).toBe('#/compose');
    expect(await field(page, 'userAgent').inputValue()).toMatch(/^\/Peerglass/);
    await page.locator('[data-preview=made]').waitFor();
    await page.getByText('This is a recording: nothing can be sent into it.').waitFor();
    expect(await sendButton(page).count()).toBe(0);
    await page.getByText('Start from an example').click();
    await page.getByLabel('A copy of message number').fill('100000');
    await page.getByRole('button', { name: 'Fill in' }).click();
    await page.getByText('There is no message 100000').waitFor();
    await looks(page, 'recording');
    expect(set.opened.complaints).toEqual([]);
  });

  test('without a session', async () => {
    const page = await set.open('#/compose', { bypassCSP: true, withoutRecording: true });
    await fillIn(page, 'ping', { nonce: '5' });
    await page.getByText('No session is open: there is nobody to send it to.').waitFor();
    await page.getByText('another one in every session').waitFor();
    await looks(page, 'no-session');
    await page.getByRole('main').getByRole('link', { name: 'connect to a node' }).click();
    await page.getByRole('button', { name: 'Use the demo node' }).waitFor();
    expect(set.opened.complaints).toEqual([]);
  });

  test('every form is drawn, in both looks', async () => {
    const page = await ready();
    for (const type of ['version', 'tx', 'addrv2', 'cmpctblock', 'filterload']) {
      await message(page).selectOption(type);
      for (const button of await page.getByRole('button', { name: /^Add to/ }).all()) await button.click();
      await looks(page, type);
    }
    const types = await message(page)
      .locator('option')
      .evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
    expect(types.length).toBeGreaterThan(36);
    for (const type of types) {
      await message(page).selectOption(type);
      await page
        .locator(type === 'feature' || type === 'raw' ? '[data-preview=wrong]' : '[data-preview=made]')
        .waitFor();
    }
    expect(set.opened.complaints).toEqual([]);
  });
});

describeWithChromium('Compose, over v1', (chromium) => {
  const set = benchWithNode(chromium);

  test('shows the header and the payload that everyone can read; there are no decoys and no ids', async () => {
    set.node.serve = (socket) => void socket.once('data', () => socket.end());
    const page = await set.open('#/connect', { bypassCSP: true });
    await connect(page, set.node.address);
    await reach(page, 'failed');
    set.node.serve = (socket) =>
      void respondWith(V1Transport.responder({ network: networks.regtest }), socket);
    await page.getByRole('button', { name: 'Retry with v1, unencrypted' }).click();
    await reach(page, 'ready');
    await page.evaluate(() => (location.hash = '#/compose'));
    await fillIn(page, 'ping', { nonce: '0x0102030405060708' });
    await page.getByRole('listbox', { name: 'On the wire, 32 bytes' }).waitFor();
    await expect
      .poll(() => ribbon(page, /^On the wire/))
      .toMatch(/^fabfb5da70696e67(00){8}08000000.{8}0807060504030201$/);
    expect(await page.getByRole('radio').count()).toBe(0);
    await inBothLooks(page, async (look) => {
      expect(await violations(page)).toEqual([]);
      expect(await sidewaysScroll(page)).toBe(0);
      await set.opened.screenshot(`compose-v1-${look}`);
    });
    expect((await sendIt(page, 'answered')).types).toEqual(['pong']);
    await message(page).selectOption('decoy');
    await page.getByText('V1 has no decoys.').first().waitFor();
    await sendButton(page).click();
    await expect.poll(() => focusedId(page)).toBe('compose:length');
    expect(await sentList(page).getByRole('article').count()).toBe(1);
    expect(set.opened.complaints).toEqual([]);
  });
});

const focusedId = (page: Page) => page.evaluate(() => document.activeElement?.id);

describeWithNodeAndChromium('Compose, with a real node', ({ chromium }) => {
  let node: BitcoinNode;
  const set = bench(chromium, async () => {
    node = await startNode([
      ...['-blockfilterindex=1', '-peerblockfilters=1', '-fallbackfee=0.0001', '-peerbloomfilters=1'],
    ]);
    await node.rpc('createwallet', 'w');
    const wallet = await node.rpc<string>('getnewaddress');
    await node.rpc('generatetoaddress', 120, wallet);
    await node.rpc('sendtoaddress', wallet, 1);
    for (let i = 1; i <= 60; i++) await node.rpc('addpeeraddress', `203.${i}.5.7`, 8333);
    await node.until(async () => {
      const index = await node.rpc<Record<string, { best_block_height: number }>>('getindexinfo');
      return index['basic block filter index']?.best_block_height === 120;
    });
    return startProduct(['--allow', `127.0.0.1:${node.p2pPort}`]);
  });
  afterAll(() => node?.stop());

  test('every request from its form is answered; and it ends the session over what it was said to', async () => {
    const page = await composing(set, (page) => connect(page, `127.0.0.1:${node.p2pPort}`));
    const [tip, [id]] = await Promise.all([
      node.rpc<string>('getbestblockhash'),
      node.rpc<string[]>('getrawmempool'),
    ]);
    const transaction = { 'inventory[0].type': 'witness tx', 'inventory[0].hash': id! };
    await sendEveryRequest(page, { tip, transaction });
    await page.getByText('Start from an example').click();
    await page.getByRole('button', { name: 'a header without work' }).click();
    await page.getByRole('button', { name: 'Send it nevertheless' }).click();
    await latest(page)
      .getByText('The node ended the session, and that was on purpose: you sent headers.')
      .waitFor();
    await reach(page, 'closed');
    await page.getByRole('button', { name: 'Connect again' }).click();
    await reach(page, 'ready');
    expect(set.opened.complaints).toEqual([]);
    // Its answers to getaddr and mempool take their time.
  }, 150_000);
});
