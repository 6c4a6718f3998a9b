/** Which message answers which; and what is said of requests that nothing answers. */
import { describe, expect, test } from 'vitest';
import {
  BASIC_FILTER,
  blockHash,
  inventoryTypes,
  txid,
  wtxid,
  type DecodedType,
  type KnownMessage,
  type MessageMap,
  type Transaction,
} from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';
import { Pairing, whySilent, type PairingOptions } from '../../shared/peer/index.js';
import { chainOn, genesis } from '../chain/mined.js';

const hash = (fill: number) => new Uint8Array(32).fill(fill);
const [one, two, three] = chainOn(genesis, 3) as [typeof genesis, typeof genesis, typeof genesis];
const transaction = (tag: number): Transaction => ({
  version: 2,
  inputs: [
    {
      outpoint: { txid: hash(tag), vout: 0 },
      scriptSig: new Uint8Array(0),
      sequence: 0,
      witness: [Uint8Array.of(tag)],
    },
  ],
  outputs: [{ value: 5n, scriptPubKey: Uint8Array.of(0x51) }],
  lockTime: 0,
});
const { tx, witnessTx, wtx, block, witnessBlock, filteredBlock, compactBlock } = inventoryTypes;
const all = (type: number, ...hashes: Uint8Array[]) => ({
  inventory: hashes.map((each) => ({ type, hash: each })),
});
const zeros = new Uint8Array(32);
const locator = (...hashes: Uint8Array[]) => ({ version: 70016, locator: hashes, stop: zeros });
const bloom = { filter: Uint8Array.of(0xff), hashFunctions: 1, tweak: 0, flags: 0 };

/** A session that numbers its messages; each step is a millisecond. */
function session(options?: PairingOptions) {
  const pairing = new Pairing(networks.regtest, options);
  let index = -1;
  let now = 0;
  const see =
    (direction: 'sent' | 'received') =>
    <T extends DecodedType>(type: T, value: MessageMap[T]) =>
      pairing.see(++index, direction, ++now, { kind: 'decoded', type, value } as KnownMessage);
  return {
    pairing,
    we: see('sent'),
    they: see('received'),
    later: (ms: number) => (now += ms),
    overdue: () => pairing.overdue(now),
  };
}
type Seen = ReturnType<Pairing['see']>;
const whom = (seen: Seen) => seen.answers.map(({ request }) => request);

describe('either side', () => {
  test.each(['we', 'they'] as const)('%s ask, the other answers', (asker) => {
    const one = session();
    const ask = one[asker];
    const answer = one[asker === 'we' ? 'they' : 'we'];
    expect(ask('ping', { nonce: 1n })).toEqual({ answers: [], waits: true, dropped: [] });
    ask('ping', { nonce: 2n });
    expect(whom(answer('pong', { nonce: 2n }))).toEqual([1]);
    // A pong of one’s own is no answer.
    expect(whom(ask('pong', { nonce: 1n }))).toEqual([]);
    expect(answer('pong', { nonce: 1n }).answers).toEqual([
      {
        ...{ request: 0, requestType: 'ping', ms: 4, done: 1, of: 1, part: 1 },
        ...{ complete: true, notFound: false, certain: true },
      },
    ]);
    expect(whom(answer('pong', { nonce: 1n }))).toEqual([]);
  });

  test('both ask at once', () => {
    const { we, they } = session();
    we('ping', { nonce: 1n });
    they('ping', { nonce: 1n });
    expect(whom(we('pong', { nonce: 1n }))).toEqual([1]);
    expect(whom(they('pong', { nonce: 1n }))).toEqual([0]);
  });
});

test('version and verack', () => {
  const { we, they } = session();
  const version = {
    ...{ version: 70016, services: 0n, time: 0n, nonce: 0n, userAgent: '', startHeight: 0, relay: true },
    receiver: { services: 0n, ip: new Uint8Array(16), port: 0 },
    sender: { services: 0n, ip: new Uint8Array(16), port: 0 },
  };
  we('version', version);
  they('version', version);
  we('wtxidrelay', {});
  expect(whom(we('verack', {}))).toEqual([1]);
  expect(whom(they('verack', {}))).toEqual([0]);
});

