/** Where a peer gets its time from: the caller's, so that tests and replays set it. */
export interface Clock {
  /** Milliseconds since the Unix epoch; only differences and the time in our version message are used. */
  now(): number;
  /** Calls `f` once after `ms` milliseconds. */
  setTimeout(f: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

/** The timers of one peer: they end together, and an infinite time never comes. */
export class Timers {
  readonly #clock: Clock;
  readonly #running = new Set<unknown>();
  #over = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns what takes the timer back; harmless after it fired */
  after(ms: number, f: () => void): () => void {
    if (this.#over || !Number.isFinite(ms)) return () => {};
    const handle = this.#clock.setTimeout(() => {
      this.#running.delete(handle);
      f();
    }, ms);
    this.#running.add(handle);
    return () => {
      if (this.#running.delete(handle)) this.#clock.clearTimeout(handle);
    };
  }

  /** Stops all of them; none starts any more. */
  stop(): void {
    this.#over = true;
    for (const handle of this.#running) this.#clock.clearTimeout(handle);
    this.#running.clear();
  }
}
