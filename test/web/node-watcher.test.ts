/** What the screen Node is told of a node: learned from the messages alone, and within bounds whatever comes. */
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addressNetworks,
  addressToString,
  blockHash,
  encodeMessage,
  hashToString,
  inventoryTypes,
  serviceBits,
  unspecifiedAddress,
  type AddrV2Entry,
  type BlockHeader,
  type DecodedType,
  type MessageMap,
} from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';
import { readRecording, Replayer } from '../../shared/recording/index.js';
import {
  ADDRESS_PAGE,
  ANSWER_AWAITED_MS,
  MAX_ADDRESSES_KEPT,
  MAX_FEATURES_KEPT,
  MAX_NEGOTIATION_ROWS,
  MAX_PINGS,
  MAX_RELAYED,
  NODE_BYTES_AT_ONCE,
  NODE_BYTES_PER_SECOND,
  RELAYED_PAGE,
} from '../../web/worker/limits.js';
import type { AddressPage, NodeSeries, RelayPage } from '../../web/worker/node/protocol.js';
import { TimeBuckets } from '../../web/worker/node/time-buckets.js';
import { NodeWatcher } from '../../web/worker/node/watcher.js';
import { Outbox } from '../../web/worker/outbox.js';
import { SessionView } from '../../web/worker/view.js';
import { messages as valuesOf, types } from '../messages/arbitraries.js';
import { stepsOf } from '../recording/sessions.js';
import { root } from '../setup/product.js';

const STARTED_AT = 1_700_000_000_000;
type Direction = 'sent' | 'received';

/** A watcher, told messages as a session tells them. */
function watch() {
  const watcher = new NodeWatcher({ startedAt: STARTED_AT, network: 'regtest' });
  let index = 0;
  const raw = (direction: Direction, type: string, payload: Uint8Array, at: number) => {
    const wireBytes = payload.length + 21;
    watcher.bytes(direction, wireBytes, at);
    return watcher.message(
      {
        ...{ index: index++, at, direction, type, role: 'message' as const },
        ...{ wireBytes, payloadBytes: payload.length, summary: `a ${type}` },
      },
      payload,
    );
  };
  return {
    watcher,
    raw,
    said: <T extends DecodedType>(type: T, value: MessageMap[T], at = 0) =>
      raw('received', type, encodeMessage(type, value), at),
    weSaid: <T extends DecodedType>(type: T, value: MessageMap[T], at = 0) =>
      raw('sent', type, encodeMessage(type, value), at),
  };
}

const version = (more: Partial<MessageMap['version']> = {}): MessageMap['version'] => ({
  version: 70016,
  services: serviceBits.NETWORK | serviceBits.P2P_V2 | (1n << 28n),
  time: 1_700_000_000n,
  receiver: unspecifiedAddress(),
  sender: unspecifiedAddress(),
  nonce: 1n,
  userAgent: '/Test:1.0/',
  startHeight: 105,
  relay: true,
  ...more,
});

const numbered = (n: number): Uint8Array => {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(0, n);
  return bytes;
};
const address = (n: number, more: Partial<AddrV2Entry> = {}): AddrV2Entry => ({
  time: 1_699_990_000 + (n % 1000),
  services: 9n,
  network: 1,
  address: Uint8Array.of(1, n >> 16, (n >> 8) & 255, n & 255),
  port: 8333,
  ...more,
});
const header = (previous: Uint8Array, nonce: number): BlockHeader => ({
  ...{ version: 1, previous, merkleRoot: new Uint8Array(32), time: 0, bits: 0x207fffff, nonce },
});
const all = { network: '', sort: 'heard', descending: true } as const;
const addressesOf = (watcher: NodeWatcher, from = 0, query: object = all) =>
  watcher.answer({ about: 'nodeAddresses', ...all, ...query, from }) as AddressPage;
const relayedOf = (watcher: NodeWatcher, query: object = {}) =>
  watcher.answer({ about: 'nodeRelayed', kind: 'all', from: 0, ...query }) as RelayPage;
const seriesOf = (watcher: NodeWatcher) => watcher.answer({ about: 'nodeSeries' }) as NodeSeries;

