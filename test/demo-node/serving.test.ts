/** What the demo node answers, asked by our own peer over TCP: as a real node does. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blockOf } from '../../bridge/demo-node/chain.js';
import { withHistory } from '../../bridge/demo-node/history.js';
import { connectTcp } from '../../bridge/tcp.js';
import { equalBytes } from '../../shared/bytes.js';
import { filterHash, filterHeader, filterMatches } from '../../shared/chain/index.js';
import {
  addressToString,
  blockHash,
  blockWithoutWitness,
  compactBlockOf,
  encodeMessage,
  hasWitness,
  inventoryTypes,
  withoutWitness,
  type DecodedType,
  type InventoryEntry,
} from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';
import { V1Transport } from '../../shared/peer/index.js';
import { readyVisit, startTimed, type TimedNode, type Visiting } from './support.js';

const zeros: Uint8Array = new Uint8Array(32);
const unknown: Uint8Array = new Uint8Array(32).fill(7);
/** The same as the demo node's, which a test elsewhere makes sure of. */
const { chain, mempool } = withHistory();
const at = (height: number) => chain.at(height)!;
const waiting = mempool.entries;

let node: TimedNode;
beforeAll(async () => {
  node = await startTimed();
});
afterAll(() => node?.close());

const getData = (...inventory: InventoryEntry[]) => ({ inventory });
const { block, witnessBlock, compactBlock, filteredBlock, tx, witnessTx, wtx } = inventoryTypes;

/** Whether the node closes after this message. */
async function closes(type: DecodedType, payload: Uint8Array): Promise<boolean> {
  const { peer, heard } = await readyVisit(node);
  peer.sendRaw(type, payload);
  return Promise.race([
    peer.ended.then((end) => end.state === 'closed' && end.by === 'peer'),
    heard().then(
      () => false,
      () => peer.ended.then(() => true),
    ),
  ]);
}

describe('blocks', () => {
  // With payments, and as deep as compact blocks go.
  const recent = at(chain.height - 5);
  const deep = at(chain.height - 6);

  test('with witnesses, and without them', async () => {
    const { ask } = await readyVisit(node);
    for (let height = 0; height <= chain.height; height += 62) {
      const whole = await ask('getdata', getData({ type: witnessBlock, hash: at(height).hash }), 'block');
      expect(equalBytes(encodeMessage('block', whole), at(height).bytes)).toBe(true);
      const stripped = await ask('getdata', getData({ type: block, hash: at(height).hash }), 'block');
      expect(stripped).toEqual(blockWithoutWitness(whole));
    }
  });

  test('compact ones down to five below the tip, whole ones below', async () => {
    const { ask } = await readyVisit(node);
    const compact = await ask('getdata', getData({ type: compactBlock, hash: recent.hash }), 'cmpctblock');
    expect(compact).toEqual(compactBlockOf(blockOf(recent), compact.nonce));
    expect(await ask('getdata', getData({ type: compactBlock, hash: deep.hash }), 'block')).toEqual(
      blockOf(deep),
    );
  });

  test('what a compact one lacks; deeper than ten below the tip the whole block', async () => {
    const { ask, peer, heard } = await readyVisit(node);
    const { hash } = at(chain.height - 10);
    const { transactions } = blockOf(at(chain.height - 10));
    const all = transactions.map((_, i) => i);
    const missing = await ask('getblocktxn', { blockHash: hash, indexes: all }, 'blocktxn');
    expect(missing).toEqual({ blockHash: hash, transactions });
    const deeper = at(chain.height - 11);
    expect(await ask('getblocktxn', { blockHash: deeper.hash, indexes: [0] }, 'block')).toEqual(
      blockOf(deeper),
    );
    const before = await heard();
    peer.send('getblocktxn', { blockHash: unknown, indexes: [0] });
    expect((await heard()).slice(before.length)).toEqual(['headers']);
  });

  test('an index beyond the block: closed', async () => {
    const indexes = [blockOf(chain.tip).transactions.length];
    const payload = encodeMessage('getblocktxn', { blockHash: chain.tip.hash, indexes });
    expect(await closes('getblocktxn', payload)).toBe(true);
  });

  test('unknown ones, and filtered ones without a filter: silence', async () => {
    const { peer, heard } = await readyVisit(node);
    const before = await heard();
    peer.send(
      'getdata',
      getData(
        ...[block, witnessBlock, compactBlock].map((type) => ({ type, hash: unknown })),
        { type: filteredBlock, hash: chain.tip.hash },
        { type: 99, hash: chain.tip.hash },
      ),
    );
    expect((await heard()).slice(before.length)).toEqual(['headers']);
  });

  test('hundreds at once come in order', async () => {
    const { peer } = await readyVisit(node);
    const hashes = Array.from({ length: chain.height }, (_, i) => at(i + 1).hash);
    peer.send('getdata', getData(...hashes.map((hash) => ({ type: witnessBlock, hash }))));
    const got: Uint8Array[] = [];
    for await (const message of peer) {
      if (message.kind === 'decoded' && message.type === 'block') got.push(blockHash(message.value.header));
      if (got.length === hashes.length) break;
    }
    expect(got).toEqual(hashes);
  });

  test('getblocks: an inv of what follows', async () => {
    const { ask } = await readyVisit(node);
    const locator = { version: 70016, locator: [at(3).hash], stop: at(6).hash };
    expect(await ask('getblocks', locator, 'inv')).toEqual(
      getData({ type: block, hash: at(4).hash }, { type: block, hash: at(5).hash }),
    );
    const { inventory } = await ask('getblocks', { ...locator, locator: [], stop: zeros }, 'inv');
    expect(inventory).toHaveLength(chain.height);
  });
});

