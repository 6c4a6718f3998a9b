import { ByteQueue } from '../bytes.js';

/** A packet of fewer bytes is copied once more: it costs less than an array that waits for it. */
const LEAST_AWAITED = 1 << 14;

/**
 * Received bytes that no entry of the trace has claimed yet. Those of a long packet gather in an array of its size,
 * which is then handed over: a block of megabytes is copied once, whatever the reads it came in.
 */
export class UnclaimedBytes {
  readonly #queue = new ByteQueue();
  /** They come before those in the queue. */
  #awaited: { readonly bytes: Uint8Array<ArrayBuffer>; filled: number } | undefined;

  get length(): number {
    return (this.#awaited?.filled ?? 0) + this.#queue.length;
  }

  /** Copies them. */
  append(bytes: Uint8Array): void {
    const awaited = this.#awaited;
    if (awaited === undefined) return this.#queue.append(bytes);
    const own = bytes.subarray(0, awaited.bytes.length - awaited.filled);
    awaited.bytes.set(own, awaited.filled);
    awaited.filled += own.length;
    if (own.length < bytes.length) this.#queue.append(bytes.subarray(own.length));
  }

  /** The next that are taken will be so many, unless the stream ends before. */
  expect(length: number): void {
    if (this.#awaited !== undefined || length < LEAST_AWAITED || length < this.#queue.length) return;
    const bytes = new Uint8Array(length);
    const here = this.#queue.peek();
    bytes.set(here);
    this.#awaited = { bytes, filled: here.length };
    this.#queue.clear();
  }

  /** Removes the first `length` bytes, or all where there are fewer, and returns them as an array of their own. */
  take(length: number): Uint8Array {
    const awaited = this.#awaited;
    if (awaited === undefined) return this.#queue.take(length);
    this.#awaited = undefined;
    if (length === awaited.bytes.length && length === awaited.filled) return awaited.bytes;
    const behind = this.#queue.take();
    this.#queue.append(awaited.bytes.subarray(0, awaited.filled));
    this.#queue.append(behind);
    return this.#queue.take(length);
  }
}
