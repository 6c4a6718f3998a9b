import {
  useLayoutEffect,
  useRef,
  useState,
  type FocusEvent,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import { useWindow } from '../../components/useWindow.js';
import styles from './VirtualTable.module.css';

/**
 * A table of very many rows, of which only those in sight are built. Each row has one link; of all of them one is a
 * stop of the keyboard, and ↑ and ↓ go on from there.
 */
export function VirtualTable(props: {
  label: string;
  count: number;
  rowHeight: number;
  /** The class that sets `--columns`, and the height of the list. */
  layout: string | undefined;
  columns: readonly ReactNode[];
  /** What stands for a row while it changes its place. */
  keyOf: (index: number) => string | number;
  row: (index: number, tabIndex: number) => ReactNode;
  /** The row that a link leads to. */
  shown?: number | undefined;
  /** How many rows came on top so far: what is read stays where it is. */
  added?: number;
  /** Whoever has to fetch rows hears which are in sight. */
  onSight?: (start: number, end: number) => void;
  foot?: ReactNode;
}) {
  const { count, rowHeight, shown, added = 0, onSight } = props;
  const { scroller, start, end, reveal, moveBy } = useWindow(count, rowHeight);
  const [active, setActive] = useState(0);
  const wanted = useRef<number>(undefined);

  useLayoutEffect(() => onSight?.(start, end), [start, end, onSight]);
  useLayoutEffect(() => {
    if (shown !== undefined) reveal(shown, 3);
  }, [shown, reveal]);
  const before = useRef(added);
  useLayoutEffect(() => {
    const more = added - before.current;
    before.current = added;
    if (more > 0 && (scroller.current?.scrollTop ?? 0) > 0) moveBy(more);
  }, [added, moveBy, scroller]);

  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1);
    const target = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: count - 1,
    }[event.key];
    if (target === undefined || count === 0) return;
    event.preventDefault();
    const next = Math.min(count - 1, Math.max(0, target));
    setActive(next);
    reveal(next);
    wanted.current = next;
  };
  // The row, or what it links to, may be there only after some more drawing.
  useLayoutEffect(() => {
    const link = scroller.current?.querySelector<HTMLElement>(`[data-row="${wanted.current}"] a`);
    if (wanted.current === undefined || !link) return;
    wanted.current = undefined;
    const { activeElement } = document;
    if (activeElement === document.body || scroller.current?.contains(activeElement))
      link.focus({ preventScroll: true });
  });
  const enter = (event: FocusEvent) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-row]');
    if (row) setActive(Number(row.dataset['row']));
  };
  const stop = active >= start && active < end ? active : start;
  return (
    <div className={`${styles.frame} ${props.layout}`}>
      <div role="table" aria-label={props.label} aria-rowcount={count + 1}>
        <div role="rowgroup">
          <div className={styles.columns} role="row" aria-rowindex={1}>
            {props.columns.map((column, at) => (
              <span key={at} role="columnheader">
                {column}
              </span>
            ))}
          </div>
        </div>
        <div
          ref={scroller}
          className={styles.scroller}
          style={{ maxBlockSize: count * rowHeight + 1 }}
          role="rowgroup"
          onKeyDown={press}
          onFocus={enter}
        >
          <div role="presentation" className={styles.space} style={{ blockSize: count * rowHeight }}>
            {Array.from({ length: Math.max(0, end - start) }, (_, at) => {
              const index = start + at;
              return (
                <div
                  key={props.keyOf(index)}
                  className={styles.row}
                  role="row"
                  aria-rowindex={index + 2}
                  data-row={index}
                  data-shown={index === shown ? '' : undefined}
                  style={{ transform: `translateY(${index * rowHeight}px)`, blockSize: rowHeight }}
                >
                  {props.row(index, index === stop ? 0 : -1)}
                </div>
              );
            })}
          </div>
        </div>
      </div>
      {props.foot}
    </div>
  );
}