describe('headers', () => {
  test('follow a block of the locator, or genesis; announcements do not', () => {
    const { we, they } = session();
    we('getheaders', locator(blockHash(two), blockHash(one)));
    expect(whom(they('headers', { headers: [{ ...one, previous: hash(9) }] }))).toEqual([]);
    expect(whom(they('headers', { headers: [three] }))).toEqual([0]);
    we('getheaders', locator(hash(7)));
    expect(whom(they('headers', { headers: [one, two] }))).toEqual([3]);
    expect(whom(they('headers', { headers: [three] }))).toEqual([]);
  });

  test('an empty one is for the oldest that asked with a locator', () => {
    const { we, they } = session();
    we('getheaders', { ...locator(), stop: hash(3) });
    we('getheaders', locator(blockHash(three)));
    expect(whom(they('headers', { headers: [] }))).toEqual([1]);
  });

  test('without a locator the one that was named', () => {
    const { we, they } = session();
    we('getheaders', { ...locator(), stop: blockHash(three) });
    expect(whom(they('headers', { headers: [two] }))).toEqual([]);
    expect(whom(they('headers', { headers: [three] }))).toEqual([0]);
  });
});

describe('getdata', () => {
  test('each entry by its own message; the last completes it', () => {
    const { we, they } = session();
    const [a, b, c] = [transaction(1), transaction(2), transaction(3)];
    we('getdata', {
      inventory: [
        { type: wtx, hash: wtxid(a) },
        { type: witnessTx, hash: txid(b) },
        { type: tx, hash: txid(c) },
        { type: witnessTx, hash: hash(9) },
      ],
    });
    const state = ({ answers }: Seen) =>
      answers.map(({ done, of, part, complete }) => [done, of, part, complete]);
    expect(state(they('tx', b))).toEqual([[1, 4, 1, false]]);
    expect(state(they('tx', b))).toEqual([]);
    expect(state(they('tx', transaction(8)))).toEqual([]);
    expect(state(they('tx', a))).toEqual([[2, 4, 2, false]]);
    expect(state(they('notfound', all(witnessTx, hash(9), hash(10))))).toEqual([[3, 4, 3, false]]);
    expect(state(they('tx', c))).toEqual([[4, 4, 4, true]]);
  });

  test('blocks in the form that was asked for, and whole where they are deep', () => {
    const { we, they } = session();
    const whole = (header: typeof one) => ({ header, transactions: [transaction(1)] });
    we('getdata', all(block, blockHash(one)));
    we('getdata', all(witnessBlock, blockHash(two)));
    we('getdata', all(compactBlock, blockHash(one), blockHash(two)));
    we('getblocktxn', { blockHash: blockHash(two), indexes: [0] });
    const compact = { header: two, nonce: 1n, shortIds: [], prefilled: [] };
    expect(whom(they('cmpctblock', compact))).toEqual([2]);
    // The oldest that it fits.
    expect(whom(they('block', whole(two)))).toEqual([1]);
    expect(whom(they('block', whole(one)))).toEqual([0]);
    expect(whom(they('block', whole(one)))).toEqual([2]);
    expect(whom(they('block', whole(two)))).toEqual([3]);
    expect(whom(they('block', whole(two)))).toEqual([]);
  });

  test('one notfound for several requests', () => {
    const { we, they } = session();
    we('getdata', all(wtx, hash(1), hash(2)));
    we('getdata', all(wtx, hash(3), hash(1)));
    const { answers } = they('notfound', all(wtx, hash(3), hash(1), hash(1)));
    expect(answers.map(({ request, done, of, notFound }) => [request, done, of, notFound])).toEqual([
      [1, 2, 2, true],
      [0, 1, 2, true],
    ]);
    // Of another type it is about something else.
    expect(whom(they('notfound', all(tx, hash(2))))).toEqual([]);
  });

  test('a filtered block, and the transactions that follow it', () => {
    const { we, they } = session();
    we('filterload', bloom);
    we('getdata', all(filteredBlock, blockHash(one)));
    const proof = { header: one, transactionCount: 3, hashes: [hash(1)], flags: Uint8Array.of(1) };
    expect(they('merkleblock', proof).answers).toMatchObject([{ request: 1, complete: true, certain: true }]);
    expect(they('tx', transaction(1)).answers).toMatchObject([
      { request: 1, part: 2, certain: false, ms: 2 },
    ]);
    expect(they('tx', transaction(2)).answers).toMatchObject([{ request: 1, part: 3, ms: 3 }]);
    they('ping', { nonce: 1n });
    expect(whom(they('tx', transaction(3)))).toEqual([]);
  });

  test('the same entry twice wants two answers; an empty one none', () => {
    const { we, they } = session();
    expect(we('getdata', { inventory: [] }).waits).toBe(false);
    we('getdata', all(wtx, wtxid(transaction(1)), wtxid(transaction(1))));
    expect(they('tx', transaction(1)).answers).toMatchObject([{ done: 1, complete: false }]);
    expect(they('tx', transaction(1)).answers).toMatchObject([{ done: 2, complete: true }]);
  });
});

