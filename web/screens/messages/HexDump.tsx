import { count } from '../../format.js';
import styles from './HexDump.module.css';

const ROW = 8;
export const DUMP_BYTES = 2048;
const hex = (byte: number): string => byte.toString(16).padStart(2, '0');

/** Eight bytes a row with their offsets; the bytes of one field marked. */
export function HexDump({
  bytes,
  total,
  marked,
}: {
  bytes: Uint8Array;
  /** Of which `bytes` may be the start alone. */
  total: number;
  marked: { start: number; end: number } | undefined;
}) {
  const shown = bytes.subarray(0, DUMP_BYTES);
  const rows = Array.from({ length: Math.ceil(shown.length / ROW) }, (_, row) => row * ROW);
  return (
    <div className={styles.dump} role="group" aria-label="Payload in hex" tabIndex={0}>
      {rows.map((start) => (
        <div key={start} className={styles.row}>
          <span className={styles.offset}>{start.toString(16).padStart(4, '0')}</span>
          {Array.from(shown.subarray(start, start + ROW), (byte, at) => (
            <span
              key={at}
              className={styles.byte}
              data-marked={marked && start + at >= marked.start && start + at < marked.end ? '' : undefined}
            >
              {hex(byte)}
            </span>
          ))}
        </div>
      ))}
      {total > shown.length && (
        <p className={styles.offset}>… and {count(total - shown.length, 'more byte')}</p>
      )}
    </div>
  );
}
