import type { TermId } from '../screens/reference/glossary.js';
import { FieldMark } from './FieldMark.js';
import { count, number } from '../format.js';
import { decoy, kinds, type Kind } from '../kinds.js';
import type { MessageDetail, MessageRow, Protocol } from '../worker/protocol.js';
import styles from './OnTheWire.module.css';
import { Term } from './Term.js';

const PACKET_BYTES = { length: 3, header: 1, tag: 16 };
const EXPANSION = PACKET_BYTES.length + PACKET_BYTES.header + PACKET_BYTES.tag;
const LONG_TYPE_BYTES = 13;
const V1_HEADER_BYTES = 24;

interface Piece {
  readonly kind: Kind;
  readonly name: string;
  /** Where the glossary explains it. */
  readonly term?: TermId;
  readonly bytes: number;
}

/** What it takes to say how large it is. */
export interface Sized {
  readonly role: MessageRow['role'] | 'version';
  readonly id?: number;
  readonly wireBytes: number;
  readonly payloadBytes: number;
}

/** What a message took on the wire, piece by piece, and what it would take over the other transport. */
export function OnTheWire(props: { row: Sized; protocol: Protocol; about?: MessageDetail['about'] }) {
  const { row, protocol, about } = props;
  if (row.role === 'unread') return null;
  const pieces = protocol === 'v1' ? v1Pieces(row) : v2Pieces(row);
  return (
    <section className={styles.wire} aria-label="On the wire">
      <ul className={styles.pieces}>
        {pieces.map(({ kind, name, term, bytes }) => (
          <li key={name} className={styles.piece}>
            <FieldMark kind={kind} />
            <span>{term ? <Term id={term}>{name}</Term> : name}</span>
            <span className={styles.bytes}>{number(bytes)} B</span>
          </li>
        ))}
        <li className={styles.sum}>= {count(row.wireBytes, 'byte')} on the wire</li>
      </ul>
      <p className={styles.other}>{otherwise(row, protocol, about)}</p>
    </section>
  );
}

function v2Pieces({ role, id, wireBytes, payloadBytes }: Sized): Piece[] {
  const type = wireBytes - EXPANSION - payloadBytes;
  return [
    { kind: kinds.length, name: 'length', term: 'length', bytes: PACKET_BYTES.length },
    { kind: kinds.header, name: 'header', term: 'header', bytes: PACKET_BYTES.header },
    ...(type > 0
      ? [
          id === undefined
            ? { kind: kinds.type, name: 'type', term: 'long-form' as const, bytes: type }
            : { kind: kinds.type, name: `type (short id ${id})`, term: 'short-id' as const, bytes: type },
        ]
      : []),
    ...(payloadBytes > 0
      ? [
          {
            kind: role === 'decoy' ? decoy : kinds.contents,
            name: role === 'decoy' ? 'decoy' : 'payload',
            term: role === 'decoy' ? ('decoy' as const) : ('payload' as const),
            bytes: payloadBytes,
          },
        ]
      : []),
    { kind: kinds.tag, name: 'tag', term: 'tag', bytes: PACKET_BYTES.tag },
  ];
}

function v1Pieces({ payloadBytes }: Sized): Piece[] {
  return [
    { kind: kinds.magic, name: 'magic', term: 'magic', bytes: 4 },
    { kind: kinds.type, name: 'type', term: 'message-type', bytes: 12 },
    { kind: kinds.length, name: 'length', bytes: 4 },
    { kind: kinds.checksum, name: 'checksum', term: 'checksum', bytes: 4 },
    ...(payloadBytes > 0
      ? [{ kind: kinds.contents, name: 'payload', term: 'payload' as const, bytes: payloadBytes }]
      : []),
  ];
}

function otherwise({ role, payloadBytes }: Sized, protocol: Protocol, about: MessageDetail['about']): string {
  if (role === 'decoy') return 'v1 has no decoys: every message there is what it seems.';
  if (role === 'version') return 'v1 has no such packet: what a peer can do it says in its version message.';
  if (protocol === 'v2')
    return `Over v1 the same message would take ${count(payloadBytes + V1_HEADER_BYTES, 'byte')}: a header of ${V1_HEADER_BYTES}, then the payload, all of it readable.`;
  const type = about?.shortId === undefined ? LONG_TYPE_BYTES : 1;
  return `Over v2 the same message would take ${count(payloadBytes + type + EXPANSION, 'byte')}, none of them readable.`;
}
