import { useEffect, useState } from 'react';
import { Button } from '../../components/Button.js';
import { CopyButton } from '../../components/CopyButton.js';
import { count, number } from '../../format.js';
import { messageDetail } from '../../store/client.js';
import type { MessageDetail, MessageField, MessageRow } from '../../worker/protocol.js';
import { toHex } from '../../../shared/bytes.js';
import { DUMP_BYTES, HexDump } from './HexDump.js';
import { nameOf } from './MessageList.js';
import styles from './Detail.module.css';

/** One message: its fields, and its bytes with the chosen field marked. */
export function Detail({ row, onClose }: { row: MessageRow; onClose: () => void }) {
  const [detail, setDetail] = useState<MessageDetail | 'asking' | 'gone'>('asking');
  const [field, setField] = useState<MessageField>();
  useEffect(() => {
    let left = false;
    void messageDetail(row.index).then((answer) => {
      if (!left) setDetail(answer ?? 'gone');
    });
    return () => {
      left = true;
    };
  }, [row.index]);
  const name = nameOf(row);
  return (
    <section
      className={styles.detail}
      aria-label={`Message ${name}`}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <div className={styles.head}>
        <h2>{name}</h2>
        <Button onClick={onClose}>Close</Button>
      </div>
      <p className={styles.facts}>
        {row.direction}, {count(row.wireBytes, 'byte')} on the wire
        {row.id !== undefined && `, short id ${row.id}`}
      </p>
      <p>{row.summary}</p>
      {row.problem && <p className={styles.problem}>{row.problem}</p>}
      {detail === 'gone' && <p>Its bytes are no longer kept: only the latest 32 MiB are.</p>}
      {typeof detail === 'object' && (
        <>
          {detail.fields.length > 0 && (
            <ol className={styles.fields} aria-label="Fields">
              {detail.fields.map((part) => (
                <li key={part.path} data-depth={Math.min(part.depth, 4)}>
                  <button
                    type="button"
                    className={styles.field}
                    aria-pressed={part.path === field?.path}
                    onClick={() => setField(part.path === field?.path ? undefined : part)}
                  >
                    <span className={styles.name}>{part.name}</span>
                    <span className={styles.value}>{part.value}</span>
                    <span className={styles.range}>
                      {number(part.end - part.start)} B at {number(part.start)}
                    </span>
                  </button>
                </li>
              ))}
            </ol>
          )}
          {detail.fieldsCut && (
            <p className={styles.facts}>Cut after {count(detail.fields.length, 'field')}: there are more.</p>
          )}
          {detail.payloadBytes === 0 ? (
            <p className={styles.facts}>{empty(row)}</p>
          ) : (
            <>
              <p className={styles.facts}>
                {bytesAre[row.role]}, {count(detail.payloadBytes, 'byte')}
                {detail.payloadBytes > DUMP_BYTES && `, the first ${number(DUMP_BYTES)} shown`}{' '}
                <CopyButton
                  text={() => toHex(detail.payload)}
                  label={
                    detail.payload.length < detail.payloadBytes
                      ? `Copy the first ${number(detail.payload.length)} as hex`
                      : 'Copy hex'
                  }
                />
              </p>
              <HexDump bytes={detail.payload} total={detail.payloadBytes} marked={field} />
            </>
          )}
        </>
      )}
    </section>
  );
}

const bytesAre = {
  message: 'Payload',
  decoy: 'Contents',
  unread: 'Bytes as they came, still encrypted',
} as const;

function empty({ role, problem }: MessageRow): string {
  if (role !== 'message') return 'It has no contents.';
  return problem === undefined ? 'It has no payload: its type says everything.' : 'It has no payload.';
}
