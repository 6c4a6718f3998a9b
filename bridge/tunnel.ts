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
import { ControlError, encodeControl, parseControl } from '../shared/tunnel/control.js';
import { type BufferBudget } from './budget.js';
import { type Clock } from './clock.js';
import { type Connect, dial, DialError, type Reached } from './dial.js';
import { Direction } from './direction.js';
import { Gather } from './gather.js';
import { type Meter, type StartMeter } from './limits/meter.js';
import { type Route } from './policy.js';
import { copyOf, giveBack } from './slabs.js';
import { type EndedTunnel, type EndName } from './watch.js';
import { Words } from './words.js';

/** Bytes that a client which uses credits may send ahead of what reached TCP. Under the mark: it is never paused. */
export const UPLOAD_WINDOW = 1 << 19;

/** The largest frame either way. */
export const MAX_FRAME = 1 << 18;

/** For closing handshakes and last bytes, after the end is decided: as long as bytes go on moving. */
const CLOSE_GRACE_MS = 5000;

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
  /** Counts its bytes. */
  readonly meter: StartMeter;
  /** Hears of the client's first text frame, once: its access key, if that is what it says. */
  readonly onFirstWord?: ((key: string | undefined) => void) | undefined;
  /** After so many milliseconds the node answered, or did not. */
  readonly onDialled?: (outcome: 'connected' | CloseName, ms: number) => void;
}

type State =
  | { readonly name: 'dialling'; readonly abort: AbortController; readonly early: Buffer[] }
  | { readonly name: 'open'; readonly socket: Socket }
  /** The node ended; what it sent is on its way to the client. */
  | { readonly name: 'draining'; readonly socket: Socket; readonly end: CloseName }
  /** The end is decided; the closing handshakes are under way. */
  | { readonly name: 'closing'; readonly socket: Socket | undefined; readonly since: number }
  | { readonly name: 'gone' };

export class Tunnel {
  /** Both connections are gone. */
  readonly gone: Promise<void>;
  #onGone!: () => void;
  readonly #ws: WebSocket;
  readonly #options: TunnelOptions;
  readonly #down: Direction;
  readonly #up: Direction;
  readonly #meter: Meter;
  #onFirstWord: TunnelOptions['onFirstWord'];
  #state: State;
  /** Read from TCP, waiting for credit; TCP is paused meanwhile. */
  #held: Buffer | undefined;
  /** Bytes the client still lets us send; undefined until its first credit. */
  #credit: number | undefined;
  /** Its credits before that are for these. */
  #sentBeforeCredit = 0;
  #ponging = false;
  /** Sent and not yet flushed. */
  #framesDown = 0;
  /** Reached TCP since our last credit. */
  #flushed = 0;
  #end: EndName | undefined;
  #granting = false;
  /** Small frames that wait for those before them. */
  readonly #gather = new Gather();
  readonly #words: Words;

