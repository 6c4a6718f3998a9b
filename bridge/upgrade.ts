/**
 * Who gets a tunnel. Whatever is refused over HTTP never becomes a WebSocket: what cannot be read plainly, foreign
 * origins, and every refusal to a client that offers no subprotocol. A client that offers it is upgraded and told by a
 * close code, because a page cannot see an HTTP status.
 */
import { randomBytes } from 'node:crypto';
import { type IncomingMessage } from 'node:http';
import { type Socket } from 'node:net';
import { type Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type NodeAddress, NodeAddressError } from '../shared/tunnel/address.js';
import { closeCodes, closeHint, closeReason, closeRow } from '../shared/tunnel/close-codes.js';
import { readTunnelTarget, SUBPROTOCOL, TUNNEL_PATH } from '../shared/tunnel/url.js';
import { type ApiError, isAmbiguous, refuseOnSocket, splitTarget } from './http.js';
import { bearerOf } from './access.js';
import { type Clock } from './clock.js';
import { MAX_FRAME } from './downstream.js';
import { type Gate, type Refusal } from './gate.js';
import { clientKey } from './limits/client-key.js';
import { Incoming } from './incoming.js';
import { type StartMeter } from './limits/meter.js';
import { type Route } from './policy.js';
import { Tunnel, type TunnelOptions } from './tunnel.js';
import { type Watch } from './watch.js';

export interface UpgradeOptions {
  readonly origins: ReadonlySet<string>;
  readonly gate: Gate;
  readonly meterOf: (client: string) => StartMeter;
  readonly tunnel: Omit<TunnelOptions, 'meter' | 'onFirstWord' | 'client'>;
  /** The tunnels that stand. */
  readonly tunnels: Set<Tunnel>;
  /** What their clients sent in part. */
  readonly incoming: Set<Incoming>;
  readonly watch: Watch;
  /** Whom limits count: behind a trusted proxy not whom the socket is from. */
  readonly clientAddress: (request: IncomingMessage) => string;
  /** Whether a proxy stands before the bridge that its settings do not know. */
  readonly isByUnknownProxy: (request: IncomingMessage) => boolean;
  /** Aborted: no new ones from now on. */
  readonly closing: AbortSignal;
}

const WS_OPTIONS = {
  noServer: true,
  clientTracking: false,
  maxPayload: MAX_FRAME,
  perMessageDeflate: false,
  /** For our close frame to be answered; newer than ws's types. */
  closeTimeout: 5000,
  handleProtocols: (offered: Set<string>) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : (false as const)),
};

/**
 * Refused clients that are told by a close code and have not closed yet. They are no tunnels, no limit counts them, and
 * each can make the bridge hold a frame: in a flood of them, the rest are told over HTTP.
 */
const MAX_REFUSING = 256;

/** How long who meets a bridge that ends is told to wait: for it to drain, and for the next to start. */
const RESTART_MS = 10_000;

export class Upgrades {
  readonly #options: UpgradeOptions;
  readonly #server: WebSocketServer;
  #refusing = 0;

  constructor(options: UpgradeOptions) {
    this.#options = options;
    this.#server = new WebSocketServer(WS_OPTIONS);
  }

