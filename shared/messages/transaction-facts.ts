/** What a transaction says between its lines: when it may be mined, whether it may be replaced, what it pays. */
import {
  LOCK_TIME_THRESHOLD,
  lockTimeText,
  sequenceMeaning,
  type RelativeLock,
} from './transaction-leaves.js';
import { transactionSize, type TransactionSize } from './transaction-ids.js';
import { type Transaction } from './transaction.js';

const FINAL = 0xffff_ffff;
const NO_OUTPUT = 0xffff_ffff;
/** BIP68: earlier versions know no relative locks. */
const RELATIVE_LOCK_VERSION = 2;

export interface TransactionFacts {
  /** Makes new coins: its only input spends nothing. */
  readonly coinbase: boolean;
  readonly size: TransactionSize;
  /** Satoshi, of all outputs. What it pays as a fee, only the outputs that it spends tell. */
  readonly outputValue: bigint;
  /** BIP125: an input says that another transaction may take its place. */
  readonly signalsReplacement: boolean;
  readonly lockTime: LockTime;
  /** BIP68: for each input that has one, how old the coin must be. */
  readonly relativeLocks: readonly { readonly input: number; readonly lock: RelativeLock }[];
}

/** When the transaction may be in a block at the earliest. */
export interface LockTime {
  readonly kind: 'none' | 'height' | 'time';
  /** Above this height, or after this time in seconds since 1970. */
  readonly value: number;
  /** False where every input is final: then it does not count. */
  readonly counts: boolean;
  readonly text: string;
}

/** @throws {EncodeError} for a value out of range */
export function transactionFacts(transaction: Transaction): TransactionFacts {
  const { version, inputs, outputs } = transaction;
  const coinbase = isCoinbase(transaction);
  const meanings = coinbase ? [] : inputs.map(({ sequence }) => sequenceMeaning(sequence));
  return {
    coinbase,
    size: transactionSize(transaction),
    outputValue: outputs.reduce((sum, { value }) => sum + value, 0n),
    signalsReplacement: meanings.some(({ replaceable }) => replaceable),
    lockTime: lockTimeOf(transaction),
    relativeLocks: meanings.flatMap(({ relativeLock: lock }, input) =>
      lock === undefined || version < RELATIVE_LOCK_VERSION ? [] : [{ input, lock }],
    ),
  };
}

export function isCoinbase({ inputs: [first, ...more] }: Transaction): boolean {
  if (first === undefined || more.length > 0) return false;
  const { txid, vout } = first.outpoint;
  return vout === NO_OUTPUT && txid.every((byte) => byte === 0);
}

function lockTimeOf({ lockTime, inputs }: Transaction): LockTime {
  const counts = lockTime !== 0 && inputs.some(({ sequence }) => sequence !== FINAL);
  const kind = lockTime === 0 ? 'none' : lockTime < LOCK_TIME_THRESHOLD ? 'height' : 'time';
  const when = kind === 'height' ? `above height ${lockTime}` : `after ${lockTimeText(lockTime)}`;
  const text =
    kind === 'none'
      ? 'in any block'
      : counts
        ? `in a block ${when}`
        : `${when}, which does not count: all inputs are final`;
  return { kind, value: lockTime, counts, text };
}

export interface Fee {
  /** Satoshi; below 0 for a transaction that spends more than it has. */
  readonly fee: bigint;
  /** Satoshi per virtual byte. */
  readonly feeRate: number;
}

/** @param spent the value, in satoshi, of each output that it spends */
export function feeOf(transaction: Transaction, spent: readonly bigint[]): Fee {
  const { outputValue, size } = transactionFacts(transaction);
  const fee = spent.reduce((sum, value) => sum + value, 0n) - outputValue;
  return { fee, feeRate: Number(fee) / size.vsize };
}
