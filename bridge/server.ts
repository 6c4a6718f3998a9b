/** The bridge as one HTTP server: the page, a small API, and tunnels. */
import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, type Socket } from 'node:net';
import { TUNNEL_PATH } from '../shared/tunnel/url.js';
import { accessKeyOf } from './access.js';
import { answerer } from './api.js';
import { BufferBudget } from './budget.js';
import { type Clock, systemClock } from './clock.js';
import { type BridgeConfig } from './config.js';
import { connectionLimits, Connections } from './connections.js';
import { type DemoNode } from './demo-node/index.js';
import { type Connect } from './dial.js';
import { Gate } from './gate.js';
import { asksForOther, refuseOnSocket, responseWithoutUpgrade, splitTarget } from './http.js';
import { type Incoming } from './incoming.js';
import { LocalStore } from './limits/local-store.js';
import { meters } from './limits/meter.js';
import { limitsOf } from './limits/settings.js';
import { type LimitStore } from './limits/store.js';
import { dnsResolve, type Resolve, systemResolve } from './lookup.js';
import { OwnPlaces } from './own.js';
import { type Proxied } from './policy.js';
import { relief } from './relief.js';
import { SendQueues } from './send-queues.js';
import { Seeds } from './seeds.js';
import { allowedHostnames, allowedOrigins, pageUrl } from './self.js';
import { readStaticFiles } from './static.js';
import { readTls } from './tls.js';
import { clientAddresser, parseTrustedProxies, unknownProxyDetector } from './trust.js';
import { type Tunnel } from './tunnel.js';
import { Upgrades } from './upgrade.js';
import { Visits } from './visits.js';
import { Watch } from './watch.js';

export interface BridgeDeps {
  readonly version: string;
  /** The folder of the built page. */
  readonly pageRoot?: string;
  readonly demoNode?: DemoNode | undefined;
  readonly clock?: Clock;
  /** For destinations. */
  readonly resolve?: Resolve;
  /** For DNS seeds. */
  readonly resolveSeed?: Resolve;
  readonly connect?: Connect;
  /** Where limits are counted; by default here. */
  readonly limits?: LimitStore;
  readonly watch?: Watch;
  /** Counts of all processes together; by default, of this one. */
  readonly metrics?: () => Promise<string>;
}

export interface Bridge {
  /** Where a person finds the page. */
  readonly url: string;
  readonly port: number;
  /** Tunnels that stand, and the bytes they hold, now and at most. */
  stats(): { tunnels: number; bufferedBytes: number; peakBufferedBytes: number };
  /** Tells every client, and is done when all connections are gone, at the latest after so many milliseconds. */
  close(deadlineMs?: number): Promise<void>;
  /** Whether it takes new tunnels. */
  readonly ready: boolean;
  /** Reads certificate and key again. @throws {Error} when they are no good; then the old ones stay. */
  reloadTls(): void;
}

/** Limits for slow requests; with the checking interval, a slow upgrade is gone within 5 s. */
const HTTP_OPTIONS = {
  headersTimeout: 4000,
  requestTimeout: 4500,
  connectionsCheckingInterval: 500,
  keepAliveTimeout: 5000,
  maxHeaderSize: 16_384,
};

/** How often tunnels are held against their limits of time. */
const CHECK_MS = 500;

/** Each takes a look at all. */
const MAX_RELIEVED = 100;

