/** BIP37, Parsing a partial merkle tree object: what a merkle block proves. */
import { concatBytes, equalBytes } from '../bytes.js';
import { doubleSha256, MAX_BLOCK_TRANSACTIONS, type MerkleBlock } from '../messages/index.js';
import { MerkleProofError } from './merkle-proof-error.js';

export interface ProvenTransaction {
  /** 32 bytes in wire order. */
  readonly txid: Uint8Array;
  /** Its place in the block; the coinbase is at 0. */
  readonly index: number;
}

/**
 * The transactions that a merkle block proves to be in the block of its header, in their order there. That the header
 * has its proof of work, and is of the chain, is not looked at. As everywhere with BIP37, an inner hash could be passed
 * off as the txid of a 64-byte transaction (CVE-2017-12842): compare with the transaction itself.
 * @throws {MerkleProofError}
 */
export function provenTransactions({
  header,
  transactionCount,
  hashes,
  flags,
}: MerkleBlock): ProvenTransaction[] {
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
  const walk = (height: number, at: number): Uint8Array => {
    const shows = nextBit();
    if (height === 0 || !shows) {
      const hash = nextHash();
      if (shows) proven.push({ txid: hash, index: at });
      return hash;
    }
    const left = walk(height - 1, 2 * at);
    // The last hash of an odd level is paired with itself.
    if (2 * at + 1 >= widthAt(height - 1)) return doubleSha256(concatBytes(left, left));
    const right = walk(height - 1, 2 * at + 1);
    // As a pair of their own, equal hashes would prove a transaction at a place that the block does not have.
    if (equalBytes(left, right)) throw new MerkleProofError('repeated-hashes');
    return doubleSha256(concatBytes(left, right));
  };

  const root = walk(Math.ceil(Math.log2(transactionCount)), 0);
  if (used < hashes.length) throw new MerkleProofError('hashes-left');
  if (Math.ceil(bits / 8) < flags.length) throw new MerkleProofError('bits-left');
  if (!equalBytes(root, header.merkleRoot)) throw new MerkleProofError('root-mismatch');
  return proven;
}
