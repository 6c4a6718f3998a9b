/** Questions find their answers, and nothing else counts as one. */
import { describe, expect, test } from 'vitest';
import { V2Transport } from '../../shared/bip324/index.js';
import { fromHex } from '../../shared/bytes.js';
import {
  blockHash,
  blockMerkleTree,
  compactBlockOf,
  decodeMessage,
  type Block,
  type BlockHeader,
  type Transaction,
  txid,
  wtxid,
} from '../../shared/messages/index.js';
import { hasProofOfWork } from '../../shared/chain/proof-of-work.js';
import { networks } from '../../shared/networks.js';
import { type PeerFailure, type PeerTransport } from '../../shared/peer/index.js';
import { readyWithRaw, settle } from './setup.js';

const hash = (fill: number) => new Uint8Array(32).fill(fill);
const transaction = (tag: number): Transaction => ({
  version: 2,
  inputs: [
    {
      outpoint: { txid: hash(tag), vout: 0 },
      scriptSig: Uint8Array.of(1, tag),
      sequence: 0xffffffff,
      witness: [],
    },
  ],
  outputs: [{ value: 5n, scriptPubKey: Uint8Array.of(0x51) }],
  lockTime: 0,
});

function mined(header: BlockHeader): BlockHeader {
  while (!hasProofOfWork(blockHash(header), header.bits, networks.regtest.powLimit)) header.nonce++;
  return header;
}

function blockOf(...tags: number[]): Block {
  const transactions = tags.map(transaction);
  const header = { version: 4, previous: hash(0), merkleRoot: hash(0), time: 1, bits: 0x207fffff, nonce: 0 };
  const merkleRoot = blockMerkleTree({ header, transactions }).root;
  return { header: mined({ ...header, merkleRoot }), transactions };
}

const block = blockOf(1, 2, 3);
const other = blockOf(4);
const id = blockHash(block.header);

const failureOf = (asked: Promise<unknown>): Promise<PeerFailure> =>
  asked.then(
    () => {
      throw new Error('it was answered');
    },
    (failure: PeerFailure) => failure,
  );

describe('a block', () => {
  test('is asked for with its witnesses, or without, and told from others by its hash', async () => {
    const { peer, raw } = await readyWithRaw();
    const whole = peer.ask.block(id);
    const bare = peer.ask.block(blockHash(other.header), { witness: false });
    await raw.hear('getdata', 2);
    await raw.send('block', other);
    await raw.send('block', block);
    expect(await whole).toEqual(block);
    expect(await bare).toEqual(other);
    const types = raw.messages
      .filter(({ type }) => type === 'getdata')
      .map(({ payload }) => payload[1 + 3]! >> 6);
    expect(types).toEqual([1, 0]); // bit 30: with witness
  });

  test('with other transactions than its header’s is no answer', async () => {
    const { peer, raw } = await readyWithRaw();
    const asked = failureOf(peer.ask.block(id));
    await raw.send('block', { ...block, transactions: [...block.transactions].reverse() });
    const failure = await asked;
    expect(failure.error).toMatchObject({ code: 'invalid-answer' });
    expect(failure.message).toMatch(/merkle root/);
    expect(peer.state).toBe('ready');
  });

  test('that the peer says it does not have is not found; silence is a time-out', async () => {
    const { peer, raw, clock } = await readyWithRaw({ timeouts: { pingIntervalMs: Infinity } });
    const missing = failureOf(peer.ask.block(id));
    await raw.send('notfound', { inventory: [{ type: 0x40000002, hash: hash(9) }] });
    await raw.send('notfound', { inventory: [{ type: 0x40000002, hash: id }] });
    expect((await missing).error).toMatchObject({ code: 'not-found' });
    const silent = failureOf(peer.ask.block(id));
    clock.advance(30_000);
    expect((await silent).error).toMatchObject({ code: 'request-timed-out' });
    expect(peer.state).toBe('ready');
  });

  test('comes as a compact block, or whole', async () => {
    const { peer, raw } = await readyWithRaw();
    const compact = compactBlockOf(block, 7n);
    const first = peer.ask.compactBlock(id);
    await raw.send('cmpctblock', compact);
    expect(await first).toMatchObject({ type: 'cmpctblock', value: compact });
    const second = peer.ask.compactBlock(id);
    await raw.send('block', block);
    expect(await second).toMatchObject({ type: 'block', value: block });
  });

  test('gives single transactions, from blocktxn or from the whole block', async () => {
    const { peer, raw } = await readyWithRaw();
    const [, second, third] = block.transactions;
    const asked = peer.ask.blockTransactions(id, [1, 2]);
    await raw.hear('getblocktxn');
    await raw.send('blocktxn', { blockHash: hash(1), transactions: [] });
    await raw.send('blocktxn', { blockHash: id, transactions: [second!, third!] });
    expect(await asked).toEqual([second, third]);

    const deep = peer.ask.blockTransactions(id, [2]);
    await raw.send('block', block);
    expect(await deep).toEqual([third]);

    const short = failureOf(peer.ask.blockTransactions(id, [1, 2]));
    await raw.send('blocktxn', { blockHash: id, transactions: [second!] });
    expect((await short).error).toMatchObject({ code: 'invalid-answer' });

    const beyond = failureOf(peer.ask.blockTransactions(id, [3]));
    await raw.send('block', block);
    expect((await beyond).error).toMatchObject({ code: 'invalid-answer' });
  });
});

