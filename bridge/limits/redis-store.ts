/**
 * Limits counted in Redis or Valkey, by all bridges that use it together. A standing tunnel is a lease there, renewed
 * while it stands: the places of a bridge that was killed come back once theirs run out. Every question has a time-out.
 * When Redis is away the local store answers, loudly, and no tunnel dies; when it is back, the leases of all tunnels
 * that stand are written again, and it is shared from then on.
 */
import { createHash, randomBytes } from 'node:crypto';
import { type Redis as RedisClient } from 'ioredis';
import { RateLimiterRedis, type RateLimiterRes } from 'rate-limiter-flexible';
import { type Log } from '../log.js';
import {
  type Consumed,
  type LimitStore,
  type Place,
  type WindowLimits,
  type WindowName,
  windows,
} from './store.js';

export interface RedisStoreOptions {
  readonly url: string;
  readonly limits: WindowLimits;
  readonly tunnels: { readonly perClient: number; readonly total: number };
  /** Counts places at all times, and everything while Redis is away. */
  readonly local: LimitStore;
  readonly log: Log;
  readonly onState?: (state: 'shared' | 'local') => void;
  /** How long a place outlives the bridge that held it. */
  readonly leaseMs?: number;
}

const PREFIX = 'peerglass:';
const ALL_PLACES = `${PREFIX}places`;
const QUESTION_MS = 500;
const PROBE_MS = 1000;
const LEASE_MS = 30_000;
/** Leases that one call renews. */
const BATCH = 500;

/** rate-limiter-flexible's own script counts what does not fit too; this one does not. KEYS: counter. ARGV: points, seconds, limit. */
const CONSUME = `
local used = tonumber(redis.call('get', KEYS[1]) or '0') + tonumber(ARGV[1])
if used > tonumber(ARGV[3]) then return {used, math.max(redis.call('pttl', KEYS[1]), 1)} end
redis.call('incrby', KEYS[1], ARGV[1])
if redis.call('pttl', KEYS[1]) < 0 then redis.call('expire', KEYS[1], ARGV[2]) end
return {used, redis.call('pttl', KEYS[1])}`;

/** KEYS: a set. ARGV: mark, milliseconds, limit. The wait, or 0. */
const DISTINCT = `
if redis.call('sismember', KEYS[1], ARGV[1]) == 1 then return 0 end
if redis.call('scard', KEYS[1]) >= tonumber(ARGV[3]) then return math.max(redis.call('pttl', KEYS[1]), 1) end
redis.call('sadd', KEYS[1], ARGV[1])
if redis.call('pttl', KEYS[1]) < 0 then redis.call('pexpire', KEYS[1], ARGV[2]) end
return 0`;

/** KEYS: the client's leases, all leases. ARGV: id, milliseconds, limit of the client, limit of all. Redis has the clock. */
const ACQUIRE = `
local t = redis.call('time')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
for _, key in ipairs(KEYS) do redis.call('zremrangebyscore', key, '-inf', now) end
if redis.call('zcard', KEYS[1]) >= tonumber(ARGV[3]) then return 'limit-client' end
if redis.call('zcard', KEYS[2]) >= tonumber(ARGV[4]) then return 'limit-total' end
for _, key in ipairs(KEYS) do
  redis.call('zadd', key, now + ARGV[2], ARGV[1])
  redis.call('pexpire', key, ARGV[2])
end
return 'ok'`;

/** KEYS: all leases, then a client's leases for each id. ARGV: milliseconds, ids. Writes those that Redis has lost, too. */
const RENEW = `
local t = redis.call('time')
local ends = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
redis.call('set', KEYS[1] .. ':probe', 1, 'PX', ARGV[1])
for i = 2, #ARGV do
  for _, key in ipairs({KEYS[1], KEYS[i]}) do
    redis.call('zadd', key, ends, ARGV[i])
    redis.call('pexpire', key, ARGV[1])
  end
end
return 'ok'`;

const RELEASE = `
for _, key in ipairs(KEYS) do redis.call('zrem', key, ARGV[1]) end
return 'ok'`;

const OK: Consumed = { ok: true };

/** Loads the client of Redis: whoever needs none does without it. Never waits for Redis, nor rejects. */
export async function openRedisStore(options: RedisStoreOptions): Promise<RedisStore> {
  const { Redis } = await import('ioredis');
  const client = new Redis(options.url, {
    lazyConnect: true,
    connectTimeout: 2000,
    commandTimeout: QUESTION_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(times * 100, 1000),
  });
  const store = new RedisStore(client, options);
  await store.start();
  return store;
}

export class RedisStore implements LimitStore {
  readonly #client: RedisClient;
  readonly #options: RedisStoreOptions;
  readonly #leaseMs: number;
  readonly #windows: ReadonlyMap<WindowName, RateLimiterRedis>;
  /** The client of each place that is held here, by its lease. */
  readonly #places = new Map<string, string>();
  #state: 'shared' | 'local' | 'closed' = 'local';
  #renewing: Promise<boolean> | undefined;
  #renewedAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(client: RedisClient, options: RedisStoreOptions) {
    this.#client = client;
    this.#options = options;
    this.#leaseMs = options.leaseMs ?? LEASE_MS;
    const limited = (Object.keys(windows) as WindowName[]).flatMap((name) => {
      const points = options.limits[name];
      if (points === undefined) return [];
      const limiter = new RateLimiterRedis({
        storeClient: client,
        keyPrefix: `${PREFIX}${name}`,
        points,
        duration: windows[name].seconds,
        rejectIfRedisNotReady: true,
        customIncrTtlLuaScript: CONSUME,
      });
      return [[name, limiter] as const];
    });
    this.#windows = new Map(limited);
    // Without a listener it would be thrown; what matters of it is told by #toLocal.
    client.on('error', () => undefined);
    client.on('close', () => this.#toLocal('the connection is gone'));
  }

