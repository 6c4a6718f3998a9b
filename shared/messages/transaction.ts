import { EncodeError } from './error.js';
import { hash, hashToString } from './hash.js';
import {
  chainedList,
  checked,
  compactSize,
  constant,
  decode,
  encode,
  list,
  MAX_SIZE,
  shown,
  struct,
  type Composite,
  type Layout,
} from './layout.js';
import { i64, sizedBytes, u32, u8, varBytes } from './leaves.js';
import { timeToString } from './time.js';

/** Which output an input spends. */
export interface OutPoint {
  /** 32 bytes in wire order; zeros in a coinbase. */
  txid: Uint8Array;
  /** 0xffffffff in a coinbase. */
  vout: number;
}

export interface TxInput {
  outpoint: OutPoint;
  scriptSig: Uint8Array;
  sequence: number;
  /** BIP141: the witness stack, empty for an input without one. On the wire it stands behind the outputs. */
  witness: Uint8Array[];
}

export interface TxOutput {
  /** Satoshi; signed, and hostile. */
  value: bigint;
  scriptPubKey: Uint8Array;
}

/**
 * BIP144. Whether it goes over the wire with marker, flag and witnesses follows from its inputs: it does when at
 * least one of them has a witness.
 */
export interface Transaction {
  version: number;
  inputs: TxInput[];
  outputs: TxOutput[];
  /** Below 500,000,000 a height, else seconds since 1970; 0 for none. */
  lockTime: number;
}

type BareInput = Omit<TxInput, 'witness'>;

const LOCK_TIME_THRESHOLD = 500_000_000;
const COIN = 100_000_000n;

function amountText(value: bigint): string {
  const magnitude = value < 0n ? -value : value;
  const fraction = String(magnitude % COIN).padStart(8, '0');
  return `${value < 0n ? '-' : ''}${magnitude / COIN}.${fraction} BTC`;
}

function lockTimeText(lockTime: number): string {
  if (lockTime === 0) return 'none';
  return lockTime < LOCK_TIME_THRESHOLD ? `height ${lockTime}` : timeToString(lockTime);
}

const outPoint = shown<OutPoint>(struct({ txid: hash, vout: u32 }), {
  kind: 'outPoint',
  text: ({ txid, vout }) => `${hashToString(txid)}:${vout}`,
});
const script = shown(varBytes(MAX_SIZE), { kind: 'script' });
const input: Layout<BareInput> = struct({
  outpoint: outPoint,
  scriptSig: script,
  sequence: shown(u32, { kind: 'sequence', text: (n) => `0x${n.toString(16).padStart(8, '0')}` }),
});
const output: Layout<TxOutput> = shown<TxOutput>(
  struct({ value: shown(i64, { kind: 'amount', text: amountText }), scriptPubKey: script }),
  { kind: 'output', text: ({ value }) => amountText(value) },
);
const lockTime = shown(u32, { kind: 'lockTime', text: lockTimeText });
const outputs = list(output, MAX_SIZE);
const inputs = list(input, MAX_SIZE);
const count = compactSize(MAX_SIZE);

// What only stands behind the marker. With no inputs, or with nothing but empty stacks, Bitcoin Core refuses the
// transaction ("superfluous witness record"): it has a shorter encoding, and two would be one too many.
const marker = constant(u8, 0);
const flag = constant(u8, 1);
const atLeastOneInput = chainedList(
  checked(count, (n) => (n === 0 ? 'a transaction without inputs has no witnesses' : undefined)),
  () => input,
);
const witnessItem = sizedBytes(count);
const witnessStack = chainedList(count, () => witnessItem);
const lastChance = chainedList(
  checked(count, (n) => (n === 0 ? 'superfluous witnesses: every stack is empty' : undefined)),
  () => witnessItem,
);

