import { ByteQueue, copyBytes } from '../../bytes.js';
import {
  HEADER_BYTES,
  IGNORE_BIT,
  LENGTH_BYTES,
  MAX_FORMAT_CONTENTS,
  PACKET_EXPANSION,
  TAG_BYTES,
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
    const { maxContents = MAX_FORMAT_CONTENTS } = options;
    const aad = options.aad && arena.isLent(options.aad) ? copyBytes(options.aad) : options.aad;
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
    const result: OpenResult = { packets: [] };
    if (this.#slot === 0) return result;
    this.#arena.enter();
    if (this.#arena.isLent(read)) read = copyBytes(read);
    this.#arena.endLoan();
    let at = 0;
    while (at < read.length) {
      const next =
        this.#long === undefined
          ? this.#openWhole(read, at, borrow, result)
          : this.#openPiece(this.#long, read, at, borrow, result);
      if (typeof next !== 'number') return { ...result, failure: next };
      at = next;
    }
    return result;
  }

  destroy(): void {
    if (this.#slot !== 0) this.#arena.giveBack(this, this.#slot);
    this.#slot = 0;
    this.#held.clear();
    this.#long?.wipe();
    this.#long = undefined;
  }

  /** @returns how far it came in `read` */
  #openWhole(read: Uint8Array, at: number, borrow: boolean, result: OpenResult): number | OpenFailure {
    const needed = this.#length === undefined ? LENGTH_BYTES : this.#length + PACKET_EXPANSION;
    const rest = at - this.#held.length;
    const available = read.length - rest;
    if (available < needed) return this.#hold(read, at);
    const arena = this.#arena;
    const size = Math.min(available, arena.windowBytes);
    this.#fill(read, at, size, arena.window);
    // What is lent must not be overwritten by a later part of this read.
    const lent = borrow && size === available;
    const { ending } = arena;
    let used = 0;
    do {
      const opened = arena.wasm.openPackets(this.#slot, used, size, this.#most);
      used = ending[1]!;
      for (let row = 0; row < 3 * opened; row += 3) this.#take(row, lent, result);
    } while (ending[0] === TABLE_FULL);
    const status = ending[0];
    const length = ending[2]!;
    this.#length = length < 0 ? undefined : length;
    // Where nothing is lent, no plaintext stays.
    arena.lend(used);
    if (!lent) arena.wipeWindow();
    if (status === TOO_LARGE) return this.#fail('packet-too-large');
    if (status === NOT_AUTHENTIC) return this.#fail('packet-authentication-failed');
    if (status === IN_PIECES) this.#long = new LongPacket(length, arena.spare, borrow);
    else if (size === available && used < size) {
      this.#held.append(arena.bytes.subarray(arena.window + used, arena.window + size));
      return read.length;
    }
    return rest + used;
  }

  #openPiece(
    long: LongPacket,
    read: Uint8Array,
    at: number,
    borrow: boolean,
    result: OpenResult,
  ): number | OpenFailure {
    const { wasm, bytes, piece, pieceBytes } = this.#arena;
    const rest = at - this.#held.length;
    const available = read.length - rest;
    const { missing } = long;
    let size = missing === 0 ? TAG_BYTES : Math.min(missing, pieceBytes);
    if (available < size) size = missing === 0 ? 0 : available - (available % PIECE_MULTIPLE);
    if (size === 0) return this.#hold(read, at);
    this.#fill(read, at, size, piece);
    if (missing > 0) {
      wasm.decryptPiece(this.#slot, size);
      long.append(bytes.subarray(piece, piece + size), available);
      bytes.fill(0, piece, piece + size);
    } else {
      if (wasm.finishOpening(this.#slot) === 0) return this.#fail('packet-authentication-failed');
      const text = borrow ? this.#arena.lendLong(long.lend()) : long.own();
      this.#long = undefined;
      this.#length = undefined;
      this.#add(text[0]!, text.subarray(HEADER_BYTES), result);
    }
    return rest + size;
  }

  /** Too little to work on. */
  #hold(read: Uint8Array, at: number): number {
    this.#held.append(read.subarray(at));
    return read.length;
  }

  /** Puts what was held, and then what was read, to a place in memory. */
  #fill(read: Uint8Array, at: number, size: number, place: number): void {
    const { bytes } = this.#arena;
    const held = this.#held.length;
    if (held > 0) {
      bytes.set(this.#held.peek(), place);
      this.#held.clear();
    }
    const taken = size - held;
    bytes.set(taken === read.length ? read : read.subarray(at, at + taken), place + held);
  }

  #take(row: number, lent: boolean, result: OpenResult): void {
    const { table, bytes, buffer, window } = this.#arena;
    const start = window + table[row]! + HEADER_BYTES;
    const length = table[row + 1]!;
    // Made anew, a view takes half the time of `subarray`.
    const contents = lent ? new Uint8Array(buffer, start, length) : bytes.slice(start, start + length);
    this.#add(table[row + 2]!, contents, result);
  }

  #add(header: number, contents: Uint8Array, result: OpenResult): void {
    const packet = { index: this.#index++, header, ignore: (header & IGNORE_BIT) !== 0, contents };
    // Most reads hold one: pushed to an empty array, it would get room for sixteen more.
    if (result.packets.length === 0) result.packets = [packet];
    else result.packets.push(packet);
  }

  #fail(code: OpenFailure['code']): OpenFailure {
    const failure = { code, index: this.#index, length: this.#length ?? 0 };
    this.destroy();
    return failure;
  }
}