  /** Connects, if Redis answers at once. */
  async start(): Promise<void> {
    await this.#client.connect().catch(() => undefined);
    if (!(await this.#renew())) {
      this.#options.onState?.('local');
      this.#options.log.error('Redis cannot be reached: limits are counted by this bridge alone');
    }
    this.#timer = setInterval(() => void this.#tick(), Math.min(PROBE_MS, this.#leaseMs / 3)).unref();
  }

  async consume(window: WindowName, client: string, points: number): Promise<Consumed> {
    const limiter = this.#windows.get(window);
    if (limiter === undefined) return OK;
    const shared = await this.#ask(() =>
      limiter.consume(client, points).then(
        () => OK,
        (error: RateLimiterRes | Error) => {
          if (error instanceof Error) throw error;
          return { ok: false, waitMs: Math.max(1, error.msBeforeNext) } as const;
        },
      ),
    );
    return shared ?? this.#options.local.consume(window, client, points);
  }

  async hasRoom(window: WindowName, client: string): Promise<Consumed> {
    const limiter = this.#windows.get(window);
    if (limiter === undefined) return OK;
    const shared = await this.#ask(async (): Promise<Consumed> => {
      const known = await limiter.get(client);
      if (known === null || known.remainingPoints > 0) return OK;
      return { ok: false, waitMs: Math.max(1, known.msBeforeNext) };
    });
    return shared ?? this.#options.local.hasRoom(window, client);
  }

  async consumeDistinct(window: WindowName, client: string, what: string): Promise<Consumed> {
    const limit = this.#options.limits[window];
    if (limit === undefined) return OK;
    const key = `${PREFIX}${window}:${client}`;
    const shared = await this.#ask(async (): Promise<Consumed> => {
      const ms = windows[window].seconds * 1000;
      const waitMs = Number(await this.#client.eval(DISTINCT, 1, key, markOf(client, what), ms, limit));
      return waitMs === 0 ? OK : { ok: false, waitMs };
    });
    return shared ?? this.#options.local.consumeDistinct(window, client, what);
  }

  /** Here first, so that the local count is right when Redis goes. */
  async acquire(client: string): Promise<Place | 'limit-client' | 'limit-total'> {
    const here = await this.#options.local.acquire(client);
    if (typeof here === 'string') return here;
    const id = randomBytes(12).toString('base64url');
    const { perClient, total } = this.#options.tunnels;
    const keys = [placesOf(client), ALL_PLACES];
    this.#places.set(id, client); // before the question: its answer may come too late, and a renewal in between
    const answer = await this.#ask(() =>
      this.#client.eval(ACQUIRE, 2, ...keys, id, this.#leaseMs, perClient, total),
    );
    if (answer === 'limit-client' || answer === 'limit-total') {
      this.#places.delete(id);
      here.release();
      return answer;
    }
    return {
      release: () => {
        here.release();
        if (!this.#places.delete(id)) return;
        // If this is lost, the lease runs out.
        void this.#ask(() => this.#client.eval(RELEASE, 2, ...keys, id));
      },
    };
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    const ids = [...this.#places];
    this.#places.clear();
    await Promise.all(
      ids.map(([id, client]) =>
        this.#ask(() => this.#client.eval(RELEASE, 2, placesOf(client), ALL_PLACES, id)),
      ),
    );
    this.#state = 'closed';
    this.#client.disconnect();
    await this.#options.local.close();
  }

  /** Undefined: Redis is away, or just went. */
  async #ask<T>(question: () => Promise<T>): Promise<T | undefined> {
    if (this.#state !== 'shared') return undefined;
    try {
      return await question();
    } catch (error) {
      this.#toLocal(reasonOf(error));
      return undefined;
    }
  }

  #toLocal(reason: string): void {
    if (this.#state !== 'shared') return;
    this.#state = 'local';
    this.#options.onState?.('local');
    this.#options.log.error({ reason }, 'Redis is away: limits are counted by this bridge alone');
  }

  async #tick(): Promise<void> {
    if (this.#state === 'shared' && Date.now() - this.#renewedAt < this.#leaseMs / 3) return;
    if (this.#client.status !== 'ready' || (await this.#renew())) return;
    this.#client.disconnect(true); // a connection that answers nothing may be dead
  }

  /** Writes the leases of all places that are held here; whether Redis took them. */
  #renew(): Promise<boolean> {
    this.#renewing ??= this.#writeLeases().finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }

  async #writeLeases(): Promise<boolean> {
    const places = [...this.#places];
    try {
      for (let i = 0; i === 0 || i < places.length; i += BATCH) {
        const batch = places.slice(i, i + BATCH).filter(([id]) => this.#places.has(id));
        const keys = [ALL_PLACES, ...batch.map(([, client]) => placesOf(client))];
        await this.#client.eval(RENEW, keys.length, ...keys, this.#leaseMs, ...batch.map(([id]) => id));
      }
    } catch (error) {
      this.#toLocal(reasonOf(error));
      return false;
    }
    this.#renewedAt = Date.now();
    if (this.#state !== 'local') return true;
    this.#state = 'shared';
    this.#options.onState?.('shared');
    this.#options.log.warn('Redis answers: limits are counted there');
    return true;
  }
}

const placesOf = (client: string) => `${PREFIX}places:${client}`;

/** Nobody reads in Redis where a client went. */
const markOf = (client: string, what: string) =>
  createHash('sha256').update(`${client} ${what}`).digest('base64url').slice(0, 16);

/** The kind of an error from Redis; its properties may hold the password that was sent. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return (error as NodeJS.ErrnoException).code ?? error.message.split(' ').slice(0, 3).join(' ');
}
