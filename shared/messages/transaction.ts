import { scriptToAsm } from '../script/asm.js';
import { EncodeError } from './error.js';
import { hash, hashToString } from './hash.js';
import { checked, compactSize, MAX_SIZE } from './counts.js';
import { decode, encode, shown, skipValue, type Composite } from './layout.js';
import { sizedBytes, u32, u8, varBytes } from './leaves.js';
import { countedList, lazyList, list } from './lists.js';
import { type ByteReader } from './reader.js';
import { constant, dependent, struct } from './struct.js';
import { amount, amountText, lockTime, sequence } from './transaction-leaves.js';

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
  /**
   * BIP141: the witness stack, empty for an input without one. On the wire it stands behind the outputs. Decoded, the
   * items of a long one are read when somebody asks for them.
   */
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

const outPointText = ({ txid, vout }: OutPoint) => `${hashToString(txid)}:${vout}`;
const outPoint = shown<OutPoint>(struct({ txid: hash, vout: u32 }), {
  kind: 'outPoint',
  text: outPointText,
});
/** Characters of a script's rendering: an inscription has hundreds of thousands. */
const MAX_ASM = 400;
const script = (hashTypes: boolean) =>
  shown(varBytes(MAX_SIZE), {
    kind: 'script',
    text: (bytes) => (bytes.length === 0 ? 'no bytes' : scriptToAsm(bytes, { hashTypes, limit: MAX_ASM })),
  });
const inputFields = {
  outpoint: outPoint,
  scriptSig: script(true),
  sequence,
};
const input = shown(struct(inputFields), { kind: 'input', text: ({ outpoint }) => outPointText(outpoint) });
const output = shown<TxOutput>(struct({ value: amount, scriptPubKey: script(false) }), {
  kind: 'output',
  text: ({ value }) => amountText(value),
});
const outputs = list(output, MAX_SIZE);
const inputs = list(input, MAX_SIZE);
const count = compactSize(MAX_SIZE);
const atLeastOne = (complaint: string) => checked(count, (n) => (n === 0 ? complaint : undefined));

// What only stands behind the marker. With no inputs, or with nothing but empty stacks, Bitcoin Core refuses the
// transaction ("superfluous witness record"): it has a shorter encoding, and two would be one too many.
const witnessedInputs = countedList(atLeastOne('a transaction without inputs has no witnesses'), input);
const witnessItem = sizedBytes(count);
/** Items of a byte each would take fifty times their room. */
const EAGER_ITEMS = 64;
const witnessStack = lazyList(count, witnessItem, EAGER_ITEMS);
const lastChance = lazyList(
  atLeastOne('superfluous witnesses: every stack is empty'),
  witnessItem,
  EAGER_ITEMS,
);

/** One stack for each input, so there is no count. */
function witnessStacks(inputCount: number): Composite<Uint8Array[][]> {
  const stack = (i: number, some: boolean) => (some || i < inputCount - 1 ? witnessStack : lastChance);
  const text = (length: number) => (length === 1 ? '1 stack' : `${length} stacks`);
  return {
    form: 'composite',
    kind: 'witnesses',
    shape: { shape: 'list', item: witnessStack, min: inputCount, max: inputCount },
    assemble(take) {
      const stacks: Uint8Array[][] = [];
      let some = false;
      for (let i = 0; i < inputCount; i++) {
        const items: Uint8Array[] = take(i, stack(i, some));
        some ||= items.length > 0;
        stacks.push(items);
      }
      return stacks;
    },
    walk(walk) {
      let some = false;
      for (let i = 0; i < inputCount; i++) {
        const items = walk.pass(i, stack(i, some));
        some ||= items !== undefined && items.length > 0;
      }
    },
    disassemble(put, stacks) {
      for (const [i, stack] of stacks.entries()) put(i, witnessStack, stack);
    },
    text: (stacks) => text(stacks.length),
    glance: () => text(inputCount),
  };
}

/** BIP144, Serialization: as transactions went over the wire before there were witnesses, and as they go with them. */
const bare = struct({ version: u32, inputs, outputs, lockTime });
const witnessed = struct({
  version: u32,
  marker: constant(u8, 0),
  flag: constant(u8, 1),
  inputs: witnessedInputs,
  outputs,
  witnesses: dependent('inputs', (all: { length: number } | undefined) => witnessStacks(all?.length ?? 0)),
  lockTime,
});
/** The value, in which an input has its witness. */
const { shape } = struct({
  version: u32,
  inputs: list(struct({ ...inputFields, witness: witnessStack }), MAX_SIZE),
  outputs,
  lockTime,
});

const VERSION_BYTES = 4;

/** Whether marker and flag follow. Two zeros are no marker: neither inputs nor outputs, of no use, and readable. */
function isMarked({ bytes, position }: ByteReader): boolean {
  const flag = bytes[position + VERSION_BYTES + 1];
  return bytes[position + VERSION_BYTES] === 0 && flag !== undefined && flag !== 0;
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

const text = (inputCount: number, outputCount: number) => `${inputCount} in, ${outputCount} out`;

/** As Bitcoin Core reads and writes it. */
export const transaction: Composite<Transaction> = {
  form: 'composite',
  kind: 'transaction',
  shape,
  assemble(take, reader) {
    if (!isMarked(reader)) {
      const { inputs, ...rest } = bare.assemble(take, reader);
      return { ...rest, inputs: inputs.map((one) => ({ ...one, witness: [] })) };
    }
    const { inputs, witnesses, ...rest } = witnessed.assemble(take, reader);
    return { ...rest, inputs: inputs.map((one, i) => ({ ...one, witness: witnesses[i]! })) };
  },
  walk: (walk, reader) => (isMarked(reader) ? witnessed : bare).walk(walk, reader),
  disassemble(put, value) {
    assertEncodable(value);
    if (!hasWitness(value)) return bare.disassemble(put, value);
    witnessed.disassemble(put, { ...value, witnesses: value.inputs.map(({ witness }) => witness) });
  },
  text: ({ inputs, outputs }) => text(inputs.length, outputs.length),
  glance(reader) {
    reader.skip(isMarked(reader) ? VERSION_BYTES + 2 : VERSION_BYTES);
    const passed = skipValue(inputs, reader);
    return text(passed?.length ?? 0, count.read(reader));
  },
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
