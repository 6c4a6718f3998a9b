import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { ByteQueue } from '../../bytes.js';
import {
  HEADER_BYTES,
  IGNORE_BIT,
  LENGTH_BYTES,
  MAX_FORMAT_CONTENTS,
  PACKET_EXPANSION,
  type OpenedPacket,
  type Opener,
  type OpenerOptions,
  type OpenFailure,
  type OpenResult,
  type PartialPacket,
} from '../engine.js';
import { Direction } from './direction.js';

const NO_AAD = new Uint8Array(0);

/** Opens whole packets where they lie in the read; only an incomplete one is copied, once. */
export class NobleOpener implements Opener {
  readonly #direction: Direction;
  readonly #maxContents: number;
  readonly #partial = new ByteQueue(0);
  #aad: Uint8Array;
  /** Of the packet that begins; undefined until its three bytes are there. */
  #length: number | undefined;
  #destroyed = false;

  constructor(keyL: Uint8Array, keyP: Uint8Array, options: OpenerOptions = {}) {
    this.#direction = new Direction(keyL, keyP);
    this.#aad = options.aad ?? NO_AAD;
    this.#maxContents = options.maxContents ?? MAX_FORMAT_CONTENTS;
  }

  get partial(): PartialPacket {
    return { index: this.#direction.index, received: this.#partial.length, length: this.#length };
  }

  push(read: Uint8Array): OpenResult {
    const packets: OpenedPacket[] = [];
    let at = 0;
    while (!this.#destroyed) {
      const needed = this.#length === undefined ? LENGTH_BYTES : this.#length + PACKET_EXPANSION;
      let wire: Uint8Array;
      if (this.#partial.length === 0 && read.length - at >= needed) {
        wire = read.subarray(at, at + needed);
      } else {
        const taken = read.subarray(at, at + needed - this.#partial.length);
        this.#partial.append(taken);
        at += taken.length;
        if (this.#partial.length < needed) break;
        wire = this.#partial.peek();
      }
      if (this.#length === undefined) {
        this.#length = this.#decryptLength(wire);
        if (this.#length > this.#maxContents) return { packets, failure: this.#fail('packet-too-large') };
        continue;
      }
      const packet = this.#open(wire.subarray(LENGTH_BYTES));
      if (packet === undefined) return { packets, failure: this.#fail('packet-authentication-failed') };
      packets.push(packet);
      if (this.#partial.length > 0) this.#partial.clear();
      else at += needed;
      this.#length = undefined;
    }
    return { packets };
  }

  destroy(): void {
    this.#direction.destroy();
    this.#partial.clear();
    this.#destroyed = true;
  }

  #decryptLength(wire: Uint8Array): number {
    return (wire[0]! | (wire[1]! << 8) | (wire[2]! << 16)) ^ this.#direction.lengthMask;
  }

  #open(ciphertext: Uint8Array): OpenedPacket | undefined {
    const { index, keyP, nonce } = this.#direction;
    let plaintext;
    try {
      plaintext = chacha20poly1305(keyP, nonce, this.#aad).decrypt(ciphertext);
    } catch {
      return undefined;
    }
    this.#aad = NO_AAD;
    this.#direction.advance();
    const header = plaintext[0]!;
    return { index, header, ignore: (header & IGNORE_BIT) !== 0, contents: plaintext.subarray(HEADER_BYTES) };
  }

  #fail(code: OpenFailure['code']): OpenFailure {
    const failure = { code, index: this.#direction.index, length: this.#length ?? 0 };
    this.destroy();
    return failure;
  }
}
