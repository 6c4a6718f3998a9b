/** Reads the fields of one line of a recording: hostile input. What is wrong is thrown as a `BadLine`. */
import { faults, type Fault } from './errors.js';
import { readHex } from './hex.js';

export class BadLine extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

export type Fields = Readonly<Record<string, unknown>>;

function bad(field: string, expected: string): BadLine {
  return new BadLine(faults.badField(field, expected));
}

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** No text of a recording is longer, but for bytes. */
const MAX_TEXT = 1000;

export function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || value.length > MAX_TEXT)
    throw bad(name, `a text of at most ${MAX_TEXT} characters`);
  return value;
}

export function oneOf<const T extends string>(fields: Fields, name: string, values: readonly T[]): T {
  const value = fields[name];
  const found = values.find((each) => each === value);
  if (found === undefined) throw bad(name, `one of ${values.join(', ')}`);
  return found;
}

/** A whole number from 0 to `max`. */
export function integer(fields: Fields, name: string, max: number = Number.MAX_SAFE_INTEGER): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > max)
    throw bad(name, `a whole number from 0 to ${max}`);
  return value;
}

/** No session lasts longer: 10,000 days. */
const MAX_AT = 10_000 * 86_400_000;

export function time(fields: Fields): number {
  const { at } = fields;
  if (typeof at !== 'number' || !(at >= 0 && at <= MAX_AT))
    throw bad('at', 'a number of milliseconds from 0 on');
  return at;
}

/** @param length of exactly so many bytes */
export function hex(fields: Fields, name: string, length?: number): Uint8Array {
  const value = fields[name];
  const bytes = typeof value === 'string' ? readHex(value) : undefined;
  if (bytes === undefined || (length !== undefined && bytes.length !== length))
    throw bad(name, length === undefined ? 'hex' : `${length} bytes in hex`);
  return bytes;
}

export function object(fields: Fields, name: string): Fields {
  const value = fields[name];
  if (!isObject(value)) throw bad(name, 'an object');
  return value;
}

/** A field that may be missing. */
export function optional<T>(
  fields: Fields,
  name: string,
  read: (fields: Fields, name: string) => T,
): T | undefined {
  return fields[name] === undefined ? undefined : read(fields, name);
}
