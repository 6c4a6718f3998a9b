import type { PartialPacket } from '../engine/engine.js';

/**
 * Watches for a packet that spans chunks and never comes to its end: the session was cut off inside it, or its length is
 * not what it was.
 */
export class PartialWatch {
  #chunks = 0;
  /** The chunk after which nothing was left over. */
  #wholeAt = 0;

  /** After each chunk of one direction. */
  took(partial: PartialPacket | undefined): void {
    this.#chunks++;
    if ((partial?.received ?? 0) === 0) this.#wholeAt = this.#chunks;
  }

  /** At the end. */
  spansChunks(partial: PartialPacket | undefined): partial is PartialPacket {
    return partial !== undefined && partial.received > 0 && this.#chunks - this.#wholeAt >= 2;
  }
}
