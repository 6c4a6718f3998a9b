/** What one tunnel may hold in one direction before its source is paused, as long as memory is plenty. */
export const MAX_MARK = 1 << 20;

/** What it may always hold: about one read of a socket. */
const MIN_MARK = 1 << 15;

/**
 * The bytes that all tunnels hold together. The fuller it is, the less each may hold, so that thousands of stuck
 * tunnels share the budget while those that flow go on in small steps: half of it is shared out so, the other half is
 * for what each may always hold. Where even that is not enough, the longest stuck tunnels end (relief.ts).
 */
export class BufferBudget {
  readonly #limit: number;
  #used = 0;
  #peak = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  /** The most that was ever held at once. */
  get peak(): number {
    return this.#peak;
  }

  /** More is held than may be. */
  get isOver(): boolean {
    return this.#used > this.#limit;
  }

  /** The bytes at which a tunnel's source is paused now. */
  get mark(): number {
    return Math.max(MIN_MARK, Math.min(MAX_MARK, (this.#limit / 2 - this.#used) / 8));
  }

  take(bytes: number): void {
    this.#used += bytes;
    if (this.#used > this.#peak) this.#peak = this.#used;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}
