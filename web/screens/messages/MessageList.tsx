import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { number, since, wallClock } from '../../format.js';
import type { MessageRow } from '../../worker/protocol.js';
import styles from './MessageList.module.css';

export const LIST_ID = 'message-list';
const ROW_HEIGHT = 36;
/** So close to the end counts as being there. */
const NEAR_END = 2 * ROW_HEIGHT;

/** A live list, virtualised. It follows the end until somebody scrolls up or reads a message. */
export function MessageList(props: {
  rows: readonly MessageRow[];
  startedAt: number;
  selected: number | undefined;
  onSelect: (index: number | undefined) => void;
}) {
  const { rows, selected, onSelect } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(true);
  // eslint-disable-next-line react-hooks/incompatible-library -- it warns of the React Compiler, which is not used here
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    getItemKey: (at) => rows[at]!.index,
  });
  const chosen = selected === undefined ? -1 : selected - rows[0]!.index;

  useEffect(() => {
    if (following && selected === undefined) virtual.scrollToIndex(rows.length - 1);
  }, [rows.length, following, selected, virtual]);

  const choose = (at: number) => {
    onSelect(rows[at]?.index);
    virtual.scrollToIndex(at);
  };
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const last = rows.length - 1;
    if (event.key === 'Escape') onSelect(undefined);
    else if (event.key === 'ArrowDown') choose(chosen < 0 ? 0 : Math.min(last, chosen + 1));
    else if (event.key === 'ArrowUp') choose(chosen < 0 ? last : Math.max(0, chosen - 1));
    else if (event.key === 'Home') choose(0);
    else if (event.key === 'End') choose(last);
    else return;
    event.preventDefault();
  };
  const scrolled = () => {
    const { scrollTop, clientHeight, scrollHeight } = scroller.current!;
    setFollowing(scrollHeight - scrollTop - clientHeight < NEAR_END);
  };

  return (
    <div className={styles.frame} data-reading={selected === undefined ? undefined : ''}>
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
        aria-activedescendant={chosen >= 0 ? rowId(selected!) : undefined}
        tabIndex={0}
        onKeyDown={press}
        onScroll={scrolled}
      >
        <div role="presentation" className={styles.space} style={{ blockSize: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index]!;
            return (
              <div
                key={item.key}
                id={rowId(row.index)}
                className={styles.row}
                role="option"
                aria-selected={row.index === selected}
                aria-setsize={rows.length}
                aria-posinset={item.index + 1}
                data-direction={row.direction}
                data-role={row.role}
                style={{ transform: `translateY(${item.start}px)` }}
                onClick={() => onSelect(row.index === selected ? undefined : row.index)}
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
          })}
        </div>
      </div>
    </div>
  );
}

const rowId = (index: number): string => `message-${index}`;

export function nameOf({ role, type, id }: MessageRow): string {
  if (role !== 'message') return role;
  return type ?? (id === undefined ? 'malformed type' : `unknown id ${id}`);
}
