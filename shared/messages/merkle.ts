import { doubleSha256 } from './double-sha256.js';
import { equalBytes } from '../bytes.js';

export interface MerkleTree {
  /** 32 bytes in wire order; zeros for no leaves. */
  root: Uint8Array;
  /**
   * CVE-2012-2459: two equal hashes make a pair somewhere. The last hash of an odd level is paired with itself, so
   * a list with its end repeated has the same root as the list without.
   */
  mutated: boolean;
}

const HASH_BYTES = 32;

/** Bitcoin's merkle tree over hashes of 32 bytes. Leaves the list as it is. */
export function merkleTree(leaves: readonly Uint8Array[]): MerkleTree {
  let mutated = false;
  let level = leaves;
  const pair = new Uint8Array(2 * HASH_BYTES);
  while (level.length > 1) {
    const parents: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const left = level[i]!;
      const right = level[i + 1];
      if (right !== undefined && equalBytes(left, right)) mutated = true;
      pair.set(left);
      pair.set(right ?? left, HASH_BYTES);
      parents.push(doubleSha256(pair));
    }
    level = parents;
  }
  return { root: level[0] ?? new Uint8Array(HASH_BYTES), mutated };
}
