/** The Explorer as somebody uses it: against the demo node, a real node, a recording, and nodes that say nothing. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withHistory } from '../../bridge/demo-node/history.js';
import { toHex } from '../../shared/bytes.js';
import {
  blockHash,
  compactBlockOf,
  decodeBlock,
  hashToString,
  transactionSize,
  txid,
} from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';
import { addressOfScript } from '../../shared/script/index.js';
import { chainOn, genesis, headerOn } from '../chain/mined.js';
import { startNode, type BitcoinNode } from '../node/harness.js';
import { startProduct } from '../setup/product.js';
import { describeWithChromium, describeWithNodeAndChromium } from '../setup/tools.js';
import { inBothLooks, sidewaysScroll, violations, widen } from './axe.js';
import { bench, connect, reach, replayed, type Bench } from './harness.js';
import { benchWithNode, respond } from './own-node.js';

/** More than one table holds. */
const LONG = 101_500;

const go = (page: Page, hash: string) => page.evaluate((hash) => (location.hash = hash), hash);
const said = (page: Page) => page.getByRole('main').innerText();
const search = (page: Page) => page.getByLabel('Look up', { exact: true });
const table = (page: Page) => page.getByRole('table', { name: 'Headers, newest first' });
const rows = (page: Page) => table(page).locator('[data-row]');
const title = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true });
/** As people read it: '1,234.00005000'. */
const btc = (satoshi: bigint) =>
  `${new Intl.NumberFormat('en').format(satoshi / 100_000_000n)}.${String(satoshi % 100_000_000n).padStart(8, '0')}`;

async function lookUp(page: Page, text: string): Promise<void> {
  await search(page).fill(text);
  await search(page).press('Enter');
}

/** Connects, and opens the Explorer. */
async function explore(set: Bench, node: string, options: Parameters<Bench['open']>[1] = {}): Promise<Page> {
  const page = await set.open('#/connect', { bypassCSP: true, ...options });
  // A recording that comes later than the connection would take its place on screen.
  await replayed(page);
  await connect(page, node);
  await reach(page, 'ready');
  await go(page, '#/explorer');
  return page;
}

async function check(set: Bench, name: string): Promise<void> {
  const { page } = set.opened;
  await inBothLooks(page, async (look) => {
    expect(await violations(page)).toEqual([]);
    expect(await sidewaysScroll(page)).toBe(0);
    await page.evaluate(() => scrollTo(0, 0));
    await set.opened.screenshot(`explorer-${name}-${look}`);
  });
  await widen(page);
}

