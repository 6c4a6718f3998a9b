import type { Buckets } from './protocol.js';

/**
 * Two sums over time in a bounded number of buckets that span the whole session: when it outgrows them, each two
 * become one of twice the width.
 */
export class TimeBuckets {
  readonly #max: number;
  #widthMs: number;
  #first: number[] = [];
  #second: number[] = [];

  constructor(options: { widthMs: number; buckets: number }) {
    this.#widthMs = options.widthMs;
    this.#max = options.buckets;
  }

  add(at: number, first: number, second: number): void {
    let index = this.#indexOf(at);
    while (index >= this.#max) {
      this.#widthMs *= 2;
      this.#first = halved(this.#first);
      this.#second = halved(this.#second);
      index = this.#indexOf(at);
    }
    while (this.#first.length <= index) {
      this.#first.push(0);
      this.#second.push(0);
    }
    this.#first[index]! += first;
    this.#second[index]! += second;
  }

  get all(): Buckets {
    return { widthMs: this.#widthMs, first: this.#first, second: this.#second };
  }

  #indexOf(at: number): number {
    return Math.floor(Math.max(0, at) / this.#widthMs);
  }
}

const halved = (values: readonly number[]): number[] =>
  Array.from(
    { length: Math.ceil(values.length / 2) },
    (_, at) => values[2 * at]! + (values[2 * at + 1] ?? 0),
  );
