/** Nodes to try, from the DNS seeds of a network. */
import { type Network } from '../shared/networks.js';
import { type Clock } from './clock.js';
import { type Resolve, resolveWithin } from './lookup.js';
import { isPublicUnicast } from './policy.js';

export type SeedResult =
  | { readonly seed: string; readonly name: string; readonly addresses: readonly string[] }
  | { readonly seed: string; readonly error: 'unresolvable' };

export interface SeedList {
  readonly network: string;
  /** The network's default port, which is what seeds answer for. */
  readonly port: number;
  readonly seeds: readonly SeedResult[];
}

/** NODE_NETWORK | NODE_WITNESS | NODE_P2P_V2 (0x809): seeds that know service bits answer only with nodes that speak v2. */
const V2_PREFIX = 'x809.';

const MAX_ADDRESSES = 32;
const CACHE_MS = 60_000;
const LOOKUP_MS = 8000;

/** Asks at most once a minute for each network, however many ask at once. */
export class Seeds {
  readonly #resolve: Resolve;
  readonly #clock: Clock;
  readonly #signal: AbortSignal | undefined;
  readonly #lists = new Map<string, { readonly at: number; readonly list: Promise<SeedList> }>();

  /** @param signal calls look-ups off */
  constructor(resolve: Resolve, clock: Clock, signal?: AbortSignal) {
    this.#resolve = resolve;
    this.#clock = clock;
    this.#signal = signal;
  }

  list(network: Network): Promise<SeedList> {
    const now = this.#clock.now();
    const known = this.#lists.get(network.name);
    if (known !== undefined && now - known.at < CACHE_MS) return known.list;
    const list = this.#ask(network);
    this.#lists.set(network.name, { at: now, list });
    return list;
  }

  async #ask({ name, port, seeds }: Network): Promise<SeedList> {
    return { network: name, port, seeds: await Promise.all(seeds.map((seed) => this.#askSeed(seed))) };
  }

  async #askSeed(seed: string): Promise<SeedResult> {
    for (const name of [`${V2_PREFIX}${seed}`, seed]) {
      const answers = await resolveWithin(LOOKUP_MS, {
        name,
        resolve: this.#resolve,
        clock: this.#clock,
        signal: this.#signal,
      });
      // What a seed says is an outsider's word: only addresses that a tunnel may lead to.
      const addresses = answers.filter(isPublicUnicast).slice(0, MAX_ADDRESSES);
      if (addresses.length > 0) return { seed, name, addresses };
    }
    return { seed, error: 'unresolvable' };
  }
}
