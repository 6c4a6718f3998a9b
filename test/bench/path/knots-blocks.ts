/** Blocks of almost a megabyte on a real node: thousands of transactions each, which anybody may spend and mine. */
import { createHash } from 'node:crypto';
import { toHex } from '../../../shared/bytes.js';
import { encodeTransaction, hashFromString, txid, type Transaction } from '../../../shared/messages/index.js';
import type { BitcoinNode } from '../../node/bitcoin-node.js';

/** A coinbase can be spent after so many blocks. */
const MATURITY = 100;
const DATA_BYTES = 300;
const TRANSACTION_BYTES = 419;
/** Below a weight of 4,000,000, at four for each byte that is no witness. */
const BLOCK_BYTES = 950_000;

const OP_TRUE = Uint8Array.of(0x51);
/** P2WSH of a script that is always true. */
const anyone = Uint8Array.of(0x00, 0x20, ...createHash('sha256').update(OP_TRUE).digest());

/** Mines them on top of what a fresh regtest node has. @returns their hashes, as people write them */
export async function mineBigBlocks(node: BitcoinNode, count: number): Promise<string[]> {
  const descriptor = `raw(${toHex(anyone)})`;
  const [first] = await node.rpc<string[]>('generatetodescriptor', MATURITY + 1, descriptor);
  const { tx } = await node.rpc<{ tx: { txid: string; vout: { value: number }[] }[] }>('getblock', first, 2);
  let from = { txid: hashFromString(tx[0]!.txid), vout: 0 };
  const value = BigInt(Math.round(tx[0]!.vout[0]!.value * 1e8));
  const hashes: string[] = [];
  for (let block = 0; block < count; block++) {
    const transactions: string[] = [];
    for (let at = 0; at < Math.floor(BLOCK_BYTES / TRANSACTION_BYTES); at++) {
      const transaction = spend(from, value, block + at);
      transactions.push(toHex(encodeTransaction(transaction)));
      from = { txid: txid(transaction), vout: 0 };
    }
    hashes.push((await node.rpc<{ hash: string }>('generateblock', descriptor, transactions)).hash);
  }
  return hashes;
}

/** Hands the whole value on, and says something that nobody can spend. */
function spend(outpoint: { txid: Uint8Array; vout: number }, value: bigint, seed: number): Transaction {
  const data = Uint8Array.from({ length: DATA_BYTES }, (_, i) => (seed * 31 + i * 7) & 0xff);
  return {
    version: 2,
    inputs: [{ outpoint, scriptSig: new Uint8Array(0), sequence: 0xffffffff, witness: [OP_TRUE] }],
    outputs: [
      { value, scriptPubKey: anyone },
      // OP_RETURN OP_PUSHDATA2
      { value: 0n, scriptPubKey: Uint8Array.of(0x6a, 0x4d, DATA_BYTES & 0xff, DATA_BYTES >> 8, ...data) },
    ],
    lockTime: 0,
  };
}
