import { concatBytes, equalBytes, fromHex } from '../bytes.js';
import { doubleSha256, HASH_BYTES, type Hashes } from '../hashes.js';
import { type Block } from './block.js';
import { merkleTree, type MerkleTree } from './merkle.js';
import { hasWitness } from './transaction.js';
import { txid, wtxid } from './transaction-ids.js';

export type BlockProblemCode =
  | 'merkle-root-mismatch'
  | 'repeated-transactions'
  | 'witness-nonce'
  | 'witness-commitment-mismatch'
  | 'unexpected-witness';

/** Why a block's transactions are not the ones that its header, or its coinbase, commits to. */
export interface BlockProblem {
  readonly code: BlockProblemCode;
  readonly message: string;
  /** What it means for whoever received the block. */
  readonly hint: string;
}

const altered = 'What came is not the block of that hash; another peer may have it whole.';

const problems = {
  'merkle-root-mismatch': {
    message: 'the merkle root of the transactions is not the one in the header',
    hint: altered,
  },
  'repeated-transactions': {
    message: 'two equal hashes make a pair in the merkle tree (CVE-2012-2459)',
    hint: 'Someone repeated transactions without changing the merkle root. Do not mark the hash as invalid: the block without them may be good.',
  },
  'witness-nonce': {
    message: 'the witness of the coinbase is not one item of 32 bytes (BIP141)',
    hint: altered,
  },
  'witness-commitment-mismatch': {
    message: 'the coinbase commits to other witnesses (BIP141)',
    hint: altered,
  },
  'unexpected-witness': {
    message: 'there are witnesses, and the coinbase does not commit to any (BIP141)',
    hint: altered,
  },
} satisfies Record<BlockProblemCode, Omit<BlockProblem, 'code'>>;

const problem = (code: BlockProblemCode): BlockProblem => ({ code, ...problems[code] });

const OP_0 = 0;
const OP_1 = 0x51;
const OP_16 = 0x60;
const MAX_HEIGHT_BYTES = 5;
/** OP_RETURN, a push of 36 bytes, and four bytes that mark the commitment. */
const COMMITMENT_PREFIX = fromHex('6a24aa21a9ed');

/** The merkle tree of the txids, whose root the header holds. @throws {EncodeError} */
export function blockMerkleTree({ transactions }: Block, hashes?: Hashes): MerkleTree {
  return merkleTree(transactions.map(txid), hashes);
}

/** The merkle root of the wtxids, with zeros for the coinbase (BIP141). @throws {EncodeError} */
export function witnessMerkleRoot({ transactions }: Block, hashes?: Hashes): Uint8Array {
  const leaves = transactions.map((tx, i) => (i === 0 ? new Uint8Array(HASH_BYTES) : wtxid(tx)));
  return merkleTree(leaves, hashes).root;
}

/** The 32 bytes to which the coinbase commits, from the last output that has the form; BIP141. */
export function witnessCommitment({ transactions }: Block): Uint8Array | undefined {
  const script = transactions[0]?.outputs.findLast(
    ({ scriptPubKey }) =>
      scriptPubKey.length >= COMMITMENT_PREFIX.length + HASH_BYTES &&
      equalBytes(scriptPubKey.subarray(0, COMMITMENT_PREFIX.length), COMMITMENT_PREFIX),
  )?.scriptPubKey;
  return script?.subarray(COMMITMENT_PREFIX.length, COMMITMENT_PREFIX.length + HASH_BYTES);
}

/** BIP34: the height that a coinbase begins with; undefined where it begins with no number. */
export function coinbaseHeight({ transactions }: Block): number | undefined {
  const script = transactions[0]?.inputs[0]?.scriptSig ?? new Uint8Array();
  const [length = 0] = script;
  if (length === OP_0) return script.length > 0 ? 0 : undefined;
  if (length >= OP_1 && length <= OP_16) return length - OP_1 + 1;
  if (length > MAX_HEIGHT_BYTES || script.length <= length) return undefined;
  return script.subarray(1, 1 + length).reduceRight((height, byte) => height * 256 + byte, 0);
}

/** Whether the header commits to these transactions, and nobody repeated some. */
export function checkMerkleRoot(block: Block, hashes?: Hashes): BlockProblem | undefined {
  const { root, mutated } = blockMerkleTree(block, hashes);
  if (!equalBytes(root, block.header.merkleRoot)) return problem('merkle-root-mismatch');
  return mutated ? problem('repeated-transactions') : undefined;
}

/**
 * Whether the coinbase commits to these witnesses (BIP141, Commitment structure), for a chain with segwit active.
 * Only for blocks that came with witnesses: without them the coinbase lacks the nonce.
 */
export function checkWitnessCommitment(block: Block, hashes?: Hashes): BlockProblem | undefined {
  const commitment = witnessCommitment(block);
  if (commitment === undefined) {
    return block.transactions.some(hasWitness) ? problem('unexpected-witness') : undefined;
  }
  const [nonce, ...more] = block.transactions[0]?.inputs[0]?.witness ?? [];
  if (nonce?.length !== HASH_BYTES || more.length > 0) return problem('witness-nonce');
  const expected = doubleSha256(concatBytes(witnessMerkleRoot(block, hashes), nonce));
  return equalBytes(commitment, expected) ? undefined : problem('witness-commitment-mismatch');
}
