/** Rows by their index; they count from 0, and those before `first` were let go. */
export interface RowView<R> {
  readonly first: number;
  /** One more than the last index. */
  readonly end: number;
  /** @param index from `first` to `end` − 1 */
  at(index: number): R;
  /** Rows that became others after they had come, in that order: who watches them goes on from where it was. */
  readonly changes: Changes;
}

/** Indexes of rows. They count from 0, and those before `first` were let go. */
export interface Changes {
  readonly first: number;
  readonly end: number;
  at(position: number): number;
}

const MAX_CHANGES = 2 ** 16;
const noChanges: Changes = { first: 0, end: 0, at: () => -1 };

/** A session of 100,000 packets is here whole. */
export const MAX_ROWS = 2 ** 18;
const CHUNK = 1024;

/**
 * The latest rows of one connection. It grows in place, in chunks, so that a row costs the same however many there
 * are: who renders it watches `end`, which only grows, and `changes`.
 */
export class RowLog<R> implements RowView<R> {
  readonly #kindOf: (row: R) => string;
  readonly #chunks: R[][] = [];
  /** Of all chunks there ever were, how many are gone. */
  #chunksGone = 0;
  #first = 0;
  #end = 0;
  #changed: number[] = [];
  #changesGone = 0;
  /** How many rows there ever were of each kind, in the order in which kinds first came: no more than are registered. */
  readonly kinds = new Map<string, number>();

  constructor(kindOf: (row: R) => string) {
    this.#kindOf = kindOf;
  }

  get first(): number {
    return this.#first;
  }

  get end(): number {
    return this.#end;
  }

  at(index: number): R {
    return rowIn(this.#chunks, this.#chunksGone, index);
  }

  push(rows: readonly R[]): void {
    for (const row of rows) {
      if (this.#end % CHUNK === 0) this.#chunks.push([]);
      this.#chunks.at(-1)!.push(row);
      this.#end++;
      const kind = this.#kindOf(row);
      this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
    }
    this.#first = Math.max(0, this.#end - MAX_ROWS);
    const gone = Math.floor(this.#first / CHUNK) - this.#chunksGone;
    this.#chunks.splice(0, gone);
    this.#chunksGone += gone;
  }

  get changes(): Changes {
    const [changed, first] = [this.#changed, this.#changesGone];
    return { first, end: first + changed.length, at: (position) => changed[position - first]! };
  }

  /** Puts another row in the place of one, where that is still here. */
  change(index: number, to: (row: R) => R): void {
    if (index < this.#first || index >= this.#end) return;
    const chunk = this.#chunks[Math.floor(index / CHUNK) - this.#chunksGone]!;
    const before = chunk[index % CHUNK]!;
    const after = to(before);
    if (after === before) return;
    chunk[index % CHUNK] = after;
    this.#changed.push(index);
    if (this.#changed.length < 2 * MAX_CHANGES) return;
    this.#changed = this.#changed.slice(MAX_CHANGES);
    this.#changesGone += MAX_CHANGES;
  }

  /**
   * As it is now: it shares the chunks, gets no further row, and keeps what the log lets go. A row that becomes
   * another shows here, too, and is told to nobody.
   */
  frozen(): RowView<R> {
    const chunks = [...this.#chunks];
    const gone = this.#chunksGone;
    return {
      first: this.#first,
      end: this.#end,
      at: (index) => rowIn(chunks, gone, index),
      changes: noChanges,
    };
  }
}

const rowIn = <R>(chunks: readonly (readonly R[])[], gone: number, index: number): R =>
  chunks[Math.floor(index / CHUNK) - gone]![index % CHUNK]!;