describe('what nothing marks as an answer is told as uncertain', () => {
  test('addresses in either form; a single one is the peer’s own', () => {
    const { we, they } = session();
    const old = { time: 0, services: 0n, ip: new Uint8Array(16), port: 1 };
    we('getaddr', {});
    expect(whom(they('addr', { addresses: [old] }))).toEqual([]);
    expect(they('addr', { addresses: [old, old] }).answers).toMatchObject([{ request: 0, certain: false }]);
    we('getaddr', {});
    const entry = { time: 0, services: 0n, network: 1, address: Uint8Array.of(1, 2, 3, 4), port: 1 };
    expect(whom(they('addrv2', { addresses: [entry, entry] }))).toEqual([3]);
  });

  test('the mempool and blocks, both by inv', () => {
    const { we, they } = session();
    we('mempool', {});
    we('getblocks', locator(blockHash(genesis)));
    expect(they('inv', all(block, hash(1))).answers).toMatchObject([{ request: 1, certain: false }]);
    expect(they('inv', all(wtx, hash(1))).answers).toMatchObject([{ request: 0, certain: false }]);
    expect(whom(they('inv', all(wtx, hash(1))))).toEqual([]);
    expect(whom(they('inv', { inventory: [] }))).toEqual([]);
  });
});

test('compact filters: one after the other up to the stop, each range to whom asked for it', () => {
  const { we, they } = session();
  const filter = new Uint8Array(1);
  const cfilter = (fill: number, filterType = BASIC_FILTER) =>
    they('cfilter', { filterType, blockHash: hash(fill), filter });
  we('getcfilters', { filterType: 0, startHeight: 1, stopHash: hash(2) });
  we('getcfilters', { filterType: 0, startHeight: 3, stopHash: hash(3) });
  expect(cfilter(1).answers).toMatchObject([{ request: 0, done: 0, of: 1, part: 1, complete: false }]);
  expect(whom(cfilter(1, 1))).toEqual([]);
  expect(cfilter(2).answers).toMatchObject([{ request: 0, done: 1, part: 2, complete: true }]);
  expect(cfilter(3).answers).toMatchObject([{ request: 1, complete: true }]);
  expect(whom(cfilter(4))).toEqual([]);
  we('getcfheaders', { filterType: 0, startHeight: 1, stopHash: hash(2) });
  we('getcfcheckpt', { filterType: 0, stopHash: hash(2) });
  expect(whom(they('cfcheckpt', { filterType: 0, stopHash: hash(2), filterHeaders: [] }))).toEqual([8]);
  const cfheaders = { filterType: 0, stopHash: hash(2), previousFilterHeader: zeros, filterHashes: [] };
  expect(whom(they('cfheaders', { ...cfheaders, stopHash: hash(3) }))).toEqual([]);
  expect(whom(they('cfheaders', cfheaders))).toEqual([7]);
});