test('getheaders without a locator: the block that it names, and silence when that is not known', async () => {
  const { ask, peer, heard } = await readyVisit(node);
  const question = { version: 70016, locator: [], stop: at(7).hash };
  expect(await ask('getheaders', question, 'headers')).toEqual({ headers: [at(7).header] });
  const before = await heard();
  for (const stop of [zeros, unknown]) peer.send('getheaders', { ...question, stop });
  expect((await heard()).slice(before.length)).toEqual(['headers']);
});

describe('transactions', () => {
  const entry = waiting.find(({ transaction }) => hasWitness(transaction))!;

  test('asked for by the other kind of id: notfound', async () => {
    const { ask } = await readyVisit(node);
    const crossed = getData(
      { type: tx, hash: entry.wtxid },
      { type: witnessTx, hash: entry.wtxid },
      { type: wtx, hash: entry.txid },
    );
    expect(await ask('getdata', crossed, 'notfound')).toEqual(crossed);
  });

  test('of the mempool: by either id, with and without witnesses', async () => {
    const { ask } = await readyVisit(node);
    const got = (type: number, hash: Uint8Array) => ask('getdata', getData({ type, hash }), 'tx');
    expect(await got(witnessTx, entry.txid)).toEqual(entry.transaction);
    expect(await got(wtx, entry.wtxid)).toEqual(entry.transaction);
    expect(await got(tx, entry.txid)).toEqual(withoutWitness(entry.transaction));
  });

  test('unknown ones: notfound, all in one', async () => {
    const { ask } = await readyVisit(node);
    const missing = [tx, witnessTx, wtx].map((type, i) => ({ type, hash: new Uint8Array(32).fill(i) }));
    const asked = getData(missing[0]!, { type: block, hash: unknown }, ...missing.slice(1));
    expect(await ask('getdata', asked, 'notfound')).toEqual(getData(...missing));
  });

  test('mempool: an inv of what waits, by wtxid, and only what pays enough', async () => {
    const { ask, peer } = await readyVisit(node);
    const all = getData(...waiting.map(({ wtxid }) => ({ type: wtx, hash: wtxid })));
    expect(await ask('mempool', {}, 'inv')).toEqual(all);
    const [cheapest, ...others] = waiting.map(({ feeRate }) => feeRate).sort((a, b) => Number(a - b));
    peer.send('feefilter', { feeRate: cheapest! + 1n });
    expect((await ask('mempool', {}, 'inv')).inventory).toHaveLength(others.length);
  });

  test('sent by a visitor: taken, and not passed on', async () => {
    const { peer, heard, ask } = await readyVisit(node);
    const before = await heard();
    peer.send('tx', { ...entry.transaction, lockTime: 0 });
    peer.send('inv', getData({ type: wtx, hash: unknown }));
    expect((await heard()).slice(before.length)).toEqual(['headers']);
    expect((await ask('mempool', {}, 'inv')).inventory).toHaveLength(waiting.length);
  });
});

