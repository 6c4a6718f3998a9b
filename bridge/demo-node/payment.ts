/** A transaction of the demo's wallet: what it pays, its change, its fee, its signatures. */
import {
  transactionSize,
  type OutPoint,
  type Transaction,
  type TxOutput,
} from '../../shared/messages/index.js';
import { type Payment } from './mempool.js';
import { anchor, dataScript, type ScriptType } from './scripts.js';
import { signed, withRoomForSignatures } from './signing.js';

/** BIP125: may be replaced. Also lets the lock time count, and says nothing about age (BIP68). */
const SEQUENCE = 0xfffffffd;
/** Data that nobody needs, so often. */
const DATA_EVERY = 7;
/** Satoshi. */
const ANCHOR_VALUE = 1000n;
const ROUND = 1000n;
/** Satoshi per virtual byte, in turn. */
const FEE_RATES = [2n, 5n, 1n, 12n, 3n, 8n, 20n];
/** Tenths of the inputs that are paid, in turn; the rest is change. */
const SHARES = [1n, 3n, 6n, 2n, 5n];
/** How far from the type of the payment the type of the change is. */
const CHANGE_OFFSET = 5;

export interface Coin {
  readonly outpoint: OutPoint;
  readonly output: TxOutput;
  readonly type: ScriptType;
}

export interface PaymentPlan {
  readonly coins: readonly Coin[];
  /** Of the first block that may hold it. */
  readonly height: number;
  /** What differs from one payment to the next follows from it. */
  readonly turn: number;
  readonly types: readonly ScriptType[];
  /** All to one output, as far as that goes. */
  readonly joining: boolean;
}

export function buildPayment({ coins, height, turn, types, joining }: PaymentPlan): Payment {
  const available = total(coins);
  const outputs: TxOutput[] = [];
  const type = types[turn % types.length]!;
  if (type === anchor) {
    outputs.push({ value: ANCHOR_VALUE, scriptPubKey: type.scriptPubKey });
  } else if (!joining) {
    const share = (available * SHARES[turn % SHARES.length]!) / 10n;
    outputs.push({ value: share - (share % ROUND), scriptPubKey: type.scriptPubKey });
  }
  const changeTypes = types.filter((each) => each !== anchor);
  const { scriptPubKey } = changeTypes[(turn + CHANGE_OFFSET) % changeTypes.length]!;
  const change = { value: 0n, scriptPubKey };
  outputs.push(change);
  if (turn % DATA_EVERY === 0) {
    outputs.push({ value: 0n, scriptPubKey: dataScript(`Peerglass demo transaction ${turn}`) });
  }
  const unsigned: Transaction = {
    version: 2,
    inputs: coins.map(({ outpoint, type: { minAge } }) => ({
      outpoint,
      scriptSig: new Uint8Array(0),
      sequence: minAge ?? SEQUENCE,
      witness: [],
    })),
    outputs,
    // As wallets do: no earlier block can have it, so that none is worth mining again for its fee.
    lockTime: height - 1,
  };
  const unlocks = coins.map((coin) => coin.type.unlock);
  const { vsize } = transactionSize(withRoomForSignatures(unsigned, unlocks));
  const fee = BigInt(vsize) * FEE_RATES[turn % FEE_RATES.length]!;
  change.value = available - fee - outputs.reduce((sum, { value }) => sum + value, 0n);
  const spent = coins.map(({ output }) => output);
  return {
    transaction: signed(unsigned, unlocks, spent),
    fee,
    spentScripts: spent.map((each) => each.scriptPubKey),
  };
}

/** In satoshi. */
export function total(coins: Iterable<Coin>): bigint {
  let sum = 0n;
  for (const { output } of coins) sum += output.value;
  return sum;
}
