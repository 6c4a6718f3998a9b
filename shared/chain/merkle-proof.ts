/** BIP37, Partial Merkle branch format: that some transactions are in a block, proven by a part of its tree. */
import { HASH_BYTES, nobleHashes, type Hashes } from '../hashes.js';
import { MAX_BLOCK_TRANSACTIONS, type MerkleBlock } from '../messages/index.js';
import { levelAbove, sideBySide } from '../messages/merkle.js';
import { MerkleProofError } from './merkle-proof-error.js';

type Proof = Pick<MerkleBlock, 'transactionCount' | 'hashes' | 'flags'>;

/**
 * @param txids of all the block's transactions, in their order: 32 bytes each in wire order
 * @param matches for each of them whether the proof shall show it. A set of places, or of txids, is another thing, and
 *   would prove nothing: so is refused
 * @param hashes hashes a whole level at once: an engine may be faster than the default
 * @throws {MerkleProofError} invalid-txids, invalid-matches
 */
export function merkleProof(
  txids: readonly Uint8Array[],
  matches: readonly boolean[],
  hashes: Hashes = nobleHashes,
): Proof {
  if (!isTxids(txids)) throw new MerkleProofError('invalid-txids');
  const fits = Array.isArray(matches) && matches.length === txids.length;
  // Array.from: what an array leaves out is passed over by `every`.
  if (!fits || !Array.from(matches).every((one) => typeof one === 'boolean'))
    throw new MerkleProofError('invalid-matches');
  const levels = levelsOf(txids, matches, hashes);
  const shown: Uint8Array[] = [];
  const bits: boolean[] = [];
  const walk = (height: number, at: number) => {
    const { hash, shows } = levels[height]![at]!;
    bits.push(shows);
    if (height === 0 || !shows) return void shown.push(hash);
    walk(height - 1, 2 * at);
    if (2 * at + 1 < levels[height - 1]!.length) walk(height - 1, 2 * at + 1);
  };
  walk(levels.length - 1, 0);
  const flags = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [i, bit] of bits.entries()) if (bit) flags[i >>> 3]! |= 1 << (i & 7);
  return { transactionCount: txids.length, hashes: shown, flags };
}

const isTxids = (txids: readonly Uint8Array[]): boolean =>
  Array.isArray(txids) &&
  txids.length > 0 &&
  txids.length <= MAX_BLOCK_TRANSACTIONS &&
  Array.from(txids).every((id) => id instanceof Uint8Array && id.length === 32);

interface Node {
  readonly hash: Uint8Array;
  /** Something below it is to be shown. */
  readonly shows: boolean;
}

/** From the leaves up to the root. The last hash of an odd level is paired with itself. */
function levelsOf(txids: readonly Uint8Array[], matches: readonly boolean[], hashes: Hashes): Node[][] {
  let nodes: Node[] = txids.map((hash, i) => ({ hash, shows: matches[i]! }));
  let level = sideBySide(txids);
  const levels = [nodes];
  while (nodes.length > 1) {
    const below = nodes;
    level = levelAbove(level, hashes);
    nodes = Array.from({ length: Math.ceil(below.length / 2) }, (_, i) => ({
      hash: level.slice(i * HASH_BYTES, (i + 1) * HASH_BYTES),
      shows: below[2 * i]!.shows || (below[2 * i + 1]?.shows ?? false),
    }));
    levels.push(nodes);
  }
  return levels;
}
