import { type Clock } from './clock.js';

/** Far more than a page asks for (a ping now and then), far less than what costs the bridge anything. */
const EACH_SECOND = 20;
const AT_ONCE = 200;

/**
 * How often a client may say what carries no byte of the tunnel: pings and pongs of WebSocket, pings and unknown
 * messages of ours. Each costs an answer or a parse; the package ws bounds how many wait, not how many come. Credits
 * are not counted: bytes follow them.
 */
export class Words {
  readonly #clock: Clock;
  #left = AT_ONCE;
  #at: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.now();
  }

  /** @returns whether one more may be said now */
  take(): boolean {
    const now = this.#clock.now();
    this.#left = Math.min(AT_ONCE, this.#left + ((now - this.#at) / 1000) * EACH_SECOND);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
