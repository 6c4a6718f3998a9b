import { useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Button } from '../../components/Button.js';
import { useWindow } from '../../components/useWindow.js';
import { count, number, since, wallClock } from '../../format.js';
import type { MessageRow } from '../../worker/protocol.js';
import type { Shown } from './matches.js';
import styles from './MessageList.module.css';
import { nameOf } from './names.js';

export const LIST_ID = 'message-list';
const ROW_HEIGHT = 36;
/** So close to the end counts as being there. */
const NEAR_END_ROWS = 2;

/** The live list. It follows the end until somebody scrolls up, reads a message or pauses it. */
export function MessageList(props: {
  shown: Shown;
  startedAt: number;
  selected: MessageRow | undefined;
  onSelect: (row: MessageRow | undefined) => void;
  onPause: () => void;
  /** How many packets wait; undefined while the list is live. */
  waiting: number | undefined;
  live: boolean;
  /** What stands in place of rows when there are none. */
  empty: ReactNode;
}) {
  const { shown, selected, onSelect, waiting } = props;
  const [following, setFollowing] = useState(true);
  /** The end of what was on screen, counted with what was let go. */
  const [seen, setSeen] = useState(0);
  const { scroller, start, end, reveal, toEnd, moveBy, edge } = useWindow(shown.length, ROW_HEIGHT);
  const chosen = selected === undefined ? -1 : shown.positionOf(selected.index);
  const total = shown.base + shown.length;

  const reading = selected !== undefined;
  const follows = following && !reading;
  if (follows && seen !== total) setSeen(total);
  // Something came while a message was read: closing it must not move the list there.
  if (following && reading && total > seen) setFollowing(false);
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

  const look = () => {
    const { fromStart, fromEnd } = edge();
    const atEnd = fromEnd < NEAR_END_ROWS;
    setFollowing(atEnd);
    const bottom = Math.min(total, shown.base + Math.floor(fromStart));
    setSeen((before) => (atEnd ? total : Math.max(before, bottom)));
  };
  const jump = () => {
    onSelect(undefined);
    setFollowing(true);
    toEnd();
    scroller.current!.focus({ preventScroll: true });
  };
  const below = follows ? 0 : total - Math.max(seen, shown.base);

  const choose = (position: number) => {
    if (shown.length === 0) return;
    onSelect(shown.at(position));
    reveal(position);
    // At once: the event of the scroll may come after the key that closes the message again.
    if (edge().fromEnd >= NEAR_END_ROWS) setFollowing(false);
  };
  const press = (event: KeyboardEvent) => {
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
    if (target !== undefined) choose(target);
    else if (event.key === 'Escape') onSelect(undefined);
    else if (event.key === ' ') props.onPause();
    else return;
    event.preventDefault();
  };

  return (
    <div className={styles.frame} data-reading={reading ? '' : undefined}>
      <div className={styles.columns} aria-hidden="true">
        <span className={styles.time}>time</span>
        <span>sent</span>
        <span>received</span>
        <span className={styles.size}>on the wire</span>
        <span className={styles.summary}>says</span>
      </div>
      <div
        ref={scroller}
        id={LIST_ID}
        className={styles.scroller}
        role="listbox"
        aria-label="Messages, in order"
        aria-activedescendant={chosen >= start && chosen < end ? rowId(selected!.index) : undefined}
        aria-keyshortcuts="Space"
        tabIndex={0}
        onKeyDown={press}
        onScroll={look}
      >
        <div role="presentation" className={styles.space} style={{ blockSize: shown.length * ROW_HEIGHT }}>
          {Array.from({ length: Math.max(0, end - start) }, (_, at) => {
            const row = shown.at(start + at);
            return (
              <Row
                key={row.index}
                row={row}
                position={start + at}
                of={shown.length}
                startedAt={props.startedAt}
                selected={row.index === selected?.index}
                onSelect={onSelect}
              />
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
              : `${count(waiting, 'new packet')} ${waiting === 1 ? 'waits' : 'wait'}.`}
          </span>
        ) : follows ? (
          <span className={styles.quiet}>
            {props.live ? 'Following the latest.' : 'The end of the session.'}
          </span>
        ) : (
          <>
            <span className={below > 0 ? undefined : styles.quiet}>
              {below > 0 ? `${number(below)} new below.` : 'Nothing new below.'}
            </span>
            <Button className={styles.jump} onClick={jump}>
              Jump to the latest
            </Button>
          </>
        )}
      </div>
    </div>
  );
}

function Row(props: {
  row: MessageRow;
  position: number;
  of: number;
  startedAt: number;
  selected: boolean;
  onSelect: (row: MessageRow | undefined) => void;
}) {
  const { row, position, selected } = props;
  return (
    <div
      id={rowId(row.index)}
      className={styles.row}
      role="option"
      aria-selected={selected}
      aria-setsize={props.of}
      aria-posinset={position + 1}
      data-direction={row.direction}
      data-role={row.role}
      data-problem={row.problem === undefined ? undefined : ''}
      style={{ transform: `translateY(${position * ROW_HEIGHT}px)` }}
      onClick={() => props.onSelect(selected ? undefined : row)}
    >
      <time className={styles.time} title={wallClock(props.startedAt + row.at)}>
        {since(row.at)}
      </time>
      <span className={styles.type}>
        <span className="visually-hidden">{row.direction} </span>
        {nameOf(row)}
      </span>
      <span className={styles.size}>{number(row.wireBytes)} B</span>
      <span className={styles.summary}>{row.summary}</span>
    </div>
  );
}

const rowId = (index: number): string => `message-${index}`;