  constructor(ws: WebSocket, options: TunnelOptions) {
    this.gone = new Promise((resolve) => (this.#onGone = resolve));
    this.#ws = ws;
    this.#options = options;
    this.#down = new Direction(options.budget, options.clock);
    this.#up = new Direction(options.budget, options.clock);
    this.#state = { name: 'dialling', abort: new AbortController(), early: [] };
    this.#words = new Words(options.clock);
    this.#onFirstWord = options.onFirstWord;
    this.#meter = options.meter({ reopened: () => this.#flow(), spent: (why) => this.end(why) });
    ws.on('message', (data, isBinary) => this.#onMessage(data, isBinary));
    for (const event of ['ping', 'pong']) ws.on(event, () => this.#heardWord());
    ws.on('close', () => this.#onClientGone('client-closed'));
    // Its close event follows, but only once the client has answered.
    ws.on('error', () => this.#onClientGone('client-failed'));
  }

  /** Why it ended, and what came so far. */
  get account(): EndedTunnel {
    return { end: this.#end ?? 'client-closed', bytes: { up: this.#up.total, down: this.#down.total } };
  }

  /** Dials where the policy has judged that it may. @returns why that came to nothing, if it did */
  async start(route: Route): Promise<CloseName | undefined> {
    if (this.#state.name !== 'dialling') return undefined;
    const { early, abort } = this.#state;
    const { clock, timeouts, connect, proxy, onDialled = () => undefined } = this.#options;
    const startedAt = clock.now();
    let reached: Reached;
    try {
      reached = await dial(route, {
        clock,
        timeoutMs: timeouts.connectMs[route.via],
        signal: abort.signal,
        onBytes: (bytes) => this.#onData(bytes),
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
    onDialled('connected', clock.now() - startedAt);
    socket.on('data', (chunk) => this.#onData(chunk)); // of a socket that was not given onBytes: through a proxy
    socket.on('end', () => this.#onNodeEnded('target-closed'));
    socket.on('error', () => this.#onNodeEnded('target-reset'));
    socket.on('close', () => this.#onNodeEnded('target-reset'));
    this.#sendConnected(reached, clock.now() - startedAt);
    for (const chunk of early) this.#writeUp(socket, chunk);
    this.#flushUp();
    return undefined;
  }

  #sendConnected({ address, port }: Reached, connectMs: number): void {
    const { bridge } = this.#options;
    const ms = Math.round(connectMs * 10) / 10;
    this.#ws.send(encodeControl({ type: 'connected', address, port, connectMs: ms, bridge }));
    // Clients without the subprotocol get no messages that they did not ask for.
    if (this.#grantsCredits) this.#ws.send(encodeControl({ type: 'credit', bytes: UPLOAD_WINDOW }));
  }

  get #grantsCredits(): boolean {
    return this.#ws.protocol !== '';
  }

  // Client to node

  #onMessage(data: RawData, isBinary: boolean): void {
    const bytes = data as Buffer; // ws's binaryType is nodebuffer
    if (!isBinary) return this.#onControl(bytes.toString());
    if (this.#onFirstWord !== undefined) return this.#firstWord(undefined);
    const state = this.#state;
    if (state.name !== 'dialling' && state.name !== 'open') return;
    if (bytes.length === 0) return; // says nothing, and must not cost anything
    this.#up.came(bytes.length);
    this.#meter.take(bytes.length);
    if (this.#state !== state) return this.#up.dropped(bytes.length); // those were the day's last
    this.#queueUp(bytes, state.name === 'dialling' || state.socket.writableLength > 0);
    if (this.#up.full || !this.#meter.open) this.#ws.pause();
    if (this.#options.budget.isOver) this.#options.relieve();
  }

  #queueUp(bytes: Buffer, mustWait: boolean): void {
    if (mustWait && Gather.takes(bytes)) {
      if (!this.#gather.add(bytes)) {
        this.#flushUp();
        this.#gather.add(bytes);
      }
      return;
    }
    this.#flushUp();
    this.#putUp(bytes);
  }

  #flushUp(): void {
    const bytes = this.#gather.flush();
    if (bytes !== undefined) this.#putUp(bytes);
  }

  #putUp(bytes: Buffer): void {
    const state = this.#state;
    if (state.name !== 'dialling' && state.name !== 'open') return;
    this.#up.queued();
    if (state.name === 'dialling') state.early.push(bytes);
    else this.#writeUp(state.socket, bytes);
  }

  #writeUp(socket: Socket, bytes: Buffer): void {
    socket.write(bytes, () => this.#wroteUp(bytes.length));
  }

  #wroteUp(bytes: number): void {
    this.#up.went(bytes);
    if (this.#state.name !== 'open') return;
    if (this.#state.socket.writableLength === 0) this.#flushUp();
    if (this.#ws.isPaused && this.#up.hasRoom && this.#meter.open) this.#ws.resume();
    this.#flushed += bytes;
    this.#grant();
  }

  /** One message at a time, so that a client which sends without end and never reads costs one. */
  #grant(): void {
    if (!this.#grantsCredits || this.#granting || this.#flushed < UPLOAD_WINDOW / 4) return;
    this.#granting = true;
    this.#ws.send(encodeControl({ type: 'credit', bytes: this.#flushed }), () => {
      this.#granting = false;
      if (this.#state.name === 'open') this.#grant();
    });
    this.#flushed = 0;
  }

  #onControl(text: string): void {
    try {
      const message = parseControl(text);
      if (this.#onFirstWord !== undefined) {
        return this.#firstWord(message?.type === 'access' ? message.key : undefined);
      }
      if (message?.type === 'credit') return this.#onCredit(message.bytes);
      this.#heardWord();
      if (message === undefined || message.type === 'access') return; // a key for a bridge that asks for none
      if (message.type === 'ping') return this.#pong(message.id);
      this.end('bad-control');
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      this.end('bad-control');
    }
  }

  #onCredit(bytes: number): void {
    this.#credit = (this.#credit ?? -this.#sentBeforeCredit) + bytes;
    this.#pushDown();
  }

  /** Of those that carry no bytes: words.ts. */
  #heardWord(): void {
    if (!this.#words.take()) this.end('limit-words');
  }

  #firstWord(key: string | undefined): void {
    const hear = this.#onFirstWord;
    this.#onFirstWord = undefined;
    hear?.(key);
  }

  /** One at a time, so that a client which does not read costs one frame. */
  #pong(id: number): void {
    if (this.#ponging) return;
    this.#ponging = true;
    this.#ws.send(encodeControl({ type: 'pong', id }), () => (this.#ponging = false));
  }

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
        this.#dropHeld();
        this.#flushUp();
        this.#toClosing(state.socket);
        state.socket.resume().end();
        break;
      case 'closing':
        this.#goneIfClosed();
        break;
      case 'gone':
    }
  }

  // Node to client

  #onData(bytes: Uint8Array): void {
    if (this.#state.name !== 'open') return;
    this.#down.came(bytes.length);
    this.#meter.take(bytes.length);
    if (this.#state.name !== 'open') return this.#down.dropped(bytes.length); // those were the day's last
    this.#held = this.#held === undefined ? copyOf(bytes) : Buffer.concat([this.#held, bytes]);
    this.#pushDown();
    if (this.#options.budget.isOver) this.#options.relieve();
  }

  /** Sends what credit allows, and lets TCP flow or not. */
  #pushDown(): void {
    const state = this.#state;
    if (state.name !== 'open' && state.name !== 'draining') return;
    // Tiny credits make tiny frames: over the mark, they wait until those under way are gone.
    while (
      this.#held !== undefined &&
      (this.#credit ?? Infinity) > 0 &&
      !(this.#down.full && this.#framesDown > 0)
    ) {
      const held = this.#held;
      const whole = held.length <= Math.min(this.#credit ?? Infinity, MAX_FRAME);
      const frame = whole ? held : held.subarray(0, Math.min(this.#credit ?? Infinity, MAX_FRAME));
      this.#held = whole ? undefined : held.subarray(frame.length);
      if (this.#credit === undefined) this.#sentBeforeCredit += frame.length;
      else this.#credit -= frame.length;
      this.#framesDown += 1;
      this.#down.queued();
      this.#ws.send(frame, () => this.#wroteDown(frame, whole));
    }
    if (state.name === 'draining') return this.#endIfDrained(state.end);
    if (this.#held !== undefined || this.#down.full || !this.#meter.open) state.socket.pause();
    else if (state.socket.isPaused() && this.#down.hasRoom) state.socket.resume();
  }

  /** There are bytes to spend again. */
  #flow(): void {
    const { name } = this.#state;
    if (name !== 'open' && name !== 'dialling') return;
    if (this.#ws.isPaused && this.#up.hasRoom) this.#ws.resume();
    this.#pushDown();
  }

  #wroteDown(frame: Buffer, whole: boolean): void {
    this.#framesDown -= 1;
    this.#down.went(frame.length);
    if (whole) giveBack(frame); // else another frame is a part of the same memory
    this.#pushDown();
  }

  #onNodeEnded(end: CloseName): void {
    const state = this.#state;
    if (state.name === 'open') {
      this.#flushUp();
      this.#state = { name: 'draining', socket: state.socket, end };
      state.socket.end();
      this.#ws.resume(); // or its close frame would never be read
      this.#endIfDrained(end);
    } else if (state.name === 'closing') {
      this.#goneIfClosed();
    }
  }

  #endIfDrained(end: CloseName): void {
    if (this.#down.pending === 0) this.end(end);
  }

  // Time and ends

  /** To be called now and then: ends the tunnel if it lived beyond one of its limits. */
  check(now: number): void {
    const { timeouts } = this.#options;
    const state = this.#state;
    const movedAt = Math.max(this.#down.movedAt, this.#up.movedAt);
    switch (state.name) {
      case 'open':
      case 'draining': {
        // The client has said goodbye, but keeps its connection.
        if (this.#ws.readyState !== this.#ws.OPEN) return this.#onClientGone('client-closed');
        const stuck = this.#down.isStuck(now, timeouts.stallMs) || this.#up.isStuck(now, timeouts.stallMs);
        if (stuck) return this.end('stalled');
        const heard = this.#down.total > 0;
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
    this.#dropHeld();
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

  #dropHeld(): void {
    if (this.#held !== undefined) this.#down.dropped(this.#held.length);
    this.#held = undefined;
  }

  #toClosing(socket: Socket | undefined): void {
    this.#meter.close();
    this.#state = { name: 'closing', socket, since: this.#options.clock.now() };
    this.#goneIfClosed();
  }

  #goneIfClosed(): void {
    const state = this.#state;
    if (state.name !== 'closing' || this.#ws.readyState !== this.#ws.CLOSED) return;
    if (state.socket !== undefined && !state.socket.closed) return;
    this.#state = { name: 'gone' };
    this.#down.close();
    this.#up.close();
    this.#onGone();
  }

  /** Milliseconds since bytes last moved while some wait; 0 when none wait. */
  stuckFor(now: number): number {
    return Math.max(this.#down.stuckFor(now), this.#up.stuckFor(now));
  }

  /** Gives back what it holds without waiting for anyone; a client that reads is told. */
  evict(): void {
    this.end('stalled');
    if (this.#state.name === 'closing') this.#state.socket?.destroy();
    if (this.#framesDown > 0) this.#ws.terminate();
  }

  /** Without waiting for anyone. */
  destroy(): void {
    this.end('shutting-down');
    if (this.#state.name === 'closing') this.#state.socket?.destroy();
    this.#ws.terminate();
  }
}
