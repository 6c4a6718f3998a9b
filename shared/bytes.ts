/** Small helpers on byte arrays that several folders need. */

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** A plain copy. Not `slice`: a Node Buffer is a Uint8Array whose `slice` shares its memory. */
export function copyBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

/** Not constant-time: for public bytes only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

const hexDigits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hex, two digits a byte. */
export function toHex(bytes: Uint8Array): string {
  if (bytes.length >= LONG_BYTES) return longHex(bytes);
  let hex = '';
  for (const byte of bytes) hex += hexDigits[byte];
  return hex;
}

const LONG_BYTES = 256;
const digitCodes = ascii('0123456789abcdef');

/** A block has millions of bytes: as characters, and not as pieces of text, they take a tenth of the time. */
function longHex(bytes: Uint8Array): string {
  const codes = new Uint8Array(2 * bytes.length);
  for (let at = 0; at < bytes.length; at++) {
    codes[2 * at] = digitCodes[bytes[at]! >> 4]!;
    codes[2 * at + 1] = digitCodes[bytes[at]! & 15]!;
  }
  return new TextDecoder().decode(codes);
}

/** One character a byte: a key for a Map that takes little memory, and nothing to show. For short arrays. */
export function keyOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** @throws {TypeError} when the text is not an even number of hex digits */
export function fromHex(hex: string): Uint8Array {
  if (hex.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(hex)) {
    throw new TypeError('expected an even number of hex digits');
  }
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}

/** The bytes of an ASCII string. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Where `part`, of at least one byte, starts in `bytes`: at `from` or later, and whole before `end`. Allocates nothing. */
export function indexOfBytes(
  bytes: Uint8Array,
  part: Uint8Array,
  from = 0,
  end = bytes.length,
): number | undefined {
  const first = part[0];
  const last = end - part.length;
  for (let at = from; at <= last; at++) {
    if (bytes[at] !== first) continue;
    let i = 1;
    while (i < part.length && bytes[at + i] === part[i]) i++;
    if (i >= part.length) return at;
  }
  return undefined;
}

/** A growing byte buffer: appending and taking cost amortised linear time, whatever the size of the pieces. */
export class ByteQueue {
  #buffer: Uint8Array<ArrayBuffer>;
  #start = 0;
  #end = 0;

  constructor(initialCapacity = 256) {
    this.#buffer = new Uint8Array(initialCapacity);
  }

  get length(): number {
    return this.#end - this.#start;
  }

  append(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#buffer.length) this.#makeRoom(bytes.length);
    // A single byte, as slow peers send them, does not pay for a call that is made for many.
    if (bytes.length === 1) this.#buffer[this.#end] = bytes[0]!;
    else this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** Makes room for `length` more bytes, counts them in, and returns the view to fill at once. */
  reserve(length: number): Uint8Array<ArrayBuffer> {
    if (this.#end + length > this.#buffer.length) this.#makeRoom(length);
    const view = this.#buffer.subarray(this.#end, this.#end + length);
    this.#end += length;
    return view;
  }

  /** A view of what is queued; valid until the next call that changes the queue. */
  peek(start = 0, end = this.length): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(this.#start + start, Math.min(this.#start + end, this.#end));
  }

  /** Where `part` starts in what is queued, at `from` or later. */
  indexOf(part: Uint8Array, from = 0): number | undefined {
    const found = indexOfBytes(this.#buffer, part, this.#start + Math.max(0, from), this.#end);
    return found === undefined ? undefined : found - this.#start;
  }

  /** Removes the first `count` bytes and returns them as an array of their own. */
  take(count = this.length): Uint8Array<ArrayBuffer> {
    const taken = this.peek(0, count).slice();
    this.#start += taken.length;
    if (this.#start === this.#end) this.clear();
    return taken;
  }

  /** Forgets what is queued; the memory of a large queue is given back. */
  clear(): void {
    this.#start = 0;
    this.#end = 0;
    if (this.#buffer.length > KEPT_CAPACITY) this.#buffer = new Uint8Array(0);
  }

  /** Moves what is queued to the front, into a larger buffer unless half of this one has become free. */
  #makeRoom(length: number): void {
    const queued = this.peek();
    const needed = queued.length + length;
    const fits = needed <= this.#buffer.length / 2;
    // What comes to an empty queue mostly is all that comes before it is taken.
    const target = fits ? this.#buffer : new Uint8Array(queued.length === 0 ? needed : 2 * needed);
    target.set(queued);
    this.#buffer = target;
    this.#start = 0;
    this.#end = queued.length;
  }
}

const KEPT_CAPACITY = 65_536;
