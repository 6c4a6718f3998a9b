import { useEffect, useLayoutEffect, useRef, type KeyboardEvent, type MouseEvent } from 'react';
import { useWindow } from '../../components/useWindow.js';
import { number } from '../../format.js';
import type { FieldPlace } from '../../worker/protocol.js';
import type { FieldRow, FieldTree } from './field-tree.js';
import styles from './Fields.module.css';

const ROW_HEIGHT = 28;

/**
 * The fields of a message as a tree, of which only what is in sight is built. One row is in the tab order. → walks
 * over every byte: it opens what is closed and goes on to the next field.
 */
export function Fields(props: {
  tree: FieldTree;
  /** Changes whenever the tree did. */
  version: number;
  /** The row of the chosen field; −1 for none. */
  chosen: number;
  onChoose: (row: FieldRow) => void;
  onHover: (row: FieldRow | undefined) => void;
  onToggle: (row: FieldRow) => void;
  onMissing: (places: FieldPlace[]) => void;
}) {
  const { tree, version, chosen, onMissing } = props;
  const { scroller, start, end, reveal } = useWindow(tree.length, ROW_HEIGHT);
  const active = Math.min(Math.max(0, chosen), tree.length - 1);

  useEffect(() => {
    const places = tree.missing(start, Math.min(end, tree.length));
    if (places.length > 0) onMissing(places);
  }, [tree, version, start, end, onMissing]);

  useEffect(() => {
    if (chosen >= 0) reveal(chosen, 1);
  }, [chosen, reveal]);

  const focusNext = useRef(false);
  useLayoutEffect(() => {
    if (!focusNext.current) return;
    focusNext.current = false;
    scroller.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
  });

  /** The row that a pointer moved to; −1 for none. What is scrolled under one that rests is not pointed at. */
  const pointed = useRef(-1);
  const point = (at: number) => {
    if (pointed.current === at) return;
    pointed.current = at;
    props.onHover(at < 0 ? undefined : tree.rowAt(at));
  };

  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = tree.rowAt(active);
    const last = tree.length - 1;
    const closed = row.field !== undefined && row.field.parts > 0 && !row.open;
    if (event.key === 'Enter' || event.key === ' ') {
      props.onChoose(row);
      if (row.field?.parts) props.onToggle(row);
    } else {
      const target = {
        ArrowRight: Math.min(last, active + 1),
        ArrowDown: Math.min(last, active + 1),
        ArrowLeft: Math.max(0, active - 1),
        ArrowUp: Math.max(0, active - 1),
        Home: 0,
        End: last,
      }[event.key];
      if (target === undefined) return;
      point(-1);
      if (event.key === 'ArrowRight' && closed) props.onToggle(row);
      // Opening gave it parts: the next row is the first of them.
      const next = event.key === 'ArrowRight' && closed ? active + 1 : target;
      props.onChoose(tree.rowAt(next));
      focusNext.current = true;
    }
    event.preventDefault();
  };

  const rows = Array.from({ length: Math.max(0, Math.min(end, tree.length) - start) }, (_, at) => start + at);
  // What has the focus stays built, wherever the tree is scrolled to.
  if (active < start) rows.unshift(active);
  if (active >= end) rows.push(active);
  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="tree"
      aria-label="Fields"
      style={{ blockSize: tree.length * ROW_HEIGHT + 2 }}
      onKeyDown={press}
      onMouseLeave={() => point(-1)}
    >
      <div role="presentation" className={styles.space} style={{ blockSize: tree.length * ROW_HEIGHT }}>
        {rows.map((at) => (
          <Field
            key={at}
            row={tree.rowAt(at)}
            at={at}
            active={at === active}
            chosen={at === chosen}
            onChoose={props.onChoose}
            onPoint={point}
            onToggle={props.onToggle}
          />
        ))}
      </div>
    </div>
  );
}

/** A browser also tells of a pointer that rests, when what is under it has changed. */
const hasMoved = ({ movementX, movementY }: MouseEvent): boolean => movementX !== 0 || movementY !== 0;

function Field(props: {
  row: FieldRow;
  at: number;
  active: boolean;
  chosen: boolean;
  onChoose: (row: FieldRow) => void;
  onPoint: (at: number) => void;
  onToggle: (row: FieldRow) => void;
}) {
  const { row, chosen } = props;
  const { field, path, open } = row;
  const parts = field?.parts ?? 0;
  return (
    <div
      role="treeitem"
      aria-level={path.length}
      aria-posinset={path.at(-1)! + 1}
      aria-setsize={row.siblings}
      aria-selected={chosen}
      aria-expanded={parts > 0 ? open : undefined}
      tabIndex={props.active ? 0 : -1}
      className={styles.field}
      style={{
        transform: `translateY(${props.at * ROW_HEIGHT}px)`,
        paddingInlineStart: `${0.25 + 0.875 * Math.min(path.length - 1, 6)}rem`,
      }}
      onClick={() => props.onChoose(row)}
      onDoubleClick={() => parts > 0 && props.onToggle(row)}
      onMouseMove={(event) => hasMoved(event) && props.onPoint(props.at)}
    >
      <span
        className={styles.twisty}
        data-open={parts > 0 ? open : undefined}
        aria-hidden="true"
        onClick={(event) => {
          if (parts === 0) return;
          event.stopPropagation();
          props.onToggle(row);
        }}
      />
      <span className={styles.name}>{field?.name ?? '…'}</span>
      <span className={styles.value}>{field?.value}</span>
      {field && (
        <span className={styles.range}>
          {number(field.end - field.start)} B at {number(field.start)}
        </span>
      )}
    </div>
  );
}
