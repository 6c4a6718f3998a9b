import { doubleSha256 } from './double-sha256.js';
import { encodeTransaction, hasWitness, withoutWitness, type Transaction } from './transaction.js';

const WITNESS_SCALE_FACTOR = 4;

/** The hash of the transaction without its witnesses: 32 bytes in wire order. @throws {EncodeError} */
export function txid(transaction: Transaction): Uint8Array {
  return doubleSha256(strippedBytes(transaction));
}

/** BIP141: the hash of the whole transaction; without witnesses it is the txid. @throws {EncodeError} */
export function wtxid(transaction: Transaction): Uint8Array {
  return doubleSha256(encodeTransaction(transaction));
}

/** Both ids, at the price of one for a transaction without witnesses. @throws {EncodeError} */
export function transactionIds(transaction: Transaction): { txid: Uint8Array; wtxid: Uint8Array } {
  const whole = wtxid(transaction);
  return { txid: hasWitness(transaction) ? txid(transaction) : whole, wtxid: whole };
}

/** How large a transaction is, in bytes and in BIP141's measures. */
export interface TransactionSize {
  /** As it goes over the wire. */
  bytes: number;
  strippedBytes: number;
  /** 3 × stripped + whole. */
  weight: number;
  /** A quarter of the weight, rounded up. */
  vsize: number;
}

/** @throws {EncodeError} */
export function transactionSize(transaction: Transaction): TransactionSize {
  const bytes = encodeTransaction(transaction).length;
  const stripped = strippedBytes(transaction).length;
  const weight = (WITNESS_SCALE_FACTOR - 1) * stripped + bytes;
  return { bytes, strippedBytes: stripped, weight, vsize: Math.ceil(weight / WITNESS_SCALE_FACTOR) };
}

function strippedBytes(transaction: Transaction): Uint8Array {
  return encodeTransaction(hasWitness(transaction) ? withoutWitness(transaction) : transaction);
}
