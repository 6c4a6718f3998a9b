import type { RowView } from '../../store/row-log.js';
import type { Found } from '../../worker/protocol.js';
import { hexOf, matcher, type Filter, type Saying } from './filter.js';
import type { Row, Shown } from './shown.js';

/** Asks the worker which rows from one on hold these bytes. */
export type FindBytes = (hex: string, from: number) => Promise<Found | undefined>;

/** How long one slice of the search may hold up the page, in ms. */
const SLICE_MS = 8;
const ROWS_BETWEEN_LOOKS = 256;

/** The rows that fit a filter, found in slices as rows come. */
export class Matches<R extends Row> {
  /** Indexes of rows, ascending. Those before #head were let go. */
  #found: number[] = [];
  #head = 0;
  #gone = 0;
  #looked = 0;
  /** Changes of rows that were looked at; undefined before the first look. */
  #reviewed: number | undefined;
  #done = false;
  readonly #hex: string | undefined;
  readonly #inBytes = new Set<number>();
  #searched = 0;
  #searching = false;
  #wanted = { end: 0, then: () => {} };
  readonly #fits: (row: R) => boolean;
  /** Whether a row may come to fit, or fit no longer, after it has come. */
  readonly #follows: boolean;
  readonly #find: FindBytes;

  constructor(filter: Filter, says: Saying<R>, find: FindBytes) {
    this.#find = find;
    this.#hex = hexOf(filter);
    this.#fits = matcher(filter, this.#inBytes, says);
    this.#follows = filter.kind === 'unanswered';
  }

  /** Looks at rows up to `end`, for a while. @returns whether there are more that can be looked at now */
  advance(rows: RowView<R>, end: number): boolean {
    const until = performance.now() + SLICE_MS;
    this.#review(rows);
    const stop = this.#hex === undefined ? end : Math.min(end, this.#searched);
    this.#looked = Math.max(this.#looked, rows.first);
    while (this.#looked < stop) {
      const row = rows.at(this.#looked++);
      if (this.#fits(row)) this.#found.push(row.index);
      this.#inBytes.delete(row.index);
      if (this.#looked % ROWS_BETWEEN_LOOKS === 0 && performance.now() > until) break;
    }
    this.#done ||= this.#looked >= end;
    return this.#looked < stop;
  }

  /** Looks again at rows that became others. */
  #review(rows: RowView<R>): void {
    const { changes } = rows;
    if (!this.#follows || this.#reviewed === changes.end) return;
    const from = (this.#reviewed ??= changes.end);
    this.#reviewed = changes.end;
    if (from < changes.first) {
      // Some were let go unseen: every row may have changed.
      [this.#found, this.#head, this.#looked] = [[], 0, rows.first];
      return;
    }
    for (let position = from; position < changes.end; position++) {
      const index = changes.at(position);
      if (index < rows.first || index >= this.#looked) continue;
      const at = atOrAfter(this.#found, index, this.#head);
      const fits = this.#fits(rows.at(index));
      if (fits !== (this.#found[at] === index))
        this.#found.splice(at, fits ? 0 : 1, ...(fits ? [index] : []));
    }
  }

  /** Whether it has caught up with the rows that there were; those that come later are looked at as they come. */
  get done(): boolean {
    return this.#done;
  }

  /** Has the payloads searched up to `end`, where the filter is bytes; `then` is called after each answer. */
  async search(end: number, then: () => void): Promise<void> {
    if (this.#hex === undefined) return;
    this.#wanted = { end, then };
    if (this.#searching) return;
    this.#searching = true;
    while (this.#searched < this.#wanted.end) {
      const answer = await this.#find(this.#hex, this.#searched);
      // A session that is gone has no payloads.
      this.#searched = Math.max(this.#searched, answer?.next ?? this.#wanted.end);
      for (const index of answer?.found ?? []) this.#inBytes.add(index);
      this.#wanted.then();
    }
    this.#searching = false;
  }

  shown(rows: RowView<R>): Shown<R> {
    this.#letGo(rows.first);
    const [found, head, looked] = [this.#found, this.#head, this.#looked];
    const positionOf = (index: number): number => {
      const position = atOrAfter(found, index, head);
      return found[position] === index ? position - head : -1;
    };
    return {
      base: this.#gone,
      length: found.length - head,
      at: (position) => rows.at(found[head + position]!),
      positionOf,
      excludes: (index) => index >= rows.first && index < looked && positionOf(index) < 0,
    };
  }

  #letGo(first: number): void {
    const head = atOrAfter(this.#found, first, this.#head);
    this.#gone += head - this.#head;
    this.#head = head;
    if (head <= this.#found.length / 2) return;
    this.#found = this.#found.slice(head);
    this.#head = 0;
  }
}

/** The first position from `low` on whose value is at least `value`. */
function atOrAfter(ascending: readonly number[], value: number, low: number): number {
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
