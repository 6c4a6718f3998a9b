/**
 * Where limits are counted: in this process, in the primary of several workers, or in Redis for several machines. Who
 * asks does not know which: every question is asynchronous, none rejects.
 */

/**
 * What a client may do in a while, and what all may do together. A client is an IPv4 address, or an IPv6 /64; for the
 * windows of all it is ALL.
 */
export const windows = {
  /** New tunnels. */
  opens: { seconds: 60 },
  /** Distinct destinations, whether reached or not. */
  destinations: { seconds: 3600 },
  /** Tunnels that were refused, or whose destination did not answer. */
  failures: { seconds: 3600 },
  /** Bytes of tunnels, both ways together. */
  bytes: { seconds: 86_400 },
  /** Bytes of tunnels, both ways together. */
  bandwidth: { seconds: 1 },
  /** Of all clients together: new tunnels, and bytes both ways. */
  allOpens: { seconds: 60 },
  allBytes: { seconds: 86_400 },
  allBandwidth: { seconds: 1 },
} as const;

/** Who is counted in the windows that are of all clients together. */
export const ALL = 'all';

export type WindowName = keyof typeof windows;

/** The most points in each window, of each client that is counted in it; undefined: no limit. */
export type WindowLimits = Readonly<Record<WindowName, number | undefined>>;

export type Consumed =
  | { readonly ok: true }
  /** Nothing was counted; milliseconds until there may be room. */
  | { readonly ok: false; readonly waitMs: number };

/** One tunnel's place among those that stand. */
export interface Place {
  /** To be called once the tunnel is gone; more often does no harm. */
  release(): void;
}

export interface LimitStore {
  /** Counts so many points of a client, if they fit. */
  consume(window: WindowName, client: string, points: number): Promise<Consumed>;
  /** Whether one more point of a client would fit; counts nothing. */
  hasRoom(window: WindowName, client: string): Promise<Consumed>;
  /** Counts a point of a client for what it has not named before in this window. */
  consumeDistinct(window: WindowName, client: string, what: string): Promise<Consumed>;
  /** A place for one more tunnel, or which limit is reached. */
  acquire(client: string): Promise<Place | 'limit-client' | 'limit-total'>;
  /** Gives up connections and timers; places that are still held are released. */
  close(): Promise<void>;
}
