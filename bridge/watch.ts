/**
 * What the bridge tells of its work: counts for Prometheus and lines for the log. Labels come from closed lists, so that
 * no client can make new ones; destinations and clients are in the log only if asked, and never in a count.
 */
import { AggregatorRegistry, collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { formatNodeAddress, isDemoHost, type NodeAddress } from '../shared/tunnel/address.js';
import { type CloseName } from '../shared/tunnel/close-codes.js';
import { type LimitStore } from './limits/store.js';
import { type Log, quiet } from './log.js';

export interface WatchOptions {
  readonly log?: Log;
  readonly logDestinations?: boolean;
  readonly logClients?: boolean;
}

/** Whom a tunnel is for, and where it is to lead. */
export interface About {
  readonly client: string;
  readonly target?: NodeAddress | undefined;
}

export interface EndedTunnel {
  readonly end: EndName;
  readonly bytes: { readonly up: number; readonly down: number };
}

/** A tunnel also ends when its client goes, or breaks a rule of WebSocket. */
export type EndName = CloseName | 'client-closed' | 'client-failed';

export interface Standing {
  readonly tunnels: number;
  readonly bufferedBytes: number;
  /** Of the tunnels that stand. */
  readonly up: number;
  readonly down: number;
}

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export class Watch {
  readonly registry = new Registry();
  readonly log: Log;
  /** To be set by whoever holds the tunnels. */
  standing: () => Standing = () => ({ tunnels: 0, bufferedBytes: 0, up: 0, down: 0 });
  readonly #options: WatchOptions;
  #toldOfProxy = false;
  readonly #bytes = { up: 0, down: 0 };
  readonly #opened = this.#counter('tunnels_opened_total', 'Tunnels that were accepted');
  readonly #refused = this.#counter('tunnels_refused_total', 'Tunnels that were refused', 'reason');
  readonly #ended = this.#counter('tunnels_ended_total', 'Tunnels that ended', 'reason');
  readonly #verdicts = this.#counter('limit_verdicts_total', 'Answers of limits', 'limit', 'verdict');
  readonly #dials = new Histogram({
    name: 'peerglass_dial_seconds',
    help: 'Until a node answered, or did not',
    labelNames: ['outcome'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [this.registry],
  });

  constructor(options: WatchOptions = {}) {
    this.#options = options;
    this.log = options.log ?? quiet;
    const watch = this as Watch;
    this.#gauge('tunnels', 'Tunnels that stand', () => watch.standing().tunnels);
    this.#gauge('buffered_bytes', 'Bytes that tunnels hold in memory', () => watch.standing().bufferedBytes);
    const bytes = new Counter({
      name: 'peerglass_bytes_total',
      help: 'Bytes that came; up: from clients, down: from nodes',
      labelNames: ['direction'],
      registers: [this.registry],
      collect() {
        const now = watch.standing();
        this.reset();
        this.inc({ direction: 'up' }, watch.#bytes.up + now.up);
        this.inc({ direction: 'down' }, watch.#bytes.down + now.down);
      },
    });
    bytes.inc({ direction: 'up' }, 0);
  }

  #counter(name: string, help: string, ...labelNames: string[]): Counter {
    return new Counter({ name: `peerglass_${name}`, help, labelNames, registers: [this.registry] });
  }

  #gauge(name: string, help: string, value: () => number): void {
    new Gauge({
      name: `peerglass_${name}`,
      help,
      registers: [this.registry],
      collect() {
        this.set(value());
      },
    });
  }

  /** Event loop, memory, CPU and file descriptors of this process. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Only as often as limits allow, so it may cost a line. */
  opened(id: string, about: About): void {
    this.#opened.inc();
    this.log.info({ id, ...this.#tellable(about) }, 'tunnel opened');
  }

  /** Not a line by default: whoever is refused may ask again at once. */
  refused(reason: CloseName | 'origin' | 'bad-request', about: About): void {
    this.#refused.inc({ reason });
    this.log.debug({ reason, ...this.#tellable(about) }, 'tunnel refused');
  }

  /** Once, since it is the operator's to change, and nobody gets a tunnel until then. */
  unknownProxy(): void {
    if (this.#toldOfProxy) return;
    this.#toldOfProxy = true;
    this.log.error(
      'a proxy on this machine hands on requests of others, and nothing was said of it: tunnels through it are ' +
        'refused. Start the bridge with --trust-proxy ADDRESS-OF-THE-PROXY (here: loopback) and --public-url URL',
    );
  }

  ended(id: string, { end, bytes }: EndedTunnel, durationMs: number): void {
    this.#ended.inc({ reason: end });
    this.#bytes.up += bytes.up;
    this.#bytes.down += bytes.down;
    const { up, down } = bytes;
    this.log.info({ id, end, up, down, durationMs: Math.round(durationMs) }, 'tunnel ended');
  }

  dialled(outcome: 'connected' | CloseName, ms: number): void {
    this.#dials.observe({ outcome }, ms / 1000);
  }

  /** Redis is in use: whether limits are counted there now. */
  redisState(): (state: 'shared' | 'local') => void {
    let shared = 0;
    this.#gauge('redis_up', 'Whether limits are counted in Redis', () => shared);
    return (state) => void (shared = state === 'shared' ? 1 : 0);
  }

  /** The same limits, counted. */
  limits(store: LimitStore): LimitStore {
    const count = (limit: string, ok: boolean) =>
      this.#verdicts.inc({ limit, verdict: ok ? 'ok' : 'refused' });
    return {
      async consume(window, client, points) {
        const consumed = await store.consume(window, client, points);
        count(window, consumed.ok);
        return consumed;
      },
      async consumeDistinct(window, client, what) {
        const consumed = await store.consumeDistinct(window, client, what);
        count(window, consumed.ok);
        return consumed;
      },
      hasRoom: (window, client) => store.hasRoom(window, client),
      async acquire(client) {
        const place = await store.acquire(client);
        count(place === 'limit-total' ? 'total' : 'client', typeof place !== 'string');
        return place;
      },
      close: () => store.close(),
    };
  }

  #tellable({ client, target }: About): Record<string, string> {
    return {
      ...(this.#options.logClients === true ? { client } : {}),
      ...(this.#options.logDestinations === true && target !== undefined
        ? { destination: isDemoHost(target.host) ? target.host : formatNodeAddress(target) }
        : {}),
    };
  }
}

/** Counts of several processes as one text; `null` for one that did not answer. */
export function aggregate(processes: readonly (object[] | null)[]): Promise<string> {
  return AggregatorRegistry.aggregate(processes.filter((metrics) => metrics !== null)).metrics();
}