/** Listens and serves. Rejects with the listening error, for example EADDRINUSE. */
export async function startBridge(config: BridgeConfig, deps: BridgeDeps): Promise<Bridge> {
  const accessKey = accessKeyOf(config);
  const files = deps.pageRoot === undefined ? new Map<never, never>() : await readStaticFiles(deps.pageRoot);
  const tls = () => {
    const { 'tls-cert': cert, 'tls-key': key } = config;
    return cert === undefined || key === undefined ? undefined : readTls(cert, key);
  };
  const secure = tls();
  const tlsServer = secure && createTlsServer({ ...HTTP_OPTIONS, ...secure, handshakeTimeout: 4000 });
  const server = tlsServer ?? createServer(HTTP_OPTIONS);
  server.maxHeadersCount = 0; // else a field beyond the count is ignored unseen; their size is bounded
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: config.host, port: config.port }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const listening = { host: config.host, port, scheme: tlsServer ? 'https' : 'http' } as const;
  const { clock = systemClock, watch = new Watch() } = deps;
  const tunnels = new Set<Tunnel>();
  const limits = limitsOf(config);
  const isProxy = parseTrustedProxies(config['trust-proxy']);
  const connections = new Connections(connectionLimits(limits), (address) => isProxy?.(address, 0) === true);
  const visits = new Visits(clock);
  const budget = new BufferBudget(config['max-buffered-mib'] * 2 ** 20);
  const incoming = new Set<Incoming>();
  const holders = {
    *[Symbol.iterator]() {
      yield* tunnels;
      yield* incoming;
    },
  };
  const relieve = relief(holders, clock);
  const closing = new AbortController();
  setMaxListeners(0, closing.signal); // one for each look-up under way, and limits bound those

  const own = deps.limits === undefined ? localStore(config) : undefined;
  const store = watch.limits(deps.limits ?? own!);
  const resolve = deps.resolve ?? systemResolve;
  const ports = [listening.port, config['metrics-port'] ?? listening.port];
  const origins = allowedOrigins(listening, { publicUrl: config['public-url'], origins: config.origin });
  const upgrades = new Upgrades({
    origins,
    gate: new Gate({
      store,
      accessKey,
      policy: {
        allow: config.allow,
        deny: config.deny,
        proxied: proxiedOf(config),
        resolve,
        clock,
        signal: closing.signal,
        demo: deps.demoNode,
        own: new OwnPlaces({
          ports,
          publicUrl: config['public-url'],
          resolve,
          clock,
          signal: closing.signal,
        }),
      },
    }),
    meterOf: meters(store, limits.windows, clock),
    tunnel: {
      clock,
      budget,
      relieve,
      timeouts: {
        connectMs: { direct: config['connect-timeout'], proxy: config['socks5-timeout'] },
        firstByteMs: config['first-byte-timeout'],
        idleMs: config['idle-timeout'],
        stallMs: config['stall-timeout'],
      },
      bridge: { name: 'peerglass', version: deps.version },
      connect: deps.connect,
      proxy: config.socks5,
      onDialled: (outcome, ms) => watch.dialled(outcome, ms),
    },
    tunnels,
    incoming,
    watch,
    clientAddress: clientAddresser(config['trust-proxy']),
    isByUnknownProxy: unknownProxyDetector(config['trust-proxy']),
    closing: closing.signal,
  });
  const answer = answerer({
    config,
    version: deps.version,
    demoNode: deps.demoNode,
    hostnames: allowedHostnames(listening, config['public-url']),
    origins,
    files,
    seeds: new Seeds(deps.resolveSeed ?? dnsResolve, clock, closing.signal),
    ops: {
      ready: () => !closing.signal.aborted,
      metrics: deps.metrics ?? (() => watch.registry.metrics()),
    },
  });
  watch.standing = () => {
    const accounts = [...tunnels].map(({ account }) => account.bytes);
    return {
      tunnels: tunnels.size,
      bufferedBytes: budget.used,
      up: accounts.reduce((sum, { up }) => sum + up, 0),
      down: accounts.reduce((sum, { down }) => sum + down, 0),
    };
  };

  const queues = new SendQueues(config['stall-timeout']);
  let stopChecking: () => void = () => undefined;
  const checkTunnels = () => {
    const now = clock.now();
    for (const tunnel of tunnels) tunnel.check(now);
    for (const part of incoming) part.check();
    queues.check(now, tunnels);
    visits.check(now);
    for (let i = 0; i < MAX_RELIEVED && budget.isOver && relieve(); i++);
    stopChecking = clock.after(CHECK_MS, checkTunnels);
  };
  checkTunnels();

  server.on('connection', (socket: Socket) => connections.came(socket));
  server.on(tlsServer ? 'secureConnection' : 'connection', (socket: Socket) => visits.came(socket));
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    if (visits.asked(request.socket, response)) answer(request, response).catch(() => response.destroy());
  };
  server.on('request', onRequest);
  server.on('upgrade', (request, socket, head) => {
    if (!visits.upgrades(request.socket)) {
      socket.destroy();
    } else if (asksForOther(request) && splitTarget(request).path !== TUNNEL_PATH) {
      visits.came(request.socket);
      onRequest(request, responseWithoutUpgrade(request));
    } else {
      upgrades.handle(request, socket, head).catch(() => socket.destroy());
    }
  });
  // Before TLS is agreed there is nothing to answer in: a silent client, or one that speaks plain HTTP.
  tlsServer?.prependListener('tlsClientError', (_error, socket) => socket.destroy());
  server.on('clientError', ({ code }: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || code === 'ECONNRESET') return socket.destroy();
    const status = code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
    const hint = 'Send a plain HTTP/1.1 request, in one go.';
    return refuseOnSocket(socket, status, {
      code: 'bad-request',
      message: 'The request cannot be read.',
      hint,
    });
  });

  return {
    url: pageUrl(listening, config['public-url']),
    port: listening.port,
    get ready() {
      return !closing.signal.aborted;
    },
    reloadTls() {
      const fresh = tls();
      if (fresh !== undefined) tlsServer?.setSecureContext(fresh);
    },
    stats: () => ({ tunnels: tunnels.size, bufferedBytes: budget.used, peakBufferedBytes: budget.peak }),
    async close(deadlineMs = 1500) {
      closing.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const gone = [...tunnels].map((tunnel) => tunnel.gone);
      for (const tunnel of tunnels) tunnel.end('shutting-down');
      const giveUp = setTimeout(() => {
        for (const tunnel of tunnels) tunnel.destroy();
        connections.destroyAll();
      }, deadlineMs);
      server.closeIdleConnections();
      await Promise.all([closed, ...gone]);
      await own?.close();
      clearTimeout(giveUp);
      stopChecking();
    },
  };
}

function proxiedOf(config: BridgeConfig): Proxied | undefined {
  if (config.socks5 === undefined) return undefined;
  if (!config['socks5-all']) return 'overlays';
  return config['socks5-resolve'] ? 'all-resolved' : 'all';
}

export function localStore(config: BridgeConfig): LocalStore {
  const { windows, tunnels } = limitsOf(config);
  return new LocalStore({ limits: windows, tunnels });
}
