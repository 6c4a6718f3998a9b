import { DecodeError, EncodeError } from './error.js';
import { ByteReader } from './reader.js';
import { ByteWriter } from './writer.js';

/**
 * A layout says once how a value lies in bytes. Decoder, encoder and field tree all follow from it: a leaf reads
 * and writes bytes; a composite takes its value together from parts (`take`) and hands its parts out (`put`),
 * and who calls it decides whether that builds a value or the nodes of a tree.
 */
export type Layout<T> = Leaf<T> | Composite<T>;

export interface Leaf<T> {
  readonly form: 'leaf';
  /** What a person calls it: 'u32', 'hash', 'time'… */
  readonly kind: string;
  read(reader: ByteReader): T;
  write(writer: ByteWriter, value: T): void;
  /** A short rendering for people; printable text whatever the value. */
  text(value: T): string;
}

export interface Composite<T> {
  readonly form: 'composite';
  readonly kind: string;
  assemble(take: Take, reader: ByteReader): T;
  disassemble(put: Put, value: T): void;
  text(value: T): string;
}

/** Reads the next part. `name` is a field's name or an entry's index. */
export type Take = <T>(name: string | number, layout: Layout<T>) => T;
/** Writes the next part. */
type Put = <T>(name: string | number, layout: Layout<T>, value: T) => void;

/** Reads one value from where the reader stands. @throws {DecodeError} */
export function readValue<T>(layout: Layout<T>, reader: ByteReader): T {
  return readPart(layout, reader, taking(reader));
}

function readPart<T>(layout: Layout<T>, reader: ByteReader, take: Take): T {
  return layout.form === 'leaf' ? layout.read(reader) : layout.assemble(take, reader);
}

/** Takes parts for their values alone. */
function taking(reader: ByteReader): Take {
  const take: Take = (name, part) => {
    try {
      return readPart(part, reader, take);
    } catch (error) {
      throw error instanceof DecodeError ? error.within(name) : error;
    }
  };
  return take;
}

/** Reads a value that must fill the payload. Byte arrays in it are views of the payload. @throws {DecodeError} */
export function decode<T>(layout: Layout<T>, payload: Uint8Array): T {
  const reader = new ByteReader(payload);
  const value = readValue(layout, reader);
  if (reader.remaining > 0) {
    const reason = `${reader.remaining} bytes follow the end of the message`;
    throw new DecodeError('trailing-bytes', reader.position, reason);
  }
  return value;
}

/** @throws {EncodeError} */
export function encode<T>(layout: Layout<T>, value: T): Uint8Array {
  const writer = new ByteWriter();
  const write = <U>(part: Layout<U>, partValue: U): void =>
    part.form === 'leaf' ? part.write(writer, partValue) : part.disassemble(put, partValue);
  const put: Put = (name, part, partValue) => {
    try {
      write(part, partValue);
    } catch (error) {
      throw error instanceof EncodeError ? error.within(name) : error;
    }
  };
  write(layout, value);
  return writer.finish();
}

type Shown<T> = { kind?: string; text?: (value: T) => string };

/** The same bytes and value under another kind or rendering. */
export function shown<T>(layout: Leaf<T>, as: Shown<T>): Leaf<T>;
export function shown<T>(layout: Layout<T>, as: Shown<T>): Layout<T>;
export function shown<T>(layout: Layout<T>, as: Shown<T>): Layout<T> {
  return { ...layout, ...as };
}

type Fields = Readonly<Record<string, Layout<unknown>>>;
type ValueOf<L> = L extends Layout<infer T> ? T : never;
/** Constants are on the wire and in the field tree, but say nothing, so they are not in the value. */
export type StructValue<F extends Fields> = {
  -readonly [Name in keyof F as F[Name] extends Constant ? never : Name]: ValueOf<F[Name]>;
};

/** Fields one after the other. */
export function struct<F extends Fields>(fields: F): Composite<StructValue<F>> {
  return structWithTail(fields, {});
}

/**
 * A struct that may end early, as the first versions of a message did.
 * @param tail each field before which the payload may end, in order, with what is then assumed for it and for
 *   the fields up to the next such place. `omittedFrom` in the value names the place, so that encoding is exact.
 */
