/** Rows that are chosen: a range from row to row of what is shown, single ones, all of them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  countMarked,
  everything,
  extended,
  isMarked,
  markedIn,
  moved,
  toggled,
  type Marks,
} from '../../web/components/log/marks.js';
import type { Row, Shown } from '../../web/components/log/shown.js';

/** What a filter leaves of the rows: these, by index. */
function shownOf(indexes: readonly number[]): Shown<Row> {
  return {
    base: 0,
    length: indexes.length,
    at: (position) => ({ index: indexes[position]!, at: 0, direction: 'sent' }),
    positionOf: (index) => indexes.indexOf(index),
    excludes: () => false,
  };
}
const some = shownOf([3, 5, 8, 13, 21, 34]);

test('a range goes from where it began to where the keyboard is, over what is shown', () => {
  const down = extended(extended(undefined, 5, 8), 8, 21);
  expect(markedIn(down, some)).toEqual([5, 8, 13, 21]);
  const back = extended(down, 21, 3);
  expect(markedIn(back, some)).toEqual([3, 5]);
  expect(isMarked(back, 8)).toBe(false);
});

test('a single one joins a range or leaves it, and a range that begins there keeps the rest', () => {
  const range = extended(undefined, 5, 13);
  const less = toggled(range, 8, some);
  expect(markedIn(less, some)).toEqual([5, 13]);
  const more = toggled(less, 34, some);
  expect(markedIn(more, some)).toEqual([5, 13, 34]);
  expect(markedIn(extended(more, 34, 21), some)).toEqual([5, 13, 21, 34]);
  expect(markedIn(moved(range, 34, some), some)).toEqual([5, 8, 13]);
});

test('all that is shown: what comes later is not among it, and what was let go no longer', () => {
  expect(everything(shownOf([]))).toBeUndefined();
  const all = everything(some)!;
  expect(markedIn(all, some)).toEqual([3, 5, 8, 13, 21, 34]);
  const later = shownOf([8, 13, 21, 34, 55]);
  expect(markedIn(all, later)).toEqual([8, 13, 21, 34]);
  expect(countMarked(all, later)).toBe(4);
});

test('however rows are chosen, those that are counted, listed and drawn as chosen are the same', () => {
  const step = fc.record({
    kind: fc.constantFrom('extend', 'toggle', 'move', 'all'),
    at: fc.nat(19),
  });
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(60), { minLength: 20, maxLength: 20 }),
      fc.array(step),
      (rows, steps) => {
        const indexes = rows.sort((a, b) => a - b);
        const shown = shownOf(indexes);
        let marks: Marks | undefined;
        for (const { kind, at } of steps) {
          const index = indexes[at]!;
          if (kind === 'extend') marks = extended(marks, index, index);
          else if (kind === 'toggle') marks = toggled(marks, index, shown);
          else if (kind === 'move') marks = marks && moved(marks, index, shown);
          else marks = everything(shown);
        }
        if (marks === undefined) return;
        const listed = markedIn(marks, shown);
        expect(listed).toEqual(indexes.filter((index) => isMarked(marks!, index)));
        expect(countMarked(marks, shown)).toBe(listed.length);
      },
    ),
  );
});
