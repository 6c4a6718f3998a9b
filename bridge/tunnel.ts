/**
 * One tunnel: a client's WebSocket and a TCP connection, and what moves between them.
 *
 * Backpressure: what is read on one side and not yet flushed on the other is `pending`; over the mark its source is
 * paused. Towards the client, credits bound it too (shared/tunnel/control.ts). Life is judged by bytes that move, never
 * by pongs: a paused WebSocket answers no ping, however healthy it is.
 *
 * How it ends. A WebSocket has no half-close, so either side's end is the end of both:
 * - the node's FIN or reset: what it sent before goes to the client first, then the close code; what the client sent
 *   before goes to the node as far as it takes it, what the client sends after is dropped;
 * - the client's close, or its loss: what it sent before goes to the node, then FIN; what the node sends after is dropped;
 * - a limit of time, a violation, a shutdown: the close code at once, and the TCP connection is cut.
 */
import { type Socket } from 'node:net';
import { type RawData, type WebSocket } from 'ws';
import { type NodeAddress } from '../shared/tunnel/address.js';
import { type CloseName, closeCodes, closeReason } from '../shared/tunnel/close-codes.js';
import { encodeControl } from '../shared/tunnel/control.js';
import { type BufferBudget } from './budget.js';
import { type Clock } from './clock.js';
import { type Connect, dial, DialError, type Reached } from './dial.js';
import { Downstream } from './downstream.js';
import { type Meter, type StartMeter } from './limits/meter.js';
import { type Route } from './policy.js';
import { Remarks } from './remarks.js';
import { type Way } from './send-queues.js';
import { Upstream } from './upstream.js';
import { type EndedTunnel, type EndName } from './watch.js';

/** For closing handshakes and last bytes, after the end is decided: as long as bytes go on moving. */
const CLOSE_GRACE_MS = 5000;

/** For the close code alone: a client's half message is held until then. */
const EVICT_GRACE_MS = 1000;

export interface TunnelTimeouts {
  /** For a node to answer. */
  readonly connectMs: Readonly<Record<Route['via'], number>>;
  /** Without a byte either way, until the node's first. */
  readonly firstByteMs: number;
  /** Without a byte either way, after that. */
  readonly idleMs: number;
  /** With bytes waiting that one side does not take. */
  readonly stallMs: number;
}

export interface TunnelOptions {
  readonly clock: Clock;
  readonly budget: BufferBudget;
  /** To be called when the budget is exceeded: relief.ts. */
  readonly relieve: () => void;
  readonly timeouts: TunnelTimeouts;
  readonly bridge: { readonly name: string; readonly version: string };
  readonly connect?: Connect | undefined;
  /** The SOCKS5 proxy. */
  readonly proxy?: NodeAddress | undefined;
  /** The client's connection. */
  readonly client: Socket;
  /** Counts its bytes. */
  readonly meter: StartMeter;
  /** Hears of the client's first text frame, once: its access key, if that is what it says. */
  readonly onFirstWord?: ((key: string | undefined) => void) | undefined;
  /** After so many milliseconds the node answered, or did not. */
  readonly onDialled?: (outcome: 'connected' | CloseName, ms: number) => void;
}

type State =
  | { readonly name: 'dialling'; readonly abort: AbortController }
  | { readonly name: 'open'; readonly socket: Socket }
  /** The node ended; what it sent is on its way to the client. */
  | { readonly name: 'draining'; readonly socket: Socket }
  /** The end is decided; the closing handshakes are under way. */
  | { readonly name: 'closing'; readonly socket: Socket | undefined; readonly since: number }
  | { readonly name: 'gone' };

export class Tunnel {
  /** Both connections are gone. */
  readonly gone: Promise<void>;
  #onGone!: () => void;
  readonly #ws: WebSocket;
  readonly #options: TunnelOptions;
  readonly #up: Upstream;
  readonly #down: Downstream;
  readonly #remarks: Remarks;
  readonly #meter: Meter;
  #state: State = { name: 'dialling', abort: new AbortController() };
  #end: EndName | undefined;

