/**
 * What a client sent of a message that is not whole yet: the package ws holds it, up to the largest message, and tells
 * nobody. Counted here from outside, now and then, so that it is part of the budget like all that a tunnel holds.
 */
import { type WebSocket } from 'ws';
import { type BufferBudget } from './budget.js';
import { type Clock } from './clock.js';
import { type Holder } from './relief.js';

export interface IncomingOptions {
  readonly ws: WebSocket;
  /** Bytes that ever came from the client's socket. */
  readonly received: () => number;
  /** The largest message. */
  readonly most: number;
  readonly budget: BufferBudget;
  readonly clock: Clock;
  /** Ends its tunnel. */
  readonly evict: () => void;
}

export class Incoming implements Holder {
  readonly #options: IncomingOptions;
  /** Of the last message that was whole: how many bytes had come, and when. */
  #whole: number;
  #at: number;
  #held = 0;
  /** Its tunnel is ending: another one's turn, should there still be too much. */
  #evicted = false;

  constructor(options: IncomingOptions) {
    this.#options = options;
    this.#whole = options.received();
    this.#at = options.clock.now();
    options.ws.on('message', () => {
      this.#whole = options.received();
      this.#at = options.clock.now();
      this.#hold(0);
    });
  }

  /** To be called now and then. */
  check(): void {
    if (this.#evicted) return;
    const { received, most } = this.#options;
    this.#hold(Math.min(received() - this.#whole, most));
  }

  stuckFor(now: number): number {
    return this.#held > 0 ? now - this.#at : 0;
  }

  evict(): void {
    this.#evicted = true;
    this.#hold(0);
    this.#options.evict();
  }

  close(): void {
    this.#hold(0);
  }

  #hold(bytes: number): void {
    if (bytes !== this.#held) this.#options.budget.take(bytes - this.#held);
    this.#held = bytes;
  }
}
