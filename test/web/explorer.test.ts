/** The Explorer without a browser: its links and words, and its worker's part over a log of messages. */
import { describe, expect, test } from 'vitest';
import { withHistory } from '../../bridge/demo-node/history.js';
import {
  blockHash,
  compactBlockOf,
  decodeBlock,
  encodeBlock,
  encodeMessage,
  hashToString,
  inventoryTypes,
  transactionIds,
  type BlockHeader,
} from '../../shared/messages/index.js';
import { nobleHashes, type Hashes } from '../../shared/hashes.js';
import { networks } from '../../shared/networks.js';
import { placeOf, soughtOf } from '../../web/screens/explorer/place.js';
import { btc, bytes, utc } from '../../web/screens/explorer/words.js';
import { Explorer } from '../../web/worker/explore/explorer.js';
import { OpenedBlocks } from '../../web/worker/explore/opened-blocks.js';
import { openBlock, type OpenedBlock } from '../../web/worker/explore/opened-block.js';
import type {
  BlockView,
  ChainFacts,
  ExploreQuestion,
  ExploreQuestions,
  SeenView,
  TransactionView,
} from '../../web/worker/explore/protocol.js';
import type { KeptMessage } from '../../web/worker/explore/seen.js';
import { MAX_EXPLORED_BYTES, MAX_SEEN } from '../../web/worker/limits.js';
import { Latest } from '../../web/worker/latest.js';
import { chainOn, genesis } from '../chain/mined.js';

const { chain } = withHistory();
const hash = 'ab'.repeat(32);

describe('a link and what somebody types', () => {
  test.each([
    ['/explorer', { at: 'start' }],
    ['/explorer/', { at: 'start' }],
    ['/explorer/headers/840000', { at: 'headers', height: 840_000 }],
    ['/explorer/block/0', { at: 'block', id: '0' }],
    [`/explorer/block/${hash.toUpperCase()}`, { at: 'block', id: hash }],
    [`/explorer/tx/${hash}`, { at: 'tx', id: hash }],
    ['/explorer/tx/5', { at: 'broken' }],
    ['/explorer/block/01', { at: 'broken' }],
    ['/explorer/block/-1', { at: 'broken' }],
    [`/explorer/block/${hash}/x`, { at: 'broken' }],
    ['/explorer/headers/1e3', { at: 'broken' }],
  ])('%s', (path, place) => expect(placeOf(path)).toEqual(place));

  test.each([
    [' 840,000 ', { height: 840_000 }],
    ['0', { height: 0 }],
    [hash.toUpperCase(), { hash }],
    [`${hash}:12`, { hash }],
    [`0x${hash}`, { hash }],
    [` ${hash.slice(0, 32)}\n${hash.slice(32)} `, { hash }],
    [`"${hash.toUpperCase()}",`, { hash }],
    ['', undefined],
    ['0x', undefined],
    ['12345678901', undefined],
    ['1.5', undefined],
    [hash.slice(1), undefined],
    ['bc1qxyz', undefined],
  ])('“%s”', (text, sought) => expect(soughtOf(text)).toEqual(sought));
});

test('amounts have eight decimals, sizes a unit, times are UTC', () => {
  expect([0n, 1n, 123_456_789_012n, -5n].map(btc)).toEqual([
    '0.00000000',
    '0.00000001',
    '1,234.56789012',
    '-0.00000005',
  ]);
  expect([999, 12_345, 1_234_567].map(bytes)).toEqual(['999 B', '12.3 kB', '1.23 MB']);
  expect(utc(1231006505)).toBe('2009-01-03 18:15:05');
});

