import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex } from '../../shared/bytes.js';
import { sipHash24, sipHashKey } from '../../shared/messages/index.js';

const MASK = 2n ** 64n - 1n;
const little = (bytes: Uint8Array) => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
const rotated = (word: bigint, by: bigint) => ((word << by) | (word >> (64n - by))) & MASK;

/** The paper's description, in 64-bit words. */
function reference(key: Uint8Array, data: Uint8Array): bigint {
  const [k0, k1] = [little(key.subarray(0, 8)), little(key.subarray(8))];
  let [v0, v1, v2, v3] = [
    k0 ^ 0x736f6d6570736575n,
    k1 ^ 0x646f72616e646f6dn,
    k0 ^ 0x6c7967656e657261n,
    k1 ^ 0x7465646279746573n,
  ];
  const rounds = (count: number) => {
    for (let i = 0; i < count; i++) {
      v0 = (v0 + v1) & MASK;
      v2 = (v2 + v3) & MASK;
      v1 = rotated(v1, 13n) ^ v0;
      v3 = rotated(v3, 16n) ^ v2;
      v0 = rotated(v0, 32n);
      v2 = (v2 + v1) & MASK;
      v0 = (v0 + v3) & MASK;
      v1 = rotated(v1, 17n) ^ v2;
      v3 = rotated(v3, 21n) ^ v0;
      v2 = rotated(v2, 32n);
    }
  };
  const padded = new Uint8Array(data.length + 8 - (data.length % 8));
  padded.set(data);
  padded[padded.length - 1] = data.length & 0xff;
  for (let at = 0; at < padded.length; at += 8) {
    const word = little(padded.subarray(at, at + 8));
    v3 ^= word;
    rounds(2);
    v0 ^= word;
  }
  v2 ^= 0xffn;
  rounds(4);
  return v0 ^ v1 ^ v2 ^ v3;
}

const hashed = (key: Uint8Array, data: Uint8Array): bigint => {
  const [low, high] = sipHash24(sipHashKey(key), data);
  return (BigInt(high) << 32n) | BigInt(low);
};
const counting = (length: number) => Uint8Array.from({ length }, (_, i) => i);

test('known answers of the paper and its reference code', () => {
  expect(hashed(counting(16), counting(15))).toBe(0xa129ca6149be45e5n);
  expect(hashed(counting(16), counting(0))).toBe(0x726fdb47dd0e0e31n);
});

test('any key and data, as 64-bit words give it', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.uint8Array({ maxLength: 300, size: 'max' }),
      (key, data) => {
        expect(hashed(key, data)).toBe(reference(key, data));
      },
    ),
    { numRuns: 300 },
  );
});

test('a key has 16 bytes', () => {
  expect(() => sipHashKey(fromHex('00'.repeat(15)))).toThrow(TypeError);
});
