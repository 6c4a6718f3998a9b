/** The way from a node to its client: TCP is read as far as the client's credits and the mark allow. */
import { type Socket } from 'node:net';
import { type WebSocket } from 'ws';
import { Direction } from './direction.js';
import { copyOf, giveBack } from './slabs.js';
import { type StreamOptions } from './stream-options.js';

/** The largest frame either way. */
export const MAX_FRAME = 1 << 18;

type Phase =
  | { readonly name: 'dialling' }
  | { readonly name: 'flowing'; readonly socket: Socket }
  /** The node ended: what is left goes to the client. */
  | { readonly name: 'draining'; readonly onDrained: () => void }
  | { readonly name: 'stopped' };

export class Downstream {
  readonly direction: Direction;
  readonly #ws: WebSocket;
  readonly #options: StreamOptions;
  #phase: Phase = { name: 'dialling' };
  /** Read from TCP, waiting for credit; TCP is paused meanwhile. */
  #held: Buffer | undefined;
  /** Bytes the client still lets us send; undefined until its first credit. */
  #credit: number | undefined;
  /** Its credits before that are for these. */
  #sentBeforeCredit = 0;
  /** Sent and not yet flushed. */
  #frames = 0;

  constructor(ws: WebSocket, options: StreamOptions) {
    this.direction = new Direction(options.budget, options.clock);
    this.#ws = ws;
    this.#options = options;
  }

  get framesUnderWay(): number {
    return this.#frames;
  }

  flowFrom(socket: Socket): void {
    if (this.#phase.name === 'dialling') this.#phase = { name: 'flowing', socket };
  }

  /** The node's bytes, valid during the call. */
  take(bytes: Uint8Array): void {
    if (this.#phase.name !== 'flowing') return;
    this.direction.came(bytes.length);
    this.#options.meter.take(bytes.length);
    if (this.#phase.name !== 'flowing') return this.direction.dropped(bytes.length); // those were the day's last
    this.#held = this.#held === undefined ? copyOf(bytes) : Buffer.concat([this.#held, bytes]);
    this.push();
    if (this.#options.budget.isOver) this.#options.relieve();
  }

  onCredit(bytes: number): void {
    this.#credit = (this.#credit ?? -this.#sentBeforeCredit) + bytes;
    this.push();
  }

  /** Sends what credit allows, and lets TCP flow or not. */
  push(): void {
    const phase = this.#phase;
    if (phase.name !== 'flowing' && phase.name !== 'draining') return;
    // Tiny credits make tiny frames: over the mark, they wait until those under way are gone.
    while (
      this.#held !== undefined &&
      (this.#credit ?? Infinity) > 0 &&
      !(this.direction.full && this.#frames > 0)
    ) {
      this.#send(this.#held);
    }
    if (phase.name === 'draining') return this.#endIfDrained();
    const { socket } = phase;
    if (this.#held !== undefined || this.direction.full || !this.#options.meter.open) socket.pause();
    else if (socket.isPaused() && this.direction.hasRoom) socket.resume();
  }

  /** Nothing more is read; calls back once the client has taken what was. */
  drain(onDrained: () => void): void {
    this.#phase = { name: 'draining', onDrained };
    this.#endIfDrained();
  }

  /** What was not sent by now is dropped. */
  stop(): void {
    this.#phase = { name: 'stopped' };
    if (this.#held !== undefined) this.direction.dropped(this.#held.length);
    this.#held = undefined;
  }

  #send(held: Buffer): void {
    const most = Math.min(this.#credit ?? Infinity, MAX_FRAME);
    const whole = held.length <= most;
    const frame = whole ? held : held.subarray(0, most);
    this.#held = whole ? undefined : held.subarray(frame.length);
    if (this.#credit === undefined) this.#sentBeforeCredit += frame.length;
    else this.#credit -= frame.length;
    this.#frames += 1;
    this.direction.queued();
    this.#ws.send(frame, () => this.#sent(frame, whole));
  }

  #sent(frame: Buffer, whole: boolean): void {
    this.#frames -= 1;
    this.direction.went(frame.length);
    if (whole) giveBack(frame); // else another frame is a part of the same memory
    this.push();
  }

  #endIfDrained(): void {
    if (this.#phase.name === 'draining' && this.direction.pending === 0) this.#phase.onDrained();
  }
}
