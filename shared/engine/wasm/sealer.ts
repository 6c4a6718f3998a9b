import {
  HEADER_BYTES,
  IGNORE_BIT,
  LENGTH_BYTES,
  MAX_FORMAT_CONTENTS,
  PACKET_EXPANSION,
  TAG_BYTES,
  type Sealer,
  type SealOptions,
} from '../engine.js';
import type { Arena } from './arena.js';

/** Seals in the arena's place for it; a packet that is too long for that goes through it in pieces. */
export class WasmSealer implements Sealer {
  readonly #arena: Arena;
  /** 0 once destroyed. */
  #slot: number;

  constructor(arena: Arena, keyL: Uint8Array, keyP: Uint8Array) {
    this.#arena = arena;
    this.#slot = arena.takeSlot(this, keyL, keyP);
  }

  write(parts: readonly Uint8Array[], options: SealOptions, out: Uint8Array): number {
    if (this.#slot === 0) throw new TypeError('the sealer was destroyed');
    let length = 0;
    for (const part of parts) length += part.length;
    if (length > MAX_FORMAT_CONTENTS) throw new RangeError('contents have at most 2^24 - 1 bytes');
    const size = length + PACKET_EXPANSION;
    if (out.length < size) throw new RangeError(`the packet needs ${size} bytes of room`);

    const arena = this.#arena;
    arena.enter();
    const { aad, header = 0, ignore } = options;
    if (aad !== undefined && aad.length > 0) arena.authenticate(this.#slot, aad);
    const first = header | (ignore === true ? IGNORE_BIT : 0);
    if (size <= arena.sealingBytes) this.#sealWhole(parts, length, first, out);
    else this.#sealPieces(parts, length, first, out);
    return size;
  }

  destroy(): void {
    if (this.#slot !== 0) this.#arena.giveBack(this, this.#slot);
    this.#slot = 0;
  }

  #sealWhole(parts: readonly Uint8Array[], length: number, header: number, out: Uint8Array): void {
    const { bytes, sealing, wasm } = this.#arena;
    bytes[sealing + LENGTH_BYTES] = header;
    let at = sealing + LENGTH_BYTES + HEADER_BYTES;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    wasm.sealPacket(this.#slot, length);
    out.set(bytes.subarray(sealing, sealing + length + PACKET_EXPANSION));
  }

  #sealPieces(parts: readonly Uint8Array[], length: number, header: number, out: Uint8Array): void {
    const { bytes, sealing, sealingBytes, wasm } = this.#arena;
    const masked = wasm.maskedLength(this.#slot, length);
    out[0] = masked;
    out[1] = masked >>> 8;
    out[2] = masked >>> 16;
    let written = LENGTH_BYTES;
    bytes[sealing] = header;
    let filled = HEADER_BYTES;
    const flush = (): void => {
      wasm.encryptPiece(this.#slot, filled);
      out.set(bytes.subarray(sealing, sealing + filled), written);
      written += filled;
      filled = 0;
    };
    for (const part of parts) {
      for (let at = 0; at < part.length;) {
        const piece = part.subarray(at, at + sealingBytes - filled);
        bytes.set(piece, sealing + filled);
        at += piece.length;
        filled += piece.length;
        if (filled === sealingBytes) flush();
      }
    }
    if (filled > 0) flush();
    wasm.finishSealing(this.#slot, 0);
    out.set(bytes.subarray(sealing, sealing + TAG_BYTES), written);
  }
}
