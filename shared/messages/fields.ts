import { DecodeError } from './error.js';
import { decode, readValue, type Composite, type Layout, type Take } from './layout.js';
import { bytesText } from './leaves.js';
import { ByteReader } from './reader.js';

/**
 * A part of a payload. The children of a node cover its bytes once, in order, so the leaves under the root are
 * the payload. Values, renderings and children are worked out when they are asked for.
 */
export interface FieldNode {
  /** A field's name, '[3]' for a list's entry, the message type for the root. */
  readonly name: string;
  /** 'u32', 'hash', 'list', 'struct'…; 'unread' for bytes behind the damage of a malformed payload. */
  readonly kind: string;
  /** Offsets in the payload, half-open. */
  readonly start: number;
  readonly end: number;
  /** Decoded; undefined where an error is, and the bytes themselves where nothing was read. */
  readonly value: unknown;
  /** A short rendering for people; printable text whatever the bytes. */
  readonly text: string;
  /** Empty for a leaf. */
  readonly children: readonly FieldNode[];
  /** Why it, or something in it, could not be read. */
  readonly error: DecodeError | undefined;
}

/** The tree of a whole payload; for a malformed one up to the damage, and then what was left unread. */
export function fieldTree(type: string, layout: Layout<unknown>, payload: Uint8Array): FieldNode {
  return new PartNode(type, layout, payload, 0, payload.length, () => damageOf(layout, payload));
}

function damageOf(layout: Layout<unknown>, payload: Uint8Array): DecodeError | undefined {
  try {
    decode(layout, payload);
    return undefined;
  } catch (error) {
    return asDecodeError(error);
  }
}

function asDecodeError(error: unknown): DecodeError {
  if (error instanceof DecodeError) return error;
  throw error;
}

class PartNode implements FieldNode {
  readonly start: number;
  readonly end: number;
  readonly #name: string | number;
  readonly #layout: Layout<unknown>;
  readonly #payload: Uint8Array;
  /** A function until somebody asks: a whole block is not read before. */
  #error: DecodeError | undefined | (() => DecodeError | undefined);
  #value: { readonly decoded: unknown } | undefined;
  #children: readonly FieldNode[] | undefined;

  constructor(
    name: string | number,
    layout: Layout<unknown>,
    payload: Uint8Array,
    start: number,
    end: number,
    error?: DecodeError | (() => DecodeError | undefined),
  ) {
    this.start = start;
    this.end = end;
    this.#error = error;
    this.#name = name;
    this.#layout = layout;
    this.#payload = payload;
  }

  get name(): string {
    return typeof this.#name === 'number' ? `[${this.#name}]` : this.#name;
  }

  get kind(): string {
    return this.#layout.kind;
  }

  get error(): DecodeError | undefined {
    if (typeof this.#error === 'function') this.#error = this.#error();
    return this.#error;
  }

  get value(): unknown {
    if (this.error !== undefined) return undefined;
    this.#value ??= { decoded: readValue(this.#layout, new ByteReader(this.#payload, this.start)) };
    return this.#value.decoded;
  }

  get text(): string {
    return this.error === undefined ? this.#layout.text(this.value) : this.error.reason;
  }

  get children(): readonly FieldNode[] {
    this.#children ??= this.#layout.form === 'leaf' ? [] : this.#expand(this.#layout);
    return this.#children;
  }

  /** Takes the layout apart once more, with nodes for parts instead of a value. */
  #expand(layout: Composite<unknown>): FieldNode[] {
    const payload = this.#payload;
    const reader = new ByteReader(payload, this.start);
    const nodes: FieldNode[] = [];
    const take: Take = (name, part) => {
      const start = reader.position;
      try {
        const value = readValue(part, reader);
        nodes.push(new PartNode(name, part, payload, start, reader.position));
        return value;
      } catch (error) {
        // How far a damaged part reaches nobody knows, unless it is a leaf that was read and found wrong.
        const wrongLeaf = part.form === 'leaf' && asDecodeError(error).code !== 'truncated';
        nodes.push(
          new PartNode(name, part, payload, start, wrongLeaf ? reader.position : payload.length, this.error),
        );
        throw error;
      }
    };
    try {
      layout.assemble(take, reader);
    } catch (error) {
      asDecodeError(error);
    }
    const covered = nodes.at(-1)?.end ?? this.start;
    if (covered < this.end) {
      const blamed = nodes.at(-1)?.error === undefined ? this.error : undefined;
      nodes.push(new UnreadNode(payload, covered, this.end, blamed));
    }
    return nodes;
  }
}

/** What lies behind the damage, or behind the end of the message. */
class UnreadNode implements FieldNode {
  readonly name = 'unread';
  readonly kind = 'unread';
  readonly children = [];
  readonly start: number;
  readonly end: number;
  readonly error: DecodeError | undefined;
  readonly #payload: Uint8Array;

  constructor(payload: Uint8Array, start: number, end: number, error: DecodeError | undefined) {
    this.start = start;
    this.end = end;
    this.error = error;
    this.#payload = payload;
  }

  get value(): Uint8Array {
    return this.#payload.subarray(this.start, this.end);
  }

  get text(): string {
    return bytesText(this.value);
  }
}
