import { useEffect, useState } from 'react';
import { Button } from '../../components/Button.js';
import { CopyButton } from '../../components/CopyButton.js';
import { count } from '../../format.js';
import { messageDetail } from '../../store/client.js';
import type { MessageDetail, MessageField, MessageRow } from '../../worker/protocol.js';
import { toHex } from '../../../shared/bytes.js';
import { HexDump } from './HexDump.js';
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
    <section className={styles.detail} aria-label={`Message ${name}`}>
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
                      {part.end - part.start} B at {part.start}
                    </span>
                  </button>
                </li>
              ))}
            </ol>
          )}
          {detail.payloadBytes === 0 ? (
            <p className={styles.facts}>It has no payload: its type says everything.</p>
          ) : (
            <>
              <p className={styles.facts}>
                Payload, {count(detail.payloadBytes, 'byte')}
                {detail.payload.length < detail.payloadBytes &&
                  `, the first ${detail.payload.length} shown`}{' '}
                <CopyButton text={() => toHex(detail.payload)} label="Copy hex" />
              </p>
              <HexDump bytes={detail.payload} marked={field} />
            </>
          )}
        </>
      )}
    </section>
  );
}
