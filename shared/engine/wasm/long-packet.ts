import { HEADER_BYTES } from '../engine.js';

/** The plaintext of a packet that is opened as it arrives. Nobody sees it before its tag has been found right. */
export class LongPacket {
  /** Of header and contents. */
  readonly #total: number;
  #text = new Uint8Array(0);
  filled = 0;

  /** @param length of the contents, in bytes */
  constructor(length: number) {
    this.#total = length + HEADER_BYTES;
  }

  get missing(): number {
    return this.#total - this.filled;
  }

  /**
   * The memory that it takes follows what was received, whatever length was announced.
   * @param available bytes of the packet that are there, this piece included
   */
  append(piece: Uint8Array, available: number): void {
    const needed = Math.min(this.filled + available, this.#total);
    if (needed > this.#text.length) {
      const larger = new Uint8Array(Math.min(2 * needed, this.#total));
      larger.set(this.#text.subarray(0, this.filled));
      this.#text.fill(0);
      this.#text = larger;
    }
    this.#text.set(piece, this.filled);
    this.filled += piece.length;
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.#text;
  }

  wipe(): void {
    this.#text.fill(0);
  }
}
