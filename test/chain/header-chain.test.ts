/** The chain of headers: which branch it follows, what it refuses, and what it remembers. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { HeaderChain, type HeaderResult } from '../../shared/chain/index.js';
import { blockHash, encodeBlockHeader, hashToString } from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';
import { describeWithPublishedVectors } from '../setup/tools.js';
import { chainOn, EASY, genesis, HARDER, headerOn, withoutWork } from './mined.js';

const chainOf = (options = {}) => new HeaderChain(networks.regtest, options);
const errorOf = (result: HeaderResult) => {
  if (result.type !== 'invalid') throw new Error(`it was ${result.type}`);
  return result.error;
};

test.each(Object.values(networks))('$label starts at its genesis block', (network) => {
  const chain = new HeaderChain(network);
  expect(hashToString(chain.tip.hash)).toBe(network.genesis.hash);
  expect(chain.height).toBe(0);
  expect(encodeBlockHeader(chain.headerAt(0)!)).toEqual(network.genesis.header);
  expect(chain.locator().map(hashToString)).toEqual([network.genesis.hash]);
  expect(chain.heightOf(chain.tip.hash)).toBe(0);
});

test('mainnet’s work is the difficulty’s: 2³² and a little for the genesis block, as real nodes say', () => {
  expect(new HeaderChain(networks.main).tip.work).toBe(0x100010001n);
  expect(new HeaderChain(networks.regtest).tip.work).toBe(2n);
});

test('a batch extends it, decoded or as bytes, and is remembered by height and by hash', () => {
  const chain = chainOf();
  const headers = chainOn(genesis, 50);
  expect(chain.add(headers.slice(0, 30))).toEqual({ type: 'extended', by: 30 });
  expect(chain.add(headers.slice(20).map(encodeBlockHeader))).toEqual({ type: 'extended', by: 20 });
  expect(chain.add(headers)).toEqual({ type: 'unchanged', added: 0 });
  expect(chain.add([])).toEqual({ type: 'unchanged', added: 0 });
  for (const [i, header] of [genesis, ...headers].entries()) {
    expect(chain.headerAt(i)).toEqual(header);
    expect(chain.hashAt(i)).toEqual(blockHash(header));
    expect(chain.heightOf(blockHash(header))).toBe(i);
    expect(chain.workAt(i)).toBe(2n * BigInt(i + 1));
  }
  expect(chain.tip).toEqual({ height: 50, hash: blockHash(headers.at(-1)!), work: 102n });
  for (const beyond of [51, -1, 0.5, NaN]) {
    expect(chain.headerAt(beyond)).toBeUndefined();
    expect(chain.hashAt(beyond)).toBeUndefined();
    expect(chain.workAt(beyond)).toBeUndefined();
  }
  expect(chain.heightOf(new Uint8Array(32))).toBeUndefined();
});

test('what it gives out is a copy, and what it took is not kept', () => {
  const chain = chainOf();
  const rows = chainOn(genesis, 3).map(encodeBlockHeader);
  const hashes = rows.map((_, i) => i);
  chain.add(rows);
  const before = hashes.map((i) => chain.headerAt(i));
  for (const row of rows) row.fill(0xff);
  chain.tip.hash.fill(0);
  chain.hashAt(2)!.fill(0);
  chain.headerAt(2)!.previous.fill(0);
  chain.locator()[0]!.fill(0);
  expect(hashes.map((i) => chain.headerAt(i))).toEqual(before);
});

test('around a height: as many on either side, fewer where the chain ends', () => {
  const chain = chainOf();
  chain.add(chainOn(genesis, 20));
  const heights = (height: number, n: number) => chain.around(height, n).map((each) => each.height);
  expect(heights(10, 2)).toEqual([8, 9, 10, 11, 12]);
  expect(heights(1, 3)).toEqual([0, 1, 2, 3, 4]);
  expect(heights(20, 1)).toEqual([19, 20]);
  expect(heights(30, 3)).toEqual([]);
  expect(heights(21, 1)).toEqual([20]);
  expect(heights(-2, 3)).toEqual([0, 1]);
  expect(heights(3.5, 1)).toEqual([]);
  expect(heights(NaN, 1)).toEqual([]);
  expect(heights(3, -1)).toEqual([3]);
  expect(heights(3, Infinity)).toHaveLength(21);
  const [one] = chain.around(7, 0);
  expect(one).toEqual({ height: 7, hash: chain.hashAt(7), header: chain.headerAt(7) });
});

test('a locator: ten without a gap, then each gap twice the one before, genesis last', () => {
  const chain = chainOf();
  chain.add(chainOn(genesis, 100));
  const heights = (from?: number) => chain.locator(from).map((hash) => chain.heightOf(hash));
  expect(heights()).toEqual([100, 99, 98, 97, 96, 95, 94, 93, 92, 91, 89, 85, 77, 61, 29, 0]);
  expect(heights(3)).toEqual([3, 2, 1, 0]);
  expect(heights(1000)).toEqual(heights());
});

describe('branches', () => {
  const trunk = chainOn(genesis, 10);
  const old = chainOn(trunk.at(-1)!, 3, 1);
  const fresh = chainOn(trunk.at(-1)!, 5, 2);

  test('one with more work is followed; the first stays while there is only as much', () => {
    const chain = chainOf();
    chain.add([...trunk, ...old]);
    expect(chain.add(fresh.slice(0, 3))).toEqual({ type: 'unchanged', added: 3 });
    expect(chain.tip.hash).toEqual(blockHash(old[2]!));
    expect(chain.branchHeaders).toBe(3);
    expect(chain.knownHeightOf(blockHash(fresh[0]!))).toBeDefined();
    expect(chain.heightOf(blockHash(fresh[0]!))).toBeUndefined();
    expect(chain.add(fresh.slice(3))).toEqual({ type: 'reorganised', forkHeight: 10, removed: 3, added: 5 });
    expect(chain.tip).toEqual({ height: 15, hash: blockHash(fresh[4]!), work: 32n });
    expect(old.map((header) => chain.heightOf(blockHash(header)))).toEqual([undefined, undefined, undefined]);
    // And back, from what was kept.
    const more = chainOn(old[2]!, 3, 3);
    expect(chain.add(more)).toEqual({ type: 'reorganised', forkHeight: 10, removed: 5, added: 6 });
    expect(chain.headerAt(11)).toEqual(old[0]);
  });

  test('work counts, not length', () => {
    const chain = chainOf();
    chain.add([...trunk, ...old]);
    const heavy = headerOn(trunk.at(-1)!, 4, HARDER);
    expect(chain.add([heavy])).toEqual({ type: 'reorganised', forkHeight: 10, removed: 3, added: 1 });
    expect(chain.height).toBe(11);
    expect(chain.heightOf(blockHash(heavy))).toBe(11);
    expect(chain.hashAt(12)).toBeUndefined();
  });

  test('over pieces of storage and back: heights, hashes and work are those of the branch', () => {
    const chain = chainOf();
    const main = chainOn(genesis, 2300);
    chain.add(main);
    const heavy = chainOn(main[1899]!, 100, 11, HARDER);
    const more = chainOn(heavy.at(-1)!, 200, 12);
    expect(chain.add([...heavy, ...more])).toMatchObject({
      type: 'reorganised',
      forkHeight: 1900,
      added: 300,
    });
    const now = [genesis, ...main.slice(0, 1900), ...heavy, ...more];
    let work = 0n;
    for (const [height, header] of now.entries()) {
      work += header.bits === HARDER ? 8n : 2n;
      expect(chain.workAt(height)).toBe(work);
      expect(chain.hashAt(height)).toEqual(blockHash(header));
      expect(chain.heightOf(blockHash(header))).toBe(height);
    }
    expect(chain.tip.work).toBe(work);
    expect(chain.height).toBe(2200);
    // Down by one piece, to where another starts.
    const heavier = chainOn(main[1023]!, 500, 13, HARDER);
    expect(chain.add(heavier)).toMatchObject({ type: 'reorganised', forkHeight: 1024, removed: 1176 });
    expect(chain.memory).toBeLessThan(2048 * 80 + 50_000);
    expect(chain.workAt(1152)).toBe(2n * 1025n + 8n * 128n);
    expect(chain.headerAt(1525)).toBeUndefined();
    expect(chain.hashAt(1524)).toEqual(blockHash(heavier.at(-1)!));
  });

  test('a batch may go over known ones to a branch', () => {
    const chain = chainOf();
    chain.add([...trunk, ...old]);
    expect(chain.add([...trunk.slice(5), ...fresh])).toEqual({
      type: 'reorganised',
      forkHeight: 10,
      removed: 3,
      added: 5,
    });
  });

  test('more than fit: those with the least work go, and can come again', () => {
    const chain = chainOf({ maxBranchHeaders: 20 });
    chain.add(chainOn(genesis, 50));
    const branches = Array.from({ length: 12 }, (_, i) => chainOn(chain.headerAt(3 * i)!, 3, 100 + i));
    for (const branch of branches) {
      expect(chain.add(branch)).toEqual({ type: 'unchanged', added: 3 });
      expect(chain.branchHeaders).toBeLessThanOrEqual(20);
    }
    expect(chain.knownHeightOf(blockHash(branches[0]![0]!))).toBeUndefined();
    expect(chain.knownHeightOf(blockHash(branches[11]![2]!))).toBeDefined();
    expect(chain.add(chainOn(branches[0]![2]!, 1, 7))).toMatchObject({ type: 'unconnected' });
    expect(chain.add(branches[0]!)).toEqual({ type: 'unchanged', added: 3 });
  });

  test('one longer than fits, with less work, is refused', () => {
    const chain = chainOf({ maxBranchHeaders: 20 });
    chain.add(chainOn(genesis, 50));
    const long = chainOn(chain.headerAt(1)!, 25, 9);
    const result = chain.add(long);
    expect(errorOf(result)).toMatchObject({ code: 'branch-too-long', index: 20, hash: blockHash(long[20]!) });
    expect(result).toMatchObject({ before: { type: 'unchanged', added: 20 } });
    // Others still find room.
    expect(chain.add(chainOn(chain.headerAt(40)!, 5, 8))).toEqual({ type: 'unchanged', added: 5 });
    expect(chain.branchHeaders).toBe(5);
  });

  test('a reorganisation deeper than what is kept of branches keeps as much as fits, and nothing in the air', () => {
    const chain = chainOf({ maxBranchHeaders: 20 });
    const main = chainOn(genesis, 50);
    chain.add(main);
    chain.add(chainOn(main[9]!, 3, 5));
    chain.add(chainOn(main[39]!, 3, 6));
    const heavy = chainOn(genesis, 15, 7, HARDER);
    expect(chain.add(heavy)).toEqual({ type: 'reorganised', forkHeight: 0, removed: 50, added: 15 });
    expect(chain.height).toBe(15);
    expect(chain.branchHeaders).toBeLessThanOrEqual(20);
    expect(chain.knownHeightOf(blockHash(main[49]!))).toBeUndefined();
    expect(chain.add(chainOn(main[41]!, 1))).toMatchObject({ type: 'unconnected' });
    // It can come again from below.
    expect(chain.add(main.slice(0, 10)).type).toBe('unchanged');
  });
});

describe('refused', () => {
  const headers = chainOn(genesis, 5);

  test('a header without its work; those before it were taken', () => {
    const chain = chainOf();
    const cheap = withoutWork(headers[3]!);
    const result = chain.add([...headers.slice(0, 3), cheap]);
    expect(result).toMatchObject({ before: { type: 'extended', by: 3 } });
    expect(errorOf(result)).toMatchObject({ code: 'bad-proof-of-work', index: 3, hash: blockHash(cheap) });
    expect(errorOf(result).message).toMatch(/^header number 4, [0-9a-f]{64}, does not have the work/);
    expect(errorOf(result).hint).not.toBe('');
    expect(chain.height).toBe(3);
  });

  test('one that does not follow the one before it in its batch', () => {
    const chain = chainOf();
    expect(errorOf(chain.add([headers[0]!, headers[2]!]))).toMatchObject({ code: 'discontinuous', index: 1 });
  });

  test.each([
    ['target-too-easy', 0x2100ff00],
    ['target-too-easy', 0x21008000],
    ['invalid-bits', 0],
    ['invalid-bits', 0x04800001],
    ['invalid-bits', 0xff123456],
  ] as const)('%s', (code, bits) => {
    const header = { ...headers[0]!, bits };
    expect(errorOf(chainOf().add([header]))).toMatchObject({ code, index: 0 });
  });

  test('mainnet asks for more than regtest', () => {
    const chain = new HeaderChain(networks.main);
    expect(errorOf(chain.add([headers[0]!])).code).toBe('target-too-easy');
  });

  test.each([
    ['79 bytes', new Uint8Array(79)],
    ['a nonce of 33 bits', { ...headers[0]!, nonce: 2 ** 32 }],
    ['a short hash', { ...headers[0]!, previous: new Uint8Array(31) }],
  ])('%s', (_, header) => {
    expect(errorOf(chainOf().add([header]))).toMatchObject({ code: 'not-a-header', index: 0 });
  });

  test('more than the chain may have, also on a branch', () => {
    const chain = chainOf({ maxHeight: 4 });
    expect(errorOf(chain.add(headers))).toMatchObject({ code: 'chain-too-long', index: 4 });
    expect(chain.height).toBe(4);
    const branch = chainOn(headers[2]!, 2, 1);
    expect(errorOf(chain.add(branch))).toMatchObject({ code: 'chain-too-long', index: 1 });
  });

  test('one that builds on nothing known is no fault yet, but has to have its work', () => {
    const chain = chainOf();
    expect(chain.add([headers[1]!])).toEqual({ type: 'unconnected', previous: blockHash(headers[0]!) });
    expect(errorOf(chain.add([withoutWork(headers[1]!)])).code).toBe('bad-proof-of-work');
    expect(chain.height).toBe(0);
  });
});

test('a thousand made-up targets, and branches without end, take no more than was said', () => {
  const chain = chainOf({ maxBranchHeaders: 50 });
  chain.add(chainOn(genesis, 20));
  for (let i = 0; i < 1200; i++) {
    const bits = i % 2 === 0 ? EASY : 0x20700000 + i;
    const result = chain.add([headerOn(chain.headerAt(i % 15)!, 1000 + i, bits)]);
    expect(result.type).toBe('unchanged');
    expect(chain.branchHeaders).toBeLessThanOrEqual(50);
  }
});

describeWithPublishedVectors('a header of mainnet', (folder) => {
  const header = new Uint8Array(fs.readFileSync(path.join(folder, 'mainnet_block_300025.raw'))).subarray(
    0,
    80,
  );

  test('has its work, and builds on a block that is not known', () => {
    const chain = new HeaderChain(networks.main);
    expect(chain.add([header])).toEqual({ type: 'unconnected', previous: header.slice(4, 36) });
    const damaged = header.slice();
    damaged[79]! ^= 1;
    expect(errorOf(chain.add([damaged])).code).toBe('bad-proof-of-work');
    expect(errorOf(chainOf().add([damaged])).code).toBe('bad-proof-of-work');
  });
});