describeWithChromium('the Explorer', (chromium) => {
  const set = bench(chromium);
  const { chain } = withHistory();

  test('the demo node’s chain, newest first; headers by keyboard; a block by height and by hash', async () => {
    const page = await explore(set, 'demo');
    await page.getByText(/At the node’s tip, height 31\d/).waitFor();
    await expect.poll(() => rows(page).first().innerText()).toMatch(/^31\d/);
    await table(page)
      .getByText(hashToString(chain.at(305)!.hash))
      .waitFor();
    await check(set, 'start');

    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('filter-text');
    await page.keyboard.type('nonsense');
    await page.keyboard.press('Enter');
    await page.getByText('This is neither').waitFor();
    await lookUp(page, '303');
    await title(page, 'Block 303').waitFor();
    const { bytes, hash } = chain.at(303)!;
    const block = decodeBlock(bytes);
    await page
      .getByText(`All ${block.transactions.length} transaction ids`)
      .or(page.getByText('The one transaction’s id'))
      .waitFor();
    expect(await said(page)).toContain(hashToString(hash));
    expect(await said(page)).toContain(`${new Intl.NumberFormat('en').format(bytes.length)} bytes`);
    await page.getByRole('link', { name: /block after, 304/ }).click();
    await title(page, 'Block 304').waitFor();
    await lookUp(page, hashToString(hash));
    await title(page, 'Block 303').waitFor();
    expect(set.opened.complaints).toEqual([]);
  });

  test('every kind of output: amounts, addresses and sizes are those of the chain', async () => {
    const page = await explore(set, 'demo');
    await page.getByText(/At the node’s tip/).waitFor();
    // One payment for each kind of script, over and over.
    const seen = new Set<string>();
    let last = '';
    for (let height = 101; height <= 310 && seen.size < 9; height++) {
      const { transactions } = decodeBlock(chain.at(height)!.bytes);
      const payment = transactions[1];
      if (payment === undefined) continue;
      await go(page, `#/explorer/block/${height}`);
      await title(page, `Block ${height}`).waitFor();
      const row = page.getByRole('table', { name: 'Transactions, in order' }).locator('[data-row="1"]');
      await row.getByRole('link').click();
      await title(page, 'Transaction').waitFor();
      const outputs = page.getByRole('region', { name: /^\d+ outputs?$/ });
      await outputs.waitFor();
      expect(await said(page)).toContain(hashToString(txid(payment)));
      expect(await said(page)).toContain(`${transactionSize(payment).vsize} vB`);
      for (const { value, scriptPubKey } of payment.outputs) {
        const address = addressOfScript(scriptPubKey, networks.regtest);
        const entry = outputs.getByRole('listitem').filter({ hasText: btc(value) });
        if (address !== undefined) await entry.filter({ hasText: address }).first().waitFor();
        seen.add(/\((.*)\)|(bare multisig|nonstandard)/.exec(await entry.first().innerText())?.[0] ?? '');
      }
      last = hashToString(txid(payment));
    }
    await page
      .getByText(/^Script of/)
      .first()
      .click();
    await check(set, 'transaction');
    expect(last).not.toBe('');
    expect(seen.size).toBeGreaterThanOrEqual(8);
    await go(page, '#/explorer/block/301');
    await title(page, 'Block 301').waitFor();
    await page.getByRole('button', { name: 'Ask for the filter' }).click();
    await page.getByText('Hash of the filter').waitFor();
    expect(await said(page)).toMatch(/holds It matches \d+ of the scripts/);
    await check(set, 'block');
  });

  test('a transaction that is announced is opened; a block that is found appears at once', async () => {
    const page = await explore(set, 'demo');
    const seen = page.getByRole('region', { name: 'Transactions of this session' });
    await seen.getByRole('link').first().click({ timeout: 30_000 });
    await title(page, 'Transaction').waitFor();
    await page.getByText(/^unconfirmed, as far as is known here; first heard of at/).waitFor();
    await page.getByRole('button', { name: 'See its bytes' }).click();
    await page.getByRole('region', { name: 'Message tx' }).waitFor();
    await page.goBack();
    await go(page, '#/explorer');
    await page.getByText(/New block: height 31\d\./).waitFor({ state: 'attached', timeout: 60_000 });
    await expect.poll(() => rows(page).first().innerText()).toMatch(/^31[1-9]/);
  });

  test('what no node has: notfound for a transaction, and for a block silence with its reason', async () => {
    const page = await explore(set, 'demo');
    await page.getByText(/At the node’s tip/).waitFor();
    await lookUp(page, 'f'.repeat(64));
    await page.getByRole('heading', { name: 'The node does not have this transaction' }).waitFor();
    expect(await said(page)).toContain('open its block');
    await check(set, 'not-found');

    await lookUp(page, `00${'ab'.repeat(31)}`);
    await page.getByText('Asking the node for this block').waitFor();
    await page.getByText(/^\d of at most 15 s of silence$/).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('heading', { name: 'Cancelled' }).waitFor();
    await page.getByRole('button', { name: 'Ask once more' }).click();
    await page.getByRole('heading', { name: 'No answer after 15 s' }).waitFor();
    expect(await said(page)).toContain('Nodes are silent about a block that they do not have');
    const instead = page.getByRole('link', { name: 'look it up as a transaction' });
    expect(await instead.getAttribute('href')).toBe(`#/explorer/tx/00${'ab'.repeat(31)}`);
    await check(set, 'silent');
    await lookUp(page, '99,999');
    await page.getByRole('heading', { name: 'There is no height 99999 here' }).waitFor();
  });

  test('a node that answers nothing: the chain says so, and is asked once more', async () => {
    const page = await explore(set, 'silent-after-ready.demo');
    await page.getByText(/Syncing headers: height 0/).waitFor();
    await page.getByText('No answer after 15 s: the node gave no headers.').waitFor({ timeout: 40_000 });
    await check(set, 'no-headers');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText(/Syncing headers/).waitFor();
    await page.getByRole('button', { name: 'Stop the sync' }).click();
    await page.getByText('The sync was stopped at height 0').waitFor();
  });

  test('a recording: its blocks and transactions, without a server; what did not cross is said', async () => {
    const page = await set.open('#/connect', { bypassCSP: true });
    await replayed(page);
    await go(page, '#/explorer');
    await page.getByText(/The headers that crossed in this session reach height/).waitFor();
    const blocks = page.getByRole('region', { name: 'Blocks of this session' });
    await blocks
      .getByText(/\d+ transactions? · /)
      .first()
      .waitFor();
    await check(set, 'recording');
    await blocks
      .getByRole('listitem')
      .filter({ hasText: /transactions? ·/ })
      .first()
      .getByRole('link')
      .click();
    await page.getByText(/^holds (All|The one)/).waitFor();
    await lookUp(page, '1');
    await page.getByRole('heading', { name: 'This session did not fetch this block' }).waitFor();
    await lookUp(page, 'f'.repeat(64));
    await page.getByRole('heading', { name: 'This session did not fetch this transaction' }).waitFor();
    await go(page, '#/explorer/nothing');
    await page.getByText('This link names no block and no transaction.').waitFor();
    expect(set.opened.requests.filter((url) => /^wss?:/.test(url))).toEqual([]);
  });

  test('without a session there is the way to one', async () => {
    const page = await set.open('#/explorer', { withoutRecording: true, bypassCSP: true });
    await page.getByText('The Explorer asks a node for its chain').waitFor();
    expect(await search(page).count()).toBe(0);
    await check(set, 'idle');
  });
});