describe('filters (BIP157)', () => {
  const range = (startHeight: number, stopHeight: number) => ({
    filterType: 0,
    startHeight,
    stopHash: at(stopHeight).hash,
  });

  test('each matches what its block pays, and hashes to the filter headers', async () => {
    const { peer, ask } = await readyVisit(node);
    const { filterHashes, previousFilterHeader } = await ask(
      'getcfheaders',
      range(0, chain.height),
      'cfheaders',
    );
    expect(previousFilterHeader).toEqual(zeros);
    expect(filterHashes).toHaveLength(chain.height + 1);
    peer.send('getcfilters', range(0, chain.height));
    let height = 0;
    let header = zeros;
    for await (const message of peer) {
      if (message.kind !== 'decoded' || message.type !== 'cfilter') continue;
      const { blockHash, filter } = message.value;
      expect(blockHash).toEqual(at(height).hash);
      expect(filterHash(filter)).toEqual(filterHashes[height]);
      const paid = blockOf(at(height)).transactions[0]!.outputs[0]!.scriptPubKey;
      expect(filterMatches(filter, blockHash, [paid])).toBe(true);
      header = filterHeader(filterHash(filter), header);
      if (height++ === chain.height) break;
    }
    const { filterHashes: last, previousFilterHeader: before } = await ask(
      'getcfheaders',
      range(chain.height, chain.height),
      'cfheaders',
    );
    expect(filterHeader(last[0]!, before)).toEqual(header);
  });

  test('checkpoints: every thousandth block, so none yet', async () => {
    const { ask } = await readyVisit(node);
    const { stopHash } = range(0, chain.height);
    expect(await ask('getcfcheckpt', { filterType: 0, stopHash }, 'cfcheckpt')).toEqual({
      filterType: 0,
      stopHash,
      filterHeaders: [],
    });
  });

  test.each([
    ['another type of filter', { ...range(0, 1), filterType: 1 }],
    ['up to an unknown block', { ...range(0, 1), stopHash: unknown }],
    ['backwards', range(5, 4)],
  ])('%s: closed', async (_, request) => {
    for (const type of ['getcfilters', 'getcfheaders'] as const)
      expect(await closes(type, encodeMessage(type, request))).toBe(true);
    if (request.startHeight > 0) return;
    expect(await closes('getcfcheckpt', encodeMessage('getcfcheckpt', request))).toBe(true);
  });
});

describe('addresses', () => {
  const hosts = async ({ ask }: Visiting) =>
    (await ask('getaddr', {}, 'addrv2')).addresses.map(addressToString);

  test('come once a connection, and never unasked', async () => {
    const visiting = await readyVisit(node);
    expect(await visiting.heard()).not.toContain('addrv2');
    expect(await hosts(visiting)).not.toEqual([]);
    visiting.peer.send('getaddr', {});
    expect((await visiting.heard()).filter((type) => type === 'addrv2' || type === 'addr')).toHaveLength(1);
  });

  test('are of every network that is in use', async () => {
    const { ask } = await readyVisit(node);
    const { addresses } = await ask('getaddr', {}, 'addrv2');
    expect(new Set(addresses.map(({ network }) => network))).toEqual(new Set([1, 2, 4, 5, 6, 7]));
    for (const { time } of addresses) expect(time).toBeLessThan(node.clock.now() / 1000);
  });

  test('can be nobody’s', async () => {
    const { ask } = await readyVisit(node);
    const { addresses } = await ask('getaddr', {}, 'addrv2');
    for (const { network, address } of addresses) {
      const text = Buffer.from(address).toString('latin1');
      if (network === 1)
        expect([...address.subarray(0, 3)].join('.')).toMatch(/^(192\.0\.2|198\.51\.100|203\.0\.113)$/);
      else if (network === 2) expect(Buffer.from(address).toString('hex')).toMatch(/^20010db8/);
      else expect(text).toContain('Peerglass demo');
      if (network === 4) expect(() => ed25519.Point.fromBytes(address)).toThrow();
    }
  });

  test('come as addr to who does not know addrv2: IP addresses alone', async () => {
    // A peer of an older protocol is not told of addrv2, and does not ask for it.
    const old = await oldVisit();
    expect((await old.ask('getaddr', {}, 'addr')).addresses).toHaveLength(5);
  });

  /** Without wtxidrelay and sendaddrv2: they are dropped on the way out. */
  async function oldVisit(): Promise<Visiting> {
    const transport = V1Transport.initiator({ network: networks.regtest });
    const send = transport.send.bind(transport);
    transport.send = (type, payload) => {
      if (type !== 'sendaddrv2' && type !== 'wtxidrelay') send(type, payload);
    };
    return readyVisit(node, { transport });
  }

  test('and such a visitor hears of transactions by txid', async () => {
    const { ask } = await oldVisit();
    expect(await ask('mempool', {}, 'inv')).toEqual(
      getData(...waiting.map(({ txid }) => ({ type: tx, hash: txid }))),
    );
  });
});

