import { toHex } from '../../../shared/bytes.js';
import { hashToString } from '../../../shared/messages/index.js';
import { networks, type NetworkName } from '../../../shared/networks.js';
import { MAX_HEIGHTS_KEPT } from '../limits.js';
import type { TipFacts } from './protocol.js';

const NOT_SAID = -1;

/** How high the node's chain is, as far as its messages tell: P2P has no message that says so later on. */
export class Tip {
  readonly #network: NetworkName;
  /** Of blocks that were seen lately, by their hash in wire order as hex. */
  readonly #heights = new Map<string, number>();
  /** Announced by their hash alone. */
  readonly #counted = new Set<string>();
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
    const key = toHex(hash);
    if (this.#base < 0 || this.#heights.has(key) || this.#counted.has(key)) return;
    if (this.#counted.size >= MAX_HEIGHTS_KEPT) return;
    this.#counted.add(key);
    const height = Math.max(this.#base, this.#facts?.height ?? 0) + 1;
    const counted = (this.#facts?.how === 'counted' ? this.#facts.counted : 0) + 1;
    this.#rise({ height, how: 'counted', at, hash: hashToString(hash), counted });
  }

  /**
   * A run of headers, each on top of the one before.
   * @param first.previous what the first follows
   * @param hashes of the last ones; at least one
   */
  chain(first: { previous: Uint8Array }, length: number, hashes: readonly Uint8Array[], at: number): void {
    const below = this.#heightOf(first.previous);
    if (below === undefined) return;
    hashes.forEach((hash, index) => this.#is(hash, below + length - hashes.length + 1 + index, 'chain', at));
  }

  /** What its coinbase says (BIP34). */
  coinbase(hash: Uint8Array, height: number, at: number): void {
    this.#is(hash, height, 'coinbase', at);
  }

  #is(hash: Uint8Array, height: number, how: 'chain' | 'coinbase', at: number): void {
    const key = toHex(hash);
    this.#heights.delete(key);
    this.#heights.set(key, height);
    const [oldest] = this.#heights.keys();
    if (this.#heights.size > MAX_HEIGHTS_KEPT && oldest !== undefined) this.#heights.delete(oldest);
    this.#rise({ height, how, at, hash: hashToString(hash), counted: 0 });
  }

  /** What is known for sure takes the place of what was counted, even where it is lower. */
  #rise(facts: TipFacts): void {
    const before = this.#facts;
    const sure = before?.how === 'counted' && facts.how !== 'counted' && before.hash === facts.hash;
    const better = before?.height === facts.height && (before.how === 'counted' || before.hash === undefined);
    if (before === undefined || facts.height > before.height || sure || better) this.#facts = facts;
  }

  #heightOf(hash: Uint8Array): number | undefined {
    if (hashToString(hash) === networks[this.#network].genesis.hash) return 0;
    return this.#heights.get(toHex(hash));
  }
}
