import { ByteQueue } from '../../bytes.js';
import {
  HEADER_BYTES,
  IGNORE_BIT,
  LENGTH_BYTES,
  MAX_FORMAT_CONTENTS,
  PACKET_EXPANSION,
  TAG_BYTES,
  type OpenedPacket,
  type Opener,
  type OpenerOptions,
  type OpenFailure,
  type OpenResult,
  type PartialPacket,
} from '../engine.js';
import type { Arena } from './arena.js';
import { LongPacket } from './long-packet.js';

/** How `openPackets` ends (assembly/packets.ts). */
const TABLE_FULL = 1;
const TOO_LARGE = 2;
const NOT_AUTHENTIC = 3;
const IN_PIECES = 4;

/** Pieces of a packet are whole blocks of key stream, but for the last. */
const PIECE_MULTIPLE = 64;

/** Opens packets in the arena's window, all that are whole in one call; long ones piece by piece as they come. */
export class WasmOpener implements Opener {
  readonly #arena: Arena;
  readonly #most: number;
  /** 0 once destroyed. */
  #slot: number;
  #index = 0;
  /** Received, and not yet worked on. */
  readonly #held = new ByteQueue(0);
  /** Of the packet that begins; undefined until its three bytes are there. */
  #length: number | undefined;
  /** The packet that is being opened in pieces. */
  #long: LongPacket | undefined;

  constructor(arena: Arena, keyL: Uint8Array, keyP: Uint8Array, options: OpenerOptions = {}) {
    const { aad, maxContents = MAX_FORMAT_CONTENTS } = options;
    this.#arena = arena;
    this.#most =
      maxContents < MAX_FORMAT_CONTENTS ? Math.max(-1, Math.floor(maxContents)) : MAX_FORMAT_CONTENTS;
    this.#slot = arena.takeSlot(this, keyL, keyP);
    if (aad !== undefined) arena.authenticate(this.#slot, aad);
  }

  get partial(): PartialPacket {
    const worked = this.#long === undefined ? 0 : LENGTH_BYTES + this.#long.filled;
    return { index: this.#index, received: worked + this.#held.length, length: this.#length };
  }

  push(read: Uint8Array, borrow = false): OpenResult {
    const packets: OpenedPacket[] = [];
    if (this.#slot === 0) return { packets };
    this.#arena.enter();
    this.#arena.endLoan();
    let at = 0;
    while (at < read.length) {
      const next =
        this.#long === undefined
          ? this.#openWhole(read, at, borrow, packets)
          : this.#openPiece(this.#long, read, at, packets);
      if (typeof next !== 'number') return { packets, failure: next };
      at = next;
    }
    return { packets };
  }

  destroy(): void {
    if (this.#slot !== 0) this.#arena.giveBack(this, this.#slot);
    this.#slot = 0;
    this.#held.clear();
    this.#long?.wipe();
    this.#long = undefined;
  }

  /** @returns how far it came in `read` */
  #openWhole(read: Uint8Array, at: number, borrow: boolean, packets: OpenedPacket[]): number | OpenFailure {
    const needed = this.#length === undefined ? LENGTH_BYTES : this.#length + PACKET_EXPANSION;
    const available = this.#held.length + read.length - at;
    if (available < needed) return this.#hold(read, at);
    const arena = this.#arena;
    const size = Math.min(available, arena.windowBytes);
    const rest = at - this.#held.length;
    this.#fill(read, at, size);
    // What is lent must not be overwritten by a later part of this read.
    let lent = borrow && size === available;
    const first = packets.length;
    const { ending } = arena;
    let used = 0;
    do {
      const opened = arena.wasm.openPackets(this.#slot, used, size, this.#most);
      used = ending[1]!;
      for (let row = 0; row < 3 * opened; row += 3) this.#take(row, lent, packets);
    } while (ending[0] === TABLE_FULL);
    const status = ending[0];
    const length = ending[2]!;
    this.#length = length < 0 ? undefined : length;
    if (status === TOO_LARGE) return this.#fail('packet-too-large', lent, used);
    if (status === NOT_AUTHENTIC) return this.#fail('packet-authentication-failed', lent, used);
    if (status === IN_PIECES) {
      // Its pieces need the window.
      if (lent) for (const packet of packets.slice(first)) packet.contents = packet.contents.slice();
      lent = false;
      this.#long = new LongPacket(length);
    } else if (size === available && used < size) {
      this.#held.append(arena.bytes.subarray(arena.window + used, arena.window + size));
      this.#leave(lent, used);
      return read.length;
    }
    this.#leave(lent, used);
    return rest + used;
  }

  #openPiece(long: LongPacket, read: Uint8Array, at: number, packets: OpenedPacket[]): number | OpenFailure {
    const arena = this.#arena;
    const rest = at - this.#held.length;
    const available = read.length - rest;
    const missing = long.missing;
    let size = Math.min(missing === 0 ? TAG_BYTES : missing, arena.windowBytes);
    if (available < size) size = missing === 0 ? 0 : available - (available % PIECE_MULTIPLE);
    if (size === 0) return this.#hold(read, at);
    this.#fill(read, at, size);
    if (missing > 0) {
      arena.wasm.decryptWindow(this.#slot, size);
      long.append(arena.bytes.subarray(arena.window, arena.window + size), available);
      arena.bytes.fill(0, arena.window, arena.window + size);
      return rest + size;
    }
    if (arena.wasm.finishOpening(this.#slot) === 0)
      return this.#fail('packet-authentication-failed', false, 0);
    const text = long.take();
    const header = text[0]!;
    packets.push({
      index: this.#index++,
      header,
      ignore: (header & IGNORE_BIT) !== 0,
      contents: text.subarray(HEADER_BYTES),
    });
    this.#long = undefined;
    this.#length = undefined;
    return rest + size;
  }

  /** Too little to work on. */
  #hold(read: Uint8Array, at: number): number {
    this.#held.append(read.subarray(at));
    return read.length;
  }

  /** Puts what was held, and then what was read, into the window. */
  #fill(read: Uint8Array, at: number, size: number): void {
    const { bytes, window } = this.#arena;
    const held = this.#held.length;
    if (held > 0) {
      bytes.set(this.#held.peek(), window);
      this.#held.clear();
    }
    const taken = size - held;
    bytes.set(taken === read.length ? read : read.subarray(at, at + taken), window + held);
  }

  #take(row: number, lent: boolean, packets: OpenedPacket[]): void {
    const { table, bytes, window } = this.#arena;
    const start = window + table[row]! + HEADER_BYTES;
    const end = start + table[row + 1]!;
    const header = table[row + 2]!;
    packets.push({
      index: this.#index++,
      header,
      ignore: (header & IGNORE_BIT) !== 0,
      contents: lent ? bytes.subarray(start, end) : bytes.slice(start, end),
    });
  }

  /** Plaintext leaves the window at once, or with the next push. */
  #leave(lent: boolean, used: number): void {
    this.#arena.lend(used);
    if (!lent) this.#arena.endLoan();
  }

  #fail(code: OpenFailure['code'], lent: boolean, used: number): OpenFailure {
    this.#leave(lent, used);
    const failure = { code, index: this.#index, length: this.#length ?? 0 };
    this.destroy();
    return failure;
  }
}
