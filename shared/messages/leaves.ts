import { toHex } from '../bytes.js';
import { anyCount, compactSize, tooMany, type Count } from './counts.js';
import { DecodeError, EncodeError } from './error.js';
import { bigIntInput, hexInput, numberInput, parseWhole, unreadable } from './input.js';
import { type Composite, type Input, type Leaf } from './layout.js';
import { type ByteReader } from './reader.js';
import { escapeBytes, unescapeText } from './text.js';
import { type ByteWriter } from './writer.js';

type NumberKind = 'u8' | 'u16be' | 'u32' | 'i32' | 'u48';
type BigIntKind = 'u64' | 'i64' | 'compactSize64';

function integer(kind: NumberKind, size: number, min: number, max: number): Leaf<number> {
  return {
    form: 'leaf',
    kind,
    size,
    input: numberInput(min, max),
    read: (reader: ByteReader) => reader[kind](),
    write(writer: ByteWriter, value) {
      if (!Number.isInteger(value) || value < min || value > max) {
        throw new EncodeError('invalid-value', `a whole number from ${min} to ${max} is needed`);
      }
      writer[kind](value);
    },
    text: String,
  };
}

function bigInteger(kind: BigIntKind, size: number | undefined, min: bigint, max: bigint): Leaf<bigint> {
  return {
    form: 'leaf',
    kind,
    size,
    input: bigIntInput(min, max),
    read: (reader: ByteReader) => reader[kind](),
    write(writer: ByteWriter, value) {
      if (typeof value !== 'bigint' || value < min || value > max) {
        throw new EncodeError('invalid-value', `a bigint from ${min} to ${max} is needed`);
      }
      writer[kind](value);
    },
    text: String,
  };
}

export const u8 = integer('u8', 1, 0, 2 ** 8 - 1);
/** Big-endian, as ports are. Everything else is little-endian. */
export const u16be = integer('u16be', 2, 0, 2 ** 16 - 1);
export const u32 = integer('u32', 4, 0, 2 ** 32 - 1);
export const i32 = integer('i32', 4, -(2 ** 31), 2 ** 31 - 1);
export const u48 = integer('u48', 6, 0, 2 ** 48 - 1);
export const u64 = bigInteger('u64', 8, 0n, 2n ** 64n - 1n);
export const i64 = bigInteger('i64', 8, -(2n ** 63n), 2n ** 63n - 1n);
/** A number of up to 64 bits as a CompactSize. */
export const compactSize64 = bigInteger('compactSize64', undefined, 0n, 2n ** 64n - 1n);

const truths = new Map([
  ['true', true],
  ['false', false],
]);

/**
 * A byte of true or false. Every byte but 0 counts as true, as Bitcoin Core reads it; one that nobody sends, of 2–255,
 * is kept as that number, so that it is written as it came. So ask for its truth, not whether it is `true`.
 */
export type Flag = boolean | number;

const FLAG_MAX = 255;
const isOddFlag = (value: Flag) => Number.isInteger(value) && Number(value) > 1 && Number(value) <= FLAG_MAX;

/** Each byte has one value, and each value one byte: 0 and 1 as numbers are none. */
export const bool: Leaf<Flag> = {
  form: 'leaf',
  kind: 'bool',
  size: 1,
  input: {
    hint: 'true or false',
    initial: false,
    choices: [...truths.keys()],
    parse(text) {
      const value = truths.get(text.trim().toLowerCase()) ?? parseWhole(text);
      if (value === undefined) throw unreadable('true or false');
      if (typeof value === 'boolean') return value;
      if (!isOddFlag(Number(value))) throw unreadable(`true or false, or the byte: 2 to ${FLAG_MAX}`);
      return Number(value);
    },
    print: String,
  },
  read(reader) {
    const byte = reader.u8();
    return byte > 1 ? byte : byte === 1;
  },
  write(writer, value) {
    if (typeof value !== 'boolean' && !isOddFlag(value))
      throw new EncodeError('invalid-value', 'true or false is needed, or a byte of 2 to 255 as a number');
    writer.u8(Number(value));
  },
  text: (value) => (typeof value === 'number' ? `true, as the byte ${value}` : String(value)),
};

