import type { Row, Shown } from './shown.js';

/** Rows that somebody has chosen, by index: a range of what is shown, and others. Values of it never change. */
export interface Marks {
  /** Where the keyboard stands: one end of the range, where there is one. */
  readonly cursor: number;
  /** Its other end. */
  readonly anchor?: number;
  readonly others: ReadonlySet<number>;
}

const none: ReadonlySet<number> = new Set();

const inRange = ({ cursor, anchor }: Marks, index: number): boolean =>
  anchor !== undefined && index >= Math.min(anchor, cursor) && index <= Math.max(anchor, cursor);

export const isMarked = (marks: Marks, index: number): boolean =>
  inRange(marks, index) || marks.others.has(index);

/** From where the range began, or else from `from`, to a row. */
export function extended(marks: Marks | undefined, from: number, to: number): Marks {
  return { cursor: to, anchor: marks?.anchor ?? marks?.cursor ?? from, others: marks?.others ?? none };
}

export function toggled<R extends Row>(marks: Marks | undefined, index: number, shown: Shown<R>): Marks {
  const others = new Set(marks && markedIn(marks, shown));
  if (!others.delete(index)) others.add(index);
  return { cursor: index, others };
}

/** The keyboard goes on, and what is marked stays. */
export function moved<R extends Row>(marks: Marks, cursor: number, shown: Shown<R>): Marks {
  const others = marks.anchor === undefined ? marks.others : new Set(markedIn(marks, shown));
  return { cursor, others };
}

/** Every row that is shown now; those that come later are not. */
export function everything<R extends Row>(shown: Shown<R>): Marks | undefined {
  if (shown.length === 0) return undefined;
  return { cursor: shown.at(shown.length - 1).index, anchor: shown.at(0).index, others: none };
}

/** The indexes of marked rows that are shown, ascending. */
export function markedIn<R extends Row>(marks: Marks, shown: Shown<R>): number[] {
  const found: number[] = [];
  const [start, end] = rangeIn(marks, shown);
  for (let position = start; position < end; position++) found.push(shown.at(position).index);
  for (const index of marks.others)
    if (!inRange(marks, index) && shown.positionOf(index) >= 0) found.push(index);
  return marks.others.size === 0 ? found : found.sort((a, b) => a - b);
}

/** How many they are. */
export function countMarked<R extends Row>(marks: Marks, shown: Shown<R>): number {
  const [start, end] = rangeIn(marks, shown);
  let others = 0;
  for (const index of marks.others) if (!inRange(marks, index) && shown.positionOf(index) >= 0) others++;
  return end - start + others;
}

/** The range as positions, half-open. Its ends are rows that were shown, and may have been let go or changed since. */
function rangeIn<R extends Row>({ anchor, cursor }: Marks, shown: Shown<R>): [start: number, end: number] {
  if (anchor === undefined) return [0, 0];
  const first = positionAtOrAfter(shown, Math.min(anchor, cursor));
  return [first, positionAtOrAfter(shown, Math.max(anchor, cursor) + 1)];
}

function positionAtOrAfter<R extends Row>(shown: Shown<R>, index: number): number {
  let [low, high] = [0, shown.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (shown.at(middle).index < index) low = middle + 1;
    else high = middle;
  }
  return low;
}