describeWithChromium('a node of ours, in the Explorer', (chromium) => {
  const set = benchWithNode(chromium);

  test('a long chain: progress, then its tip; the table is virtual, and older headers are a link away', async () => {
    const headers = [genesis, ...chainOn(genesis, LONG)];
    const places = new Map(headers.map((header, height) => [toHex(blockHash(header)), height]));
    set.node.serve = (socket) => {
      const peer = respond(socket, { garbage: 0 });
      peer.onUnasked(({ type, value }) => {
        if (type !== 'getheaders') return;
        const known = value.locator.map((hash) => places.get(toHex(hash))).find((at) => at !== undefined)!;
        peer.send('headers', { headers: headers.slice(known + 1, known + 2001) });
      });
    };
    const page = await explore(set, set.node.address);
    await page.getByRole('progressbar', { name: 'Headers synced' }).waitFor();
    await page.getByText('At the node’s tip, height 101,500').waitFor();
    await expect.poll(() => rows(page).first().innerText()).toMatch(/^101,500/);
    expect(await rows(page).count()).toBeLessThan(60);
    await check(set, 'long');
    await rows(page).first().getByRole('link').focus();
    for (const [key, row] of [
      ['ArrowDown', 101_499],
      ['End', 1501],
      ['PageUp', undefined],
      ['Home', 101_500],
    ] as const) {
      await page.keyboard.press(key);
      if (row === undefined) continue;
      const hash = hashToString(blockHash(headers[row]!));
      await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain(hash);
    }
    await page.getByText('Heights 1,501 to 101,500.').waitFor();
    await page.getByRole('link', { name: 'Older ones' }).click();
    await page.getByText('Heights 0 to 2,500.').waitFor();
    await go(page, '#/explorer/headers/7');
    await table(page)
      .getByText(hashToString(blockHash(headers[7]!)))
      .waitFor();
    await lookUp(page, '101,500');
    await title(page, 'Block 101,500').waitFor();
    await page.getByText(hashToString(blockHash(headers.at(-1)!))).waitFor();
    expect(set.opened.complaints).toEqual([]);
  });

  test('a compact block: what it lacks is asked for, and the block is put together', async () => {
    const { chain } = withHistory();
    const { block, height } = [...Array(chain.height).keys()]
      .map((at) => ({ block: decodeBlock(chain.at(at + 1)!.bytes), height: at + 1 }))
      .findLast(({ block }) => block.transactions.length > 1)!;
    const headers = Array.from({ length: height }, (_, at) => chain.at(at + 1)!.header);
    let peer!: ReturnType<typeof respond>;
    set.node.serve = (socket) => {
      peer = respond(socket, { garbage: 0 });
      peer.onUnasked(({ type, value }) => {
        if (type === 'getheaders') peer.send('headers', { headers: headers.slice(0, -1) });
        if (type === 'getblocktxn')
          peer.send('blocktxn', {
            blockHash: value.blockHash,
            transactions: value.indexes.map((at) => block.transactions[at]!),
          });
      });
    };
    const page = await explore(set, set.node.address);
    await page.getByText(`At the node’s tip, height ${height - 1}`).waitFor();
    peer.send('cmpctblock', compactBlockOf(block, 1n));
    const count = block.transactions.length - 1;
    const blocks = page.getByRole('region', { name: 'Blocks of this session' });
    await blocks.getByText(`compact · ${count + 1} transactions`).waitFor();
    await blocks.getByRole('link').first().click();
    await page.getByRole('heading', { name: 'It came as a compact block' }).waitFor();
    await check(set, 'compact');
    await page.getByRole('button', { name: /^Ask for the \d+ transactions? that/ }).click();
    await page.getByText('It came as a compact block and was put together in this tab').waitFor();
    expect(await said(page)).toMatch(/Merkle root\nholds/);
    await page.getByRole('button', { name: 'See its bytes' }).click();
    await page.getByRole('region', { name: 'Message cmpctblock' }).waitFor();
  });

  test('headers that build on nothing end the sync with the reason, and not the session', async () => {
    set.node.serve = (socket) => {
      const peer = respond(socket, { garbage: 0 });
      peer.onUnasked(({ type }) => {
        if (type !== 'getheaders') return;
        const header = headerOn(headerOn(genesis));
        for (let i = 0; i < 20; i++) peer.send('headers', { headers: [header] });
      });
    };
    const page = await explore(set, set.node.address);
    await page.getByText('build on a block that it does not show').waitFor();
    await reach(page, 'ready');
    await check(set, 'misbehaving');
  });
});

