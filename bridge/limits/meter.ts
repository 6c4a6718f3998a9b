/**
 * A tunnel's bytes, held against its client's limits: the day's bytes and the bandwidth. The pump must not wait for a
 * store at every chunk, so it spends leases: a lease is asked for before the last one is used up, and only when that
 * comes late do the tunnel's sources pause. What was read already goes through; a lease may be overdrawn by a read.
 */
import { type Clock } from '../clock.js';
import { ALL, type LimitStore, type WindowLimits, type WindowName } from './store.js';

/** The first is small, since many tunnels carry little; the next are twice as large each. */
const FIRST_LEASE = 1 << 16;
const MAX_LEASE = 1 << 20;

/** Of the day's last bytes, leases become as small as this. */
const LEAST_LEASE = 1 << 12;

/** A lease of bandwidth takes at most this part of a second's, so that tunnels share each second. */
const SHARES = 4;

export type Spent = 'limit-bytes' | 'limit-all-bytes';

export interface Meter {
  /** Bytes were read, on either side. */
  take(bytes: number): void;
  /** The sources may flow. */
  readonly open: boolean;
  /** No questions any more. */
  close(): void;
}

/** What a meter does to its tunnel. */
export interface Metered {
  /** It is open again. */
  reopened(): void;
  /** The day's bytes are used up. */
  spent(why: Spent): void;
}

export type StartMeter = (metered: Metered) => Meter;

/** Without limits of bytes there is nothing to count. */
const FREE: Meter = { take: () => undefined, open: true, close: () => undefined };

/** Meters for the tunnels of clients, as far as any of their bytes are limited. */
export function meters(
  store: LimitStore,
  limits: WindowLimits,
  clock: Clock,
): (client: string) => StartMeter {
  const rates = [limits.bandwidth, limits.allBandwidth].filter((rate) => rate !== undefined);
  const maxLease = Math.max(1, Math.floor(Math.min(MAX_LEASE, ...rates.map((rate) => rate / SHARES))));
  const limited = rates.length > 0 || limits.bytes !== undefined || limits.allBytes !== undefined;
  if (!limited) return () => () => FREE;
  return (client) => (metered) => new LeasedMeter({ store, client, clock, maxLease, metered });
}

interface LeasedMeterOptions {
  readonly store: LimitStore;
  readonly client: string;
  readonly clock: Clock;
  readonly maxLease: number;
  readonly metered: Metered;
}

class LeasedMeter implements Meter {
  readonly #options: LeasedMeterOptions;
  #left: number;
  #lease: number;
  #state: 'idle' | 'asking' | 'closed' = 'idle';
  /** The day's bytes are used up but for what is left. */
  #last: Spent | undefined;
  #callOff: () => void = () => undefined;

  constructor(options: LeasedMeterOptions) {
    this.#options = options;
    this.#lease = Math.min(FIRST_LEASE, options.maxLease);
    this.#left = 0;
    this.#ask();
  }

  get open(): boolean {
    return this.#left > 0;
  }

  take(bytes: number): void {
    this.#left -= bytes;
    if (this.#left > this.#lease / 2) return;
    if (this.#last !== undefined) {
      if (!this.open) this.#options.metered.spent(this.#last);
    } else if (this.#state === 'idle') this.#ask();
  }

  close(): void {
    this.#state = 'closed';
    this.#callOff();
  }

  #ask(): void {
    this.#state = 'asking';
    void this.#lend(this.#lease);
  }

  async #lend(wanted: number): Promise<void> {
    const { client, metered } = this.#options;
    const lent = await this.#day(wanted);
    if (typeof lent === 'number') {
      await this.#patiently('bandwidth', client, lent);
      await this.#patiently('allBandwidth', ALL, lent);
    }
    if (this.#state === 'closed') return;
    this.#state = 'idle';
    if (typeof lent === 'string') {
      this.#last = lent;
      if (!this.open) metered.spent(lent);
      return;
    }
    const wasOpen = this.open;
    this.#left += lent;
    this.#lease = Math.min(2 * lent, this.#options.maxLease);
    if (this.#left <= this.#lease / 2) this.#ask();
    if (!wasOpen && this.open) metered.reopened();
  }

  /** So many of the day's bytes, or fewer if those are its last; or whose day is over. */
  async #day(wanted: number): Promise<number | Spent> {
    const { store, client } = this.#options;
    for (let lease = wanted; ; lease = Math.floor(lease / 2)) {
      const own = await store.consume('bytes', client, lease);
      const all = own.ok && (await store.consume('allBytes', ALL, lease));
      if (all !== false && all.ok) return lease;
      if (lease < 2 * LEAST_LEASE) return own.ok ? 'limit-all-bytes' : 'limit-bytes';
    }
  }

  async #patiently(window: WindowName, client: string, lease: number): Promise<void> {
    const { store, clock } = this.#options;
    while (this.#state !== 'closed') {
      const consumed = await store.consume(window, client, lease);
      if (consumed.ok) return;
      await new Promise<void>((resolve) => {
        const stop = clock.after(consumed.waitMs, resolve);
        this.#callOff = () => {
          stop();
          resolve();
        };
      });
    }
  }
}
