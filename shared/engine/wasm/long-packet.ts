import { HEADER_BYTES } from '../engine.js';

/**
 * The plaintext of a packet that is opened as it arrives, in many reads. Nobody sees it before its tag was found right.
 */
export class LongPacket {
  filled = 0;
  /** Of header and contents. */
  readonly #total: number;
  #text: Uint8Array<ArrayBuffer>;

  /**
   * @param length of the contents, in bytes
   * @param spare memory that may be used, if it is large enough
   */
  constructor(length: number, spare = new Uint8Array(0)) {
    this.#total = length + HEADER_BYTES;
    this.#text = spare;
  }

  get missing(): number {
    return this.#total - this.filled;
  }

  /**
   * The memory that it takes follows what was received, whatever length was announced.
   * @param available bytes of the packet that are there now, this piece included
   */
  append(piece: Uint8Array, available: number): void {
    const needed = Math.min(this.filled + available, this.#total);
    if (needed > this.#text.length) {
      const larger = new Uint8Array(needed > this.#total / 2 ? this.#total : 2 * needed);
      larger.set(this.#text.subarray(0, this.filled));
      this.#text = larger;
    }
    this.#text.set(piece, this.filled);
    this.filled += piece.length;
  }

  /** Header and contents, once nothing is missing; a view if the memory is larger. */
  get text(): Uint8Array<ArrayBuffer> {
    return this.#text.length === this.#total ? this.#text : this.#text.subarray(0, this.#total);
  }

  /** It was not authentic, or nobody waits for it. */
  wipe(): void {
    this.#text.fill(0);
  }
}
