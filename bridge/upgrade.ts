/**
 * Who gets a tunnel. Whatever is refused over HTTP never becomes a WebSocket: what cannot be read plainly, foreign
 * origins, and every refusal to a client that offers no subprotocol. A client that offers it is upgraded and told by a
 * close code, because a page cannot see an HTTP status.
 */
import { randomBytes } from 'node:crypto';
import { type IncomingMessage } from 'node:http';
import { type Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type NodeAddress, NodeAddressError } from '../shared/tunnel/address.js';
import {
  closeCodes,
  closeHint,
  type CloseName,
  closeReason,
  closeRow,
} from '../shared/tunnel/close-codes.js';
import { readTunnelTarget, SUBPROTOCOL, TUNNEL_PATH } from '../shared/tunnel/url.js';
import { type ApiError, isAmbiguous, refuseOnSocket, splitTarget } from './http.js';
import { clientKey } from './limits/client-key.js';
import { type LimitStore } from './limits/store.js';
import { decide, type PolicyOptions } from './policy.js';
import { MAX_FRAME, Tunnel, type TunnelOptions } from './tunnel.js';
import { type About, type Watch } from './watch.js';

export interface UpgradeOptions {
  readonly origins: ReadonlySet<string>;
  readonly limits: LimitStore;
  readonly policy: PolicyOptions;
  readonly tunnel: TunnelOptions;
  /** The tunnels that stand. */
  readonly tunnels: Set<Tunnel>;
  readonly watch: Watch;
  /** Whom limits count: behind a trusted proxy not whom the socket is from. */
  readonly clientAddress: (request: IncomingMessage) => string;
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

export class Upgrades {
  readonly #options: UpgradeOptions;
  readonly #server: WebSocketServer;

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
    if (!this.#isOriginAllowed(request)) {
      this.#options.watch.refused('origin', { client });
      return refuseOnSocket(socket, 403, {
        code: 'origin-refused',
        message: 'This bridge does not accept pages from that origin.',
        hint: 'If the bridge is yours, start it with: npm start -- --origin ORIGIN',
      });
    }
    const place = await this.#options.limits.acquire(clientKey(client));
    const giveBack = () => typeof place === 'string' || place.release();
    let opened = false;
    if (socket.destroyed) return void giveBack();
    socket.once('close', () => opened || giveBack());
    const judged: Verdict = typeof place === 'string' ? { refusal: place } : await this.#judge(request);
    const verdict: Verdict = this.#options.closing.aborted ? { refusal: 'shutting-down' } : judged;
    if (socket.destroyed) return;
    if ('refusal' in verdict)
      this.#options.watch.refused(verdict.refusal, { client, target: verdict.target });
    if ('refusal' in verdict && !offersSubprotocol(request)) {
      const { status = 403, sentence, hint } = closeRow(verdict.refusal);
      const allow = verdict.target === undefined ? hint : closeHint(verdict.refusal, verdict.target);
      return refuseOnSocket(socket, status, { code: verdict.refusal, message: sentence, hint: allow });
    }
    // A handshake that ws finds malformed it answers itself, with a 4xx status.
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      if ('refusal' in verdict) return refuse(ws, verdict.refusal, verdict.target);
      opened = true;
      this.#open(ws, verdict, { client, target: verdict.target }, giveBack);
    });
  }

  #open(ws: WebSocket, { addresses, port }: Route, about: About, giveBack: () => void): void {
    const { tunnel: options, tunnels, watch } = this.#options;
    const id = randomBytes(8).toString('hex');
    const openedAt = options.clock.now();
    watch.opened(id, about);
    const tunnel = new Tunnel(ws, options);
    tunnels.add(tunnel);
    void tunnel.gone.then(() => {
      tunnels.delete(tunnel);
      watch.ended(id, tunnel.account, options.clock.now() - openedAt);
      giveBack();
    });
    tunnel.start(addresses, port).catch(() => tunnel.end('bridge-failed'));
  }

  #isOriginAllowed({ headers: { origin } }: IncomingMessage): boolean {
    return origin === undefined || this.#options.origins.has(origin);
  }

  async #judge(request: IncomingMessage): Promise<Verdict> {
    let target: NodeAddress;
    try {
      target = readTunnelTarget(splitTarget(request).query);
    } catch (error) {
      if (error instanceof NodeAddressError) return { refusal: 'bad-address' };
      throw error;
    }
    const decision = await decide(target, this.#options.policy);
    return decision.allowed ? { ...decision, target } : { refusal: decision.refusal, target };
  }
}

interface Route {
  readonly target: NodeAddress;
  readonly addresses: readonly string[];
  readonly port: number;
}

type Verdict = Route | { readonly refusal: CloseName; readonly target?: NodeAddress };

/** A client that is refused is owed the close code and nothing more. */
function refuse(ws: WebSocket, refusal: CloseName, target: NodeAddress | undefined): void {
  ws.on('error', () => ws.terminate());
  ws.close(closeCodes[refusal].code, closeReason(refusal, target));
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
