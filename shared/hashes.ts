import { sha256 } from '@noble/hashes/sha2.js';

/** Double SHA-256 of many messages of one size, in their order. What is given is neither kept nor changed. */
export interface Hashes {
  /**
   * Of block headers.
   * @param headers n × 80 bytes
   * @returns n × 32 bytes, in wire order
   * @throws {RangeError} for any other length
   */
  doubleSha256Of80(headers: Uint8Array): Uint8Array;
  /**
   * Of a level of a merkle tree: the level above.
   * @param pairs n × 64 bytes
   * @returns n × 32 bytes
   * @throws {RangeError} for any other length
   */
  doubleSha256OfPairs(pairs: Uint8Array): Uint8Array;
}

export const HASH_BYTES = 32;
/** A block's header. */
export const HEADER_BYTES = 80;
/** Two hashes, side by side in a merkle tree. */
export const PAIR_BYTES = 2 * HASH_BYTES;

/** What Bitcoin calls a hash of something, unless it says otherwise: 32 bytes in wire order. */
export function doubleSha256(bytes: Uint8Array): Uint8Array {
  return sha256(sha256(bytes));
}

/** With @noble/hashes, one message after the other: works on every platform. An engine may be faster. */
export const nobleHashes: Hashes = {
  doubleSha256Of80: (headers) => oneByOne(headers, HEADER_BYTES),
  doubleSha256OfPairs: (pairs) => oneByOne(pairs, PAIR_BYTES),
};

function oneByOne(messages: Uint8Array, size: number): Uint8Array {
  const count = checkedCount(messages, size);
  const hashes = new Uint8Array(count * HASH_BYTES);
  for (let i = 0; i < count; i++) {
    hashes.set(doubleSha256(messages.subarray(i * size, (i + 1) * size)), i * HASH_BYTES);
  }
  return hashes;
}

/** How many messages of `size` bytes these are. @throws {RangeError} when the last is not whole */
export function checkedCount(messages: Uint8Array, size: number): number {
  const count = messages.length / size;
  if (!Number.isInteger(count))
    throw new RangeError(`${messages.length} bytes are no whole number of messages of ${size} bytes`);
  return count;
}
