import { equalBytes } from '../../../shared/bytes.js';
import {
  checkWitnessCommitment,
  coinbaseHeight,
  decodeBlock,
  hasWitness,
  hashToString,
  merkleTree,
  transactionIds,
  transactionSize,
  witnessCommitment,
  type Block,
} from '../../../shared/messages/index.js';
import type { Network } from '../../../shared/networks.js';
import type { Check } from './protocol.js';

/** A block whose transactions can be looked at. */
export interface OpenedBlock {
  readonly hash: string;
  /** Of it, those transactions are built that somebody looked at. */
  readonly block: Block;
  readonly bytes: Uint8Array;
  readonly weight: number;
  readonly value: bigint;
  readonly coinbaseHeight: number | undefined;
  /** Where each transaction stands, by its txid and, where that differs, its wtxid. */
  readonly places: ReadonlyMap<string, number>;
  readonly txids: readonly string[];
  readonly merkleRoot: Check;
  readonly witness: Check;
  /** The row among the messages that held it. */
  readonly message: number;
}

const COUNTS_BYTES = [1, 3, 5];
const HEADER_BYTES = 80;

/** Reads a block once from end to end. @throws {DecodeError} unless the bytes are one */
export function openBlock(hash: string, bytes: Uint8Array, message: number, network: Network): OpenedBlock {
  // Two readings: all that the first builds goes again.
  const whole = decodeBlock(bytes);
  const ids = whole.transactions.map((transaction) => transactionIds(transaction));
  const places = new Map<string, number>();
  ids.forEach(({ txid, wtxid }, at) => {
    places.set(hashToString(wtxid), at);
    places.set(hashToString(txid), at);
  });
  const { root, mutated } = merkleTree(ids.map(({ txid }) => txid));
  let stripped = 0;
  let value = 0n;
  for (const transaction of whole.transactions) {
    stripped += transactionSize(transaction).strippedBytes;
    for (const output of transaction.outputs) value += output.value;
  }
  const count = whole.transactions.length;
  const base = HEADER_BYTES + COUNTS_BYTES[count < 0xfd ? 0 : count <= 0xffff ? 1 : 2]!;
  return {
    hash,
    block: decodeBlock(bytes),
    bytes,
    weight: 3 * (base + stripped) + bytes.length,
    value,
    coinbaseHeight: coinbaseHeight(whole),
    places,
    txids: ids.map(({ txid }) => hashToString(txid)),
    merkleRoot: merkleCheck(equalBytes(root, whole.header.merkleRoot), mutated, count),
    witness: witnessCheck(whole, network),
    message,
  };
}

function merkleCheck(same: boolean, mutated: boolean, count: number): Check {
  if (!same) return { outcome: 'fails', says: 'The transactions do not give the merkle root in the header.' };
  if (mutated) return { outcome: 'fails', says: 'Transactions are repeated (CVE-2012-2459).' };
  return {
    outcome: 'holds',
    says:
      count === 1
        ? 'The one transaction’s id is the root in the header.'
        : `All ${count} transaction ids, hashed in pairs, give the root in the header.`,
  };
}

function witnessCheck(block: Block, { segwitHeight }: Network): Check {
  const none = (says: string): Check => ({ outcome: 'none', says });
  if (witnessCommitment(block) === undefined && !block.transactions.some(hasWitness))
    return none('No transaction has a witness, and the coinbase commits to none.');
  if ((coinbaseHeight(block) ?? 0) < segwitHeight) return none('Segwit was not active at this height.');
  if (!block.transactions.some(hasWitness))
    return none('This copy came without witnesses: they were not asked for.');
  const problem = checkWitnessCommitment(block);
  return problem
    ? { outcome: 'fails', says: `${problem.message}.` }
    : { outcome: 'holds', says: 'The hash of all witnesses is the one that the coinbase commits to.' };
}
