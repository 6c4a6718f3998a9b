import {
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
} from 'react';
import { Button } from '../Button.js';
import { useWindow } from '../useWindow.js';
import { count, number } from '../../format.js';
import styles from './LogList.module.css';
import { everything, extended, isMarked, moved, toggled, type Marks } from './marks.js';
import type { Row, Shown } from './shown.js';

const ROW_HEIGHT = 36;
/** So close to the end counts as being there. */
const NEAR_END_ROWS = 2;

/** How a list draws its rows. */
export interface RowLook<R extends Row> {
  /** The class that sets `--columns`. */
  readonly layout: string | undefined;
  readonly columns: ReactNode;
  cells(row: R): ReactNode;
  /** `data-` attributes of a row. */
  marks(row: R): { readonly [mark: `data-${string}`]: string | undefined };
}

/** Choosing more than one row. */
export interface Marking {
  /** 'none yet': clicks and Space mark rows, and no row is open; undefined until somebody begins. */
  readonly marks: Marks | 'none yet' | undefined;
  onMarks(marks: Marks | 'none yet' | undefined): void;
}

/** A live list follows the end until somebody scrolls up, reads a row or pauses it. What is over is read from its start. */
export function LogList<R extends Row>(props: {
  id: string;
  label: string;
  look: RowLook<R>;
  shown: Shown<R>;
  selected: R | undefined;
  onSelect: (row: R | undefined) => void;
  /** Where there is anything to pause. */
  onPause: (() => void) | undefined;
  /** Where more than one row can be chosen. */
  marking?: Marking | undefined;
  /** Where a row names others, in elements with `data-to`: opens the row with that index. */
  onGo?: (index: number) => void;
  /** Keys that are not the list's own. @returns whether it was one */
  onKey?: (key: string) => boolean;
  /** What a row is called: 'packet'. */
  unit: string;
  /** How many rows wait; undefined while the list is live. */
  waiting: number | undefined;
  live: boolean;
  /** Whether it begins at the end; else at the start. */
  follows: boolean;
  /** What stands in place of rows when there are none. */
  empty: ReactNode;
}) {
  const { id, look, shown, selected, onSelect, waiting, marking } = props;
  const begun = marking?.marks !== undefined;
  const marks = typeof marking?.marks === 'object' ? marking.marks : undefined;
  const [following, setFollowing] = useState(props.follows);
  /** The end of what was on screen, counted with what was let go. */
  const [seen, setSeen] = useState(0);
  const { scroller, start, end, reveal, toEnd, moveBy, edge } = useWindow(shown.length, ROW_HEIGHT);
  /** The row that keys start from. */
  const active = selected?.index ?? marks?.cursor;
  const chosen = active === undefined ? -1 : shown.positionOf(active);
  const total = shown.base + shown.length;

  const reading = selected !== undefined;
  // What is read or chosen from is not to run away.
  const held = reading || begun;
  const follows = following && !held;
  if (follows && seen !== total) setSeen(total);
  // Something came while a row was read: closing it must not move the list there.
  if (following && held && total > seen) setFollowing(false);
  useLayoutEffect(() => {
    if (follows) toEnd();
  }, [total, follows, toEnd]);

  // Rows that are let go above must not move what somebody reads.
  const base = useRef(shown.base);
  useLayoutEffect(() => {
    const gone = shown.base - base.current;
    base.current = shown.base;
    if (gone > 0 && !follows) moveBy(-gone);
  }, [shown.base, follows, moveBy]);

  // A link chooses a row from outside, wherever the list stands.
  const there = chosen >= 0;
  const show = useEffectEvent(() => reveal(chosen, 3));
  useLayoutEffect(() => {
    if (there) show();
  }, [selected?.index, there]);

  const watch = () => {
    const { fromStart, fromEnd } = edge();
    const atEnd = fromEnd < NEAR_END_ROWS;
    setFollowing(atEnd);
    const bottom = Math.min(total, shown.base + Math.floor(fromStart));
    setSeen((before) => (atEnd ? total : Math.max(before, bottom)));
  };
  const jump = () => {
    if (selected) onSelect(undefined);
    setFollowing(true);
    toEnd();
    scroller.current!.focus({ preventScroll: true });
  };
  const elements = atLeast(end - start);
  const below = follows ? 0 : total - Math.max(seen, shown.base);

  const mark = (marks: Marks | undefined) => {
    if (marks) marking?.onMarks(marks);
  };
  const choose = (at: number, shift: boolean) => {
    if (shown.length === 0) return;
    const row = shown.at(at);
    if (marking && shift) mark(extended(marks, active ?? row.index, row.index));
    else if (begun) mark(marks ? moved(marks, row.index, shown) : { cursor: row.index, others: new Set() });
    else onSelect(row);
    reveal(at);
    // At once: the event of the scroll may come after the key that closes the row again.
    if (edge().fromEnd >= NEAR_END_ROWS) setFollowing(false);
  };
  const click = (event: MouseEvent, row: R, picked: boolean) => {
    const to = event.target instanceof HTMLElement ? event.target.dataset.to : undefined;
    if (to !== undefined && !begun) return props.onGo?.(Number(to));
    if (!marking) return onSelect(picked ? undefined : row);
    scroller.current!.focus({ preventScroll: true });
    if (event.shiftKey) mark(extended(marks, active ?? row.index, row.index));
    else if (begun || event.ctrlKey || event.metaKey)
      mark(
        toggled(
          marks ?? (selected && { cursor: selected.index, others: new Set([selected.index]) }),
          row.index,
          shown,
        ),
      );
    else onSelect(picked ? undefined : row);
  };
  const press = (event: KeyboardEvent) => {
    if (marking && (event.ctrlKey || event.metaKey) && event.key === 'a') {
      event.preventDefault();
      return mark(everything(shown));
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const last = shown.length - 1;
    const page = Math.max(1, Math.floor(scroller.current!.clientHeight / ROW_HEIGHT) - 1);
    const target = {
      ArrowDown: chosen < 0 ? start : Math.min(last, chosen + 1),
      ArrowUp: chosen < 0 ? last : Math.max(0, chosen - 1),
      PageDown: Math.min(last, Math.max(0, chosen) + page),
      PageUp: Math.max(0, (chosen < 0 ? last : chosen) - page),
      Home: 0,
      End: last,
    }[event.key];
    if (target !== undefined) choose(target, event.shiftKey);
    else if (event.key === 'Escape') onSelect(undefined);
    else if (event.key === ' ' && begun && chosen >= 0) mark(toggled(marks, active!, shown));
    else if (event.key === ' ' && !begun) props.onPause?.();
    else if (!props.onKey?.(event.key)) return;
    event.preventDefault();
  };

  return (
    <div className={`${styles.frame} ${look.layout}`} data-reading={reading ? '' : undefined}>
      <div className={styles.columns} aria-hidden="true">
        {look.columns}
      </div>
      <div
        ref={scroller}
        id={id}
        className={styles.scroller}
        data-marking={begun ? '' : undefined}
        role="listbox"
        aria-label={props.label}
        aria-multiselectable={marking ? true : undefined}
        aria-activedescendant={chosen >= start && chosen < end ? rowId(id, active!) : undefined}
        aria-keyshortcuts={props.onPause && 'Space'}
        tabIndex={0}
        onKeyDown={press}
        onScroll={watch}
        onMouseDown={(event) => {
          // A range of rows is no range of text.
          if (marking && event.shiftKey) event.preventDefault();
        }}
      >
        <div role="presentation" className={styles.space} style={{ blockSize: shown.length * ROW_HEIGHT }}>
          {Array.from({ length: Math.max(0, end - start) }, (_, at) => {
            const row = shown.at(start + at);
            // Elements go round: a row that comes into sight takes that of one which left it.
            const element = (start + at) % elements;
            const picked = marks ? isMarked(marks, row.index) : row.index === selected?.index;
            return (
              <div
                key={element}
                id={rowId(id, row.index)}
                className={styles.row}
                role="option"
                aria-selected={picked}
                aria-setsize={shown.length}
                aria-posinset={start + at + 1}
                data-direction={row.direction}
                data-active={marks?.cursor === row.index ? '' : undefined}
                {...look.marks(row)}
                style={{ transform: `translateY(${(start + at) * ROW_HEIGHT}px)` }}
                onClick={(event) => click(event, row, picked)}
              >
                {look.cells(row)}
              </div>
            );
          })}
        </div>
      </div>
      {shown.length === 0 && <div className={styles.empty}>{props.empty}</div>}
      <div className={styles.foot}>
        {waiting !== undefined ? (
          <span>
            <strong>Paused.</strong>{' '}
            {waiting === 0
              ? 'Nothing new so far.'
              : `${count(waiting, `new ${props.unit}`)} ${waiting === 1 ? 'waits' : 'wait'}.`}
          </span>
        ) : follows ? (
          <span className={styles.quiet}>
            {props.live ? 'Following the latest.' : 'The end of the session.'}
          </span>
        ) : (
          <>
            <span className={below > 0 ? undefined : styles.quiet}>
              {!props.live
                ? 'The session has ended.'
                : below > 0
                  ? `${number(below)} new below.`
                  : 'Nothing new below.'}
            </span>
            <Button className={styles.jump} onClick={jump}>
              {props.live ? 'Jump to the latest' : 'Jump to the end'}
            </Button>
          </>
        )}
      </div>
    </div>
  );
}

/** How many elements rows share: of one number, so that a row keeps its own while it is in sight. */
function atLeast(rows: number): number {
  let elements = 64;
  while (elements < rows) elements *= 2;
  return elements;
}

const rowId = (list: string, index: number): string => `${list}-${index}`;
