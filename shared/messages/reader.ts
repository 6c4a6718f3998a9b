import { DecodeError } from './error.js';

const shortest = 'is not in its shortest form';

/** Always the same one: a block may hold millions of empty witness items. */
const NO_BYTES = new Uint8Array(0);

/** Reads a payload from front to back. Every read checks the bounds first; byte arrays are views, not copies. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  #position: number;

  constructor(bytes: Uint8Array, position = 0) {
    // A plain view: a Node Buffer's slice() would not copy.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#position = position;
  }

  /** Offset of the next byte. */
  get position(): number {
    return this.#position;
  }

  /** Goes back to where the reader has been. */
  set position(position: number) {
    this.#position = position;
  }

  get remaining(): number {
    return this.bytes.length - this.#position;
  }

  /** A view of the next `length` bytes. @throws {DecodeError} truncated */
  take(length: number): Uint8Array {
    const at = this.#advance(length);
    return length === 0 ? NO_BYTES : this.bytes.subarray(at, at + length);
  }

  /** Moves past the next `length` bytes. @throws {DecodeError} truncated */
  skip(length: number): void {
    this.#advance(length);
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }
  u16be(): number {
    return this.#view.getUint16(this.#advance(2), false);
  }
  u16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }
  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }
  i32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }
  u48(): number {
    const at = this.#advance(6);
    return this.#view.getUint32(at, true) + this.#view.getUint16(at + 4, true) * 2 ** 32;
  }
  u64(): bigint {
    return this.#view.getBigUint64(this.#advance(8), true);
  }
  i64(): bigint {
    return this.#view.getBigInt64(this.#advance(8), true);
  }

  /**
   * A CompactSize: 1, 3, 5 or 9 bytes, and only the shortest form of a number counts.
   * @param max at most 2⁵³ − 1, so that a number holds every value that is let through
   * @throws {DecodeError} truncated, non-minimal-compact-size, limit-exceeded
   */
  compactSize(max: number): number {
    const start = this.#position;
    const value = this.#compactSize(start);
    if (value > max)
      throw new DecodeError('limit-exceeded', start, `${value} is more than the ${max} allowed`);
    return Number(value);
  }

  /** The same with all of 64 bits. @throws {DecodeError} truncated, non-minimal-compact-size */
  compactSize64(): bigint {
    return BigInt(this.#compactSize(this.#position));
  }

  #compactSize(start: number): number | bigint {
    const first = this.u8();
    if (first < 0xfd) return first;
    const length = first === 0xfd ? 2 : first === 0xfe ? 4 : 8;
    if (this.remaining < length) throw truncated(start, 1 + length, 1 + this.remaining);
    const value = length === 2 ? this.u16() : length === 4 ? this.u32() : this.u64();
    const least = length === 2 ? 0xfd : length === 4 ? 2 ** 16 : 2 ** 32;
    if (value < least)
      throw new DecodeError('non-minimal-compact-size', start, `the CompactSize ${value} ${shortest}`);
    return value;
  }

  /** Moves past `length` bytes and returns where they start. */
  #advance(length: number): number {
    const at = this.#position;
    if (length > this.bytes.length - at) throw truncated(at, length, this.bytes.length - at);
    this.#position = at + length;
    return at;
  }
}

function truncated(at: number, needed: number, left: number): DecodeError {
  return new DecodeError('truncated', at, `${needed} bytes are needed, ${left} are left`);
}
