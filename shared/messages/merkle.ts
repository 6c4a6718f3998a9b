import { concatBytes } from '../bytes.js';
import { HASH_BYTES, nobleHashes, PAIR_BYTES, type Hashes } from '../hashes.js';

export interface MerkleTree {
  /** 32 bytes in wire order; zeros for no leaves. */
  root: Uint8Array;
  /**
   * CVE-2012-2459: two equal hashes make a pair somewhere. The last hash of an odd level is paired with itself, so
   * a list with its end repeated has the same root as the list without.
   */
  mutated: boolean;
}

/**
 * Bitcoin's merkle tree over hashes of 32 bytes. Leaves the list as it is.
 * @param hashes hashes a whole level at once: an engine may be faster than the default
 */
export function merkleTree(leaves: readonly Uint8Array[], hashes: Hashes = nobleHashes): MerkleTree {
  let mutated = false;
  let level: Uint8Array = sideBySide(leaves);
  while (level.length > HASH_BYTES) {
    mutated ||= hasEqualPair(level);
    level = levelAbove(level, hashes);
  }
  return { root: leaves.length === 0 ? new Uint8Array(HASH_BYTES) : level, mutated };
}

/**
 * The hashes of the pairs of a level; the last hash of an odd one is paired with itself.
 * @param level n × 32 bytes
 * @returns ⌈n ÷ 2⌉ × 32 bytes
 */
export function levelAbove(level: Uint8Array, hashes: Hashes): Uint8Array {
  const isEven = level.length % PAIR_BYTES === 0;
  return hashes.doubleSha256OfPairs(isEven ? level : concatBytes(level, level.subarray(-HASH_BYTES)));
}

/** As one array: a block has too many for the arguments of a call. */
export function sideBySide(hashes: readonly Uint8Array[]): Uint8Array {
  const level = new Uint8Array(hashes.length * HASH_BYTES);
  for (const [i, hash] of hashes.entries()) level.set(hash, i * HASH_BYTES);
  return level;
}

/** Before the last hash of an odd level is paired with itself. */
function hasEqualPair(level: Uint8Array): boolean {
  for (let at = 0; at + PAIR_BYTES <= level.length; at += PAIR_BYTES) {
    let i = at;
    while (i < at + HASH_BYTES && level[i] === level[i + HASH_BYTES]) i++;
    if (i === at + HASH_BYTES) return true;
  }
  return false;
}
