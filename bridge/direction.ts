import { type BufferBudget } from './budget.js';
import { type Clock } from './clock.js';

/** About what a queued write costs beside its bytes: a buffer, a request, a callback. */
const CHUNK_OVERHEAD = 512;

/** One direction of a tunnel: what was read on one side and not yet taken by the other, and when bytes last moved. */
export class Direction {
  readonly #budget: BufferBudget;
  readonly #clock: Clock;
  #pending = 0;
  #total = 0;
  #movedAt: number;
  #open = true;

  constructor(budget: BufferBudget, clock: Clock) {
    this.#budget = budget;
    this.#clock = clock;
    this.#movedAt = clock.now();
  }

  /** Bytes held, and what holding them costs. */
  get pending(): number {
    return this.#pending;
  }

  /** Bytes that ever came. */
  get total(): number {
    return this.#total;
  }

  /** When the destination last took a byte, or one came while none was waiting. */
  get movedAt(): number {
    return this.#movedAt;
  }

  /** The source must pause. */
  get full(): boolean {
    return this.#pending > this.#budget.mark;
  }

  /** The source may go on: well below the mark, or it would stop again at once. */
  get hasRoom(): boolean {
    return this.#pending <= this.#budget.mark / 2;
  }

  /** Milliseconds since bytes last moved while some wait; 0 when none wait. */
  stuckFor(now: number): number {
    return this.#pending > 0 ? now - this.#movedAt : 0;
  }

  /** A chunk waits for its destination: it costs memory of its own, however few bytes it has. */
  queued(): void {
    this.#pending += CHUNK_OVERHEAD;
    this.#budget.take(CHUNK_OVERHEAD);
  }

  came(bytes: number): void {
    if (this.#pending === 0) this.#movedAt = this.#clock.now();
    this.#pending += bytes;
    this.#total += bytes;
    this.#budget.take(bytes);
  }

  /** A queued chunk reached its destination. */
  went(bytes: number): void {
    if (!this.#open) return;
    this.#movedAt = this.#clock.now();
    this.#pending -= bytes + CHUNK_OVERHEAD;
    this.#budget.give(bytes + CHUNK_OVERHEAD);
  }

  /** The destination took bytes of what is under way to it. */
  moved(): void {
    this.#movedAt = this.#clock.now();
  }

  /** Bytes that came will not be queued. */
  dropped(bytes: number): void {
    if (!this.#open) return;
    this.#pending -= bytes;
    this.#budget.give(bytes);
  }

  /** Whatever is still held is gone with its sockets. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#budget.give(this.#pending);
    this.#pending = 0;
  }
}
