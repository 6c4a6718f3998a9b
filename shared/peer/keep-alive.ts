import { type Timers } from './clock.js';
import { PeerFailure } from './errors.js';

/** Pings a quiet while after each answer. A ping without an answer says that the peer is gone. */
export class KeepAlive {
  readonly #timers: Timers;
  readonly #intervalMs: number;
  readonly #session: KeptSession;

  constructor(timers: Timers, intervalMs: number, session: KeptSession) {
    this.#timers = timers;
    this.#intervalMs = intervalMs;
    this.#session = session;
  }

  start(): void {
    this.#timers.after(this.#intervalMs, () => {
      this.#session.ping().then(
        () => this.start(),
        (failure: unknown) => {
          if (!(failure instanceof PeerFailure) || failure.code !== 'request-timed-out') return;
          // While our own consumers hold reading up, silence is not the peer's fault.
          if (this.#session.readingPaused()) this.start();
          else this.#session.lost();
        },
      );
    });
  }
}

interface KeptSession {
  ping(): Promise<number>;
  readingPaused(): boolean;
  /** The peer did not answer. */
  lost(): void;
}
