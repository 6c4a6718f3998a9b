/** Counts and lengths: CompactSizes with limits. */
import { DecodeError, EncodeError } from './error.js';
import { type Leaf } from './layout.js';

/** Bitcoin Core's bound on every count and length that has none of its own (MAX_SIZE). */
export const MAX_SIZE = 0x0200_0000;

/** The CompactSize of a count or a length. */
export interface Count extends Leaf<number> {
  readonly min: number;
  readonly max: number;
}

export const tooMany = (value: number | bigint, max: number): string =>
  `${value} is more than the ${max} allowed`;

export function compactSize(max: number, min = 0): Count {
  return {
    form: 'leaf',
    kind: 'compactSize',
    min,
    max,
    read(reader) {
      const start = reader.position;
      const value = reader.compactSize(max);
      if (value < min)
        throw new DecodeError('invalid-value', start, `${value} is less than the ${min} needed`);
      return value;
    },
    write(writer, value) {
      if (!Number.isSafeInteger(value) || value < min) {
        throw new EncodeError('invalid-value', `a whole number of at least ${min} is needed`);
      }
      if (value > max) throw new EncodeError('limit-exceeded', tooMany(value, max));
      writer.compactSize(value);
    },
    text: String,
  };
}

/** A count or a length without a limit: whoever reads on finds out whether it lies. Above 2⁵³ it is rounded. */
export const anyCount: Count = {
  ...compactSize(Number.MAX_SAFE_INTEGER),
  read: (reader) => Number(reader.compactSize64()),
};

/**
 * The same leaf with a rule of its own, in both directions.
 * @param complaint what is wrong with a value; undefined when nothing is
 */
export function checked<T, L extends Leaf<T>>(
  leaf: L & Leaf<T>,
  complaint: (value: T) => string | undefined,
  code: 'invalid-value' | 'limit-exceeded' = 'invalid-value',
): L {
  const assertFine = (value: T): T => {
    const wrong = complaint(value);
    if (wrong !== undefined) throw new EncodeError(code, wrong);
    return value;
  };
  const { input } = leaf;
  return {
    ...leaf,
    size: undefined,
    ...(input && { input: { ...input, parse: (text: string) => assertFine(input.parse(text)) } }),
    read(reader) {
      const start = reader.position;
      const value = leaf.read(reader);
      const wrong = complaint(value);
      if (wrong !== undefined) throw new DecodeError(code, start, wrong);
      return value;
    },
    write(writer, value) {
      leaf.write(writer, assertFine(value as T));
    },
  };
}