test('what is malformed, opaque or unknown is neither', () => {
  const { pairing, we } = session();
  we('ping', { nonce: 1n });
  expect(pairing.see(1, 'received', 5, { kind: 'unknown' }).answers).toEqual([]);
  const opaque = { kind: 'opaque', type: 'pong', payload: new Uint8Array(8) } as const;
  expect(pairing.see(2, 'received', 5, opaque)).toEqual({ answers: [], waits: false, dropped: [] });
});

describe('silence', () => {
  test('is told once, with what is missing and why; a late answer is still one', () => {
    const { we, they, later, overdue, pairing } = session({ timeoutMs: 1000 });
    expect(pairing.nextDue).toBeUndefined();
    we('getdata', all(witnessBlock, blockHash(one), hash(2)));
    we('getdata', all(filteredBlock, hash(3)));
    expect(pairing.nextDue).toBe(1001);
    expect(overdue()).toEqual([]);
    later(500);
    they('block', { header: one, transactions: [transaction(1)] });
    later(600);
    // The first one had a part of its answer since.
    expect(overdue()).toMatchObject([{ request: 1, missing: 1, of: 1, why: { code: 'no-bloom-filter' } }]);
    later(400);
    expect(overdue()).toEqual([
      {
        ...{ request: 0, requestType: 'getdata', direction: 'sent', ms: 1000, missing: 1, of: 2 },
        why: whySilent({ kind: 'decoded', type: 'getdata', value: all(witnessBlock, hash(2)) }),
      },
    ]);
    later(5000);
    expect(overdue()).toEqual([]);
    expect(pairing.nextDue).toBeUndefined();
    expect(whom(they('notfound', all(filteredBlock, hash(3))))).toEqual([1]);
  });

  test('an empty mempool is silent: that is told early, and an answer counts for as long as one may take', () => {
    const { we, they, later, overdue, pairing } = session();
    const ask = () => {
      we('mempool', {});
      later(30_000);
      expect(overdue().map(({ why }) => why.code)).toEqual(['empty-mempool']);
    };
    ask();
    later(20_000);
    expect(overdue()).toEqual([]);
    expect(whom(they('inv', all(wtx, hash(1))))).toEqual([0]);
    ask();
    later(90_000);
    expect(overdue()).toEqual([]);
    expect(pairing.nextDue).toBeUndefined();
    expect(whom(they('inv', all(wtx, hash(1))))).toEqual([]);
  });

  test('nodes take longer for some answers, and what comes after is news', () => {
    const { we, they, later, overdue } = session();
    we('getaddr', {});
    we('getheaders', locator(blockHash(one)));
    we('ping', { nonce: 1n });
    later(30_000);
    expect(overdue().map(({ request, why }) => [request, why.code])).toEqual([
      [1, 'no-headers'],
      [2, 'gone'],
    ]);
    later(90_000);
    expect(overdue().map(({ why }) => why.code)).toEqual(['addresses-once']);
    expect(whom(they('headers', { headers: [two] }))).toEqual([]);
    expect(whom(they('pong', { nonce: 1n }))).toEqual([2]);
  });

  test('with a filter set, a filtered block is missing for another reason', () => {
    const { we, they, later, overdue } = session();
    const reason = () => {
      we('getdata', all(filteredBlock, hash(1)));
      later(30_000);
      return overdue()[0]!.why.code;
    };
    they('filterload', bloom);
    expect(reason()).toBe('no-bloom-filter');
    we('filterload', bloom);
    expect(reason()).toBe('unknown-block');
    we('filterclear', {});
    expect(reason()).toBe('no-bloom-filter');
  });

  test('of ours towards the peer has its own reason', () => {
    const { they, later, overdue } = session();
    they('getheaders', locator(blockHash(one)));
    later(30_000);
    expect(overdue()).toMatchObject([{ direction: 'received', why: { code: 'not-served-here' } }]);
  });

  test('the end of a session leaves open what it leaves open', () => {
    const { we, they, pairing } = session();
    we('ping', { nonce: 1n });
    they('getaddr', {});
    we('mempool', {});
    they('pong', { nonce: 1n });
    expect(pairing.unanswered(100).map(({ request, direction }) => [request, direction])).toEqual([
      [1, 'received'],
      [2, 'sent'],
    ]);
  });

  test.each([
    ['getdata', all(wtx, hash(1)), 'unknown-transaction'],
    ['getdata', all(block, hash(1)), 'unknown-block'],
    ['getdata', all(99, hash(1)), 'unknown-inventory-type'],
    ['getdata', { inventory: [] }, undefined],
    ['getheaders', locator(), 'unknown-stop'],
    ['getblocks', locator(), 'nothing-to-announce'],
    ['getaddr', {}, 'addresses-once'],
    ['getblocktxn', { blockHash: hash(1), indexes: [] }, 'unknown-block-transactions'],
    ['getcfcheckpt', { filterType: 0, stopHash: hash(1) }, 'no-compact-filters'],
    ['tx', transaction(1), 'taken-silently'],
    ['sendheaders', {}, undefined],
  ] as const)('why a node says nothing to %s', (type, value, code) => {
    const why = whySilent({ kind: 'decoded', type, value } as KnownMessage);
    expect(why?.code).toBe(code);
    if (code !== undefined) expect(why!.text).toMatch(/^[A-Z].*\.$/);
  });
});