interface NodeTransaction {
  txid: string;
  hash: string;
  size: number;
  vsize: number;
  weight: number;
  vin: { txid: string; vout: number; txinwitness?: string[] }[];
  vout: { value: number; scriptPubKey: { asm: string; address?: string } }[];
}

/** What a node tells besides of one in a block. */
interface MinedTransaction {
  fee: number;
  vin: { txid: string; vout: number; prevout: { value: number; scriptPubKey: { address?: string } } }[];
}

describeWithNodeAndChromium('the Explorer and a real node', (paths) => {
  let node: BitcoinNode;
  let pruned: BitcoinNode;
  let address: string;
  beforeAll(async () => {
    [node, pruned] = await Promise.all([
      startNode(['-fallbackfee=0.0001', '-txindex=1']),
      startNode(['-prune=1', '-v2transport=0']),
    ]);
    await node.rpc('createwallet', 'w');
    address = await node.rpc<string>('getnewaddress');
    await node.rpc('generatetoaddress', 110, address);
    await pruned.rpc('generatetoaddress', 400, address);
  });
  afterAll(async () => {
    await Promise.all([node?.stop(), pruned?.stop()]);
  });
  const set = bench(paths.chromium, () =>
    startProduct(['--allow', `127.0.0.1:${node.p2pPort}`, '--allow', `127.0.0.1:${pruned.p2pPort}`]),
  );

  test('its tip by height; a transaction of its wallet as getrawtransaction has it; a block that is mined', async () => {
    const page = await explore(set, `127.0.0.1:${node.p2pPort}`);
    await page.getByText(/At the node’s tip, height 110/).waitFor();
    await lookUp(page, '110');
    await title(page, 'Block 110').waitFor();
    await page.getByText('Confirmations').waitFor();
    expect(await said(page)).toContain(await node.rpc<string>('getbestblockhash'));

    const to = await node.rpc<string>('getnewaddress', '', 'bech32m');
    const txid = await node.rpc<string>('sendtoaddress', to, 1.5);
    const theirs = await node.rpc<NodeTransaction>('getrawtransaction', txid, 2);
    const seen = page.getByRole('region', { name: 'Transactions of this session' });
    const expectSame = async () => {
      await page.getByRole('heading', { name: /^\d+ outputs$/ }).waitFor();
      const text = await said(page);
      for (const fact of [theirs.txid, theirs.hash, `${theirs.vsize} vB`, `${theirs.weight} WU`])
        expect(text).toContain(fact);
      const outputs = page.getByRole('region', { name: /outputs$/ });
      for (const { value, scriptPubKey } of theirs.vout) {
        const entry = outputs.getByRole('listitem').filter({ hasText: scriptPubKey.address! });
        expect(await entry.innerText()).toContain(btc(BigInt(Math.round(value * 1e8))));
        await entry.getByText(/^Script of/).click();
        expect(await entry.innerText()).toContain(scriptPubKey.asm);
        await entry.getByText(/^Script of/).click();
      }
      const inputs = page.getByRole('region', { name: /inputs?$/ });
      for (const { txid, vout } of theirs.vin) expect(await inputs.innerText()).toContain(`${txid}:${vout}`);
    };
    // Announced after a while, by its wtxid; then asked for by that.
    await go(page, '#/explorer');
    await seen.getByRole('link').first().click({ timeout: 60_000 });
    await expectSame();

    // Its parents are in blocks: no node has a look-up of those by their id, and one after the other is looked into.
    await page.getByRole('heading', { name: /^\d+ inputs? without an amount$/ }).waitFor();
    await page.getByRole('button', { name: 'Look for what it spends' }).click();
    await page.getByText(/^The node was asked for \d+ transactions? and hands out none\.$/).waitFor();
    await check(set, 'spent');
    await page.getByRole('button', { name: 'Search blocks for the rest, from height 110 down' }).click();
    await page.getByText('Fee rate').waitFor();
    const satoshi = (coins: number) => BigInt(Math.round(coins * 1e8));
    const expectSpent = async (fee: number, spent: { from: string; value: number; address: string }[]) => {
      const text = await said(page);
      expect(text).toContain(`${btc(satoshi(fee))} BTC`);
      expect(text).toContain(`${((fee * 1e8) / theirs.vsize).toFixed(1)} sat/vB`);
      const inputs = page.getByRole('region', { name: /inputs?$/ }).getByRole('listitem');
      for (const { from, value, address } of spent) {
        const entry = await inputs.filter({ hasText: from }).innerText();
        expect(entry).toContain(address);
        expect(entry).toContain(btc(satoshi(value)));
      }
    };
    // Before it is mined the node itself has its fee in its mempool, and what it spends in the parents.
    const { fees } = await node.rpc<{ fees: { base: number } }>('getmempoolentry', txid);
    const spent = await Promise.all(
      theirs.vin.map(async ({ txid, vout }) => {
        const { value, scriptPubKey } = (await node.rpc<NodeTransaction>('getrawtransaction', txid, 1)).vout[
          vout
        ]!;
        return { from: `${txid}:${vout}`, value, address: scriptPubKey.address! };
      }),
    );
    await expectSpent(fees.base, spent);
    expect(await said(page)).toContain('unconfirmed, as far as is known here; first heard of at');
    await check(set, 'unconfirmed');
    await page
      .getByRole('region', { name: /inputs?$/ })
      .getByRole('link')
      .first()
      .click();
    await title(page, 'Coinbase transaction').waitFor();
    await page.getByText(/^in block \d+, number 0; \d+ confirmations$/).waitFor();

    await go(page, '#/explorer');
    const [mined] = await node.rpc<string[]>('generatetoaddress', 1, address);
    await table(page).getByText(mined!).waitFor();
    await page.getByText('New block: height 111.').waitFor({ state: 'attached' });
    const blocks = page.getByRole('region', { name: 'Blocks of this session' });
    await blocks.getByRole('link', { name: 'Block 111' }).waitFor();
    // What was only announced is not known to be in it: the block is had, and says so.
    await go(page, `#/explorer/tx/${txid}`);
    await page.getByRole('button', { name: 'Search blocks for it, from height 111 down' }).click();
    await page.getByText(/^in block 111, number \d+; 1 confirmation$/).waitFor();
    const { fee, vin } = await node.rpc<MinedTransaction>('getrawtransaction', txid, 2, mined);
    await expectSpent(
      fee,
      vin.map(({ txid, vout, prevout: { value, scriptPubKey } }) => ({
        from: `${txid}:${vout}`,
        value,
        address: scriptPubKey.address!,
      })),
    );
    await go(page, '#/explorer');
    await table(page).getByText(mined!).click();
    await title(page, 'Block 111').waitFor();
    await page
      .getByRole('table', { name: 'Transactions, in order' })
      .getByRole('link', { name: txid })
      .click();
    await page.getByText(/^in block 111, number \d+; 1 confirmation$/).waitFor();
    await expectSame();
    await check(set, 'wallet');

    await lookUp(page, `7${'e'.repeat(63)}`);
    await page.getByRole('heading', { name: 'No answer after 15 s' }).waitFor();
    await reach(page, 'ready');
    expect(set.opened.complaints).toEqual([]);
  });

  test('a block that was announced by inv; a reorganisation, and what stood in the chain before', async () => {
    const page = await set.open('#/connect', { bypassCSP: true });
    await replayed(page);
    await connect(page, `127.0.0.1:${node.p2pPort}`);
    await reach(page, 'ready');
    // Nobody has asked for headers yet, so blocks are announced by inv.
    await page.getByText(/./).first().waitFor();
    const from = await node.rpc<number>('getblockcount');
    const [old] = await node.rpc<string[]>('generatetoaddress', 1, address);
    await go(page, '#/messages');
    await page.getByRole('option').filter({ hasText: 'inv' }).last().waitFor();
    await go(page, '#/explorer');
    const blocks = page.getByRole('region', { name: 'Blocks of this session' });
    await blocks.getByRole('link', { name: `Block ${from + 1}` }).waitFor();
    await page.getByText(`At the node’s tip, height ${from + 1}`).waitFor();

    await node.rpc('invalidateblock', old);
    const other = await node.rpc<string>('getnewaddress');
    const [replaced, next] = await node.rpc<string[]>('generatetoaddress', 2, other);
    await page
      .getByText(`New block: height ${from + 2}. 1 other made way for its branch.`)
      .waitFor({ state: 'attached' });
    await table(page).getByText(replaced!).waitFor();
    await table(page).getByText(next!).waitFor();
    expect(await table(page).getByText(old!).count()).toBe(0);
    await blocks.getByText('beside the chain').first().waitFor();
    await check(set, 'reorganised');
    await lookUp(page, String(from + 1));
    await title(page, `Block ${from + 1}`).waitFor();
    await page.getByText(replaced!).waitFor();
    await lookUp(page, `0x${old!.toUpperCase()}`);
    await page.getByText('(on a branch beside the chain)').waitFor();

    await node.rpc('reconsiderblock', old);
    await node.rpc('invalidateblock', replaced);
    await node.rpc('generatetoaddress', 2, other);
    await page.getByText('(on a branch beside the chain)').waitFor({ state: 'detached' });
    await page.getByText('Confirmations').waitFor();
  });

  test('a pruned node over v1: its latest blocks come; an older one is asked for once somebody insists', async () => {
    const page = await set.open('#/connect', { bypassCSP: true });
    await replayed(page);
    await connect(page, `127.0.0.1:${pruned.p2pPort}`);
    await reach(page, 'failed');
    await page.getByRole('button', { name: 'Retry with v1, unencrypted' }).click();
    await reach(page, 'ready');
    await go(page, '#/explorer');
    await page.getByText(/At the node’s tip, height 400/).waitFor();
    await lookUp(page, '300');
    await page.getByRole('heading', { name: '1 transaction', exact: true }).waitFor();
    await lookUp(page, '20');
    await page.getByRole('heading', { name: 'This node keeps only the latest blocks' }).waitFor();
    expect(await said(page)).toContain('380 below its tip');
    await check(set, 'pruned');
    await reach(page, 'ready');
    await page.getByRole('button', { name: 'Ask anyway' }).click();
    await reach(page, 'closed');
    await page
      .getByRole('heading', { name: /ended|did not fetch/ })
      .first()
      .waitFor();
  });
});