/** An Explorer over messages that crossed, without a node. */
function over(hashes: Hashes = nobleHashes) {
  const messages = new Latest<KeptMessage>({ entries: 1e6, bytes: 1e9 }, ({ payload }) => payload.length);
  const told: ChainFacts[] = [];
  const explorer = new Explorer({
    network: networks.regtest,
    messages,
    hashes,
    live: false,
    peer: () => undefined,
    tell: (facts) => told.push(facts),
  });
  const ask = <Q extends keyof ExploreQuestions>(about: Q, asks: ExploreQuestions[Q]['asks']) =>
    explorer.answer({ about, ...asks } as ExploreQuestion, new AbortController().signal) as Promise<
      ExploreQuestions[Q]['answer']
    >;
  const cross = (type: string, payload: Uint8Array, direction: 'sent' | 'received' = 'received') =>
    messages.push({ type, payload, direction, at: messages.end });
  const crossHeaders = (headers: BlockHeader[]) => cross('headers', encodeMessage('headers', { headers }));
  return { ask, cross, crossHeaders, told };
}

/** That counts, by the size of what it hashes, how many it has hashed. */
function counting() {
  const counts = { headers: 0, pairs: 0 };
  const hashes: Hashes = {
    doubleSha256Of80(headers) {
      counts.headers += headers.length / 80;
      return nobleHashes.doubleSha256Of80(headers);
    },
    doubleSha256OfPairs(pairs) {
      counts.pairs += pairs.length / 64;
      return nobleHashes.doubleSha256OfPairs(pairs);
    },
  };
  return { counts, hashes };
}

