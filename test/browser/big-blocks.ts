/** Blocks of a given size, as many transactions as real ones have, and quickly made: nobody checks their work. */
import {
  blockHash,
  decodeBlock,
  encodeBlock,
  hashToString,
  type Block,
  type BlockHeader,
  type Transaction,
} from '../../shared/messages/index.js';

/** In an output that nobody can spend; and the whole transaction with it. */
const DATA_BYTES = 300;
const TRANSACTION_BYTES = 442;
const NONCE_AT = 76;

export interface BigBlock {
  /** The payload of a `block` message. */
  readonly bytes: Uint8Array;
  /** Its hash, as people write it. */
  readonly hash: string;
}

/** @param bytes of each, a little more or less */
export function bigBlocks(count: number, bytes: number): BigBlock[] {
  const made = encodeBlock(blockOf(bytes));
  return Array.from({ length: count }, (_, at) => {
    const block = made.slice();
    new DataView(block.buffer).setUint32(NONCE_AT, at, true);
    // Each differs from the others throughout, and still is a block: the last byte of the last witness, before the lock time.
    block[block.length - 5] = at & 0xff;
    return { bytes: block, hash: hashToString(blockHash(decodeBlock(block).header)) };
  });
}

function blockOf(bytes: number): Block {
  const count = Math.max(1, Math.round(bytes / TRANSACTION_BYTES));
  const transactions = Array.from({ length: count }, (_, at): Transaction => {
    const data = Uint8Array.from({ length: DATA_BYTES }, (_, i) => (at * 31 + i * 7) & 0xff);
    return {
      version: 2,
      inputs: [
        {
          outpoint: { txid: new Uint8Array(32).fill(at & 0xff), vout: at },
          scriptSig: new Uint8Array(0),
          sequence: 0xffffffff,
          witness: [new Uint8Array(72).fill(0x30)],
        },
      ],
      outputs: [
        { value: 0n, scriptPubKey: Uint8Array.of(0x6a, 0x4d, DATA_BYTES & 0xff, DATA_BYTES >> 8, ...data) },
      ],
      lockTime: 0,
    };
  });
  const header: BlockHeader = {
    version: 0x20000000,
    previous: new Uint8Array(32),
    merkleRoot: new Uint8Array(32),
    time: 1_767_225_600,
    bits: 0x207fffff,
    nonce: 0,
  };
  return { header, transactions };
}