describe('bounded', () => {
  test('so many of each type: the oldest go, and are named', () => {
    const { we, they } = session({ maxOpen: 3 });
    for (const nonce of [0n, 1n, 2n]) expect(we('ping', { nonce }).dropped).toEqual([]);
    expect(we('mempool', {}).dropped).toEqual([]);
    expect(we('ping', { nonce: 3n })).toEqual({ answers: [], waits: true, dropped: [0] });
    expect(whom(they('pong', { nonce: 0n }))).toEqual([]);
    expect(whom(they('pong', { nonce: 3n }))).toEqual([4]);
  });

  test('so many things in all: the oldest of any type go; one that is too large itself is not followed', () => {
    const { we, they } = session({ maxKeys: 10 });
    we('ping', { nonce: 1n });
    we('getdata', all(wtx, ...[1, 2, 3, 4, 5].map(hash)));
    expect(we('getdata', all(wtx, ...[6, 7, 8, 9].map(hash))).dropped).toEqual([]);
    expect(we('getdata', all(wtx, hash(10))).dropped).toEqual([0]);
    expect(we('getdata', all(wtx, hash(11), hash(12))).dropped).toEqual([1]);
    const huge = all(wtx, ...Array.from({ length: 11 }, (_, i) => hash(100 + i)));
    expect(we('getdata', huge)).toEqual({ answers: [], waits: false, dropped: [5] });
    expect(whom(they('notfound', huge))).toEqual([]);
    expect(whom(they('notfound', all(wtx, hash(10), hash(12))))).toEqual([3, 4]);
  });

  test('filters without a stop end it after a thousand', () => {
    const { we, they } = session();
    we('getcfilters', { filterType: 0, startHeight: 1, stopHash: hash(0) });
    const part = () => they('cfilter', { filterType: 0, blockHash: hash(1), filter: new Uint8Array(1) });
    for (let i = 1; i < 1000; i++) part();
    expect(part().answers).toMatchObject([{ part: 1000, complete: true, done: 0 }]);
    expect(whom(part())).toEqual([]);
  });
});