describe('what it learns', () => {
  test('what the node says of itself, and what was agreed, in order', () => {
    const { watcher, said, weSaid } = watch();
    weSaid('version', version({ version: 70017, userAgent: '/Ours/' }), 10);
    said('version', version(), 30);
    said('wtxidrelay', {}, 31);
    said('feature', { id: 'example', data: Uint8Array.of(1, 2) }, 32);
    weSaid('verack', {}, 33);
    said('verack', {}, 34);
    said('sendcmpct', { announce: true, version: 1n }, 35);
    said('sendcmpct', { announce: false, version: 2n }, 35);
    said('sendcmpct', { announce: true, version: 2n }, 35);
    said('feefilter', { feeRate: 1000n }, 36);
    said('ping', { nonce: 1n }, 37);
    // Too late for both: the first version counts, and features end with verack.
    said('version', version({ userAgent: '/Another/' }), 40);
    said('feature', { id: 'late', data: new Uint8Array() }, 41);
    const { facts } = watcher;
    expect(facts.theirs).toEqual({
      ...{ message: 1, at: 30, version: 70016, userAgent: '/Test:1.0/', height: 105, relay: true },
      services: ['NETWORK', 'P2P_V2', 'bit 28'],
    });
    expect(facts.ours).toMatchObject({ version: 70017, userAgent: '/Ours/' });
    expect(facts.features).toMatchObject({
      ...{ wtxidrelay: true, sendaddrv2: false },
      sendcmpct: [
        { version: '1', announce: true },
        { version: '2', announce: true },
      ],
      announced: [{ id: 'example', bytes: 2, hex: '0102' }],
    });
    expect(facts.feeFilter).toEqual({ rate: '1000', at: 36 });
    expect(facts.negotiation.map(({ direction, type }) => `${direction} ${type}`).slice(0, 10)).toEqual([
      'sent version',
      'received version',
      'received wtxidrelay',
      'received feature',
      'sent verack',
      'received verack',
      ...Array<string>(3).fill('received sendcmpct'),
      'received feefilter',
    ]);
    expect(facts.negotiation.map(({ type }) => type)).not.toContain('ping');
  });

  test('a clock, with half a round trip and the cut second as its uncertainty', () => {
    const { watcher, said, weSaid } = watch();
    weSaid('version', version(), 100);
    said('version', version({ time: 1_700_000_020n }), 300);
    // 20.5 s + half of the 200 ms that the answer took, against our 0.3 s.
    expect(watcher.facts.clock).toEqual({ aheadMs: 20_300, uncertaintyMs: 600, roundTripMs: 200 });
    weSaid('ping', { nonce: 7n }, 1000);
    said('pong', { nonce: 7n }, 1040);
    expect(watcher.facts.clock).toEqual({ aheadMs: 20_220, uncertaintyMs: 520, roundTripMs: 40 });
  });

  test('round trips: of our own pings, by their nonces, with the bridge’s just before', () => {
    const { watcher, said, weSaid } = watch();
    said('pong', { nonce: 1n }, 1);
    watcher.bridgeAnswered(2.5);
    weSaid('ping', { nonce: 1n }, 10);
    said('pong', { nonce: 2n }, 12);
    said('pong', { nonce: 1n }, 15);
    said('pong', { nonce: 1n }, 90);
    weSaid('ping', { nonce: 3n }, 100);
    said('pong', { nonce: 3n }, 101);
    expect(seriesOf(watcher).pings).toEqual([
      { at: 15, ms: 5, bridgeMs: 2.5 },
      { at: 101, ms: 1 },
    ]);
    expect(watcher.facts.ping).toMatchObject({ count: 2, least: 1 });
  });

  test('heights: said, counted, by the chain, by the coinbase', () => {
    const { watcher, said, weSaid } = watch();
    said('version', version({ startHeight: 2 }), 0);
    expect(watcher.facts.tip).toMatchObject({ height: 2, how: 'version' });
    const inv = (hash: Uint8Array) => ({ inventory: [{ type: inventoryTypes.block, hash }] });
    said('inv', inv(numbered(1)), 10);
    said('inv', inv(numbered(1)), 11);
    said('inv', inv(numbered(2)), 12);
    expect(watcher.facts.tip).toMatchObject({ height: 4, how: 'counted', counted: 2 });
    // The whole chain, as an answer: five headers on top of genesis are no announcement.
    const chain: BlockHeader[] = [];
    for (let nonce = 0; nonce < 5; nonce++) {
      const below = chain.at(-1);
      const genesis = Uint8Array.from(Buffer.from(networks.regtest.genesis.hash, 'hex')).reverse();
      chain.push(header(below ? blockHash(below) : genesis, nonce));
    }
    weSaid('getheaders', { version: 70017, locator: [], stop: new Uint8Array(32) }, 20);
    said('headers', { headers: chain }, 21);
    const tip = blockHash(chain.at(-1)!);
    expect(watcher.facts.tip).toMatchObject({ height: 5, how: 'chain', hash: hashToString(tip) });
    expect(watcher.facts.relay.blocks).toBe(2);
    // On top of it, unasked.
    const sixth = header(tip, 9);
    said('headers', { headers: [sixth] }, 22);
    expect(watcher.facts.tip).toMatchObject({ height: 6, how: 'chain' });
    expect(watcher.facts.relay.blocks).toBe(3);
    const coinbase = {
      ...{ version: 2, lockTime: 0, outputs: [] },
      inputs: [
        {
          outpoint: { txid: new Uint8Array(32), vout: 0xffffffff },
          ...{ scriptSig: Uint8Array.of(2, 0xe8, 3), sequence: 0, witness: [] },
        },
      ],
    };
    const cmpctblock = (block: BlockHeader) => ({
      ...{ header: block, nonce: 0n, shortIds: [] },
      prefilled: [{ index: 0, transaction: coinbase }],
    });
    said('cmpctblock', cmpctblock(header(numbered(77), 1)), 30);
    expect(watcher.facts.tip).toMatchObject({ height: 1000, how: 'coinbase', at: 30 });
    // The same block by two messages is one block.
    said('cmpctblock', cmpctblock(sixth), 31);
    expect(relayedOf(watcher, { kind: 'block' }).rows.map(({ by }) => by)).toEqual([
      ['cmpctblock'],
      ['headers', 'cmpctblock'],
      ['inv'],
      ['inv'],
    ]);
  });

  test('heights after a reorganisation: the new tip counts, also where it is no higher', () => {
    const { watcher, said, weSaid } = watch();
    said('version', version({ startHeight: 100 }), 0);
    const unseen = numbered(50);
    const [a, b] = [header(unseen, 1), header(unseen, 2)];
    const [onA, onB] = [header(blockHash(a), 3), header(blockHash(b), 4)];
    const tip = () => ({ height: watcher.facts.tip?.height, hash: watcher.facts.tip?.hash });
    const is = (height: number, of: BlockHeader) => ({ height, hash: hashToString(blockHash(of)) });
    said('headers', { headers: [a] }, 1);
    expect(tip()).toEqual(is(101, a));
    said('headers', { headers: [onA] }, 2);
    expect(tip()).toEqual(is(102, onA));
    // From the block before all those: three take the place of two.
    const third = header(blockHash(onB), 5);
    said('headers', { headers: [b, onB, third] }, 3);
    expect(tip()).toEqual(is(103, third));
    expect(watcher.facts.tip).toMatchObject({ how: 'counted', counted: 3 });
    // As after invalidateblock: a lower one is the best now. Said again, an old one changes nothing.
    const other = header(blockHash(b), 6);
    said('headers', { headers: [other] }, 4);
    said('headers', { headers: [a] }, 5);
    expect(tip()).toEqual(is(102, other));
    // A branch from further down than anything that was seen is one higher, however long it is.
    const deep = [header(numbered(60), 7)];
    while (deep.length < 5) deep.push(header(blockHash(deep.at(-1)!), 8));
    said('headers', { headers: deep }, 6);
    expect(tip()).toEqual(is(103, deep.at(-1)!));
    // A compact block that was asked for is no tip, and not announced.
    const coinbase = {
      ...{ version: 2, lockTime: 0, outputs: [] },
      inputs: [
        {
          outpoint: { txid: new Uint8Array(32), vout: 0xffffffff },
          ...{ scriptSig: Uint8Array.of(1, 60), sequence: 0, witness: [] },
        },
      ],
    };
    const old = header(numbered(70), 9);
    const compact = {
      header: old,
      nonce: 0n,
      shortIds: [],
      prefilled: [{ index: 0, transaction: coinbase }],
    };
    const blocks = watcher.facts.relay.blocks;
    weSaid('getdata', { inventory: [{ type: inventoryTypes.compactBlock, hash: blockHash(old) }] }, 7);
    said('cmpctblock', compact, 8);
    expect(tip()).toEqual(is(103, deep.at(-1)!));
    expect(watcher.facts.relay.blocks).toBe(blocks);
    // One that was not is the tip, however low.
    const low = header(numbered(71), 9);
    said('cmpctblock', { ...compact, header: low }, 9);
    expect(tip()).toEqual(is(60, low));
  });

  test('a question for headers that is never answered does not swallow what is announced later', () => {
    const { watcher, said, weSaid } = watch();
    weSaid('getheaders', { version: 70017, locator: [], stop: new Uint8Array(32) }, 0);
    said('headers', { headers: [header(numbered(1), 1)] }, ANSWER_AWAITED_MS + 1);
    expect(watcher.facts.relay.blocks).toBe(1);
  });

  test('addresses: each once, by network, sorted, as text that a spreadsheet reads', async () => {
    const { watcher, said, weSaid } = watch();
    const onion = address(1, { network: 4, address: new Uint8Array(32).fill(7), port: 8333, time: 5 });
    const odd = address(2, { network: 99, address: Uint8Array.of(1, 2) });
    weSaid('getaddr', {}, 5);
    said('addrv2', { addresses: [address(300)] }, 6);
    // One alone is what a node announces of itself: no answer.
    expect(watcher.facts.addresses).toMatchObject({ kept: 1, askedAt: 5 });
    expect(watcher.facts.addresses.answeredAt).toBeUndefined();
    said('addrv2', { addresses: [address(7), onion, odd, address(300, { port: 1 })] }, 10);
    said('addr', { addresses: [{ ...unspecifiedAddress(), time: 9, port: 80 }] }, 11);
    // Told again, with another time.
    said('addrv2', { addresses: [address(7, { time: 1_700_000_000 })] }, 2000);
    expect(watcher.facts.addresses).toMatchObject({
      ...{ kept: 6, dropped: 0, messages: 4, askedAt: 5, answeredAt: 10 },
      networks: [
        { name: 'IPv4', count: 3 },
        { name: 'IPv6', count: 1 },
        { name: 'Tor v3', count: 1 },
        { name: 'network 99', count: 1 },
      ],
    });
    const { rows, total } = addressesOf(watcher);
    expect(total).toBe(6);
    expect(rows[0]).toMatchObject({ host: '1.0.0.7', port: 8333, network: 'IPv4', ageS: 2, learned: 2000 });
    expect(rows.map(({ heard }) => heard)).toEqual([...rows.map(({ heard }) => heard)].sort((a, b) => b - a));
    const tor = addressNetworks.find(({ id }) => id === 4)!.text(onion.address);
    expect(addressesOf(watcher, 0, { network: 'Tor v3' }).rows).toMatchObject([{ host: tor }]);
    const text = async (as: 'csv' | 'lines', network = '') =>
      ((await watcher.answer({ about: 'nodeAddressText', ...all, network, as })) as { text: string }).text;
    expect(await text('lines', 'Tor v3')).toBe(`${addressToString(onion)}\n`);
    expect((await text('csv')).split('\n')).toEqual([
      'network,address,port,services,last heard of,told to us',
      expect.stringMatching(/^IPv4,1\.0\.0\.7,8333,NETWORK WITNESS,2023-11-14 22:13:20 UTC,2023/),
      ...Array<unknown>(5).fill(expect.any(String)),
      '',
    ]);
    expect(await text('csv', 'network 99')).toContain('network 99,"network 99, 0102, port 8333",8333');
    // A query may come from anywhere.
    expect(addressesOf(watcher, 0, { sort: 'constructor' }).total).toBe(6);
  });

  test('the bundled recording shows a full screen', async () => {
    const file = fs.readFileSync(path.join(root, 'web/recordings/regtest.jsonl'));
    const read = await readRecording([file]);
    if (read.state !== 'whole') throw new Error(read.state);
    const { recording } = read;
    const view = new SessionView(new Outbox(1, () => {}), {
      startedAt: Date.parse(recording.header.startedAt),
      network: recording.header.network,
    });
    for (const step of stepsOf(new Replayer(recording)))
      if (step.kind === 'v2') view.entry(step.entry, step.at);
    const { facts } = view.node;
    expect(facts.theirs?.userAgent).toBe(recording.header.peer?.userAgent);
    expect(facts.theirs?.services).toEqual(recording.header.peer?.services);
    expect(facts.theirs?.height).toBe(105);
    expect(facts.tip).toMatchObject({ height: 106 });
    expect(facts.ping.count).toBeGreaterThan(100);
    expect(Math.abs(facts.clock!.aheadMs)).toBeLessThanOrEqual(facts.clock!.uncertaintyMs);
    expect(facts.negotiation.slice(0, 2).map(({ type }) => type)).toEqual(['version', 'version']);
    expect(facts.relay).toMatchObject({ transactions: 4, blocks: 1 });
    const { traffic } = seriesOf(view.node);
    const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);
    expect([sum(traffic.first), sum(traffic.second)]).toEqual([view.traffic.sent, view.traffic.received]);
    view.answer({ about: 'nodeSeries' });
  });
});

