import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { CopyButton } from '../../components/CopyButton.js';
import { Pane } from '../../components/Panes.js';
import { OnTheWire } from '../../components/OnTheWire.js';
import { count, number, since, wallClock } from '../../format.js';
import { ask } from '../../store/client.js';
import type { MessageRow } from '../../store/row-kinds.js';
import type { MessageDetail, Protocol } from '../../worker/protocol.js';
import { toHex } from '../../../shared/bytes.js';
import styles from './Detail.module.css';
import { FieldsAndBytes } from './FieldsAndBytes.js';
import { nameOf } from './names.js';
import { Paired } from './Paired.js';

/** One message: what it is, what it took on the wire, its fields beside its bytes. */
export function Detail(props: {
  row: MessageRow;
  protocol: Protocol;
  /** Nobody has the keys: these bytes are no message. */
  observed: boolean;
  startedAt: number;
  /** The name of another message that is still kept. */
  nameAt: (index: number) => string | undefined;
  onGo: (index: number) => void;
  onClose: () => void;
}) {
  const { row, observed } = props;
  const [detail, setDetail] = useState<MessageDetail | 'asking' | 'gone'>('asking');
  useEffect(() => {
    let left = false;
    void ask('message', { message: row.index }).then((answer) => {
      if (!left) setDetail(answer ?? 'gone');
    });
    return () => {
      left = true;
    };
  }, [row.index]);
  const name = observed ? count(row.wireBytes, 'byte') : nameOf(row);
  const about = typeof detail === 'object' ? detail.about : undefined;
  return (
    <Pane label={observed ? 'Chunk' : `Message ${name}`} head={<h2>{name}</h2>} onClose={props.onClose}>
      <p className={styles.facts}>
        {!observed && `no. ${number(row.index)}, `}
        {row.direction} at <time title={wallClock(props.startedAt + row.at)}>{since(row.at)}</time>
        {about && ` · ${about.purpose}`}
        {about?.bip !== undefined && ` BIP${about.bip}`}
        {about && about.status !== 'settled' && `, ${about.status}`}
        {about && (
          <>
            {' · '}
            <Link href={`/reference/messages/${row.type}`}>among all types</Link>
          </>
        )}
      </p>
      {row.summary !== about?.purpose && <p className={styles.summary}>{row.summary}</p>}
      {row.problem && <p className={styles.problem}>{row.problem}</p>}
      <Paired row={row} nameAt={props.nameAt} onGo={props.onGo} />
      <OnTheWire row={row} protocol={props.protocol} {...(about && { about })} />
      {detail === 'gone' && (
        <p>Its bytes are no longer kept: of each session those of the latest messages are, up to 64 MiB.</p>
      )}
      {typeof detail === 'object' &&
        (detail.payload.length === 0 ? (
          <>
            <p className={styles.facts}>{empty(row)}</p>
            <ComposeCopy row={row} />
          </>
        ) : (
          <>
            <FieldsAndBytes row={row} detail={detail} label={bytesAre[row.role]} />
            <Copies row={row} payload={detail.payload} decoded={detail.fields.length > 0} />
          </>
        ))}
    </Pane>
  );
}

function Copies({ row, payload, decoded }: { row: MessageRow; payload: Uint8Array; decoded: boolean }) {
  const [tooLarge, setTooLarge] = useState(false);
  const json = async () => {
    const answer = await ask('json', { message: row.index });
    if (answer !== undefined && 'text' in answer) return answer.text;
    setTooLarge(true);
    throw new RangeError('too large to copy');
  };
  return (
    <div className={styles.copies}>
      <CopyButton text={() => toHex(payload)} label={`Copy ${count(payload.length, 'byte')} as hex`} byKey />
      {decoded &&
        (tooLarge ? (
          <span role="status">As JSON it would be more than {number(16)} MiB of text.</span>
        ) : (
          <CopyButton text={json} label="Copy as JSON" />
        ))}
      <ComposeCopy row={row} />
    </div>
  );
}

/** To the form that this message could have been made with. */
function ComposeCopy({ row: { index, role, type } }: { row: MessageRow }) {
  if (role !== 'message' && role !== 'unknown') return null;
  if (type === undefined) return null;
  return (
    <Link href={`/compose?from=${index}`} className={styles.compose!}>
      Compose a copy
    </Link>
  );
}

const bytesAre = {
  message: 'Payload',
  unknown: 'Payload',
  dropped: 'Payload',
  decoy: 'Contents',
  unread: 'Bytes as they came, still encrypted',
} as const;

function empty({ role, problem }: MessageRow): string {
  if (role === 'decoy') return 'It has no contents.';
  return problem === undefined && role === 'message'
    ? 'It has no payload: its type says everything.'
    : 'It has no payload.';
}
