/**
 * The latest entries of a list that only grows, within a number of them and a sum of bytes; the oldest are let go.
 * Entries count from 0. Adding one costs the same however many there are.
 */
export class Latest<T> {
  readonly #limits: { readonly entries: number; readonly bytes: number };
  readonly #bytesOf: (entry: T) => number;
  #entries: (T | undefined)[] = [];
  /** The index of the first in #entries, and how many of those were let go. */
  #base = 0;
  #gone = 0;
  #bytes = 0;

  constructor(limits: { entries: number; bytes: number }, bytesOf: (entry: T) => number) {
    this.#limits = limits;
    this.#bytesOf = bytesOf;
  }

  /** The index of the oldest that is kept; `end` where none is. */
  get first(): number {
    return this.#base + this.#gone;
  }

  /** One more than the index of the latest. */
  get end(): number {
    return this.#base + this.#entries.length;
  }

  at(index: number): T | undefined {
    return this.#entries[index - this.#base];
  }

  push(entry: T): void {
    this.#entries.push(entry);
    this.#bytes += this.#bytesOf(entry);
    const { entries, bytes } = this.#limits;
    while (this.#gone < this.#entries.length && (this.#bytes > bytes || this.end - this.first > entries)) {
      this.#bytes -= this.#bytesOf(this.#entries[this.#gone]!);
      this.#entries[this.#gone++] = undefined;
    }
    if (this.#gone * 2 <= this.#entries.length || this.#gone < 1024) return;
    this.#entries = this.#entries.slice(this.#gone);
    this.#base += this.#gone;
    this.#gone = 0;
  }
}