describe('bounds', () => {
  test('the latest addresses, announcements and pings are kept, and the others counted', () => {
    const { watcher, said, weSaid } = watch();
    const later = (n: number) => n * 60_000;
    for (let n = 0; n < 12; n++)
      said(
        'addrv2',
        { addresses: Array.from({ length: 1000 }, (_, at) => address(n * 1000 + at)) },
        later(n),
      );
    expect(watcher.facts.addresses).toMatchObject({ kept: MAX_ADDRESSES_KEPT, dropped: 2000 });
    const page = addressesOf(watcher, 40, { sort: 'learned', descending: false });
    expect(page.rows).toHaveLength(ADDRESS_PAGE);
    expect(page.rows[0]!.learned).toBe(later(2));

    const announced = MAX_RELAYED + 100;
    for (let n = 0; n < announced; n += 100)
      said(
        'inv',
        {
          inventory: Array.from({ length: 100 }, (_, at) => ({
            type: inventoryTypes.wtx,
            hash: numbered(n + at),
          })),
        },
        later(20),
      );
    expect(watcher.facts.relay).toMatchObject({ kept: MAX_RELAYED, again: 0 });
    const end = watcher.facts.relay.end;
    const newest = relayedOf(watcher);
    expect(newest.total).toBe(MAX_RELAYED);
    expect(newest.rows).toHaveLength(RELAYED_PAGE);
    expect(newest.rows[0]).toMatchObject({ number: end - 1, hash: hashToString(numbered(end - 1)) });
    expect(relayedOf(watcher, { from: MAX_RELAYED - 1 }).rows).toMatchObject([{ number: end - MAX_RELAYED }]);
    // What somebody reads stays in its place while more comes.
    expect(relayedOf(watcher, { before: end - 500 }).rows[0]).toMatchObject({ number: end - 501 });

    for (let n = 0; n < 3 * MAX_PINGS; n++) {
      weSaid('ping', { nonce: BigInt(n) }, later(30) + n);
      said('pong', { nonce: BigInt(n) }, later(30) + n + 0.5);
    }
    const { pings, pingsDropped } = seriesOf(watcher);
    expect([pings.length, pingsDropped]).toEqual([MAX_PINGS, 2 * MAX_PINGS]);
    expect(watcher.facts.ping.count).toBe(3 * MAX_PINGS);
  });

  test('of a flood so much is looked at as an honest node says, and it is told that the rest was not', () => {
    const { watcher, raw } = watch();
    const inventory = Array.from({ length: 50_000 }, (_, at) => ({ type: 1, hash: numbered(at) }));
    const payload = encodeMessage('inv', { inventory });
    const fit = Math.floor(NODE_BYTES_AT_ONCE / payload.length);
    for (let n = 0; n < 50; n++) raw('received', 'inv', payload, 0);
    expect(watcher.facts.skipped).toBe(50 - fit);
    // After a while it listens again.
    raw('received', 'inv', payload, (1000 * payload.length) / NODE_BYTES_PER_SECOND);
    expect(watcher.facts.skipped).toBe(50 - fit);
  });

  test('what nobody asked for costs nothing: blocks, transactions and pongs pass unread', () => {
    const { watcher, raw } = watch();
    raw('received', 'verack', new Uint8Array(), 0);
    raw('sent', 'verack', new Uint8Array(), 0);
    for (const type of ['block', 'tx', 'pong', 'cfilter', 'blocktxn', 'merkleblock', 'ping', 'nonsense'])
      expect(raw('received', type, new Uint8Array(1000), 1)).toBe(false);
    expect(watcher.facts.skipped).toBe(0);
  });

  test('headers that lie about their number, or are cut anywhere, say nothing', () => {
    const payload = encodeMessage('headers', {
      headers: Array.from({ length: 3 }, (_, at) => header(numbered(at), at)),
    });
    for (let length = 0; length < payload.length; length++) {
      const { watcher, raw } = watch();
      raw('received', 'headers', payload.subarray(0, length), 0);
      expect(watcher.facts.relay.blocks).toBeLessThan(3);
    }
  });

  test('any sequence of messages, whole or not, keeps the bounds and breaks nothing', () => {
    const message = fc.oneof(
      fc.constantFrom(...types).chain((type) =>
        (valuesOf[type] as fc.Arbitrary<never>).map((value) => ({
          type,
          payload: encodeMessage(type, value),
        })),
      ),
      fc.record({ type: fc.constantFrom(...types), payload: fc.uint8Array({ maxLength: 300 }) }),
    );
    const told = fc.record({
      message,
      direction: fc.constantFrom<Direction>('sent', 'received'),
      times: fc.constantFrom(1, 1, 1, 200),
      at: fc.oneof(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constant(2 ** 50)),
    });
    fc.assert(
      fc.property(fc.array(told, { maxLength: 40 }), (sequence) => {
        const { watcher, raw } = watch();
        for (const { message, direction, times, at } of sequence)
          for (let n = 0; n < times; n++) raw(direction, message.type, message.payload, at);
        const { facts } = watcher;
        expect(facts.negotiation.length).toBeLessThanOrEqual(MAX_NEGOTIATION_ROWS);
        expect(facts.features.announced.length).toBeLessThanOrEqual(MAX_FEATURES_KEPT);
        expect(facts.addresses.networks.reduce((sum, { count }) => sum + count, 0)).toBe(
          facts.addresses.kept,
        );
        expect(facts.relay.transactions + facts.relay.blocks).toBe(facts.relay.end);
        expect(addressesOf(watcher).total).toBe(facts.addresses.kept);
        expect(relayedOf(watcher).total).toBe(facts.relay.kept);
        const { traffic, announced, pings } = seriesOf(watcher);
        expect(traffic.first.length).toBeLessThanOrEqual(512);
        expect(announced.first.length).toBeLessThanOrEqual(120);
        expect(pings.every(({ ms }) => ms >= 0)).toBe(true);
        // It crosses to the page as it is.
        structuredClone(facts);
      }),
      { numRuns: 150 },
    );
  });

  test('sums over time lose nothing when buckets become wider', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0, max: 1e9, noNaN: true }), fc.nat(1000), fc.nat(1000))),
        (entries) => {
          const buckets = new TimeBuckets({ widthMs: 1000, buckets: 16 });
          for (const [at, first, second] of entries) buckets.add(at, first, second);
          const { first, second, widthMs } = buckets.all;
          expect(first.length).toBeLessThanOrEqual(16);
          expect(second.length).toBe(first.length);
          const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);
          expect(sum(first)).toBe(sum(entries.map(([, one]) => one)));
          expect(sum(second)).toBe(sum(entries.map(([, , other]) => other)));
          for (const [at] of entries) expect(Math.floor(at / widthMs)).toBeLessThan(first.length);
        },
      ),
    );
  });
});