describe('headers', () => {
  const first = blockOf(21).header;
  const child = mined({ ...first, previous: blockHash(first) });
  const genesis = fromHex(networks.regtest.genesis.hash).reverse();
  const second = mined({ ...first, previous: genesis });

  test('by default are asked for from genesis', async () => {
    const { peer, raw } = await readyWithRaw();
    const asked = peer.ask.headers();
    await raw.hear('getheaders');
    const { payload } = raw.messages.find(({ type }) => type === 'getheaders')!;
    expect(decodeMessage('getheaders', payload)).toMatchObject({ value: { locator: [genesis] } });
    await raw.send('headers', { headers: [second] });
    expect((await asked).headers).toEqual([second]);
  });

  test('that follow something else are the answer to something else', async () => {
    const { peer, raw } = await readyWithRaw();
    const one = peer.ask.headers({ locator: [blockHash(first)] });
    const alone = peer.ask.headers({ stop: blockHash(first) });
    await raw.send('headers', { headers: [first] });
    await raw.send('headers', { headers: [child] });
    expect((await one).headers).toEqual([child]);
    expect((await alone).headers).toEqual([first]);
  });
});

test('before the coinbase had to commit to witnesses, a commitment without its nonce is fine', async () => {
  const commitment = Uint8Array.from([...fromHex('6a24aa21a9ed'), ...hash(5)]);
  const at = (...height: number[]): Block => {
    const coinbase = transaction(1);
    coinbase.inputs[0]!.scriptSig = Uint8Array.from([height.length, ...height]);
    coinbase.outputs.push({ value: 0n, scriptPubKey: commitment });
    const header = {
      version: 4,
      previous: hash(0),
      merkleRoot: txid(coinbase),
      time: 1,
      bits: 0x207fffff,
      nonce: 0,
    };
    return { header: mined(header), transactions: [coinbase] };
  };
  // 481,824 is the first block with segwit on mainnet.
  const [before, after] = [at(0x1f, 0x5a, 0x07), at(0x20, 0x5a, 0x07)];
  const { peer, raw } = await readyWithRaw({ transport: mainnetKeys() });
  const good = peer.ask.block(blockHash(before.header));
  await raw.send('block', before);
  expect(await good).toEqual(before);
  const bad = failureOf(peer.ask.block(blockHash(after.header)));
  await raw.send('block', after);
  expect((await bad).message).toMatch(/witness of the coinbase/);
});

/** Speaks with the tests' raw peer, which is on regtest, and follows mainnet's rules. */
function mainnetKeys(): PeerTransport {
  const { magic } = networks.regtest;
  return V2Transport.initiator({ network: { ...networks.main, magic } });
}

test('a transaction is told from others by the id that was asked for', async () => {
  const { peer, raw } = await readyWithRaw();
  const witnessed = { ...transaction(8), inputs: [{ ...transaction(8).inputs[0]!, witness: [hash(3)] }] };
  const byTxid = peer.ask.transaction(txid(witnessed));
  const byWtxid = peer.ask.transaction(wtxid(witnessed), { by: 'wtxid' });
  const missing = failureOf(peer.ask.transaction(hash(1)));
  await raw.hear('getdata', 3);
  await raw.send('tx', transaction(7));
  await raw.send('tx', witnessed);
  await raw.send('tx', witnessed);
  await raw.send('notfound', { inventory: [{ type: 0x40000001, hash: hash(1) }] });
  expect(await byTxid).toEqual(witnessed);
  expect(await byWtxid).toEqual(witnessed);
  expect((await missing).error).toMatchObject({ code: 'not-found' });
});

