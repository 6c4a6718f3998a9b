import type { Pace } from './recordings.js';

/** The place in a recording that its pace leads to, from moment to moment. Times are milliseconds. */
export class Pacer {
  #pace: Pace;
  /** Where it stood at `#since`. */
  #from = 0;
  #since: number;

  constructor(pace: Pace, now: number) {
    this.#pace = pace;
    this.#since = now;
  }

  /** Everything until here is due. */
  position(now: number): number {
    return this.#pace === 'at-once' ? Infinity : this.#from + (now - this.#since) * this.#pace;
  }

  /** How long until this place is reached; undefined where it waits. */
  until(place: number, now: number): number | undefined {
    if (this.#pace === 'at-once') return 0;
    return this.#pace === 0 ? undefined : Math.max(0, (place - this.position(now)) / this.#pace);
  }

  change(pace: Pace, now: number): void {
    const position = this.position(now);
    this.#from = position === Infinity ? this.#from : position;
    this.#since = now;
    this.#pace = pace;
  }
}