  constructor(ws: WebSocket, options: TunnelOptions) {
    this.gone = new Promise((resolve) => (this.#onGone = resolve));
    this.#ws = ws;
    this.#options = options;
    const { clock, budget, relieve, onFirstWord } = options;
    const end = (name: CloseName) => this.end(name);
    const meter = options.meter({ reopened: () => this.#flow(), spent: end });
    this.#meter = meter;
    const stream = { clock, budget, relieve, meter };
    this.#up = new Upstream(ws, stream);
    this.#down = new Downstream(ws, stream);
    const onCredit = (bytes: number) => this.#down.onCredit(bytes);
    this.#remarks = new Remarks(ws, { clock, onCredit, end, onFirstWord });
    ws.on('message', (data, isBinary) => this.#onMessage(data, isBinary));
    ws.on('close', () => this.#onClientGone('client-closed'));
    // Its close event follows, but only once the client has answered.
    ws.on('error', () => this.#onClientGone('client-failed'));
  }

  /** Why it ended, and what came so far. */
  get account(): EndedTunnel {
    return {
      end: this.#end ?? 'client-closed',
      bytes: { up: this.#up.direction.total, down: this.#down.direction.total },
    };
  }

  /** Dials where the policy has judged that it may. @returns why that came to nothing, if it did */
  async start(route: Route): Promise<CloseName | undefined> {
    if (this.#state.name !== 'dialling') return undefined;
    const { abort } = this.#state;
    const { clock, timeouts, connect, proxy, onDialled = () => undefined } = this.#options;
    const startedAt = clock.now();
    let reached: Reached;
    try {
      reached = await dial(route, {
        clock,
        timeoutMs: timeouts.connectMs[route.via],
        signal: abort.signal,
        onBytes: (bytes) => this.#down.take(bytes),
        connect,
        proxy,
      });
    } catch (error) {
      const failure = error instanceof DialError ? error.closeName : 'bridge-failed';
      if (!abort.signal.aborted) onDialled(failure, clock.now() - startedAt);
      this.end(failure);
      return failure;
    }
    const { socket } = reached;
    if (abort.signal.aborted) {
      socket.destroy();
      return undefined;
    }
    this.#state = { name: 'open', socket };
    this.#down.flowFrom(socket);
    onDialled('connected', clock.now() - startedAt);
    socket.on('data', (chunk) => this.#down.take(chunk)); // of a socket that was not given onBytes: through a proxy
    socket.on('end', () => this.#onNodeEnded('target-closed'));
    socket.on('error', () => this.#onNodeEnded('target-reset'));
    socket.on('close', () => this.#onNodeEnded('target-reset'));
    this.#sendConnected(reached, clock.now() - startedAt);
    this.#up.flowInto(socket);
    return undefined;
  }

  #sendConnected({ address, port }: Reached, connectMs: number): void {
    const { bridge } = this.#options;
    const ms = Math.round(connectMs * 10) / 10;
    this.#ws.send(encodeControl({ type: 'connected', address, port, connectMs: ms, bridge }));
    this.#up.grantFirst();
  }

  #onMessage(data: RawData, isBinary: boolean): void {
    const bytes = data as Buffer; // ws's binaryType is nodebuffer
    if (!isBinary) this.#remarks.hear(bytes.toString());
    else if (this.#remarks.awaitsKey) this.#remarks.firstWord(undefined);
    else this.#up.take(bytes);
  }

  /** There are bytes to spend again. */
  #flow(): void {
    const { name } = this.#state;
    if (name !== 'open' && name !== 'dialling') return;
    this.#up.resume();
    this.#down.push();
  }

  // Ends

  #onClientGone(end: EndName): void {
    this.#end ??= end;
    const state = this.#state;
    switch (state.name) {
      case 'dialling':
        state.abort.abort();
        this.#toClosing(undefined);
        break;
      case 'open':
      case 'draining':
        this.#up.flush();
        this.#toClosing(state.socket);
        state.socket.resume().end();
        break;
      case 'closing':
        this.#goneIfClosed();
        break;
      case 'gone':
    }
  }

  #onNodeEnded(end: CloseName): void {
    const state = this.#state;
    if (state.name === 'open') {
      this.#up.flush();
      this.#up.stop();
      this.#state = { name: 'draining', socket: state.socket };
      state.socket.end();
      this.#ws.resume(); // or its close frame would never be read
      this.#down.drain(() => this.end(end));
    } else if (state.name === 'closing') {
      this.#goneIfClosed();
    }
  }

  /** To be called now and then: ends the tunnel if it lived beyond one of its limits. */
  check(now: number): void {
    const { timeouts } = this.#options;
    const state = this.#state;
    const down = this.#down.direction;
    const movedAt = Math.max(down.movedAt, this.#up.direction.movedAt);
    switch (state.name) {
      case 'open':
      case 'draining': {
        // The client has said goodbye, but keeps its connection.
        if (this.#ws.readyState !== this.#ws.OPEN) return this.#onClientGone('client-closed');
        if (this.stuckFor(now) > timeouts.stallMs) return this.end('stalled');
        const heard = down.total > 0;
        if (now - movedAt > (heard ? timeouts.idleMs : timeouts.firstByteMs))
          this.end(heard ? 'idle' : 'silent');
        break;
      }
      case 'closing':
        if (now - Math.max(movedAt, state.since) <= CLOSE_GRACE_MS) return;
        this.#ws.terminate();
        state.socket?.destroy();
        break;
      case 'dialling': // has a time-out of its own
      case 'gone':
    }
  }

  /** Tells the client why, and closes both connections. */
  end(name: CloseName, target?: NodeAddress): void {
    const state = this.#state;
    if (state.name === 'closing' || state.name === 'gone') return;
    this.#end ??= name;
    if (state.name === 'dialling') {
      state.abort.abort();
      this.#toClosing(undefined);
    } else {
      this.#toClosing(state.socket);
      if (state.name === 'open') state.socket.destroy();
    }
    this.#ws.resume(); // or the client's answer would never be read
    this.#ws.close(closeCodes[name].code, closeReason(name, target));
  }

  #toClosing(socket: Socket | undefined): void {
    this.#meter.close();
    this.#up.stop();
    this.#down.stop();
    this.#state = { name: 'closing', socket, since: this.#options.clock.now() };
    this.#goneIfClosed();
  }

  #goneIfClosed(): void {
    const state = this.#state;
    if (state.name !== 'closing' || this.#ws.readyState !== this.#ws.CLOSED) return;
    if (state.socket !== undefined && !state.socket.closed) return;
    this.#state = { name: 'gone' };
    this.#down.direction.close();
    this.#up.direction.close();
    this.#onGone();
  }

  /** Milliseconds since bytes last moved while some wait; 0 when none wait. */
  stuckFor(now: number): number {
    return Math.max(this.#down.direction.stuckFor(now), this.#up.direction.stuckFor(now));
  }

  /** To its client and to its node. */
  get ways(): Way[] {
    const client = { socket: this.#options.client, direction: this.#down.direction };
    const socket = 'socket' in this.#state ? this.#state.socket : undefined;
    return [client, { socket, direction: this.#up.direction }];
  }

  /** Gives back what it holds without waiting for anyone; a client that reads is told. */
  evict(): void {
    this.end('stalled');
    if (this.#state.name === 'closing') this.#state.socket?.destroy();
    if (this.#down.framesUnderWay > 0) this.#ws.terminate();
    else this.#options.clock.after(EVICT_GRACE_MS, () => this.#ws.terminate());
  }

  /** Without waiting for anyone. */
  destroy(): void {
    this.end('shutting-down');
    if (this.#state.name === 'closing') this.#state.socket?.destroy();
    this.#ws.terminate();
  }
}
