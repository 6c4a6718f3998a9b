/** What nobody opens is not built; and passing by finds the same damage as reading. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes } from '../../shared/bytes.js';
import { layouts } from '../../shared/messages/codecs.js';
import { compactSize } from '../../shared/messages/counts.js';
import { fieldTree } from '../../shared/messages/fields.js';
import {
  type Block,
  decodeBlock,
  decodeMessage,
  encodeBlock,
  encodeMessage,
  fieldsOf,
  type FieldNode,
  type Transaction,
} from '../../shared/messages/index.js';
import { damageOf, decode, type Leaf, readValue, skipValue } from '../../shared/messages/layout.js';
import { lazyArray } from '../../shared/messages/lazy-array.js';
import { u32 } from '../../shared/messages/leaves.js';
import { lazyList, list } from '../../shared/messages/lists.js';
import { ByteReader } from '../../shared/messages/reader.js';
import { struct } from '../../shared/messages/struct.js';
import { mutateBytes } from '../fuzz/mutate.js';
import { Rng } from '../fuzz/rng.js';
import { anyMessage, types } from './arbitraries.js';

/** Counts how often somebody wants the value. */
function counting(): { leaf: Leaf<number>; reads: () => number } {
  let reads = 0;
  const leaf: Leaf<number> = { ...u32, read: (reader) => (reads++, reader.u32()) };
  return { leaf, reads: () => reads };
}

const COUNT = 3000;
const payloadOfThousands = concatBytes(Uint8Array.of(0xfd, 0xb8, 0x0b), new Uint8Array(4 * COUNT));

describe('a list in the field tree', () => {
  test('opened, it reads none of its entries; an opened entry reads itself alone', () => {
    const { leaf, reads } = counting();
    const root = fieldTree('x', struct({ items: list(struct({ n: leaf }), 5000) }), payloadOfThousands);
    const items = root.children[0]!;
    expect(items.text).toBe('3000 entries');
    expect(items.children).toHaveLength(COUNT + 1);
    const entry = items.children[1501]!;
    expect([entry.name, entry.start, entry.end]).toEqual(['[1500]', 6003, 6007]);
    expect(items.children.slice(1500, 1503).map(({ name }) => name)).toEqual(['[1499]', '[1500]', '[1501]']);
    expect(reads()).toBe(0);
    expect(entry.children[0]!.value).toBe(0);
    expect(reads()).toBe(1);
  });

  test('damaged, it still reads none of the entries before the damage', () => {
    const { leaf } = counting();
    const root = fieldTree('x', struct({ items: list(leaf, 5000) }), payloadOfThousands.subarray(0, -1));
    const items = root.children[0]!;
    expect(root.error).toMatchObject({ code: 'truncated', field: 'items[2999]' });
    expect(items.children.at(-1)).toMatchObject({ name: '[2999]', error: { code: 'truncated' } });
    expect(items.children[2999]).toMatchObject({ name: '[2998]', value: 0, error: undefined });
  });
});

describe('a lazy list', () => {
  test('reads an entry when it is asked for, once', () => {
    const { leaf, reads } = counting();
    const items = decode(lazyList(compactSize(5000), leaf), payloadOfThousands);
    expect(items).toHaveLength(COUNT);
    expect(reads()).toBe(0);
    expect([items[1500], items[1500], items.at(-1)]).toEqual([0, 0, 0]);
    expect(reads()).toBe(2);
  });

  test('of few entries is read at once, where that is asked for', () => {
    const { leaf, reads } = counting();
    decode(lazyList(compactSize(5000), leaf, COUNT), payloadOfThousands);
    expect(reads()).toBe(COUNT);
    decode(lazyList(compactSize(5000), leaf, COUNT - 1), payloadOfThousands);
    expect(reads()).toBe(COUNT);
  });

  test('names what is wrong as any list does', () => {
    const lazy = lazyList(compactSize(5000), struct({ n: u32 }));
    for (const cut of [2, 100, 12_002])
      expect(damageOf(lazy, payloadOfThousands.subarray(0, cut))).toEqual(
        damageOf(list(struct({ n: u32 }), 5000), payloadOfThousands.subarray(0, cut)),
      );
  });
});

