import { hashToString } from '../../../shared/messages/index.js';
import { MAX_RELAYED, RELAYED_PAGE } from '../limits.js';
import type { RelayedRow, RelayFacts, RelayPage, RelayQuery } from './protocol.js';

const HASH_BYTES = 32;
/** How something was announced, each a bit. */
const ways = ['tx', 'wtx', 'inv', 'headers', 'cmpctblock'] as const;
export type Way = (typeof ways)[number];
const bitOf = new Map<Way, number>(ways.map((way, at) => [way, 1 << at]));
const OF_TRANSACTIONS = bitOf.get('tx')! | bitOf.get('wtx')!;

/** What a node announced: the latest ones, each once, without an object for any of them. */
export class Relayed {
  readonly #hashes = new Uint8Array(MAX_RELAYED * HASH_BYTES);
  readonly #words = new DataView(this.#hashes.buffer);
  readonly #at = new Float64Array(MAX_RELAYED);
  readonly #ways = new Uint8Array(MAX_RELAYED);
  /** The slot of a hash by its first 52 bits. */
  readonly #slots = new Map<number, number>();
  #end = 0;
  #transactions = 0;
  #blocks = 0;
  #again = 0;

  get facts(): RelayFacts {
    return {
      transactions: this.#transactions,
      blocks: this.#blocks,
      again: this.#again,
      kept: Math.min(this.#end, MAX_RELAYED),
      end: this.#end,
    };
  }

  /** @param hash 32 bytes in wire order. @returns whether it is new, as far as what is kept tells */
  add(hash: Uint8Array, way: Way, at: number): boolean {
    const key = keyOf(new DataView(hash.buffer, hash.byteOffset), 0);
    const slot = this.#slots.get(key);
    const bit = bitOf.get(way)!;
    if (slot !== undefined && this.#isAt(slot, hash)) {
      // The same block by another message is no repetition.
      if ((this.#ways[slot]! & bit) !== 0) this.#again++;
      this.#ways[slot]! |= bit;
      return false;
    }
    const free = this.#end % MAX_RELAYED;
    if (this.#end >= MAX_RELAYED) this.#letGo(free);
    this.#hashes.set(hash, free * HASH_BYTES);
    this.#at[free] = at;
    this.#ways[free] = bit;
    this.#slots.set(key, free);
    this.#end++;
    if ((bit & OF_TRANSACTIONS) === 0) this.#blocks++;
    else this.#transactions++;
    return true;
  }

  /** Newest first. */
  page({ kind, from, before = this.#end }: RelayQuery): RelayPage {
    const first = Math.max(0, this.#end - MAX_RELAYED);
    const rows: RelayedRow[] = [];
    let total = 0;
    for (let number = Math.min(before, this.#end) - 1; number >= first; number--) {
      const slot = number % MAX_RELAYED;
      const isTransaction = (this.#ways[slot]! & OF_TRANSACTIONS) !== 0;
      if (kind !== 'all' && (kind === 'tx') !== isTransaction) continue;
      if (total >= from && rows.length < RELAYED_PAGE) rows.push(this.#row(number));
      total++;
    }
    return { from, total, rows };
  }

  #row(number: number): RelayedRow {
    const slot = number % MAX_RELAYED;
    const bits = this.#ways[slot]!;
    return {
      number,
      at: this.#at[slot]!,
      kind: (bits & OF_TRANSACTIONS) === 0 ? 'block' : 'tx',
      hash: hashToString(this.#hashAt(slot)),
      by: ways.filter((way) => (bits & bitOf.get(way)!) !== 0),
    };
  }

  #letGo(slot: number): void {
    const key = keyOf(this.#words, slot * HASH_BYTES);
    if (this.#slots.get(key) === slot) this.#slots.delete(key);
  }

  #isAt(slot: number, hash: Uint8Array): boolean {
    return this.#hashAt(slot).every((byte, at) => byte === hash[at]);
  }

  #hashAt(slot: number): Uint8Array {
    return this.#hashes.subarray(slot * HASH_BYTES, (slot + 1) * HASH_BYTES);
  }
}

/** A block's hash ends in zeros on the wire, so its beginning tells it apart. */
const keyOf = (view: DataView, at: number): number =>
  view.getUint32(at) * 2 ** 20 + (view.getUint32(at + 4) >>> 12);
