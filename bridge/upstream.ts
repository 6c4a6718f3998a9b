/** The way from a client to its node: frames wait for the dial, then for TCP; what TCP took is granted to the client again. */
import { type Socket } from 'node:net';
import { type WebSocket } from 'ws';
import { encodeControl } from '../shared/tunnel/control.js';
import { Direction } from './direction.js';
import { Gather } from './gather.js';
import { type StreamOptions } from './stream-options.js';

/** Bytes that a client which uses credits may send ahead of what reached TCP. Under the mark: it is never paused. */
const UPLOAD_WINDOW = 1 << 19;

type Phase =
  | { readonly name: 'dialling'; readonly early: Buffer[] }
  | { readonly name: 'flowing'; readonly socket: Socket }
  /** What comes or waits from now on is dropped. */
  | { readonly name: 'stopped' };

export class Upstream {
  readonly direction: Direction;
  readonly #ws: WebSocket;
  readonly #options: StreamOptions;
  #phase: Phase = { name: 'dialling', early: [] };
  /** Small frames that wait for those before them. */
  readonly #gather = new Gather();
  /** Reached TCP since our last credit. */
  #flushed = 0;
  #granting = false;

  constructor(ws: WebSocket, options: StreamOptions) {
    this.direction = new Direction(options.budget, options.clock);
    this.#ws = ws;
    this.#options = options;
  }

  /** The client's bytes, in order; it pauses when too many wait. */
  take(bytes: Buffer): void {
    const phase = this.#phase;
    if (phase.name === 'stopped') return;
    if (bytes.length === 0) return; // says nothing, and must not cost anything
    this.direction.came(bytes.length);
    this.#options.meter.take(bytes.length);
    if (this.#phase !== phase) return this.direction.dropped(bytes.length); // those were the day's last
    this.#queue(bytes, phase.name === 'dialling' || phase.socket.writableLength > 0);
    if (this.direction.full || !this.#options.meter.open) this.#ws.pause();
    if (this.#options.budget.isOver) this.#options.relieve();
  }

  /** The node answered: what came early goes first. */
  flowInto(socket: Socket): void {
    if (this.#phase.name !== 'dialling') return;
    const { early } = this.#phase;
    this.#phase = { name: 'flowing', socket };
    for (const chunk of early) this.#write(socket, chunk);
    this.flush();
  }

  /** How much the client may send at first. */
  grantFirst(): void {
    if (this.#grantsCredits) this.#ws.send(encodeControl({ type: 'credit', bytes: UPLOAD_WINDOW }));
  }

  /** Hands on what was gathered, before an end that lets it through. */
  flush(): void {
    const bytes = this.#gather.flush();
    if (bytes !== undefined) this.#put(bytes);
  }

  /** There are bytes to spend again. */
  resume(): void {
    if (this.#ws.isPaused && this.direction.hasRoom) this.#ws.resume();
  }

  stop(): void {
    this.#phase = { name: 'stopped' };
  }

  #queue(bytes: Buffer, mustWait: boolean): void {
    if (mustWait && Gather.takes(bytes)) {
      if (!this.#gather.add(bytes)) {
        this.flush();
        this.#gather.add(bytes);
      }
      return;
    }
    this.flush();
    this.#put(bytes);
  }

  #put(bytes: Buffer): void {
    const phase = this.#phase;
    if (phase.name === 'stopped') return;
    this.direction.queued();
    if (phase.name === 'dialling') phase.early.push(bytes);
    else this.#write(phase.socket, bytes);
  }

  #write(socket: Socket, bytes: Buffer): void {
    socket.write(bytes, () => this.#wrote(bytes.length));
  }

  #wrote(bytes: number): void {
    this.direction.went(bytes);
    if (this.#phase.name !== 'flowing') return;
    if (this.#phase.socket.writableLength === 0) this.flush();
    if (this.#options.meter.open) this.resume();
    this.#flushed += bytes;
    this.#grant();
  }

  /** One message at a time, so that a client which sends without end and never reads costs one. */
  #grant(): void {
    if (!this.#grantsCredits || this.#granting || this.#flushed < UPLOAD_WINDOW / 4) return;
    this.#granting = true;
    this.#ws.send(encodeControl({ type: 'credit', bytes: this.#flushed }), () => {
      this.#granting = false;
      if (this.#phase.name === 'flowing') this.#grant();
    });
    this.#flushed = 0;
  }

  /** Clients without the subprotocol get no messages that they did not ask for. */
  get #grantsCredits(): boolean {
    return this.#ws.protocol !== '';
  }
}
