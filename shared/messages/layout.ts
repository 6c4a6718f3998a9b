import { DecodeError, EncodeError } from './error.js';
import { ByteReader } from './reader.js';
import { ByteWriter } from './writer.js';

/**
 * A layout says once how a value lies in bytes, and everything else follows from it: decoder, encoder, field tree
 * and form. A leaf reads and writes bytes. A composite takes its value together from parts (`assemble`), hands its
 * parts out (`disassemble`), and passes them by without building anything (`walk`); its `shape` is what a form shows.
 */
export type Layout<T> = Leaf<T> | Composite<T>;

interface Common<T> {
  /** What a person calls it: 'u32', 'hash', 'list'… */
  readonly kind: string;
  /** Bytes that every value takes, given that any bytes of that length are a value. */
  readonly size?: number | undefined;
  /** A short rendering for people; printable text whatever the value. */
  text(value: T): string;
}

export interface Leaf<T> extends Common<T> {
  readonly form: 'leaf';
  read(reader: ByteReader): T;
  write(writer: ByteWriter, value: T): void;
  /** How a person types it; undefined for what nobody types, as counts. */
  readonly input?: Input<T> | undefined;
}

export interface Composite<T> extends Common<T> {
  readonly form: 'composite';
  readonly shape: Shape;
  assemble(take: Take, reader: ByteReader): T;
  disassemble(put: Put, value: T): void;
  /** Fails where `assemble` fails, though perhaps with another error. @returns what may matter for parts to come */
  walk(walk: Walk, reader: ByteReader): Outline;
  /** The same, quicker, for who does not want to see the parts. */
  skip?: ((reader: ByteReader) => Outline) | undefined;
  /** `text`, from the bytes alone. */
  glance?: ((reader: ByteReader) => string) | undefined;
}

/** How a value is typed as one text: `parse(print(value))` is the value. */
export interface Input<T> {
  /** What to type, as 'a whole number from 0 to 255'. */
  readonly hint: string;
  /** What a form starts with. */
  readonly initial: T;
  /** The names there are, for fields that have some; other texts may be fine too. */
  readonly choices?: readonly string[];
  /** @throws {EncodeError} unreadable-text, invalid-value, limit-exceeded */
  parse(text: string): T;
  print(value: T): string;
}

/** What a form makes of a composite's value. */
export type Shape =
  | {
      readonly shape: 'struct';
      readonly fields: readonly (readonly [name: string, field: Field])[];
      /** The fields before which it may end, and what is then assumed for that field and those behind. */
      readonly places: readonly string[];
      assumedFrom(place: string): object;
    }
  | { readonly shape: 'list'; readonly item: Layout<unknown>; readonly min: number; readonly max: number }
  | { readonly shape: 'single'; readonly input: Input<unknown> };

/** A field of a struct: its layout, or how the layout follows from a field before. */
export type Field = Layout<unknown> | Dependent<unknown>;

/** @see dependent */
export interface Dependent<T> {
  readonly on: string;
  layout(before: unknown): Layout<T>;
}

/** Reads the next part. `name` is a field's name or an entry's index. */
export type Take = <T>(name: string | number, layout: Layout<T>) => T;
/** Writes the next part. */
export type Put = <T>(name: string | number, layout: Layout<T>, value: T) => void;

/** Of a list that was passed by, how many entries it has. */
export type Outline = { readonly length: number } | undefined;

/** Goes over parts without building their values. */
export interface Walk {
  pass(name: string | number, layout: Layout<unknown>): Outline;
  /** Passes a part whose value decides how to go on. */
  value<T>(name: string | number, layout: Layout<T>): T;
  /** Passes `count` parts of one layout, named by their index; at most once in a composite. */
  repeat(count: number, layout: Layout<unknown>): void;
}

/** Reads one value from where the reader stands. @throws {DecodeError} */
export function readValue<T>(layout: Layout<T>, reader: ByteReader): T {
  return readPart(layout, reader, taking(reader));
}

function readPart<T>(layout: Layout<T>, reader: ByteReader, take: Take): T {
  return layout.form === 'leaf' ? layout.read(reader) : layout.assemble(take, reader);
}

/** Takes parts for their values alone. */
export function taking(reader: ByteReader): Take {
  const take: Take = (name, part) => {
    try {
      return readPart(part, reader, take);
    } catch (error) {
      throw error instanceof DecodeError ? error.within(name) : error;
    }
  };
  return take;
}

/**
 * Moves behind a value without building it.
 * @throws {DecodeError} exactly when there is no value to read; which field is wrong, only reading tells
 */
export function skipValue(layout: Layout<unknown>, reader: ByteReader): Outline {
  return skipPart(layout, reader, undefined);
}

function skipPart(layout: Layout<unknown>, reader: ByteReader, walk: Walk | undefined): Outline {
  if (layout.size !== undefined) return void reader.skip(layout.size);
  if (layout.form === 'leaf') return void layout.read(reader);
  return layout.skip ? layout.skip(reader) : layout.walk(walk ?? skipping(reader), reader);
}

function skipping(reader: ByteReader): Walk {
  const walk: Walk = {
    pass: (_, layout) => skipPart(layout, reader, walk),
    value: (_, layout) => readValue(layout, reader),
    repeat(count, layout) {
      if (layout.size !== undefined) return reader.skip(count * layout.size);
      for (let i = 0; i < count; i++) skipPart(layout, reader, walk);
    },
  };
  return walk;
}

/** Reads a value that must fill the payload. Byte arrays in it are views of the payload. @throws {DecodeError} */
export function decode<T>(layout: Layout<T>, payload: Uint8Array): T {
  const reader = new ByteReader(payload);
  const value = readValue(layout, reader);
  assertAtEnd(reader);
  return value;
}

function assertAtEnd(reader: ByteReader): void {
  if (reader.remaining === 0) return;
  const reason = `${reader.remaining} bytes follow the end of the message`;
  throw new DecodeError('trailing-bytes', reader.position, reason);
}

/** Why `decode` would fail. Builds no values for a payload that is fine. */
export function damageOf(layout: Layout<unknown>, payload: Uint8Array): DecodeError | undefined {
  try {
    const reader = new ByteReader(payload);
    skipValue(layout, reader);
    if (reader.remaining === 0) return undefined;
  } catch (error) {
    asDecodeError(error);
  }
  try {
    decode(layout, payload);
    return undefined;
  } catch (error) {
    return asDecodeError(error);
  }
}

/** @throws whatever is no DecodeError */
export function asDecodeError(error: unknown): DecodeError {
  if (error instanceof DecodeError) return error;
  throw error;
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

interface Shown<T> {
  readonly kind?: string;
  text?(value: T): string;
  glance?(reader: ByteReader): string;
}

/** The same bytes and value under another kind, rendering, or way to type it. */
export function shown<T>(
  layout: Leaf<T>,
  as: Shown<NoInfer<T>> & { readonly input?: Input<NoInfer<T>> },
): Leaf<T>;
export function shown<T>(layout: Composite<T>, as: Shown<NoInfer<T>>): Composite<T>;
export function shown<T>(layout: Layout<T>, as: Shown<T>): Layout<T> {
  if (layout.form === 'leaf') return { ...layout, ...as };
  return { ...layout, ...(as.text && { glance: undefined }), ...as };
}
