import { memo, useEffect, useState, type CSSProperties, type MouseEvent } from 'react';
import { useWindow } from '../../components/useWindow.js';
import styles from './HexDump.module.css';

const ROW_HEIGHT = 24;
/** In px; HexDump.module.css takes a byte's from here. With few in a row there is room for a fingertip. */
const BYTE = { 8: 26, 16: 22 };
const CHARACTER = 8;
const GAPS = 28;

interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Bytes with their offsets, 16 a row or 8 where it is narrow, and as text where there is room. Only what is in sight
 * is built: a block has millions.
 */
export function HexDump(props: {
  label: string;
  bytes: Uint8Array;
  marked: Range | undefined;
  /** The bytes to bring into sight, whenever they are others. */
  revealed: Range | undefined;
  onByte: ((offset: number) => void) | undefined;
}) {
  const { bytes, marked, revealed, onByte } = props;
  const [width, setWidth] = useState(0);
  const digits = Math.max(4, (bytes.length - 1).toString(16).length);
  const offsets = digits * CHARACTER;
  const perRow = width >= offsets + GAPS + 16 * BYTE[16] ? 16 : 8;
  const withText = width >= offsets + GAPS + perRow * (BYTE[perRow] + CHARACTER);
  const rows = Math.ceil(bytes.length / perRow);
  const { scroller, start, end, reveal } = useWindow(rows, ROW_HEIGHT);

  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width));
    observer.observe(scroller.current!);
    return () => observer.disconnect();
  }, [scroller]);

  useEffect(() => {
    if (revealed && width > 0) reveal(Math.floor(revealed.start / perRow), 2);
  }, [revealed, perRow, width, reveal]);

  const click = (event: MouseEvent) => {
    const at = event.target instanceof HTMLElement ? event.target.dataset.at : undefined;
    if (at !== undefined) onByte?.(Number(at));
  };
  return (
    <div
      ref={scroller}
      className={styles.dump}
      role="group"
      aria-label={props.label}
      tabIndex={0}
      style={{ blockSize: rows * ROW_HEIGHT, '--byte': `${BYTE[perRow]}px` } as CSSProperties}
      data-pick={onByte ? '' : undefined}
      onClick={click}
    >
      <div className={styles.space} style={{ blockSize: rows * ROW_HEIGHT }}>
        {Array.from({ length: Math.max(0, end - start) }, (_, row) => {
          const from = (start + row) * perRow;
          return (
            <HexRow
              key={from}
              top={(start + row) * ROW_HEIGHT}
              offset={from}
              digits={digits}
              bytes={bytes}
              perRow={perRow}
              withText={withText}
              markedFrom={marked && marked.start < from + perRow && marked.end > from ? marked.start : -1}
              markedTo={marked && marked.start < from + perRow && marked.end > from ? marked.end : -1}
            />
          );
        })}
      </div>
    </div>
  );
}

/** Drawn anew only when its own marks change: props are numbers, and the bytes never change. */
const HexRow = memo(function HexRow(props: {
  top: number;
  offset: number;
  digits: number;
  bytes: Uint8Array;
  perRow: 8 | 16;
  withText: boolean;
  markedFrom: number;
  markedTo: number;
}) {
  const { offset, perRow, markedFrom, markedTo } = props;
  const bytes = props.bytes.subarray(offset, offset + perRow);
  const mark = (at: number) => (at >= markedFrom && at < markedTo ? '' : undefined);
  const cells = Array.from(bytes, (byte, at) => ({ byte, at: offset + at }));
  return (
    <div className={styles.row} style={{ transform: `translateY(${props.top}px)` }}>
      <span className={styles.offset}>{offset.toString(16).padStart(props.digits, '0')}</span>
      {cells.map(({ byte, at }) => (
        <span key={at} className={styles.byte} data-at={at} data-marked={mark(at)}>
          {byte.toString(16).padStart(2, '0')}
        </span>
      ))}
      {props.withText && (
        <span
          className={styles.text}
          aria-hidden="true"
          style={{ marginInlineStart: `calc(1rem + ${(perRow - bytes.length) * BYTE[perRow]}px)` }}
        >
          {cells.map(({ byte, at }) => (
            <span key={at} className={styles.character} data-at={at} data-marked={mark(at)}>
              {byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : '·'}
            </span>
          ))}
        </span>
      )}
    </div>
  );
});
