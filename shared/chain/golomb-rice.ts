/**
 * BIP158, Golomb-Rice Coding: a number is a quotient in unary (as many ones, then a zero) and `P` bits of
 * remainder. Bits go from the highest to the lowest of each byte.
 */
import { ByteWriter } from '../messages/writer.js';
import { FilterError } from './error.js';

export class GolombRiceWriter {
  readonly #p: number;
  readonly #bytes = new ByteWriter();
  #byte = 0;
  #free = 8;

  /** @param p bits of the remainder, at most 30 */
  constructor(p: number) {
    this.#p = p;
  }

  /** @param value a safe integer, at least 0 */
  write(value: number): void {
    const divisor = 2 ** this.#p;
    for (let ones = Math.floor(value / divisor); ones > 0; ones--) this.#bit(1);
    this.#bit(0);
    const remainder = value % divisor;
    for (let at = this.#p - 1; at >= 0; at--) this.#bit((remainder >>> at) & 1);
  }

  /** The last byte is filled up with zeros. */
  finish(): Uint8Array {
    if (this.#free < 8) this.#bytes.u8(this.#byte);
    return this.#bytes.finish();
  }

  #bit(bit: number): void {
    this.#byte |= bit << --this.#free;
    if (this.#free > 0) return;
    this.#bytes.u8(this.#byte);
    this.#byte = 0;
    this.#free = 8;
  }
}

export class GolombRiceReader {
  readonly #p: number;
  readonly #bytes: Uint8Array;
  /** In bits. */
  #position: number;

  /** @param offset where the coded numbers start in `bytes` */
  constructor(p: number, bytes: Uint8Array, offset: number) {
    this.#p = p;
    this.#bytes = bytes;
    this.#position = 8 * offset;
  }

  /** Whole bytes of which nothing was read. */
  get remainingBytes(): number {
    return this.#bytes.length - Math.ceil(this.#position / 8);
  }

  /** Takes no longer than there are bits. @throws {FilterError} truncated */
  read(): number {
    let quotient = 0;
    while (this.#bit() === 1) quotient++;
    let remainder = 0;
    for (let i = 0; i < this.#p; i++) remainder = (remainder << 1) | this.#bit();
    return quotient * 2 ** this.#p + remainder;
  }

  #bit(): number {
    const at = this.#position++;
    const byte = this.#bytes[at >>> 3];
    if (byte === undefined)
      throw new FilterError('truncated', this.#bytes.length, 'it ends inside an element');
    return (byte >>> (7 - (at & 7))) & 1;
  }
}