const SHOWN_BYTES = 40;

/** Hex, cut where it gets long. */
export function bytesText(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'no bytes';
  return bytes.length <= SHOWN_BYTES
    ? toHex(bytes)
    : `${toHex(bytes.subarray(0, SHOWN_BYTES))}… (${bytes.length} bytes)`;
}

/** Exactly `length` bytes; decoded, a view. */
export function bytes(
  length: number,
  kind = 'bytes',
  text: (bytes: Uint8Array) => string = bytesText,
  input?: Input<Uint8Array>,
): Leaf<Uint8Array> {
  return {
    form: 'leaf',
    kind,
    size: length,
    input,
    read: (reader) => reader.take(length),
    write(writer, value) {
      if (!(value instanceof Uint8Array) || value.length !== length) {
        throw new EncodeError('invalid-value', `a Uint8Array of ${length} bytes is needed`);
      }
      writer.bytes(value);
    },
    text,
  };
}

/** A CompactSize length and that many bytes; decoded, a view. */
export function varBytes(max: number, min = 0): Composite<Uint8Array> {
  return sizedBytes(compactSize(max, min));
}

/** A length and that many bytes; decoded, a view. */
export function sizedBytes(
  length: Count,
  text = bytesText,
  input = hexInput(length.min, length.max),
): Composite<Uint8Array> {
  return {
    form: 'composite',
    kind: 'varBytes',
    shape: { shape: 'single', input },
    assemble: (take) => take('bytes', bytes(take('length', length))),
    walk(walk) {
      walk.pass('bytes', bytes(walk.value('length', length)));
    },
    skip: (reader) => void reader.skip(length.read(reader)),
    disassemble(put, value) {
      if (!(value instanceof Uint8Array)) throw new EncodeError('invalid-value', 'a Uint8Array is needed');
      put('length', length, value.length);
      put('bytes', bytes(value.length), value);
    },
    text,
  };
}

/**
 * The same with a limit that is looked at only when all the bytes are there, as Bitcoin Core does: a length that
 * promises more than came is a damaged message, no broken limit.
 */
export function completeBytes(max: number): Composite<Uint8Array> {
  const assertWithin = (length: number, start: number) => {
    if (length > max) throw new DecodeError('limit-exceeded', start, tooMany(length, max), 'length');
  };
  const limited = varBytes(max);
  return {
    ...limited,
    skip: undefined,
    assemble(take, reader) {
      const start = reader.position;
      const length = take('length', anyCount);
      const value = take('bytes', bytes(length));
      assertWithin(length, start);
      return value;
    },
    walk(walk, reader) {
      const start = reader.position;
      const length = walk.value('length', anyCount);
      walk.pass('bytes', bytes(length));
      assertWithin(length, start);
    },
  };
}

/** A CompactSize length and that many bytes of text, escaped as text.ts says. The limits count bytes. */
export function varString(max: number, min = 0): Composite<string> {
  const content = varBytes(max, min);
  const input: Input<string> = {
    hint: `text of ${min === 0 ? `at most ${max}` : `${min} to ${max}`} bytes`,
    initial: '',
    parse(text) {
      const { length } = unescapeText(text);
      if (length > max) throw new EncodeError('limit-exceeded', tooMany(length, max));
      if (length < min) throw new EncodeError('invalid-value', `${length} is less than the ${min} needed`);
      return text;
    },
    print: (value) => value,
  };
  return {
    ...content,
    kind: 'varString',
    shape: { shape: 'single', input },
    assemble: (take, reader) => escapeBytes(content.assemble(take, reader)),
    disassemble: (put, value) => content.disassemble(put, unescapeText(value)),
    text: (value) => value,
  };
}
