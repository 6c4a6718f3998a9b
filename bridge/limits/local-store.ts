/** Limits counted in this process alone. */
import { createHmac, randomBytes } from 'node:crypto';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { Places } from './places.js';
import {
  type Consumed,
  type LimitStore,
  type Place,
  type WindowLimits,
  type WindowName,
  windows,
} from './store.js';

export interface LocalStoreOptions {
  readonly limits: WindowLimits;
  readonly tunnels: { readonly perClient: number; readonly total: number };
  /** Clients that are remembered in each window; beyond that the oldest are forgotten. */
  readonly maxClients?: number;
}

/** About 10 MiB in each window. Who has more addresses than this needs no second chance with the first. */
const MAX_CLIENTS = 50_000;

/** Destinations of all clients together that are remembered. */
const MAX_DISTINCT = 500_000;

const OK: Consumed = { ok: true };

export class LocalStore implements LimitStore {
  readonly #windows: ReadonlyMap<WindowName, LocalWindow>;
  readonly #distinct = new Distinct();
  readonly #places: Places;

  constructor({ limits, tunnels, maxClients = MAX_CLIENTS }: LocalStoreOptions) {
    const limited = (Object.keys(windows) as WindowName[]).flatMap((name) => {
      const points = limits[name];
      return points === undefined ? [] : [[name, new LocalWindow(name, points, maxClients)] as const];
    });
    this.#windows = new Map(limited);
    this.#places = new Places(tunnels);
  }

  /** Entries in memory, for whoever doubts that they are bounded. */
  get size(): number {
    return [...this.#windows.values()].reduce((sum, { size }) => sum + size, this.#distinct.size);
  }

  get standing(): number {
    return this.#places.count;
  }

  async consume(window: WindowName, client: string, points: number): Promise<Consumed> {
    return (await this.#windows.get(window)?.consume(client, points)) ?? OK;
  }

  async hasRoom(window: WindowName, client: string): Promise<Consumed> {
    return (await this.#windows.get(window)?.hasRoom(client)) ?? OK;
  }

  async consumeDistinct(window: WindowName, client: string, what: string): Promise<Consumed> {
    const counter = this.#windows.get(window);
    if (counter === undefined) return OK;
    const seen = this.#distinct.of(`${window} ${client}`, windows[window].seconds * 1000);
    const mark = this.#distinct.mark(what);
    if (seen.has(mark)) return OK;
    const consumed = await counter.consume(client, 1);
    if (consumed.ok && !seen.has(mark)) this.#distinct.add(seen, mark);
    return consumed;
  }

  acquire(client: string): Promise<Place | 'limit-client' | 'limit-total'> {
    return Promise.resolve(this.#places.acquire(client));
  }

  close(): Promise<void> {
    for (const window of this.#windows.values()) window.close();
    return Promise.resolve();
  }
}

/** One window: a counter for each client, and which of them are the oldest. */
class LocalWindow {
  readonly #limiter: RateLimiterMemory;
  readonly #points: number;
  readonly #ms: number;
  readonly #maxClients: number;
  /** When each ends; all last equally long, so the first to come are the first to go. */
  readonly #ends = new Map<string, number>();

  constructor(name: WindowName, points: number, maxClients: number) {
    const { seconds } = windows[name];
    this.#limiter = new RateLimiterMemory({ points, duration: seconds });
    this.#points = points;
    this.#ms = seconds * 1000;
    this.#maxClients = maxClients;
  }

  get size(): number {
    return this.#ends.size;
  }

  async consume(client: string, points: number): Promise<Consumed> {
    this.#remember(client);
    try {
      await this.#limiter.consume(client, points);
      return OK;
    } catch (error) {
      // What does not fit must not count: else a client that goes on asking would never get in again.
      await this.#limiter.reward(client, points);
      return { ok: false, waitMs: wait(error as RateLimiterRes) };
    }
  }

  async hasRoom(client: string): Promise<Consumed> {
    const known = await this.#limiter.get(client);
    if (known === null || known.consumedPoints < this.#points) return OK;
    return known.msBeforeNext > 0 ? { ok: false, waitMs: wait(known) } : OK;
  }

  #remember(client: string): void {
    const now = Date.now(); // the limiter's own clock
    for (const [oldest, end] of this.#ends) {
      if (end > now && (this.#ends.size < this.#maxClients || this.#ends.has(client))) break;
      this.#forget(oldest);
    }
    if (!this.#ends.has(client)) this.#ends.set(client, now + this.#ms);
  }

  #forget(client: string): void {
    this.#ends.delete(client);
    void this.#limiter.delete(client); // at once, and its timer too
  }

  close(): void {
    for (const client of [...this.#ends.keys()]) this.#forget(client);
  }
}

const wait = ({ msBeforeNext }: RateLimiterRes): number => Math.max(1, msBeforeNext);

type Marks = Set<number>;

/** What each client has named: not in words, but as marks that nobody else can read. */
class Distinct {
  readonly #salt = randomBytes(16);
  readonly #clients = new Map<string, { readonly end: number; readonly marks: Marks }>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  of(key: string, ms: number): Marks {
    const now = Date.now();
    for (const [oldest, { end, marks }] of this.#clients) {
      if (end > now && this.#size < MAX_DISTINCT) break;
      this.#size -= marks.size;
      this.#clients.delete(oldest);
    }
    const known = this.#clients.get(key);
    if (known !== undefined) return known.marks;
    const marks: Marks = new Set();
    this.#clients.set(key, { end: now + ms, marks });
    return marks;
  }

  add(marks: Marks, mark: number): void {
    marks.add(mark);
    this.#size += 1;
  }

  mark(what: string): number {
    return createHmac('sha256', this.#salt).update(what).digest().readUIntBE(0, 6);
  }
}
