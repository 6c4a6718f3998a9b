/** The hashes that an index is over, by height: it keeps none of them itself. */
export interface Hashes {
  /** The first four bytes of the hash, as an unsigned number: those are random, whatever the difficulty. */
  wordAt(height: number): number;
  isAt(height: number, hash: Uint8Array): boolean;
}

const FIRST_SLOTS = 1024;

/**
 * Heights by hash: a table with open addressing of four bytes a slot, never more than half full, so that a chain of a
 * million blocks takes 8 MiB where a Map of strings takes some 100. Where two want the same slot the later one takes
 * the next that is free; to make n headers want one slot of 2ᵏ somebody must find n × 2ᵏ of them.
 */
export class HashIndex {
  readonly #hashes: Hashes;
  /** Height + 1; 0 is free. */
  #slots = new Uint32Array(FIRST_SLOTS);
  #size = 0;

  constructor(hashes: Hashes) {
    this.#hashes = hashes;
  }

  /** In bytes. */
  get memory(): number {
    return this.#slots.byteLength;
  }

  find(hash: Uint8Array): number | undefined {
    const mask = this.#slots.length - 1;
    for (let slot = wordOf(hash) & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot]!;
      if (entry === 0) return undefined;
      if (this.#hashes.isAt(entry - 1, hash)) return entry - 1;
    }
  }

  /** Its hash must be there, and not yet in the index. */
  add(height: number): void {
    if (2 * (this.#size + 1) > this.#slots.length) this.#grow();
    this.#put(height);
    this.#size++;
  }

  /** Its hash, and those of everything else in the index, must still be there. */
  remove(height: number): void {
    const mask = this.#slots.length - 1;
    let free = this.#hashes.wordAt(height) & mask;
    while (this.#slots[free] !== height + 1) {
      if (this.#slots[free] === 0) return;
      free = (free + 1) & mask;
    }
    // Whatever was pushed on over this slot moves up, so that no search ends before it.
    for (let slot = (free + 1) & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const wanted = this.#hashes.wordAt(this.#slots[slot]! - 1) & mask;
      if (((slot - wanted) & mask) < ((slot - free) & mask)) continue;
      this.#slots[free] = this.#slots[slot]!;
      free = slot;
    }
    this.#slots[free] = 0;
    this.#size--;
  }

  #put(height: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#hashes.wordAt(height) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = height + 1;
  }

  #grow(): void {
    const entries = this.#slots;
    this.#slots = new Uint32Array(2 * entries.length);
    for (const entry of entries) if (entry !== 0) this.#put(entry - 1);
  }
}

/** Little-endian, unsigned. */
export function wordOf(bytes: Uint8Array, at = 0): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}
