import { copyBytes } from '../bytes.js';
import { HashIndex, wordOf, type Hashes } from './header-index.js';
import { type Targets } from './header-target.js';

export const HEADER_BYTES = 80;
/** Where in a header the hash of the one before stands, and its compact target. */
const PREVIOUS = 4;
const BITS = 72;
const HASH_BYTES = 32;
/** A chain grows by pieces of this many rows (160 kB), and what is there already stays where it is. */
const CHUNK = 2048;
/** The work up to every so many rows is kept: between, it is summed up. Divides CHUNK. */
const WORK_EVERY = 128;

/** The hash of the block before. A view. */
export const previousOf = (row: Uint8Array) => row.subarray(PREVIOUS, PREVIOUS + HASH_BYTES);

export const bitsOf = (row: Uint8Array) => wordOf(row, BITS);

/**
 * One chain of headers, from genesis up, each as its 80 bytes. A block's hash stands in the header that follows, so
 * only the last one's is kept besides. Nothing is checked here.
 */
export class HeaderRows implements Hashes {
  readonly #targets: Targets;
  readonly #index = new HashIndex(this);
  readonly #chunks: Uint8Array[] = [];
  /** Of all rows before 0, 128, 256, … */
  readonly #workBefore: bigint[] = [];
  #count = 0;
  #work = 0n;
  #lastHash: Uint8Array = new Uint8Array(HASH_BYTES);

  constructor(targets: Targets) {
    this.#targets = targets;
  }

  /** Rows; the last one's height is one less. */
  get count(): number {
    return this.#count;
  }

  /** Of all rows. */
  get work(): bigint {
    return this.#work;
  }

  /** 32 bytes in wire order. Not to be changed. */
  get lastHash(): Uint8Array {
    return this.#lastHash;
  }

  /** In bytes: rows and index. */
  get memory(): number {
    return this.#chunks.length * CHUNK * HEADER_BYTES + this.#index.memory;
  }

  /** @param hash of the row */
  append(row: Uint8Array, hash: Uint8Array): void {
    const at = this.#count % CHUNK;
    if (at === 0) this.#chunks.push(new Uint8Array(CHUNK * HEADER_BYTES));
    if (at % WORK_EVERY === 0) this.#workBefore.push(this.#work);
    this.#chunks.at(-1)!.set(row, at * HEADER_BYTES);
    this.#count++;
    this.#lastHash = copyBytes(hash);
    this.#work += this.#targets.workOf(bitsOf(row));
    this.#index.add(this.#count - 1);
  }

  /** Forgets all rows from this one on. @param count of rows that stay, at least one */
  truncate(count: number): void {
    if (count >= this.#count) return;
    const work = this.workAt(count - 1);
    const lastHash = copyBytes(this.hashAt(count - 1));
    for (let height = this.#count - 1; height >= count; height--) this.#index.remove(height);
    this.#count = count;
    this.#work = work;
    this.#lastHash = lastHash;
    this.#chunks.length = Math.ceil(count / CHUNK);
    this.#workBefore.length = Math.ceil(count / WORK_EVERY);
  }

  /** The 80 bytes: a view, until the chain is cut below it. */
  rowAt(height: number): Uint8Array {
    const start = (height % CHUNK) * HEADER_BYTES;
    return this.#chunks[Math.floor(height / CHUNK)]!.subarray(start, start + HEADER_BYTES);
  }

  /** A view, as `rowAt`. */
  hashAt(height: number): Uint8Array {
    return height === this.#count - 1 ? this.#lastHash : previousOf(this.rowAt(height + 1));
  }

  heightOf(hash: Uint8Array): number | undefined {
    return this.#index.find(hash);
  }

  /** Of the rows up to this one. */
  workAt(height: number): bigint {
    const span = Math.floor(height / WORK_EVERY);
    let work = this.#workBefore[span]!;
    for (let at = span * WORK_EVERY; at <= height; at++) work += this.#targets.workOf(bitsOf(this.rowAt(at)));
    return work;
  }

  wordAt(height: number): number {
    if (height === this.#count - 1) return wordOf(this.#lastHash);
    const next = height + 1;
    return wordOf(this.#chunks[Math.floor(next / CHUNK)]!, (next % CHUNK) * HEADER_BYTES + PREVIOUS);
  }

  isAt(height: number, hash: Uint8Array): boolean {
    if (this.wordAt(height) !== wordOf(hash)) return false;
    const own = this.hashAt(height);
    for (let at = 4; at < HASH_BYTES; at++) if (own[at] !== hash[at]) return false;
    return true;
  }
}
