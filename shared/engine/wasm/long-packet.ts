import { HEADER_BYTES } from '../engine.js';

/** 4 MiB of contents, which no message of real nodes reaches, and their header. */
const MOST_KEPT = 2 ** 22 + HEADER_BYTES;

/**
 * Memory that one long packet after another is put together in: fresh pages cost more than the copy that saves them.
 * One piece of it is kept, as large as the largest that came back. What was received last stays in it: no secret.
 */
export class Spare {
  #bytes: Uint8Array<ArrayBuffer> | undefined;

  /** @param length in bytes, at least */
  take(length: number): Uint8Array<ArrayBuffer> | undefined {
    const bytes = this.#bytes;
    if (bytes === undefined || bytes.length < length) return undefined;
    this.#bytes = undefined;
    return bytes;
  }

  give(bytes: Uint8Array<ArrayBuffer>): void {
    if (bytes.length <= MOST_KEPT && bytes.length > (this.#bytes?.length ?? 0)) this.#bytes = bytes;
  }
}

/**
 * The plaintext of a packet that is opened as it arrives, in many reads. Nobody sees it before its tag was found right.
 */
export class LongPacket {
  filled = 0;
  /** Of header and contents. */
  readonly #total: number;
  readonly #spare: Spare;
  #text: Uint8Array<ArrayBuffer>;
  /** The text began in less memory than it needs. */
  #grown = false;

  /**
   * @param length of the contents, in bytes
   * @param borrow the contents will be lent, as things are now
   */
  constructor(length: number, spare: Spare, borrow: boolean) {
    this.#total = length + HEADER_BYTES;
    this.#spare = spare;
    this.#text = (borrow ? spare.take(this.#total) : undefined) ?? new Uint8Array(0);
  }

  get missing(): number {
    return this.#total - this.filled;
  }

  /** @param available bytes of the packet that are there now, this piece included */
  append(piece: Uint8Array, available: number): void {
    const needed = Math.min(this.filled + available, this.#total);
    if (needed > this.#text.length) this.#grow(needed);
    this.#text.set(piece, this.filled);
    this.filled += piece.length;
  }

  /** Header and contents, once nothing is missing. They are the caller's own. */
  own(): Uint8Array<ArrayBuffer> {
    if (!this.#grown && this.#text.length === this.#total) return this.#text;
    const text = this.#text.slice(0, this.#total);
    this.#spare.give(this.#text);
    return text;
  }

  /** The same, in memory that `Spare` gets back later. */
  lend(): Uint8Array<ArrayBuffer> {
    return this.#text.subarray(0, this.#total);
  }

  /** It was not authentic, or nobody waits for it. */
  wipe(): void {
    this.#text.fill(0);
    this.#spare.give(this.#text);
  }

  /** Fresh memory follows what was received, whatever length was announced. */
  #grow(needed: number): void {
    const half = this.#total / 2;
    if (needed <= half) this.#grown = true;
    const larger =
      needed > half
        ? new Uint8Array(this.#total)
        : (this.#spare.take(this.#total) ?? new Uint8Array(2 * needed));
    larger.set(this.#text.subarray(0, this.filled));
    this.#text = larger;
  }
}
