import { copyBytes } from '../../bytes.js';
import type { WasmExports } from './exports.js';
import { Spare } from './long-packet.js';

const PAGE_BYTES = 65_536;

/**
 * The memory of one instance as all its openers and sealers share it: a slot of about 1 KiB for each direction, handed
 * out from a list of free ones, and two places that what is worked on goes through.
 */
export class Arena {
  readonly wasm: WasmExports;
  /** Where the window for reads begins in `bytes`, and how much goes through it at once. */
  readonly window: number;
  readonly windowBytes: number;
  /** Another place, where nothing stays between calls; a multiple of 64. */
  readonly piece: number;
  readonly pieceBytes: number;
  /** All of the memory, as of the last `enter`. */
  bytes!: Uint8Array<ArrayBuffer>;
  /** Its `buffer`: to ask for that takes as long as some of what is done with it. */
  buffer!: ArrayBuffer;
  /** Three numbers a packet: offset of the header in the window, length of the contents, header. */
  table!: Uint32Array;
  /** Status, bytes used, length. */
  ending!: Int32Array;
  readonly spare = new Spare();
  readonly #free: number[] = [];
  /** Of openers and sealers that were dropped and not destroyed. */
  readonly #dropped = new FinalizationRegistry<number>((slot) => this.#release(slot));
  #slotsInUse = 0;
  /** Bytes of the window that opened contents were left in. */
  #lent = 0;
  #lentLong: Uint8Array<ArrayBuffer> | undefined;

  constructor(wasm: WasmExports) {
    this.wasm = wasm;
    this.window = wasm.packetWindow();
    this.windowBytes = wasm.packetWindowBytes();
    this.piece = wasm.piecePlace();
    this.pieceBytes = wasm.pieceBytes();
    this.#view();
  }

  get slotsInUse(): number {
    return this.#slotsInUse;
  }

  /** Before anything that touches memory: views end when it grows, for whomever it did. */
  enter(): void {
    if (this.bytes.length === 0) this.#view();
  }

  /**
   * A slot for one direction, begun with these keys (32 bytes each).
   * @param owner once it is collected, the slot is wiped and free again
   */
  takeSlot(owner: object, keyL: Uint8Array, keyP: Uint8Array): number {
    if (keyL.length !== 32 || keyP.length !== 32) throw new TypeError('both keys have 32 bytes');
    if (this.#free.length === 0) {
      // Memory that grows ends what was lent of it, keys among that.
      [keyL, keyP] = [copyBytes(keyL), copyBytes(keyP)];
      this.#addSlots();
    }
    this.enter();
    const slot = this.#free.pop()!;
    this.bytes.set(keyL, slot);
    this.bytes.set(keyP, slot + 32);
    this.wasm.beginSlot(slot);
    this.#slotsInUse++;
    this.#dropped.register(owner, slot, owner);
    return slot;
  }

  /** Wipes it, for the next direction. */
  giveBack(owner: object, slot: number): void {
    this.#dropped.unregister(owner);
    this.#release(slot);
  }

  /** The additional data of the packet that comes next in this slot. */
  authenticate(slot: number, aad: Uint8Array): void {
    this.enter();
    for (let at = 0; at < aad.length; at += this.pieceBytes) {
      const piece = aad.subarray(at, at + this.pieceBytes);
      this.bytes.set(piece, this.piece);
      this.wasm.authenticateData(slot, piece.length);
    }
  }

  /** Plaintext stays in the first `length` bytes of the window until the next push. */
  lend(length: number): void {
    this.#lent = length;
  }

  /** Whether these bytes are contents that were lent: the end of the loan would change them. */
  isLent(bytes: Uint8Array): boolean {
    if (this.#lent === 0 && this.#lentLong === undefined) return false;
    const { buffer } = bytes;
    return buffer === this.buffer || (this.#lentLong !== undefined && buffer === this.#lentLong.buffer);
  }

  /** Nobody looks at the plaintext in the window any more. */
  wipeWindow(): void {
    if (this.#lent > 0) this.bytes.fill(0, this.window, this.window + this.#lent);
    this.#lent = 0;
  }

  /** Nobody may look at anything that was lent any more. */
  endLoan(): void {
    this.wipeWindow();
    if (this.#lentLong !== undefined) this.spare.give(this.#lentLong);
    this.#lentLong = undefined;
  }

  /** A long packet's text, which is lent as well. */
  lendLong(text: Uint8Array<ArrayBuffer>): Uint8Array {
    this.#lentLong = new Uint8Array(text.buffer);
    return text;
  }

  #release(slot: number): void {
    this.enter();
    this.bytes.fill(0, slot, slot + this.wasm.slotBytes());
    this.#slotsInUse--;
    this.#free.push(slot);
  }

  /** A page of its own, wherever it comes to lie: others may have made the memory grow too. */
  #addSlots(): void {
    const page = this.wasm.memory.grow(1) * PAGE_BYTES;
    const size = this.wasm.slotBytes();
    for (let slot = page; slot + size <= page + PAGE_BYTES; slot += size) this.#free.push(slot);
    this.#view();
  }

  #view(): void {
    const { buffer } = this.wasm.memory;
    this.buffer = buffer;
    this.bytes = new Uint8Array(buffer);
    const ending = this.wasm.packetEnding();
    this.ending = new Int32Array(buffer, ending, 3);
    const table = this.wasm.packetTable();
    this.table = new Uint32Array(buffer, table, 3 * 1024);
  }
}
