import { chacha20 } from '@noble/ciphers/chacha.js';
import { copyBytes } from '../bytes.js';
import { REKEY_INTERVAL } from '../engine/engine.js';
import { epochOf, lengthNonce } from './rekey.js';

const BLOCK_BYTES = 64;

/**
 * BIP324, FSChaCha20: one ChaCha20 key stream over 224 chunks, then the next 32 bytes of it are the new key.
 * Encrypts and decrypts alike. The plain layer: a transport's packets go through the engine.
 */
export class FSChaCha20 {
  readonly #key: Uint8Array;
  #chunks = 0;
  /** Bytes of this epoch's key stream used so far. */
  #position = 0;

  /** @param key 32 bytes; copied */
  constructor(key: Uint8Array) {
    if (key.length !== 32) throw new TypeError('a ChaCha20 key has 32 bytes');
    this.#key = copyBytes(key);
  }

  crypt(chunk: Uint8Array): Uint8Array {
    const stream = this.#keyStream(chunk.length);
    const result = copyBytes(chunk).map((byte, i) => byte ^ stream[i]!);
    if ((this.#chunks + 1) % REKEY_INTERVAL === 0) {
      this.#key.set(this.#keyStream(32));
      this.#position = 0;
    }
    this.#chunks++;
    return result;
  }

  #keyStream(length: number): Uint8Array {
    const skip = this.#position % BLOCK_BYTES;
    const block = Math.floor(this.#position / BLOCK_BYTES);
    const zeros = new Uint8Array(skip + length);
    this.#position += length;
    return chacha20(this.#key, lengthNonce(epochOf(this.#chunks)), zeros, undefined, block).subarray(skip);
  }
}
