import { type DecodeError } from './error.js';
import {
  asDecodeError,
  damageOf,
  readValue,
  skipValue,
  type Composite,
  type Layout,
  type Walk,
} from './layout.js';
import { lazyArray } from './lazy-array.js';
import { bytesText } from './leaves.js';
import { Offsets } from './offsets.js';
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
    if (this.error !== undefined) return this.error.reason;
    const layout = this.#layout;
    const glance = layout.form === 'composite' ? layout.glance : undefined;
    if (glance === undefined) return layout.text(this.value);
    return glance(new ByteReader(this.#payload, this.start));
  }

  get children(): readonly FieldNode[] {
    this.#children ??= this.#layout.form === 'leaf' ? [] : this.#expand(this.#layout);
    return this.#children;
  }

  /** The nodes of the parts, found by passing these by. Those of a list's entries are made when they are asked for. */
  #expand(layout: Composite<unknown>): readonly FieldNode[] {
    const payload = this.#payload;
    const reader = new ByteReader(payload, this.start);
    const nodes: FieldNode[] = [];
    let entries: Entries | undefined;
    const part = (
      name: string | number,
      of: Layout<unknown>,
      start: number,
      end: number,
      error?: DecodeError,
    ) => new PartNode(name, of, payload, start, end, error);
    const passed = <T>(name: string | number, of: Layout<unknown>, pass: () => T): T => {
      const start = reader.position;
      try {
        const outcome = pass();
        nodes.push(part(name, of, start, reader.position));
        return outcome;
      } catch (error) {
        // How far a damaged part reaches nobody knows, unless it is a leaf that was read and found wrong.
        const wrongLeaf = of.form === 'leaf' && asDecodeError(error).code !== 'truncated';
        nodes.push(part(name, of, start, wrongLeaf ? reader.position : payload.length, this.error));
        throw error;
      }
    };
    const walk: Walk = {
      pass: (name, of) => passed(name, of, () => skipValue(of, reader)),
      value: (name, of) => passed(name, of, () => readValue(of, reader)),
      repeat(count, of) {
        const before = nodes.length;
        const bounds = new Offsets();
        bounds.push(reader.position);
        entries = { before, bounds, node: (i, start, end) => part(i, of, start, end) };
        for (let i = 0; i < count; i++) {
          const start = reader.position;
          try {
            skipValue(of, reader);
          } catch {
            reader.position = start;
            passed(i, of, () => skipValue(of, reader));
          }
          bounds.push(reader.position);
        }
      },
    };
    try {
      layout.walk(walk, reader);
    } catch (error) {
      asDecodeError(error);
    }
    const covered =
      entries?.before === nodes.length ? entries.bounds.last! : (nodes.at(-1)?.end ?? this.start);
    if (covered < this.end) {
      const blamed = nodes.at(-1)?.error === undefined ? this.error : undefined;
      nodes.push(new UnreadNode(payload, covered, this.end, blamed));
    }
    return entries === undefined ? nodes : withEntries(nodes, entries);
  }
}

/** Parts of one layout, side by side. */
interface Entries {
  /** How many nodes stand before them. */
  readonly before: number;
  /** Where each starts, and where the last one ends. */
  readonly bounds: Offsets;
  node(index: number, start: number, end: number): FieldNode;
}

function withEntries(nodes: readonly FieldNode[], { before, bounds, node }: Entries): readonly FieldNode[] {
  const starts = bounds.finish();
  const count = starts.length - 1;
  return lazyArray(nodes.length + count, (i) => {
    if (i < before) return nodes[i]!;
    const entry = i - before;
    return entry < count ? node(entry, starts[entry]!, starts[entry + 1]!) : nodes[i - count]!;
  });
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
