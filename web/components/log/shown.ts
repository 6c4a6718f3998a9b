import type { RowView } from '../../store/row-log.js';

/** What every list's rows have. */
export interface Row {
  readonly index: number;
  /** Milliseconds since the connection's start. */
  readonly at: number;
  readonly direction: 'sent' | 'received';
}

/** The rows that a list shows, by position. */
export interface Shown<R extends Row> {
  /** How many were shown before the first and were let go: positions shift by as many. */
  readonly base: number;
  readonly length: number;
  at(position: number): R;
  /** Where the row with this index stands; −1 for nowhere. */
  positionOf(index: number): number;
  /** Whether the row with this index was looked at, and does not fit the filter. */
  excludes(index: number): boolean;
}

/** Every row of a view, up to `end`. */
export function everyRow<R extends Row>(rows: RowView<R>, end: number): Shown<R> {
  const { first } = rows;
  return {
    base: first,
    length: end - first,
    at: (position) => rows.at(first + position),
    positionOf: (index) => (index >= first && index < end ? index - first : -1),
    excludes: () => false,
  };
}
