import { MAX_PINGS, MAX_PINGS_AWAITED } from '../limits.js';
import type { PingFacts, PingSample } from './protocol.js';

/** Our pings and how long their answers took, told from the messages alone: a recording has them, too. */
export class Pings {
  readonly #awaited = new Map<bigint, { readonly at: number; readonly bridgeMs: number | undefined }>();
  #samples: PingSample[] = [];
  #count = 0;
  #least = Infinity;
  #bridgeMs: number | undefined;
  #facts: PingFacts = { count: 0 };

  /** The bridge has just answered: the next ping goes with it. */
  bridge(ms: number): void {
    this.#bridgeMs = ms;
  }

  sent(nonce: bigint, at: number): void {
    const [oldest] = this.#awaited.keys();
    if (this.#awaited.size >= MAX_PINGS_AWAITED && oldest !== undefined) this.#awaited.delete(oldest);
    this.#awaited.set(nonce, { at, bridgeMs: this.#bridgeMs });
    this.#bridgeMs = undefined;
  }

  /** Whether a pong can be an answer at all. */
  get waiting(): boolean {
    return this.#awaited.size > 0;
  }

  answered(nonce: bigint, at: number): void {
    const ping = this.#awaited.get(nonce);
    if (ping === undefined) return;
    this.#awaited.delete(nonce);
    const { bridgeMs } = ping;
    const ms = Math.max(0, at - ping.at);
    this.#samples.push({ at, ms, ...(bridgeMs !== undefined && { bridgeMs }) });
    this.#count++;
    this.#least = Math.min(this.#least, ms);
    if (this.#samples.length > 2 * MAX_PINGS) this.#samples = this.#samples.slice(-MAX_PINGS);
    this.#facts = this.#told();
  }

  get kept(): readonly PingSample[] {
    return this.#samples.slice(-MAX_PINGS);
  }

  get dropped(): number {
    return this.#count - this.kept.length;
  }

  get least(): number | undefined {
    return this.#count === 0 ? undefined : this.#least;
  }

  get facts(): PingFacts {
    return this.#facts;
  }

  #told(): PingFacts {
    const latest = this.#samples.at(-1);
    if (latest === undefined) return { count: 0 };
    const sorted = this.#samples
      .slice(-MEDIAN_OF)
      .map(({ ms }) => ms)
      .sort((a, b) => a - b);
    return { count: this.#count, latest, least: this.#least, median: sorted[sorted.length >> 1]! };
  }
}

/** Of the latest so many: what is long ago says little of now. */
const MEDIAN_OF = 101;