export function structWithTail<F extends Fields, Place extends keyof F & string = never>(
  fields: F,
  tail: Readonly<Record<Place, () => Partial<StructValue<F>>>>,
): Composite<StructValue<F> & { omittedFrom?: Place }> {
  type Value = StructValue<F> & { omittedFrom?: Place };
  const entries = Object.entries(fields);
  const places = Object.keys(tail) as Place[];
  const assumedFrom = (place: Place): object =>
    Object.assign({}, ...places.slice(places.indexOf(place)).map((later) => tail[later]())) as object;
  const isPlace = (name: string): name is Place => places.includes(name as Place);
  return {
    form: 'composite',
    kind: 'struct',
    assemble(take, reader) {
      const value: Record<string, unknown> = {};
      for (const [name, layout] of entries) {
        if (reader.remaining === 0 && isPlace(name)) {
          return { ...value, ...assumedFrom(name), omittedFrom: name } as Value;
        }
        const part = take(name, layout);
        if (!('constant' in layout)) value[name] = part;
      }
      return value as Value;
    },
    disassemble(put, value) {
      if (typeof value !== 'object' || value === null)
        throw new EncodeError('invalid-value', 'not an object');
      const { omittedFrom } = value;
      if (omittedFrom !== undefined && !isPlace(omittedFrom)) {
        throw new EncodeError('invalid-value', 'not a field before which the message may end', 'omittedFrom');
      }
      for (const [name, layout] of entries) {
        if (name === omittedFrom) return;
        put(name, layout, (value as Record<string, unknown>)[name]);
      }
    },
    text: () => '',
  };
}

/** A part whose value never changes. */
export interface Constant extends Leaf<void> {
  readonly constant: true;
}

export function constant<T>(layout: Leaf<T>, only: T): Constant {
  return {
    form: 'leaf',
    kind: layout.kind,
    constant: true,
    read(reader) {
      const start = reader.position;
      const value = layout.read(reader);
      if (value !== only)
        throw new DecodeError(
          'invalid-value',
          start,
          `${layout.text(value)} instead of ${layout.text(only)}`,
        );
    },
    write: (writer) => layout.write(writer, only),
    text: () => layout.text(only),
  };
}

/** Bitcoin Core's bound on every count and length that has none of its own (MAX_SIZE). */
export const MAX_SIZE = 0x0200_0000;

/** A CompactSize count and that many entries. */
export function list<T>(item: Layout<T>, max: number): Composite<T[]> {
  return chainedList(compactSize(max), () => item);
}

/**
 * A count and that many entries, the layout of each of which may depend on the one before. Nothing is allocated
 * by the count: entries come one by one, so a count that lies ends at the end of the payload. An entry takes at
 * least one byte.
 */
export function chainedList<T>(
  count: Leaf<number>,
  item: (index: number, previous: T | undefined) => Layout<T>,
): Composite<T[]> {
  return {
    form: 'composite',
    kind: 'list',
    assemble(take) {
      const length = take('count', count);
      const items: T[] = [];
      for (let i = 0; i < length; i++) items.push(take(i, item(i, items[i - 1])));
      return items;
    },
    disassemble(put, items) {
      if (!Array.isArray(items)) throw new EncodeError('invalid-value', 'not an array');
      put('count', count, items.length);
      for (let i = 0; i < items.length; i++) put(i, item(i, items[i - 1] as T | undefined), items[i] as T);
    },
    text: (items) => (items.length === 1 ? '1 entry' : `${items.length} entries`),
  };
}

/**
 * A list whose entries are held against its limit only when all of them are there, as Bitcoin Core does: a peer that
 * sends too many breaks the protocol, while one whose count promises more than came has sent a damaged message.
 */
export function completeList<T>(item: Layout<T>, max: number): Composite<T[]> {
  const limited = list(item, max);
  return {
    ...limited,
    assemble(take, reader) {
      const start = reader.position;
      const length = take('count', anyCount);
      const items: T[] = [];
      // Beyond the limit nothing is kept, and nobody needs to see it.
      const skip = taking(reader);
      for (let i = 0; i < length; i++) {
        if (i < max) items.push(take(i, item));
        else skip(i, item);
      }
      if (length > max) throw new DecodeError('limit-exceeded', start, tooMany(length, max), 'count');
      return items;
    },
  };
}

const tooMany = (value: number | bigint, max: number) => `${value} is more than the ${max} allowed`;

/** A count or a length without a limit: whoever reads on finds out whether it lies. Above 2⁵³ it is rounded. */
export const anyCount: Leaf<number> = {
  ...compactSize(Number.MAX_SAFE_INTEGER),
  read: (reader) => Number(reader.compactSize64()),
};

/**
 * The same leaf with a rule of its own, in both directions.
 * @param complaint what is wrong with a value; undefined when nothing is
 */
export function checked<T>(
  leaf: Leaf<T>,
  complaint: (value: T) => string | undefined,
  code: 'invalid-value' | 'limit-exceeded' = 'invalid-value',
): Leaf<T> {
  return {
    ...leaf,
    read(reader) {
      const start = reader.position;
      const value = leaf.read(reader);
      const wrong = complaint(value);
      if (wrong !== undefined) throw new DecodeError(code, start, wrong);
      return value;
    },
    write(writer, value) {
      const wrong = complaint(value);
      if (wrong !== undefined) throw new EncodeError(code, wrong);
      leaf.write(writer, value);
    },
  };
}

/** The CompactSize of a count or a length. */
export function compactSize(max: number, min = 0): Leaf<number> {
  return {
    form: 'leaf',
    kind: 'compactSize',
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
