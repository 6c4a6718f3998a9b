/** How values are typed: the inputs that leaves share. */
import { fromHex, toHex } from '../bytes.js';
import { EncodeError } from './error.js';
import { type Input, type Leaf } from './layout.js';

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

/** 0x and eight digits. */
export const hex32 = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

/** The same numbers, shown in hex. */
export function hexNumberInput({ input }: Leaf<number>): Input<number> {
  return { ...input!, hint: `${input!.hint}, in hex behind 0x or decimal,`, print: hex32 };
}

/**
 * Some values by name, the rest by number.
 * @param word may stand before a number, as in 'type 7'
 * @param print the name, or the word and the number
 */
export function namedInput(
  number: Input<number>,
  names: ReadonlyMap<number, string>,
  word: string,
  print: (value: number) => string,
): Input<number> {
  const byName = new Map([...names].map(([value, name]) => [name.toLowerCase(), value]));
  const choices = [...names.values()];
  return {
    hint: `${choices.length === 1 ? choices[0]! : `one of ${choices.join(', ')}`}, or ${number.hint}`,
    initial: [...names.keys()][0]!,
    choices,
    parse(text) {
      const typed = text.trim().toLowerCase();
      return (
        byName.get(typed) ?? number.parse(typed.startsWith(`${word} `) ? typed.slice(word.length) : typed)
      );
    },
    print,
  };
}

/** The same numbers, with a unit that may be left out. */
export function withUnit({ input }: Leaf<bigint>, unit: string): Input<bigint> {
  return {
    ...input!,
    hint: `${input!.hint}, in ${unit},`,
    parse: (text) => input!.parse(text.trim().endsWith(unit) ? text.trim().slice(0, -unit.length) : text),
    print: (value) => `${value} ${unit}`,
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
