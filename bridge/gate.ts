/**
 * What a client must pass to get a tunnel: its limits, the access key, the policy; and what is counted on the way. A
 * client is clientKey of its address.
 */
import { formatNodeAddress, type NodeAddress } from '../shared/tunnel/address.js';
import { type CloseName } from '../shared/tunnel/close-codes.js';
import { type AccessKey } from './access.js';
import { ALL, type Consumed, type LimitStore, type Place } from './limits/store.js';
import { decide, type PolicyOptions, type Route } from './policy.js';

export interface Refusal {
  readonly refusal: CloseName;
  readonly target?: NodeAddress;
  /** Until there may be room. */
  readonly waitMs?: number;
}

export interface GateOptions {
  readonly store: LimitStore;
  readonly policy: PolicyOptions;
  readonly accessKey: AccessKey | undefined;
}

/** How long who meets a full bridge is told to wait: tunnels do not say when they end. */
const FULL_WAIT_MS = 10_000;

export class Gate {
  readonly #options: GateOptions;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  get asksForKey(): boolean {
    return this.#options.accessKey !== undefined;
  }

  /** A place among the tunnels, for a client that may open one at all. */
  async enter(client: string): Promise<Place | Refusal> {
    const { store } = this.#options;
    const [failures, bytes, allBytes] = await Promise.all([
      store.hasRoom('failures', client),
      store.hasRoom('bytes', client),
      store.hasRoom('allBytes', ALL),
    ]);
    const full =
      over('limit-failures', failures) ?? over('limit-bytes', bytes) ?? over('limit-all-bytes', allBytes);
    if (full !== undefined) return full;
    const place = await store.acquire(client);
    if (typeof place === 'string') return { refusal: place, waitMs: FULL_WAIT_MS };
    const flood =
      over('limit-opens', await store.consume('opens', client, 1)) ??
      over('limit-all-opens', await store.consume('allOpens', ALL, 1));
    if (flood === undefined) return place;
    place.release();
    return flood;
  }

  /** A wrong key is a failed attempt; who has used those up is not even told whether the next is right. */
  async unlock(client: string, phrase: string | undefined): Promise<Refusal | undefined> {
    const { accessKey, store } = this.#options;
    if (accessKey === undefined) return undefined;
    if (phrase === undefined) return { refusal: 'access-needed' };
    const full = over('limit-failures', await store.hasRoom('failures', client));
    if (full !== undefined) return full;
    if (accessKey.matches(phrase)) return undefined;
    await this.failed(client);
    return { refusal: 'access-denied' };
  }

  /** Where the tunnel may lead. Names count before they are looked up. */
  async judge(client: string, target: NodeAddress): Promise<Route | Refusal> {
    const { store, policy } = this.#options;
    const named = await store.consumeDistinct('destinations', client, formatNodeAddress(target));
    const full = over('limit-destinations', named);
    if (full !== undefined) return full;
    const decision = await decide(target, policy);
    if (decision.allowed) return decision;
    await this.failed(client);
    return { refusal: decision.refusal, target };
  }

  /** An attempt of this client came to nothing. */
  async failed(client: string): Promise<void> {
    await this.#options.store.consume('failures', client, 1);
  }
}

function over(refusal: CloseName, consumed: Consumed): Refusal | undefined {
  return consumed.ok ? undefined : { refusal, waitMs: consumed.waitMs };
}
