/** Poly1305 on paper (RFC 8439, 2.5), in whole numbers: to find texts that bring its accumulator where it is wanted. */
import { chacha20 } from '@noble/ciphers/chacha.js';
import { pattern } from './engines.js';

export const P = 2n ** 130n - 5n;

export function toNumber(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

/** Block `counter` of packet 0's key stream. */
export function chacha20Block(key: Uint8Array, counter: number): Uint8Array {
  return chacha20(key, new Uint8Array(12), new Uint8Array(64), undefined, counter);
}

export function clampedR(block0: Uint8Array): bigint {
  return toNumber(block0.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
}

const mod = (value: bigint): bigint => ((value % P) + P) % P;

/** a^(P − 2) */
function inverse(a: bigint): bigint {
  let result = 1n;
  for (let power = a, exponent = P - 2n; exponent > 0n; exponent >>= 1n, power = mod(power * power))
    if ((exponent & 1n) === 1n) result = mod(result * power);
  return result;
}

/**
 * A text of whole blocks whose accumulator, after the block of lengths, is `target`. The last block follows from the
 * others, if it has its bit 128 and none above: others are tried until it does.
 * @param blocks of text, at least two
 */
export function withFinalAccumulator(key: Uint8Array, target: bigint, blocks: number): Uint8Array {
  const r = clampedR(chacha20Block(key, 0));
  const undo = inverse(r);
  const length = 16 * blocks;
  const lengths = (BigInt(length) << 64n) + 2n ** 128n;
  for (let salt = 0; ; salt++) {
    const ciphertext = pattern(length, salt);
    let h = 0n;
    for (let at = 0; at < length - 16; at += 16)
      h = mod((h + toNumber(ciphertext.subarray(at, at + 16)) + 2n ** 128n) * r);
    const last = mod((mod(target) * undo - lengths) * undo - h) - 2n ** 128n;
    if (last < 0n || last >= 2n ** 128n) continue;
    for (let i = 0; i < 16; i++) ciphertext[length - 16 + i] = Number((last >> BigInt(8 * i)) & 0xffn);
    for (let at = 0; at < length; at += 64)
      chacha20Block(key, 1 + at / 64).forEach((byte, i) => {
        if (at + i < length) ciphertext[at + i]! ^= byte;
      });
    return ciphertext;
  }
}
