import { type Clock } from '../../shared/peer/index.js';

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #now = Date.UTC(2026, 0, 1);
  readonly #timers = new Map<number, { due: number; f: () => void }>();
  #next = 1;

  now(): number {
    return this.#now;
  }

  setTimeout(f: () => void, ms: number): unknown {
    this.#timers.set(this.#next, { due: this.#now + ms, f });
    return this.#next++;
  }

  clearTimeout(handle: unknown): void {
    this.#timers.delete(handle as number);
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** Moves time on, firing what falls due, in order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = [...this.#timers]
        .filter(([, timer]) => timer.due <= end)
        .sort((a, b) => a[1].due - b[1].due)[0];
      if (next === undefined) break;
      this.#timers.delete(next[0]);
      this.#now = next[1].due;
      next[1].f();
    }
    this.#now = end;
  }
}