describe('a lazy array', () => {
  const numbers = () => {
    const made: number[] = [];
    return { made, array: lazyArray(5, (i) => (made.push(i), 10 * i)) };
  };

  test('makes what is asked for and keeps it', () => {
    const { made, array } = numbers();
    expect(array[3]).toBe(30);
    expect(array[3]).toBe(30);
    expect([array[5], array[-1], array.length, 2 in array, 7 in array]).toEqual([
      undefined,
      undefined,
      5,
      true,
      false,
    ]);
    expect(array.slice(1, 3)).toEqual([10, 20]);
    expect(made).toEqual([3, 1, 2]);
  });

  test('is an array like any other to whoever looks at all of it', () => {
    const plain = [0, 10, 20, 30, 40];
    expect(Array.isArray(numbers().array)).toBe(true);
    expect(numbers().array).toEqual(plain);
    expect([...numbers().array]).toEqual(plain);
    expect(Object.keys(numbers().array)).toEqual(Object.keys(plain));
    expect(JSON.stringify(numbers().array)).toBe(JSON.stringify(plain));
    expect(numbers().array.map((n) => n + 1)).toEqual([1, 11, 21, 31, 41]);
    expect(numbers().array.concat([50])).toEqual([...plain, 50]);
    expect(structuredClone([...numbers().array])).toEqual(plain);
  });

  test('can be changed', () => {
    const { array } = numbers();
    array.push(50);
    array[0] = 1;
    array.splice(1, 2);
    delete array[1];
    expect(array).toEqual([1, undefined, 40, 50]);
    expect([array.length, array.pop(), array.length, array[4]]).toEqual([4, 50, 3, undefined]);
  });
});

const transaction = (seed: number): Transaction => ({
  version: 2,
  inputs: [
    {
      outpoint: { txid: new Uint8Array(32).fill(seed), vout: seed },
      scriptSig: new Uint8Array(0),
      sequence: seed,
      witness: [new Uint8Array(71), new Uint8Array(33)],
    },
  ],
  outputs: [{ value: BigInt(seed), scriptPubKey: new Uint8Array(34) }],
  lockTime: 0,
});
const zeros = new Uint8Array(32);
const block: Block = {
  header: { version: 4, previous: zeros, merkleRoot: zeros, time: 1, bits: 2, nonce: 3 },
  transactions: Array.from({ length: COUNT }, (_, i) => transaction(i)),
};

test('a decoded block has the same transactions, each when it is asked for', () => {
  const payload = encodeBlock(block);
  const decoded = decodeBlock(payload);
  expect(decoded.transactions).toHaveLength(COUNT);
  // The payload is what it reads from: a change shows in what was not read before.
  expect(decoded.transactions[1500]).toEqual(transaction(1500));
  const at = payload.length - 4;
  payload[at] = 7;
  expect(decoded.transactions.at(-1)!.lockTime).toBe(7);
  payload[at] = 0;
  expect(decodeBlock(payload)).toEqual(block);
});

test('what a part of a block says at a glance is what its value says', () => {
  const payload = encodeBlock(block);
  const root = fieldsOf('block', payload)!;
  expect(root.children[1]!.text).toBe('3000 entries');
  expect(root.children[1]!.children[1501]!.text).toBe('1 in, 1 out');
  expect(root.children[1]!.children[1501]!.value).toEqual(transaction(1500));
});

describe('passing by', () => {
  const damaged = fc
    .tuple(anyMessage, fc.nat(), fc.boolean())
    .map(([{ type, value }, seed, intact]) => {
      const payload = encodeMessage(type, value);
      return { type, payload: intact ? payload : mutateBytes(payload, new Rng(seed, 0)) };
    })
    .filter(({ payload }) => payload.length < 20_000);

  test('ends where reading ends, and fails where reading fails', () => {
    fc.assert(
      fc.property(damaged, ({ type, payload }) => {
        const layout = layouts[type];
        const end = (pass: (reader: ByteReader) => unknown) => {
          const reader = new ByteReader(payload);
          try {
            pass(reader);
            return reader.position;
          } catch {
            return 'fails';
          }
        };
        expect(end((reader) => skipValue(layout, reader))).toBe(
          end((reader) => readValue<unknown>(layout, reader)),
        );
        const message = decodeMessage(type, payload);
        expect(damageOf(layout, payload)).toEqual(message.kind === 'malformed' ? message.error : undefined);
      }),
      { numRuns: 3000 },
    );
  });

  test('what is said at a glance is what the value says', () => {
    const check = (node: FieldNode) => {
      if (node.error === undefined && node.kind === 'list')
        expect(node.text).toBe(countText((node.value as unknown[]).length));
      node.children.forEach(check);
    };
    fc.assert(
      fc.property(anyMessage, ({ type, value }) => {
        const payload = encodeMessage(type, value);
        expect(fieldsOf(type, payload)!.text).toBe(layouts[type].text(value as never));
        if (payload.length < 2000) check(fieldsOf(type, payload)!);
      }),
      { numRuns: 300 },
    );
    expect(types.length).toBeGreaterThan(30);
  });
});

const countText = (length: number) => (length === 1 ? '1 entry' : `${length} entries`);