/** One stack for each input, so there is no count. */
function witnessStacks(inputCount: number): Composite<Uint8Array[][]> {
  return {
    form: 'composite',
    kind: 'witnesses',
    assemble(take) {
      const stacks: Uint8Array[][] = [];
      let some = false;
      for (let i = 0; i < inputCount; i++) {
        const stack: Uint8Array[] = take(i, some || i < inputCount - 1 ? witnessStack : lastChance);
        some ||= stack.length > 0;
        stacks.push(stack);
      }
      return stacks;
    },
    disassemble(put, stacks) {
      for (const [i, stack] of stacks.entries()) put(i, witnessStack, stack);
    },
    text: (stacks) => (stacks.length === 1 ? '1 stack' : `${stacks.length} stacks`),
  };
}

/** @throws {EncodeError} when no transaction on the wire can be this one */
function assertEncodable(value: Transaction): void {
  if (typeof value !== 'object' || value === null) throw new EncodeError('invalid-value', 'not an object');
  if (!Array.isArray(value.inputs)) throw new EncodeError('invalid-value', 'not an array', 'inputs');
  for (const [i, one] of value.inputs.entries()) {
    if (!Array.isArray((one as TxInput | undefined)?.witness))
      throw new EncodeError('invalid-value', 'not an array', `inputs[${i}].witness`);
  }
  if (value.inputs.length === 0 && value.outputs?.length > 0) {
    const reason = 'without inputs there can be none: the count of inputs would read as a marker';
    throw new EncodeError('invalid-value', reason, 'outputs');
  }
}

/** As Bitcoin Core reads and writes it. */
export const transaction: Composite<Transaction> = {
  form: 'composite',
  kind: 'transaction',
  assemble(take, reader) {
    const version = take('version', u32);
    // Two zeros are no marker but a transaction with neither inputs nor outputs: of no use, and readable.
    const [first, second] = reader.bytes.subarray(reader.position, reader.position + 2);
    if (first === 0 && second !== undefined && second !== 0) {
      take('marker', marker);
      take('flag', flag);
      const bare = take('inputs', atLeastOneInput);
      const spent = take('outputs', outputs);
      const stacks = take('witnesses', witnessStacks(bare.length));
      const whole = bare.map((one, i) => ({ ...one, witness: stacks[i]! }));
      return { version, inputs: whole, outputs: spent, lockTime: take('lockTime', lockTime) };
    }
    const whole = take('inputs', inputs).map((bare) => ({ ...bare, witness: [] }));
    return {
      version,
      inputs: whole,
      outputs: take('outputs', outputs),
      lockTime: take('lockTime', lockTime),
    };
  },
  disassemble(put, value) {
    assertEncodable(value);
    const witnesses = hasWitness(value);
    put('version', u32, value.version);
    if (witnesses) {
      put('marker', marker, undefined);
      put('flag', flag, undefined);
    }
    put('inputs', inputs, value.inputs);
    put('outputs', outputs, value.outputs);
    if (witnesses) {
      const stacks = value.inputs.map(({ witness }) => witness);
      put('witnesses', witnessStacks(stacks.length), stacks);
    }
    put('lockTime', lockTime, value.lockTime);
  },
  text: ({ inputs, outputs }) => `${inputs.length} in, ${outputs.length} out`,
};

/** Whether it goes over the wire with witnesses. */
export function hasWitness({ inputs }: Transaction): boolean {
  return inputs.some(({ witness }) => witness.length > 0);
}

/** The same transaction as a peer gets it who did not ask for witnesses; shares everything else. */
export function withoutWitness(whole: Transaction): Transaction {
  return { ...whole, inputs: whole.inputs.map((one) => ({ ...one, witness: [] })) };
}

/** @throws {DecodeError} unless the bytes are one transaction. Byte arrays in it are views. */
export function decodeTransaction(bytes: Uint8Array): Transaction {
  return decode(transaction, bytes);
}

/** @throws {EncodeError} for a value out of range */
export function encodeTransaction(value: Transaction): Uint8Array {
  return encode(transaction, value);
}
