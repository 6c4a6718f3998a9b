import { count, sinceInRow, wallClock } from '../../format.js';
import type { RowLook } from './LogList.js';
import styles from './observed-rows.module.css';
import type { Row } from './shown.js';

/** Rows of which an observer knows no more than when, which way and how many bytes. */
export const observedLook = (startedAt: number): RowLook<Row & { readonly wireBytes?: number }> => ({
  layout: styles.layout,
  columns: (
    <>
      <span>time</span>
      <span>sent</span>
      <span>received</span>
    </>
  ),
  marks: () => ({}),
  cells: (row) => (
    <>
      <time title={wallClock(startedAt + row.at)}>{sinceInRow(row.at)}</time>
      <span className={styles.size}>
        <span className="visually-hidden">{row.direction} </span>
        {count(row.wireBytes ?? 0, 'byte')}
      </span>
    </>
  ),
});
