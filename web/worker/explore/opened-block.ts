import { concatBytes, equalBytes } from '../../../shared/bytes.js';
import type { Hashes } from '../../../shared/hashes.js';
import {
  coinbaseHeight,
  decodeBlock,
  doubleSha256,
  hasWitness,
  hashToString,
  merkleTree,
  transactionIds,
  transactionSize,
  witnessCommitment,
  type Block,
} from '../../../shared/messages/index.js';
import type { Network } from '../../../shared/networks.js';
import { slices } from './pause.js';
import type { Check, Composition } from './protocol.js';

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
  /** Of one that came compact: what it was put together from. */
  readonly composed?: Composition;
}

const COUNTS_BYTES = [1, 3, 5];
const HEADER_BYTES = 80;
const HASH_BYTES = 32;

/** Reads a block once from end to end, in slices: a full one takes a third of a second. @throws {DecodeError} unless the bytes are one */
export async function openBlock(
  hash: string,
  bytes: Uint8Array,
  message: number,
  network: Network,
  hashes: Hashes,
): Promise<OpenedBlock> {
  // Two readings: all that the first builds goes again.
  const rest = slices();
  const whole = decodeBlock(bytes);
  await rest();
  const count = whole.transactions.length;
  const places = new Map<string, number>();
  const [txids, wtxids, names]: [Uint8Array[], Uint8Array[], string[]] = [[], [], []];
  let [stripped, value, witnesses] = [0, 0n, false];
  for (let at = 0; at < count; at++) {
    const transaction = whole.transactions[at]!;
    const { txid, wtxid } = transactionIds(transaction);
    const name = hashToString(txid);
    if (hasWitness(transaction)) {
      witnesses = true;
      places.set(hashToString(wtxid), at);
    }
    places.set(name, at);
    txids.push(txid);
    wtxids.push(wtxid);
    names.push(name);
    stripped += transactionSize(transaction).strippedBytes;
    for (const output of transaction.outputs) value += output.value;
    const resting = rest();
    if (resting) await resting;
  }
  await rest();
  const { root, mutated } = merkleTree(txids, hashes);
  await rest();
  const witness = witnessCheck(whole, network, wtxids, witnesses, hashes);
  await rest();
  const base = HEADER_BYTES + COUNTS_BYTES[count < 0xfd ? 0 : count <= 0xffff ? 1 : 2]!;
  return {
    hash,
    block: decodeBlock(bytes),
    bytes,
    weight: 3 * (base + stripped) + bytes.length,
    value,
    coinbaseHeight: coinbaseHeight(whole),
    places,
    txids: names,
    merkleRoot: merkleCheck(equalBytes(root, whole.header.merkleRoot), mutated, count),
    witness,
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

/** BIP141, Commitment structure. */
function witnessCheck(
  block: Block,
  { segwitHeight }: Network,
  wtxids: readonly Uint8Array[],
  witnesses: boolean,
  hashes: Hashes,
): Check {
  const none = (says: string): Check => ({ outcome: 'none', says });
  const fails = (says: string): Check => ({ outcome: 'fails', says });
  const commitment = witnessCommitment(block);
  if (commitment === undefined && !witnesses)
    return none('No transaction has a witness, and the coinbase commits to none.');
  if ((coinbaseHeight(block) ?? 0) < segwitHeight) return none('Segwit was not active at this height.');
  if (!witnesses) return none('This copy came without witnesses: they were not asked for.');
  if (commitment === undefined)
    return fails('There are witnesses, and the coinbase commits to none (BIP141).');
  const [nonce, ...more] = block.transactions[0]?.inputs[0]?.witness ?? [];
  if (nonce?.length !== HASH_BYTES || more.length > 0)
    return fails('The witness of the coinbase is not one item of 32 bytes (BIP141).');
  // The coinbase, which holds the commitment, counts as zeros.
  const { root } = merkleTree([new Uint8Array(HASH_BYTES), ...wtxids.slice(1)], hashes);
  return equalBytes(commitment, doubleSha256(concatBytes(root, nonce)))
    ? { outcome: 'holds', says: 'The hash of all witnesses is the one that the coinbase commits to.' }
    : fails('The coinbase commits to other witnesses (BIP141).');
}