describe('filters', () => {
  const filter = (of: Uint8Array, bytes = 3) => ({
    filterType: 0,
    blockHash: of,
    filter: new Uint8Array(bytes),
  });
  const range = { startHeight: 10, stopHash: hash(3) };
  const question = { startHeight: 10, blockHashes: [hash(1), hash(2), hash(3)] };

  test('come one by one, each gives the peer more time, and those of other questions do not count', async () => {
    const { peer, raw, clock } = await readyWithRaw({ timeouts: { pingIntervalMs: Infinity } });
    const asked = peer.ask.filters(question);
    for (const n of [1, 7, 2, 1]) {
      await raw.send('cfilter', filter(hash(n)));
      await settle();
      if (n === 1 || n === 2) clock.advance(29_000 / 2);
    }
    await raw.send('cfilter', { ...filter(hash(3)), filterType: 9 });
    await raw.send('cfilter', filter(hash(3)));
    expect((await asked).map(({ blockHash }) => blockHash)).toEqual(question.blockHashes);
    expect(await peer.ask.filters({ startHeight: 1, blockHashes: [] })).toEqual([]);
  });

  test('stop coming, or leave one out: a time-out', async () => {
    const { peer, raw, clock } = await readyWithRaw({ timeouts: { pingIntervalMs: Infinity } });
    const asked = failureOf(peer.ask.filters(question));
    await raw.send('cfilter', filter(hash(1)));
    await raw.send('cfilter', filter(hash(3)));
    await settle();
    clock.advance(30_000);
    expect((await asked).error).toMatchObject({ code: 'request-timed-out' });
  });

  test('that are far too large are no answer', async () => {
    const { peer, raw } = await readyWithRaw();
    const blockHashes = Array.from({ length: 20 }, (_, n) => hash(100 + n));
    const endless = failureOf(peer.ask.filters({ startHeight: 1, blockHashes }));
    for (const of of blockHashes.slice(0, 17)) await raw.send('cfilter', filter(of, 3_999_000));
    expect((await endless).message).toMatch(/more than 67108864 bytes/);
    expect(peer.state).toBe('ready');
  });

  test('have headers and checkpoints, told by their stop hash', async () => {
    const { peer, raw } = await readyWithRaw();
    const headers = peer.ask.filterHeaders(range);
    const checkpoints = peer.ask.filterCheckpoints(range);
    const answer = { filterType: 0, previousFilterHeader: hash(0), filterHashes: [hash(5)] };
    await raw.send('cfheaders', { ...answer, stopHash: hash(4) });
    await raw.send('cfheaders', { ...answer, stopHash: hash(3) });
    await raw.send('cfcheckpt', { filterType: 1, stopHash: hash(3), filterHeaders: [] });
    await raw.send('cfcheckpt', { filterType: 0, stopHash: hash(3), filterHeaders: [hash(6)] });
    expect((await headers).stopHash).toEqual(hash(3));
    expect((await checkpoints).filterHeaders).toEqual([hash(6)]);
  });
});

test('addresses come in either form, and a peer’s own announcement is not the answer', async () => {
  const { peer, raw } = await readyWithRaw();
  const own = { time: 1, services: 9n, ip: new Uint8Array(16).fill(0x20), port: 8333 };
  const mapped = { ...own, ip: Uint8Array.from([...new Uint8Array(10), 255, 255, 203, 0, 113, 5]) };
  const asked = peer.ask.addresses();
  await raw.hear('getaddr');
  await raw.send('addr', { addresses: [own] });
  await raw.send('addr', { addresses: [mapped, own] });
  expect(await asked).toEqual([
    { time: 1, services: 9n, network: 1, address: Uint8Array.of(203, 0, 113, 5), port: 8333 },
    { time: 1, services: 9n, network: 2, address: own.ip, port: 8333 },
  ]);
  const again = peer.ask.addresses();
  const onion = { time: 1, services: 9n, network: 4, address: hash(7), port: 8333 };
  await raw.send('addrv2', { addresses: [onion, onion] });
  expect(await again).toEqual([onion, onion]);
});

test('the mempool comes as an inv of transactions, and a new block is not it', async () => {
  const { peer, raw, clock } = await readyWithRaw({ timeouts: { pingIntervalMs: Infinity } });
  const asked = peer.ask.mempool();
  await raw.hear('mempool');
  clock.advance(60_000); // nodes take their time
  await raw.send('inv', { inventory: [{ type: 2, hash: id }] });
  await raw.send('inv', { inventory: [{ type: 5, hash: hash(1) }] });
  expect(await asked).toEqual([{ type: 5, hash: hash(1) }]);
});

describe('any question', () => {
  test('can be given up', async () => {
    const { peer, raw } = await readyWithRaw();
    const giveUp = new AbortController();
    const asked = failureOf(peer.ask.block(id, { signal: giveUp.signal }));
    await raw.hear('getdata');
    giveUp.abort();
    expect((await asked).code).toBe('aborted');
    // What nobody waits for is not even asked.
    expect((await failureOf(peer.ask.headers({}, { signal: giveUp.signal }))).code).toBe('aborted');
    peer.send('ping', { nonce: 1n });
    await raw.hear('ping');
    expect(raw.heard).not.toContain('getheaders');
    expect(peer.state).toBe('ready');
  });

  test('ends with the session', async () => {
    const { peer, far } = await readyWithRaw();
    const asked = failureOf(peer.ask.mempool());
    far.close();
    expect((await asked).code).toBe('session-ended');
    expect((await failureOf(peer.ask.mempool())).code).toBe('session-ended');
  });

  test('with a value that no message carries is the caller’s mistake', async () => {
    const { peer } = await readyWithRaw();
    await expect(peer.ask.blockTransactions(id, [2, 1])).rejects.toMatchObject({ name: 'EncodeError' });
    expect(peer.state).toBe('ready');
  });
});
