import type { MessageRow } from '../worker/protocol.js';

/** Rows by their index; they count from 0, and those before `first` were let go. */
export interface RowView {
  readonly first: number;
  /** One more than the last index. */
  readonly end: number;
  /** @param index from `first` to `end` − 1 */
  at(index: number): MessageRow;
}

export const MAX_ROWS = 50_000;
const CHUNK = 1024;

/** What a row is filed under: its type, where a registry has it, else why it has none. */
export const kindOf = ({ role, type }: MessageRow): string =>
  role === 'message' && type !== undefined ? type : role;

/**
 * The latest rows of one connection. It grows in place, in chunks, so that a row costs the same however many there
 * are: who renders it watches `end`, which only grows.
 */
export class RowLog implements RowView {
  readonly #chunks: MessageRow[][] = [];
  /** Of all chunks there ever were, how many are gone. */
  #chunksGone = 0;
  #first = 0;
  #end = 0;
  /** How many rows there ever were of each kind, in the order in which kinds first came: no more than are registered. */
  readonly kinds = new Map<string, number>();

  get first(): number {
    return this.#first;
  }

  get end(): number {
    return this.#end;
  }

  at(index: number): MessageRow {
    return rowIn(this.#chunks, this.#chunksGone, index);
  }

  push(rows: readonly MessageRow[]): void {
    for (const row of rows) {
      if (this.#end % CHUNK === 0) this.#chunks.push([]);
      this.#chunks.at(-1)!.push(row);
      this.#end++;
      const kind = kindOf(row);
      this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
    }
    this.#first = Math.max(0, this.#end - MAX_ROWS);
    const gone = Math.floor(this.#first / CHUNK) - this.#chunksGone;
    this.#chunks.splice(0, gone);
    this.#chunksGone += gone;
  }

  /** As it is now: it shares the chunks, gets no further row, and keeps what the log lets go. */
  frozen(): RowView {
    const chunks = [...this.#chunks];
    const gone = this.#chunksGone;
    return { first: this.#first, end: this.#end, at: (index) => rowIn(chunks, gone, index) };
  }
}

const rowIn = (chunks: readonly (readonly MessageRow[])[], gone: number, index: number): MessageRow =>
  chunks[Math.floor(index / CHUNK) - gone]![index % CHUNK]!;