describe('what crossed in a session', () => {
  test('its headers and merkle trees are hashed by the worker’s engine', async () => {
    const { counts, hashes } = counting();
    const { ask, cross, crossHeaders } = over(hashes);
    crossHeaders(Array.from({ length: 310 }, (_, at) => chain.at(at + 1)!.header));
    await ask('exploreChain', { sync: 'open' });
    expect(counts).toEqual({ headers: 310, pairs: 0 });
    const { bytes: payload, hash } = chain.at(301)!;
    cross('block', payload);
    await ask('exploreBlock', { hash: hashToString(hash) });
    // Its header is offered to the chain; two transactions make one pair of txids, and one of wtxids.
    expect(counts).toEqual({ headers: 311, pairs: 2 });
  });

  test('a compact block’s trees are, too', async () => {
    const { counts, hashes } = counting();
    const { ask, cross } = over(hashes);
    const { bytes: payload, hash } = chain.at(301)!;
    const block = decodeBlock(payload);
    const prefilled = block.transactions.map((transaction, index) => ({ index, transaction }));
    const compact = { ...compactBlockOf(block, 7n), shortIds: [], prefilled };
    cross('cmpctblock', encodeMessage('cmpctblock', compact));
    expect(await ask('exploreBlock', { hash: hashToString(hash) })).toMatchObject({ kind: 'block' });
    // Once to know that it is the block, once to show how it was checked.
    expect(counts.pairs).toBe(4);
  });

  test('a block, and the chain that it stands in; its transactions by both ids', async () => {
    const { ask, cross, crossHeaders } = over();
    const headers = Array.from({ length: chain.height }, (_, at) => chain.at(at + 1)!.header);
    crossHeaders(headers);
    const { bytes: payload, hash, height } = chain.at(301)!;
    cross('block', payload);
    const facts = await ask('exploreChain', { sync: 'open' });
    expect(facts).toMatchObject({ height: 310, sync: { state: 'session' } });
    const id = hashToString(hash);
    expect(await ask('exploreHeader', { at: '301' })).toMatchObject({
      hash: id,
      stands: 'chain',
      confirmations: 10,
      work: { outcome: 'holds' },
    });
    const block = (await ask('exploreBlock', { hash: id })) as BlockView;
    expect(block).toMatchObject({
      transactions: 2,
      size: payload.length,
      coinbaseHeight: height,
      merkleRoot: { outcome: 'holds' },
      witness: { outcome: 'holds' },
      message: 1,
    });
    const [, payment] = decodeBlock(payload).transactions;
    const ids = transactionIds(payment!);
    for (const either of [ids.txid, ids.wtxid])
      expect(await ask('exploreTransaction', { id: hashToString(either) })).toMatchObject({
        txid: hashToString(ids.txid),
        block: { hash: id, height: 301, index: 1 },
      });
    const [row] = await ask('exploreHeaders', { from: 301, count: 1 });
    expect(row).toMatchObject({ transactions: 2, size: payload.length });
  });

  test('what a node announces is listed, by headers and by inv; what was asked for is the chain’s', async () => {
    const { ask, cross, crossHeaders } = over();
    const headers = Array.from({ length: 310 }, (_, at) => chain.at(at + 1)!.header);
    const locator = (at: number) =>
      encodeMessage('getheaders', {
        version: 70016,
        locator: [chain.at(at)!.hash],
        stop: new Uint8Array(32),
      });
    cross('getheaders', locator(0), 'sent');
    crossHeaders(headers.slice(0, 300));
    cross('getheaders', locator(300), 'sent');
    crossHeaders(headers.slice(300, 304));
    // The node asks as well, and has nothing to do with it.
    cross('getheaders', locator(304));
    const blocks = async () => (await ask('exploreSeen', { most: 5 })).blocks;
    expect(await blocks()).toEqual([]);
    crossHeaders(headers.slice(304, 305));
    const announced = { type: inventoryTypes.block, hash: chain.at(306)!.hash };
    cross('inv', encodeMessage('inv', { inventory: [announced] }));
    cross('getheaders', locator(305), 'sent');
    crossHeaders(headers.slice(305, 306));
    expect(await blocks()).toMatchObject([
      { hash: hashToString(chain.at(306)!.hash), height: 306, time: headers[305]!.time },
      { hash: hashToString(chain.at(305)!.hash), height: 305 },
    ]);
  });

  test('a block that came compact is put together from transactions that crossed, or tells what it lacks', async () => {
    const { ask, cross } = over();
    const block = decodeBlock(chain.at(301)!.bytes);
    const hash = hashToString(chain.at(301)!.hash);
    cross('cmpctblock', encodeMessage('cmpctblock', compactBlockOf(block, 7n)));
    const count = block.transactions.length - 1;
    expect(count).toBeGreaterThan(0);
    expect(await ask('exploreSeen', { most: 5 })).toMatchObject({
      blocks: [{ hash, compact: { shortIds: count, prefilled: 1 } }],
    });
    expect(await ask('exploreBlock', { hash })).toMatchObject({
      kind: 'compact',
      shortIds: count,
      prefilled: 1,
      known: 0,
      message: 0,
    });
    expect(await ask('exploreBlock', { hash, how: 'whole' })).toMatchObject({ code: 'not-in-session' });
    for (const transaction of block.transactions.slice(1)) cross('tx', encodeMessage('tx', transaction));
    expect(await ask('exploreBlock', { hash })).toMatchObject({
      kind: 'block',
      size: chain.at(301)!.bytes.length,
      merkleRoot: { outcome: 'holds' },
      witness: { outcome: 'holds' },
      composed: { shortIds: count, prefilled: 1 },
    });
  });

  test('short ids that repeat cannot be told apart: such a block must be had whole', async () => {
    const { ask, cross } = over();
    const compact = compactBlockOf(decodeBlock(chain.at(301)!.bytes), 7n);
    cross('cmpctblock', encodeMessage('cmpctblock', { ...compact, shortIds: [5, 5] }));
    const view = await ask('exploreBlock', { hash: hashToString(chain.at(301)!.hash) });
    expect(view).toMatchObject({ kind: 'compact', known: 0, problem: expect.stringMatching(/^[A-Z].+\.$/) });
  });

  test('what a transaction spends is found in the blocks below, and so is the block that holds one', async () => {
    const { ask, cross, crossHeaders } = over();
    crossHeaders(Array.from({ length: 310 }, (_, at) => chain.at(at + 1)!.header));
    for (let height = 1; height <= 310; height++) cross('block', chain.at(height)!.bytes);
    const [, payment] = decodeBlock(chain.at(301)!.bytes).transactions;
    const id = hashToString(transactionIds(payment!).txid);
    const itself = (height: number) => ask('exploreInto', { id, sought: 'itself', height });
    expect(await itself(302)).toMatchObject({ kind: 'looked', left: 1 });
    expect(await itself(301)).toEqual({
      kind: 'looked',
      height: 301,
      size: chain.at(301)!.bytes.length,
      left: 0,
    });
    expect(await ask('exploreTransaction', { id })).toMatchObject({
      block: { stands: 'chain', height: 301, confirmations: 10 },
      spent: { known: payment!.inputs.length, of: payment!.inputs.length },
      below: 301,
    });
    expect(await itself(400)).toMatchObject({ kind: 'missing', title: expect.stringContaining('changed') });
    expect(await ask('exploreParents', { id: 'ab'.repeat(32) })).toMatchObject({ kind: 'missing' });
  });

  test('a fee is known where what is spent is here', async () => {
    const { ask, cross } = over();
    for (let height = 1; height <= 310; height++) cross('block', chain.at(height)!.bytes);
    const { transactions } = decodeBlock(chain.at(301)!.bytes);
    const [coinbase, payment] = transactions;
    const view = (await ask('exploreTransaction', {
      id: hashToString(transactionIds(payment!).txid),
    })) as TransactionView;
    // The block's only fee: what its coinbase pays beyond the new coins.
    const reward = coinbase!.outputs.reduce((sum, { value }) => sum + value, 0n);
    expect(view.fee?.fee).toBe(reward - 1_250_000_000n);
    expect(view.inputs.every(({ spends }) => spends !== undefined)).toBe(true);
  });

  test('what was changed on the way is shown with the check that fails', async () => {
    const { ask, cross } = over();
    const payload = chain.at(301)!.bytes.slice();
    payload[payload.length - 1]! ^= 1;
    cross('block', payload);
    const block = await ask('exploreBlock', { hash: hashToString(chain.at(301)!.hash) });
    expect(block).toMatchObject({ kind: 'block', merkleRoot: { outcome: 'fails' } });
  });

  test('bytes that are no message, and blocks that break off, change nothing', async () => {
    const { ask, cross } = over();
    const { bytes: payload, hash } = chain.at(301)!;
    for (let length = 0; length < payload.length; length += 7) cross('block', payload.subarray(0, length));
    for (const type of ['tx', 'inv', 'headers', 'blocktxn', 'cmpctblock'])
      cross(type, Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 255, 1));
    expect(await ask('exploreBlock', { hash: hashToString(hash) })).toMatchObject({
      kind: 'missing',
      code: 'not-in-session',
    });
    for (const [about, asks] of [
      ['exploreBlock', { hash: 'x' }],
      ['exploreTransaction', { id: '' }],
      ['exploreFilter', { hash: '12' }],
      ['exploreHeader', { at: '-1' }],
    ] as const)
      expect(await ask(about, asks)).toMatchObject({ kind: 'missing', code: 'bad-request' });
    expect(await ask('exploreHeader', { at: '5' })).toMatchObject({ code: 'above-tip' });
    expect(await ask('exploreHeaders', { from: -3, count: 1e9 })).toHaveLength(1);
  });

  test('headers that stand beside the chain are found by their hash; a better branch takes its place', async () => {
    const { ask, crossHeaders, told } = over();
    const [short, long] = [chainOn(genesis, 3, 1), chainOn(genesis, 5, 2)];
    crossHeaders(short);
    await ask('exploreChain', { sync: 'open' });
    const before = told.at(-1)!;
    crossHeaders(long);
    expect(await ask('exploreHeader', { at: hashToString(blockHash(short[2]!)) })).toMatchObject({
      height: 3,
      stands: 'branch',
    });
    expect(told.at(-1)).toMatchObject({ height: 5 });
    expect(told.at(-1)!.revision).toBeGreaterThan(before.revision);
    const alone = chainOn(long.at(-1)!, 3)[2]!;
    crossHeaders([alone]);
    expect(await ask('exploreHeader', { at: hashToString(blockHash(alone)) })).toMatchObject({
      stands: 'unknown',
    });
  });

  test('announcements are bounded, the latest stay; a wtxid becomes a txid once the transaction is here', async () => {
    const { ask, cross } = over();
    const entries = (from: number, count: number) =>
      Array.from({ length: count }, (_, at) => {
        const hash = new Uint8Array(32);
        new DataView(hash.buffer).setUint32(0, from + at);
        return { type: inventoryTypes.wtx as number, hash };
      });
    cross('inv', encodeMessage('inv', { inventory: entries(0, 30_000) }));
    const payment = decodeBlock(chain.at(304)!.bytes).transactions;
    const withWitness = payment.find((each) => each.inputs.some(({ witness }) => witness.length > 0))!;
    const { txid, wtxid } = transactionIds(withWitness);
    cross('inv', encodeMessage('inv', { inventory: [{ type: inventoryTypes.wtx, hash: wtxid }] }));
    const seen = async (): Promise<SeenView> => ask('exploreSeen', { most: 2 });
    expect(await seen()).toMatchObject({
      totalTransactions: MAX_SEEN,
      transactions: [{ id: hashToString(wtxid), by: 'wtxid' }, { by: 'wtxid' }],
    });
    cross('tx', encodeMessage('tx', withWitness));
    expect((await seen()).transactions[0]).toMatchObject({ id: hashToString(txid), by: 'txid' });
    expect(await ask('exploreFind', { hash: hashToString(wtxid) })).toEqual({ is: 'transaction' });
  });
});

