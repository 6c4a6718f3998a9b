/** What small frames are gathered into. */
const SIZE = 4096;

/**
 * Frames of a few bytes that must wait cost hundreds of times what they carry: a buffer, a request and a callback each.
 * So those that have to wait anyway are copied together. The order of bytes is the caller's: flush before writing past.
 */
export class Gather {
  #buffer: Buffer | undefined;
  #length = 0;

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  static takes(bytes: Uint8Array): boolean {
    return bytes.length <= SIZE / 4;
  }

  /** @returns whether it fits; if not, flush, then add again */
  add(bytes: Uint8Array): boolean {
    if (this.#length + bytes.length > SIZE) return false;
    this.#buffer ??= Buffer.allocUnsafeSlow(SIZE);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
    return true;
  }

  /** What was gathered, the caller's from now on. */
  flush(): Buffer | undefined {
    const gathered = this.#buffer?.subarray(0, this.#length);
    this.#buffer = undefined;
    this.#length = 0;
    return gathered;
  }
}
