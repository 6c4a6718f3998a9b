import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { copyBytes } from '../bytes.js';
import { REKEY_INTERVAL, TAG_BYTES } from '../engine/engine.js';
import { epochOf, nextPacketKey, packetNonce } from './rekey.js';

/**
 * BIP324, FSChaCha20Poly1305: RFC 8439's AEAD whose nonce counts packets and whose key is replaced after every 224.
 * The plain layer: a transport's packets go through the engine.
 */
export class FSChaCha20Poly1305 {
  readonly #key: Uint8Array;
  #packets = 0;

  /** @param key 32 bytes; copied */
  constructor(key: Uint8Array) {
    if (key.length !== 32) throw new TypeError('a ChaCha20-Poly1305 key has 32 bytes');
    this.#key = copyBytes(key);
  }

  /** @returns ciphertext ‖ 16-byte tag */
  encrypt(aad: Uint8Array, plaintext: Uint8Array): Uint8Array {
    const ciphertext = chacha20poly1305(this.#key, packetNonce(this.#packets), aad).encrypt(plaintext);
    this.#advance();
    return ciphertext;
  }

  /** @returns the plaintext, or null where the tag does not authenticate it; either way the counter moves on */
  decrypt(aad: Uint8Array, ciphertext: Uint8Array): Uint8Array | null {
    let plaintext: Uint8Array | null = null;
    if (ciphertext.length >= TAG_BYTES) {
      try {
        plaintext = chacha20poly1305(this.#key, packetNonce(this.#packets), aad).decrypt(ciphertext);
      } catch {
        // The cipher says so by throwing: a tag that does not match.
      }
    }
    this.#advance();
    return plaintext;
  }

  #advance(): void {
    if ((this.#packets + 1) % REKEY_INTERVAL === 0) {
      this.#key.set(nextPacketKey(this.#key, epochOf(this.#packets)));
    }
    this.#packets++;
  }
}
