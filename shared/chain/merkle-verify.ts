/** BIP37, Parsing a partial merkle tree object: what a merkle block proves. */
import { equalBytes } from '../bytes.js';
import { HASH_BYTES, nobleHashes, PAIR_BYTES, type Hashes } from '../hashes.js';
import { MAX_BLOCK_TRANSACTIONS, type MerkleBlock } from '../messages/index.js';
import { MerkleProofError } from './merkle-proof-error.js';

export interface ProvenTransaction {
  /** 32 bytes in wire order. */
  readonly txid: Uint8Array;
  /** Its place in the block; the coinbase is at 0. */
  readonly index: number;
}

/** A hash of the tree: one that the proof shows, or one over two of the level below, which is filled in once they are. */
interface Node {
  hash: Uint8Array;
  readonly below?: readonly [left: Node, right: Node];
}

const UNKNOWN = new Uint8Array();

/**
 * The transactions that a merkle block proves to be in the block of its header, in their order there. That the header
 * has its proof of work, and is of the chain, is not looked at. As everywhere with BIP37, an inner hash could be passed
 * off as the txid of a 64-byte transaction (CVE-2017-12842): compare with the transaction itself.
 * @param hasher hashes a whole level at once: an engine may be faster than the default
 * @throws {MerkleProofError}
 */
export function provenTransactions(
  { header, transactionCount, hashes, flags }: MerkleBlock,
  hasher: Pick<Hashes, 'doubleSha256OfPairs'> = nobleHashes,
): ProvenTransaction[] {
  if (transactionCount === 0) throw new MerkleProofError('no-transactions');
  // Also keeps the walk from being deep.
  if (transactionCount > MAX_BLOCK_TRANSACTIONS) throw new MerkleProofError('too-many-transactions');
  if (hashes.length > transactionCount) throw new MerkleProofError('too-many-hashes');

  const widthAt = (height: number) => Math.ceil(transactionCount / 2 ** height);
  const proven: ProvenTransaction[] = [];
  let bits = 0;
  let used = 0;
  const nextBit = (): boolean => {
    const byte = flags[bits >>> 3];
    if (byte === undefined) throw new MerkleProofError('bits-missing');
    return ((byte >>> (bits++ & 7)) & 1) === 1;
  };
  const nextHash = (): Uint8Array => {
    const hash = hashes[used++];
    if (hash === undefined) throw new MerkleProofError('hashes-missing');
    return hash;
  };
  const levels: Node[][] = [];
  const walk = (height: number, at: number): Node => {
    const shows = nextBit();
    if (height === 0 || !shows) {
      const hash = nextHash();
      if (shows) proven.push({ txid: hash, index: at });
      return { hash };
    }
    const left = walk(height - 1, 2 * at);
    // The last hash of an odd level is paired with itself.
    const isAlone = 2 * at + 1 >= widthAt(height - 1);
    const node: Node = { hash: UNKNOWN, below: [left, isAlone ? left : walk(height - 1, 2 * at + 1)] };
    (levels[height] ??= []).push(node);
    return node;
  };

  const root = walk(Math.ceil(Math.log2(transactionCount)), 0);
  if (used < hashes.length) throw new MerkleProofError('hashes-left');
  if (Math.ceil(bits / 8) < flags.length) throw new MerkleProofError('bits-left');
  // From the lowest of which anything is computed: forEach leaves out those below.
  levels.forEach((level) => fillIn(level, hasher));
  if (!equalBytes(root.hash, header.merkleRoot)) throw new MerkleProofError('root-mismatch');
  return proven;
}

/** Hashes the pairs of which these nodes are. */
function fillIn(level: readonly Node[], hasher: Pick<Hashes, 'doubleSha256OfPairs'>): void {
  const pairs = new Uint8Array(level.length * PAIR_BYTES);
  for (const [i, { below }] of level.entries()) {
    const [left, right] = below!;
    // As a pair of their own, equal hashes would prove a transaction at a place that the block does not have.
    if (left !== right && equalBytes(left.hash, right.hash)) throw new MerkleProofError('repeated-hashes');
    pairs.set(left.hash, i * PAIR_BYTES);
    pairs.set(right.hash, i * PAIR_BYTES + HASH_BYTES);
  }
  const all = hasher.doubleSha256OfPairs(pairs);
  for (const [i, node] of level.entries()) node.hash = all.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES);
}
