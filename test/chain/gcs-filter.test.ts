import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../shared/bytes.js';
import {
  basicFilter,
  decodeFilter,
  encodeFilter,
  filterHash,
  filterHeader,
  filterMatches,
  FilterError,
} from '../../shared/chain/index.js';
import { scaleDown } from '../../shared/chain/range.js';
import { decodeBlock, hashFromString, hashToString } from '../../shared/messages/index.js';
import { describeWithPublishedVectors } from '../setup/tools.js';

type Row = [
  height: number,
  hash: string,
  block: string,
  spent: string[],
  previous: string,
  filter: string,
  header: string,
  notes: string,
];

describeWithPublishedVectors("BIP158's published test vectors", (folder) => {
  const file = path.join(folder, 'bip158_testnet-19.json');
  const rows = (JSON.parse(fs.readFileSync(file, 'utf8')) as [[string], ...Row[]]).slice(1) as Row[];

  test('there are ten', () => expect(rows).toHaveLength(10));

  test.each(rows)('block %i', (_height, hash, raw, spent, previous, filter, header) => {
    const blockHash = hashFromString(hash);
    const block = decodeBlock(fromHex(raw));
    const ours = basicFilter(block, blockHash, spent.map(fromHex));
    expect(toHex(ours)).toBe(filter);
    expect(hashToString(filterHeader(filterHash(ours), hashFromString(previous)))).toBe(header);

    const paid = block.transactions.flatMap(({ outputs }) => outputs.map(({ scriptPubKey }) => scriptPubKey));
    for (const script of [...paid, ...spent.map(fromHex)]) {
      const counts = script.length > 0 && script[0] !== 0x6a;
      expect(filterMatches(ours, blockHash, [script])).toBe(counts);
    }
  });
});

const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 });
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('a filter', () => {
  test('matches each of its elements, alone and among others, and holds as many as there are distinct ones', () => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 50 }), bytes, hash, (elements, other, blockHash) => {
        const filter = encodeFilter([...elements, ...elements, new Uint8Array(0)], blockHash);
        const values = decodeFilter(filter);
        expect(values).toHaveLength(new Set(elements.map(toHex)).size);
        expect(values).toEqual([...values].sort((a, b) => a - b));
        for (const element of elements) {
          expect(filterMatches(filter, blockHash, [element])).toBe(true);
          expect(filterMatches(filter, blockHash, [other, element])).toBe(true);
        }
        expect(filterMatches(filter, blockHash, [])).toBe(false);
        expect(filterMatches(filter, blockHash, [new Uint8Array(0)])).toBe(false);
      }),
    );
  });

  test('rarely matches what is not in it', () => {
    const blockHash = new Uint8Array(32).fill(3);
    const number = (n: number) => Uint8Array.of(n & 0xff, n >> 8);
    const filter = encodeFilter(
      Array.from({ length: 1000 }, (_, n) => number(n)),
      blockHash,
    );
    const others = Array.from({ length: 10_000 }, (_, n) => number(1000 + n));
    // One in 784,931: of these, by the fixed hash, none.
    expect(filterMatches(filter, blockHash, others)).toBe(false);
  });

  test('of nothing is one zero byte', () => {
    expect(encodeFilter([], new Uint8Array(32))).toEqual(Uint8Array.of(0));
    expect(filterMatches(Uint8Array.of(0), new Uint8Array(32), [Uint8Array.of(1)])).toBe(false);
  });

  test('depends on the block', () => {
    const element = [Uint8Array.of(1, 2, 3)];
    const filter = encodeFilter(element, new Uint8Array(32).fill(1));
    expect(filterMatches(filter, new Uint8Array(32).fill(2), element)).toBe(false);
  });
});

test('a hash is scaled to a range exactly', () => {
  const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  fc.assert(
    fc.property(word, word, fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (low, high, range) => {
      const exact = (((BigInt(high) << 32n) | BigInt(low)) * BigInt(range)) >> 64n;
      expect(scaleDown([low, high], range)).toBe(Number(exact));
    }),
  );
});

describe('a hostile filter', () => {
  const filter = encodeFilter([Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)], new Uint8Array(32));
  test.each([
    ['nothing at all', '', 'truncated', 0],
    ['a count that ends early', 'fd01', 'truncated', 0],
    ['a count in a longer form than needed', 'fd0100000000', 'invalid-count', 0],
    ['a count above every number', 'ffffffffffffffffff', 'invalid-count', 0],
    ['more elements than there is room for', 'fe00000001' + '00'.repeat(20), 'truncated', 25],
    ['a quotient without an end', '01ffffffff', 'truncated', 5],
    ['an element beyond the range', '01c0000000', 'invalid-element', 3],
    ['bytes after the last element', `${toHex(filter)}00`, 'trailing-bytes', filter.length],
  ])('%s', (_, hex, code, offset) => {
    for (const read of [decodeFilter, (f: Uint8Array) => filterMatches(f, new Uint8Array(32), [])]) {
      let error: unknown;
      try {
        read(fromHex(hex));
      } catch (caught) {
        error = caught;
      }
      expect(error).toBeInstanceOf(FilterError);
      expect(error).toMatchObject({ code, offset });
      expect((error as FilterError).hint).not.toBe('');
    }
  });

  test('any bytes at all: numbers, or a FilterError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          for (const value of decodeFilter(bytes)) expect(Number.isSafeInteger(value)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(FilterError);
        }
      }),
    );
  });
});
