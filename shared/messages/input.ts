/** How values are typed: the inputs that leaves share. */
import { fromHex, toHex } from '../bytes.js';
import { EncodeError } from './error.js';
import { type Input } from './layout.js';

/** Longer texts are no number of anything here; and BigInt takes quadratic time. */
const MAX_DIGITS = 400;

export function unreadable(hint: string): EncodeError {
  return new EncodeError('unreadable-text', `${hint} is needed`);
}

/** A whole number, decimal or hex behind 0x; undefined for any other text. */
export function parseWhole(text: string): bigint | undefined {
  const trimmed = text.trim();
  return trimmed.length <= MAX_DIGITS && /^(?:-?\d+|0x[0-9a-f]+)$/i.test(trimmed)
    ? BigInt(trimmed)
    : undefined;
}

export function bigIntInput(min: bigint, max: bigint): Input<bigint> {
  const hint = `a whole number from ${min} to ${max}`;
  return {
    hint,
    initial: 0n,
    parse(text) {
      const value = parseWhole(text);
      if (value === undefined) throw unreadable(hint);
      if (value < min || value > max) throw new EncodeError('invalid-value', `${hint} is needed`);
      return value;
    },
    print: String,
  };
}

export function numberInput(min: number, max: number): Input<number> {
  const { hint, parse } = bigIntInput(BigInt(min), BigInt(max));
  return { hint, initial: 0, parse: (text) => Number(parse(text)), print: String };
}

/** Some values by name, the rest as `other` takes them. @param print the name, or another text that `parse` takes */
export function namedInput<T>(
  other: Input<T>,
  names: ReadonlyMap<T, string>,
  print: (value: T) => string,
  parse: (text: string) => T = other.parse.bind(other),
): Input<T> {
  const byName = new Map([...names].map(([value, name]) => [name.toLowerCase(), value]));
  const hint = `one of ${[...names.values()].join(', ')}, or ${other.hint}`;
  return {
    ...other,
    hint,
    choices: [...names.values()],
    parse: (text) => byName.get(text.trim().toLowerCase()) ?? parse(text),
    print,
  };
}

const spaces = /\s+/g;

/** Hex, with or without spaces. @param min, max in bytes */
export function hexInput(min: number, max: number): Input<Uint8Array> {
  const length = min === max ? `${min}` : min === 0 ? `at most ${max}` : `${min} to ${max}`;
  const hint = `hex of ${length} ${min === max && min === 1 ? 'byte' : 'bytes'}`;
  return {
    hint,
    initial: new Uint8Array(min),
    parse(text) {
      const digits = text.replace(spaces, '');
      if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) throw unreadable(hint);
      const length = digits.length / 2;
      if (length < min || length > max) {
        const code = length > max && min !== max ? 'limit-exceeded' : 'invalid-value';
        throw new EncodeError(code, `${hint} is needed, not ${length} bytes`);
      }
      return fromHex(digits);
    },
    print: toHex,
  };
}
