/** Makes a block as a miner does: a coinbase that claims subsidy and fees, the commitments, and the proof of work. */
import { concatBytes, fromHex } from '../../shared/bytes.js';
import {
  blockHash,
  blockMerkleTree,
  doubleSha256,
  witnessMerkleRoot,
  type Block,
  type BlockHeader,
  type Transaction,
} from '../../shared/messages/index.js';

/** Regtest's only target, in its compact form: 0x7fffff and 29 zero bytes. Every other hash is below it. */
const BITS = 0x207fffff;
const BLOCK_VERSION = 0x20000000;
/** Regtest halves the subsidy every 150 blocks. */
export const HALVING_INTERVAL = 150;
const FIRST_SUBSIDY = 50n * 100_000_000n;
/** BIP141, Commitment structure: OP_RETURN, a push of 36 bytes, and four bytes that mark it. */
const COMMITMENT_PREFIX = fromHex('6a24aa21a9ed');
const WITNESS_NONCE = new Uint8Array(32);

/** Satoshi. */
export function subsidyAt(height: number): bigint {
  return FIRST_SUBSIDY >> BigInt(Math.floor(height / HALVING_INTERVAL));
}

export interface BlockPlan {
  readonly height: number;
  readonly previous: Uint8Array;
  /** Seconds since 1970. */
  readonly time: number;
  /** Without the coinbase. */
  readonly transactions: readonly Transaction[];
  /** What they pay in all, in satoshi. */
  readonly fees: bigint;
  /** Where the coinbase pays to. */
  readonly rewardScript: Uint8Array;
}

export function buildBlock({ height, previous, time, transactions, fees, rewardScript }: BlockPlan): Block {
  const coinbase: Transaction = {
    version: 2,
    inputs: [
      {
        outpoint: { txid: new Uint8Array(32), vout: 0xffffffff },
        scriptSig: concatBytes(pushHeight(height), OP_0),
        sequence: 0xffffffff,
        witness: [WITNESS_NONCE],
      },
    ],
    outputs: [{ value: subsidyAt(height) + fees, scriptPubKey: rewardScript }],
    lockTime: 0,
  };
  const header: BlockHeader = {
    version: BLOCK_VERSION,
    previous,
    merkleRoot: new Uint8Array(32),
    time,
    bits: BITS,
    nonce: 0,
  };
  const block: Block = { header, transactions: [coinbase, ...transactions] };
  // The commitment leaves the coinbase itself out, so that it can stand in it.
  const commitment = doubleSha256(concatBytes(witnessMerkleRoot(block), WITNESS_NONCE));
  coinbase.outputs.push({ value: 0n, scriptPubKey: concatBytes(COMMITMENT_PREFIX, commitment) });
  header.merkleRoot = blockMerkleTree(block).root;
  mine(header);
  return block;
}

/** Two tries on average: the last byte on the wire is the highest of the number that the hash is. */
function mine(header: BlockHeader): void {
  while (!meetsTarget(blockHash(header))) header.nonce++;
}

/** Below 0x7fffff00…00 is every number that starts lower; what starts with the very same three bytes is left out. */
function meetsTarget(hash: Uint8Array): boolean {
  return hash[31]! < 0x7f;
}

/** A coinbase's script has at least two bytes, and the low heights take one. */
const OP_0 = Uint8Array.of(0);

/** BIP34: the height as a script pushes numbers: OP_1 to OP_16, else a length and little-endian bytes. */
export function pushHeight(height: number): Uint8Array {
  if (height <= 16) return Uint8Array.of(0x50 + height);
  const bytes: number[] = [];
  for (let rest = height; rest > 0; rest = Math.floor(rest / 256)) bytes.push(rest % 256);
  // The top bit is the sign.
  if (bytes.at(-1)! >= 0x80) bytes.push(0);
  return Uint8Array.of(bytes.length, ...bytes);
}