  async handle(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    const bad = badRequest(request);
    const client = this.#options.clientAddress(request);
    if (bad !== undefined) {
      this.#options.watch.refused('bad-request', { client });
      return refuseOnSocket(socket, bad.status, bad.error);
    }
    // Before the origin, which is foreign then too: the page is to show what its operator has to do.
    if (this.#options.isByUnknownProxy(request)) return this.#refuseByUnknownProxy({ request, socket, head });
    if (!this.#isOriginAllowed(request)) {
      this.#options.watch.refused('origin', { client });
      return refuseOnSocket(socket, 403, {
        code: 'origin-refused',
        message: 'This bridge does not accept pages from that origin.',
        hint: 'If the bridge is yours, start it with: npm start -- --origin ORIGIN',
      });
    }
    const key = clientKey(client);
    const { gate, closing, watch } = this.#options;
    const entered = await gate.enter(key);
    const giveBack = 'refusal' in entered ? () => undefined : () => entered.release();
    let opened = false;
    if (socket.destroyed) return void giveBack();
    socket.once('close', () => opened || giveBack());
    const judged = 'refusal' in entered ? entered : await this.#judge(request, key);
    const verdict: Verdict = closing.aborted ? { refusal: 'shutting-down', waitMs: RESTART_MS } : judged;
    if (socket.destroyed) return;
    if ('refusal' in verdict) watch.refused(verdict.refusal, { client, target: verdict.target });
    if ('refusal' in verdict) return this.#refuse(verdict, { request, socket, head });
    // A handshake that ws finds malformed it answers itself, with a 4xx status.
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      opened = true;
      this.#open(ws, { client, verdict, giveBack, socket: request.socket });
    });
  }

  /** By a status or, for a page, by a close code. */
  #refuse(refusal: Refusal, { request, socket, head }: Asking): void {
    if (!offersSubprotocol(request) || this.#refusing >= MAX_REFUSING) return refuseOverHttp(socket, refusal);
    this.#server.handleUpgrade(request, socket, head, (ws) => this.#refuseByCode(ws, refusal));
  }

  #refuseByUnknownProxy(asking: Asking): void {
    const { watch, clientAddress } = this.#options;
    watch.refused('unknown-proxy', { client: clientAddress(asking.request) });
    watch.unknownProxy();
    this.#refuse({ refusal: 'unknown-proxy' }, asking);
  }

  #open(ws: WebSocket, { client, verdict, giveBack, socket }: Opening): void {
    const { tunnel: options, tunnels, incoming, meterOf, gate, watch } = this.#options;
    const key = clientKey(client);
    const id = randomBytes(8).toString('hex');
    const openedAt = options.clock.now();
    watch.opened(id, { client, target: verdict.target });
    const words = 'asks' in verdict ? awaitWord(options.clock) : undefined;
    const tunnel = new Tunnel(ws, {
      ...options,
      client: socket,
      meter: meterOf(key),
      onFirstWord: words?.heard,
    });
    tunnels.add(tunnel);
    const evict = () => tunnel.evict();
    const { budget, clock } = options;
    const received = () => socket.bytesRead;
    const part = new Incoming({ ws, received, most: MAX_FRAME, budget, clock, evict });
    incoming.add(part);
    void tunnel.gone.then(() => {
      part.close();
      incoming.delete(part);
      tunnels.delete(tunnel);
      watch.ended(id, tunnel.account, options.clock.now() - openedAt);
      giveBack();
    });
    const route = 'asks' in verdict ? words!.word.then((key) => verdict.asks(key)) : Promise.resolve(verdict);
    route
      .then(async (route) => {
        if ('refusal' in route) {
          watch.refused(route.refusal, { client, target: route.target });
          return tunnel.end(route.refusal, route.target);
        }
        const failure = await tunnel.start(route);
        if (failure !== undefined) await gate.failed(key);
      })
      .catch(() => tunnel.end('bridge-failed'));
  }

  /** A client that is refused is owed the close code and nothing more. */
  #refuseByCode(ws: WebSocket, { refusal, target }: Refusal): void {
    this.#refusing += 1;
    ws.on('close', () => (this.#refusing -= 1));
    ws.on('error', () => ws.terminate());
    ws.close(closeCodes[refusal].code, closeReason(refusal, target));
  }

  #isOriginAllowed({ headers: { origin } }: IncomingMessage): boolean {
    return origin === undefined || this.#options.origins.has(origin);
  }

  async #judge(request: IncomingMessage, client: string): Promise<Verdict> {
    const { gate } = this.#options;
    let target: NodeAddress;
    try {
      target = readTunnelTarget(splitTarget(request).query);
    } catch (error) {
      if (error instanceof NodeAddressError) return { refusal: 'bad-address' };
      throw error;
    }
    const judge = async (phrase: string | undefined) =>
      (await gate.unlock(client, phrase)) ?? (await gate.judge(client, target));
    const bearer = bearerOf(request.headers.authorization);
    // A page cannot set header fields: it says its key in its first text frame.
    if (gate.asksForKey && bearer === undefined && offersSubprotocol(request)) return { asks: judge, target };
    const judged = await judge(bearer);
    return 'refusal' in judged ? judged : { ...judged, target };
  }
}

type Verdict =
  | (Route & { readonly target: NodeAddress })
  | Refusal
  /** The key comes first. */
  | { readonly asks: (key: string | undefined) => Promise<Route | Refusal>; readonly target: NodeAddress };

interface Asking {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

interface Opening {
  readonly client: string;
  readonly verdict: Exclude<Verdict, Refusal>;
  readonly giveBack: () => void;
  readonly socket: Socket;
}

/** For an access key to come. */
const WORD_MS = 5000;

/** The client's first word, or that none came in time. */
function awaitWord(clock: Clock) {
  let heard!: (key: string | undefined) => void;
  const word = new Promise<string | undefined>((resolve) => (heard = resolve));
  const callOff = clock.after(WORD_MS, () => heard(undefined));
  void word.then(callOff);
  return { heard, word };
}

function refuseOverHttp(socket: Duplex, { refusal, target, waitMs }: Refusal): void {
  const { status = 403, sentence, hint } = closeRow(refusal);
  const more = [
    ...(waitMs === undefined ? [] : [`Retry-After: ${Math.ceil(waitMs / 1000)}`]),
    ...(status === 401 ? ['WWW-Authenticate: Bearer'] : []),
  ];
  const allow = target === undefined ? hint : closeHint(refusal, target);
  refuseOnSocket(socket, status, { code: refusal, message: sentence, hint: allow }, more);
}

function offersSubprotocol({ headers }: IncomingMessage): boolean {
  const offered = headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').some((protocol) => protocol.trim() === SUBPROTOCOL);
}

/** Requests that no honest client sends. */
function badRequest(request: IncomingMessage): { status: number; error: ApiError } | undefined {
  const { headers, httpVersion, method } = request;
  const hasBody = 'content-length' in headers || 'transfer-encoding' in headers;
  if (isAmbiguous(request) || hasBody || headers.host === undefined) {
    const hint = 'An upgrade has a Host, each header field once, and no body.';
    return {
      status: 400,
      error: { code: 'bad-request', message: 'The request can be read in two ways.', hint },
    };
  }
  if (splitTarget(request).path !== TUNNEL_PATH) {
    return {
      status: 404,
      error: { code: 'not-found', message: 'No WebSocket is here.', hint: `It is at ${TUNNEL_PATH}.` },
    };
  }
  if (method !== 'GET' || httpVersion !== '1.1' || headers.upgrade?.toLowerCase() !== 'websocket') {
    const hint = 'Open it as a WebSocket.';
    return {
      status: 400,
      error: { code: 'bad-request', message: 'That is not a WebSocket handshake.', hint },
    };
  }
  return undefined;
}