test('opened blocks are kept within their bytes, the one used last longest', () => {
  const opened = new OpenedBlocks();
  const block = (name: string, size: number) =>
    ({
      hash: name,
      bytes: new Uint8Array(size),
      places: new Map([[`tx-${name}`, 0]]),
    }) as unknown as OpenedBlock;
  const third = Math.floor(MAX_EXPLORED_BYTES / 3);
  for (const name of ['a', 'b', 'c']) opened.add(block(name, third));
  opened.get('a');
  opened.add(block('d', third));
  expect(['a', 'b', 'c', 'd'].filter((name) => opened.peek(name))).toEqual(['a', 'c', 'd']);
  expect(opened.holding('tx-c')).toMatchObject({ index: 0 });
  expect(opened.holding('tx-b')).toBeUndefined();
  opened.add(block('e', MAX_EXPLORED_BYTES + 1));
  expect(['a', 'c', 'd', 'e'].filter((name) => opened.peek(name))).toEqual(['e']);
});

test('while a full block is checked the worker turns to its connections again and again', async () => {
  const script = new Uint8Array(22);
  const block = {
    header: chain.at(1)!.header,
    transactions: Array.from({ length: 8000 }, (_, lockTime) => ({
      version: 2,
      lockTime,
      inputs: [0, 1].map((vout) => ({
        outpoint: { txid: new Uint8Array(32).fill(1), vout },
        scriptSig: new Uint8Array(),
        sequence: 0,
        witness: [new Uint8Array(71), new Uint8Array(33)],
      })),
      outputs: [0, 1].map(() => ({ value: 1000n, scriptPubKey: script })),
    })),
  };
  const bytes = encodeBlock(block);
  let [turns, longest, before] = [0, 0, performance.now()];
  const timer = setInterval(() => {
    turns++;
    longest = Math.max(longest, performance.now() - before);
    before = performance.now();
  });
  const opened = await openBlock('00', bytes, 0, networks.regtest, nobleHashes);
  clearInterval(timer);
  console.log(`a block of ${bytes.length} bytes: ${turns} turns, the longest ${longest.toFixed(0)} ms`);
  expect(turns).toBeGreaterThan(5);
  expect(opened).toMatchObject({ merkleRoot: { outcome: 'fails' }, witness: { outcome: 'fails' } });
  expect(opened.txids).toHaveLength(8000);
});
