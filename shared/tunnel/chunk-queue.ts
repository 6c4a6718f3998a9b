import { ByteQueue } from '../bytes.js';

/** Shorter chunks are joined: a queue of many single bytes would take a hundred times their memory. */
const SHORT = 1 << 13;
/** Of short ones, so many bytes become one chunk. */
const JOINED = 1 << 16;

/** Chunks on their way, in order. A long one is passed on as it is, without a copy: it belongs to the queue. */
export class ChunkQueue {
  #chunks: (Uint8Array | undefined)[] = [];
  #taken = 0;
  /** What came last, while it was short. */
  readonly #short = new ByteQueue(0);
  #length = 0;

  /** In bytes. */
  get length(): number {
    return this.#length;
  }

  append(chunk: Uint8Array): void {
    this.#length += chunk.length;
    if (chunk.length < SHORT) {
      this.#short.append(chunk);
      if (this.#short.length >= JOINED) this.#join();
      return;
    }
    this.#join();
    this.#chunks.push(chunk);
  }

  /** The chunk that came first, as an array of the caller's own; undefined where there is none. */
  shift(): Uint8Array | undefined {
    if (this.#taken === this.#chunks.length) this.#join();
    const chunk = this.#chunks[this.#taken];
    if (chunk === undefined) return undefined;
    this.#chunks[this.#taken++] = undefined;
    if (this.#taken === this.#chunks.length) {
      this.#chunks = [];
      this.#taken = 0;
    }
    this.#length -= chunk.length;
    return chunk;
  }

  clear(): void {
    this.#chunks = [];
    this.#taken = 0;
    this.#short.clear();
    this.#length = 0;
  }

  #join(): void {
    if (this.#short.length > 0) this.#chunks.push(this.#short.take());
  }
}