test('a pong comes after the answers to what was asked before it', async () => {
  const { peer, events, heard } = await readyVisit(node);
  const before = (await heard()).length;
  peer.send('getdata', getData({ type: block, hash: at(5).hash }, { type: tx, hash: unknown }));
  peer.send('ping', { nonce: 77n });
  await peer.expect('pong', ({ nonce }) => nonce === 77n);
  const types = events.flatMap((event) =>
    event.type === 'message' && event.direction === 'received' ? [event.message.type] : [],
  );
  expect(types.slice(before)).toEqual(['block', 'notfound', 'pong']);
});

describe('limits, as a node enforces them', () => {
  const entries = (count: number, size: number) => {
    const payload = new Uint8Array(3 + count * size);
    payload.set([0xfd, count & 0xff, count >> 8]);
    return payload;
  };
  const locator = (count: number) => {
    const payload = new Uint8Array(4 + 1 + count * 32 + 32);
    payload[4] = count;
    return payload;
  };

  test.each([
    ['getdata', entries(50_001, 36)],
    ['inv', entries(50_001, 36)],
    ['getheaders', locator(102)],
    ['getblocks', locator(102)],
    ['headers', entries(2001, 81)],
    ['addr', entries(1001, 30)],
  ] as const)('%s beyond its limit: closed', async (type, payload) => {
    expect(await closes(type, payload)).toBe(true);
  });

  test.each([
    ['getdata', entries(50_000, 36)],
    ['getheaders', locator(101)],
    // It claims more than is allowed, and ends at once: it does not parse, and that is all.
    ['getdata', entries(50_001, 36).subarray(0, 3)],
    ['getdata', Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0xff)],
  ] as const)('%s at its limit, or broken off: stays', async (type, payload) => {
    expect(await closes(type, payload)).toBe(false);
  });
});

test('a visitor that asks for everything and reads nothing costs little, and the others are served', async () => {
  const tcp = await connectTcp({ host: node.host, port: node.port });
  const { readable, hold } = holdable(tcp.readable);
  const greedy = await readyVisit(node, { duplex: { ...tcp, readable, close: () => tcp.close() } });
  const largest = Array.from({ length: chain.height }, (_, i) => at(i + 1)).reduce((a, b) =>
    b.bytes.length > a.bytes.length ? b : a,
  );
  hold();
  const before = process.memoryUsage().arrayBuffers;
  const questions = Array.from({ length: 50_000 }, () => ({ type: witnessBlock, hash: largest.hash }));
  const answerBytes = questions.length * largest.bytes.length;
  greedy.peer.send('getdata', getData(...questions));
  // Once the system's buffers are full, the node waits, too.
  let last = -1;
  await expect
    .poll(
      () => {
        const rested = last === greedy.peer.bytesReceived + process.memoryUsage().arrayBuffers;
        last = greedy.peer.bytesReceived + process.memoryUsage().arrayBuffers;
        return rested;
      },
      { interval: 200, timeout: 30_000 },
    )
    .toBe(true);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(answerBytes / 4);
  const other = await readyVisit(node);
  expect((await other.peer.ask.headers({ locator: [at(0).hash] })).headers).toHaveLength(chain.height);
});

/** A stream that can be stopped. */
function holdable(inner: ReadableStream<Uint8Array>): { readable: ReadableStream<Uint8Array>; hold(): void } {
  let held = false;
  const reader = inner.getReader();
  const readable = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (held) return new Promise(() => {});
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    },
    { highWaterMark: 0 },
  );
  return { readable, hold: () => void (held = true) };
}
