import { toHex } from '../../../shared/bytes.js';
import { hashToString } from '../../../shared/messages/index.js';
import { networks, type NetworkName } from '../../../shared/networks.js';
import { MAX_HEIGHTS_KEPT } from '../limits.js';
import type { TipFacts } from './protocol.js';

const NOT_SAID = -1;

interface Place {
  readonly height: number;
  /** By a chain of headers from genesis or from a coinbase, and not counted. */
  readonly sure: boolean;
}

/**
 * How high the node's chain is, as far as its messages tell: P2P has no message that says so later on. A node announces
 * a block when it has become its tip. So a new one is the tip even where it is no higher than the one before: then the
 * chain was reorganised.
 */
export class Tip {
  readonly #network: NetworkName;
  /** Blocks that were seen lately, by their hash in wire order as hex. */
  readonly #places = new Map<string, Place>();
  #base = NOT_SAID;
  #facts: TipFacts | undefined;

  constructor(network: NetworkName) {
    this.#network = network;
  }

  get facts(): TipFacts | undefined {
    return this.#facts;
  }

  /** What its version message says; −1 for nothing. */
  announced(height: number, at: number): void {
    if (height < 0 || this.#base >= 0) return;
    this.#base = height;
    this.#rise({ height, how: 'version', at, counted: 0 });
  }

  /** A block announced by nothing but its hash. */
  hash(hash: Uint8Array, at: number): void {
    if (this.#base < 0 || this.#places.has(toHex(hash))) return;
    this.#place(hash, { height: this.#height + 1, sure: false }, 'counted', at, true);
  }

  /**
   * A run of headers, each on top of the one before.
   * @param first.previous what the first follows
   * @param hashes of the last ones; at least one
   * @param unasked the last is the node's tip
   */
  chain(
    first: { previous: Uint8Array },
    length: number,
    hashes: readonly Uint8Array[],
    at: number,
    unasked: boolean,
  ): void {
    const below =
      this.#placeOf(first.previous) ?? (unasked ? this.#guess(first.previous, length) : undefined);
    if (below === undefined) return;
    const how = below.sure ? 'chain' : 'counted';
    for (const [index, hash] of hashes.entries()) {
      const height = below.height + length - hashes.length + 1 + index;
      this.#place(hash, { height, sure: below.sure }, how, at, unasked && index === hashes.length - 1);
    }
  }

  /** What its coinbase says (BIP34). */
  coinbase(hash: Uint8Array, height: number, at: number, unasked: boolean): void {
    this.#place(hash, { height, sure: true }, 'coinbase', at, unasked);
  }

  get #height(): number {
    return Math.max(this.#base, this.#facts?.height ?? 0);
  }

  /**
   * Where a run begins whose parent nobody has seen. The first builds on the block that the version message counts to.
   * A later one is a branch from further down, which has become better than what was the tip: one higher, most likely.
   */
  #guess(previous: Uint8Array, length: number): Place | undefined {
    if (this.#base < 0) return undefined;
    const height = this.#facts?.how === 'version' ? this.#base : Math.max(0, this.#height + 1 - length);
    this.#note(toHex(previous), { height, sure: false });
    return { height, sure: false };
  }

  #place(hash: Uint8Array, place: Place, how: TipFacts['how'], at: number, announced: boolean): void {
    const key = toHex(hash);
    const known = this.#places.get(key);
    if (known?.sure === true && !place.sure) return;
    this.#note(key, place);
    const counted = how === 'counted' ? Math.max(0, place.height - this.#base) : 0;
    const facts = { height: place.height, how, at, hash: hashToString(hash), counted };
    this.#rise(facts, announced && known === undefined);
  }

  #note(key: string, place: Place): void {
    this.#places.delete(key);
    this.#places.set(key, place);
    const [oldest] = this.#places.keys();
    if (this.#places.size > MAX_HEIGHTS_KEPT && oldest !== undefined) this.#places.delete(oldest);
  }

  /** What is known for sure takes the place of what was counted, even where it is lower. @param isTip a new tip */
  #rise(facts: TipFacts, isTip = false): void {
    const before = this.#facts;
    const sure = before?.how === 'counted' && facts.how !== 'counted' && before.hash === facts.hash;
    const better = before?.height === facts.height && (before.how === 'counted' || before.hash === undefined);
    if (before === undefined || isTip || facts.height > before.height || sure || better) this.#facts = facts;
  }

  #placeOf(hash: Uint8Array): Place | undefined {
    if (hashToString(hash) === networks[this.#network].genesis.hash) return { height: 0, sure: true };
    return this.#places.get(toHex(hash));
  }
}
