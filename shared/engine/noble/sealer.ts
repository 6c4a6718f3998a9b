import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import {
  HEADER_BYTES,
  IGNORE_BIT,
  LENGTH_BYTES,
  MAX_FORMAT_CONTENTS,
  PACKET_EXPANSION,
  type Sealer,
  type SealOptions,
} from '../engine.js';
import { Direction } from './direction.js';

/** Seals in place: the contents are joined in the outgoing buffer and encrypted where they lie. */
export class NobleSealer implements Sealer {
  readonly #direction: Direction;
  #destroyed = false;

  constructor(keyL: Uint8Array, keyP: Uint8Array) {
    this.#direction = new Direction(keyL, keyP);
  }

  write(parts: readonly Uint8Array[], options: SealOptions, out: Uint8Array): number {
    if (this.#destroyed) throw new TypeError('the sealer was destroyed');
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    if (length > MAX_FORMAT_CONTENTS) throw new RangeError('contents have at most 2^24 - 1 bytes');
    const size = length + PACKET_EXPANSION;
    if (out.length < size) throw new RangeError(`the packet needs ${size} bytes of room`);

    const masked = length ^ this.#direction.lengthMask;
    out[0] = masked;
    out[1] = masked >>> 8;
    out[2] = masked >>> 16;
    out[LENGTH_BYTES] = (options.header ?? 0) | (options.ignore === true ? IGNORE_BIT : 0);
    let at = LENGTH_BYTES + HEADER_BYTES;
    for (const part of parts) {
      out.set(part, at);
      at += part.length;
    }
    const { keyP, nonce } = this.#direction;
    chacha20poly1305(keyP, nonce, options.aad).encrypt(
      out.subarray(LENGTH_BYTES, at),
      out.subarray(LENGTH_BYTES, size),
    );
    this.#direction.advance();
    return size;
  }

  destroy(): void {
    this.#direction.destroy();
    this.#destroyed = true;
  }
}
