/** Writes a payload from front to back into a buffer that grows by doubling. Ranges are the layouts' to check. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(initialCapacity = 128) {
    this.#bytes = new Uint8Array(initialCapacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** What was written, as an array of the caller's own. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  bytes(bytes: Uint8Array): void {
    // Making room may replace the buffer, so it comes first.
    const at = this.#advance(bytes.length);
    this.#bytes.set(bytes, at);
  }
  u8(value: number): void {
    const at = this.#advance(1);
    this.#view.setUint8(at, value);
  }
  u16be(value: number): void {
    const at = this.#advance(2);
    this.#view.setUint16(at, value, false);
  }
  u16(value: number): void {
    const at = this.#advance(2);
    this.#view.setUint16(at, value, true);
  }
  u32(value: number): void {
    const at = this.#advance(4);
    this.#view.setUint32(at, value, true);
  }
  i32(value: number): void {
    const at = this.#advance(4);
    this.#view.setInt32(at, value, true);
  }
  u48(value: number): void {
    const at = this.#advance(6);
    this.#view.setUint32(at, value % 2 ** 32, true);
    this.#view.setUint16(at + 4, Math.floor(value / 2 ** 32), true);
  }
  u64(value: bigint): void {
    const at = this.#advance(8);
    this.#view.setBigUint64(at, value, true);
  }
  i64(value: bigint): void {
    const at = this.#advance(8);
    this.#view.setBigInt64(at, value, true);
  }

  /** The shortest CompactSize of a non-negative safe integer. */
  compactSize(value: number): void {
    if (value < 0xfd) {
      this.u8(value);
    } else if (value < 2 ** 16) {
      this.u8(0xfd);
      this.u16(value);
    } else if (value < 2 ** 32) {
      this.u8(0xfe);
      this.u32(value);
    } else {
      this.u8(0xff);
      this.u64(BigInt(value));
    }
  }

  /** The shortest CompactSize of an unsigned 64-bit number. */
  compactSize64(value: bigint): void {
    if (value < 2n ** 32n) {
      this.compactSize(Number(value));
    } else {
      this.u8(0xff);
      this.u64(value);
    }
  }

  #advance(length: number): number {
    const at = this.#length;
    const needed = at + length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#length = needed;
    return at;
  }
}
