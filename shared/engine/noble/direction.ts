import { chacha20 } from '@noble/ciphers/chacha.js';
import { copyBytes } from '../../bytes.js';
import { LENGTH_BYTES, REKEY_INTERVAL } from '../engine.js';

/**
 * The keys and counters of one direction (BIP324, Rekeying wrappers). The length cipher runs one key stream over
 * 224 packets of three bytes, and its next 32 bytes are the new key: eleven blocks, made at once.
 */
export class Direction {
  index = 0;
  readonly #keyL: Uint8Array;
  readonly #keyP: Uint8Array;
  readonly #lengthStream = new Uint8Array(LENGTH_BYTES * REKEY_INTERVAL + 32);
  readonly #nonce = new Uint8Array(12);

  constructor(keyL: Uint8Array, keyP: Uint8Array) {
    if (keyL.length !== 32 || keyP.length !== 32) throw new TypeError('both keys have 32 bytes');
    this.#keyL = copyBytes(keyL);
    this.#keyP = copyBytes(keyP);
    this.#makeLengthStream();
  }

  get keyP(): Uint8Array {
    return this.#keyP;
  }

  /** LE32(index mod 224) ‖ LE64(index ÷ 224); a view that the next packet changes. */
  get nonce(): Uint8Array {
    const view = new DataView(this.#nonce.buffer);
    view.setUint32(0, this.index % REKEY_INTERVAL, true);
    view.setBigUint64(4, this.#epoch, true);
    return this.#nonce;
  }

  /** The 24 bits that this packet's length is XORed with, little-endian. */
  get lengthMask(): number {
    const at = (this.index % REKEY_INTERVAL) * LENGTH_BYTES;
    const stream = this.#lengthStream;
    return stream[at]! | (stream[at + 1]! << 8) | (stream[at + 2]! << 16);
  }

  /** The next packet; both keys are replaced after every 224. */
  advance(): void {
    if ((this.index + 1) % REKEY_INTERVAL === 0) {
      const nonce = this.nonce.slice().fill(0xff, 0, 4);
      // The AEAD's encryption starts at block 1 (RFC 8439, 2.8).
      chacha20(this.#keyP, nonce, new Uint8Array(32), this.#keyP, 1);
      this.#keyL.set(this.#lengthStream.subarray(LENGTH_BYTES * REKEY_INTERVAL));
      this.index++;
      this.#makeLengthStream();
    } else {
      this.index++;
    }
  }

  destroy(): void {
    this.#keyL.fill(0);
    this.#keyP.fill(0);
    this.#lengthStream.fill(0);
  }

  get #epoch(): bigint {
    return BigInt(Math.floor(this.index / REKEY_INTERVAL));
  }

  #makeLengthStream(): void {
    const nonce = new Uint8Array(12);
    new DataView(nonce.buffer).setBigUint64(4, this.#epoch, true);
    chacha20(this.#keyL, nonce, this.#lengthStream.fill(0), this.#lengthStream);
  }
}
