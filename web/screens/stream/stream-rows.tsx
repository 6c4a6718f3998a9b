import field from '../../components/field.module.css';
import type { KindChoice } from '../../components/log/FilterBar.js';
import type { RowLook } from '../../components/log/LogList.js';
import { readingOf } from '../../components/log/reading.js';
import { number, sinceInRow, wallClock } from '../../format.js';
import { ask } from '../../store/client.js';
import { kindOfStream } from '../../store/row-kinds.js';
import type { PacketRow, StreamRow } from '../../worker/protocol.js';
import { nameOfRow } from './place.js';
import { rekeyCounter, REKEY_INTERVAL } from './rekey-counter.js';
import styles from './stream-rows.module.css';
import type { View } from './views.js';

export const LIST_ID = 'stream-list';

/** What stands in a row's place for a name. */
export function titleOf(row: StreamRow): string {
  if (row.kind === 'rekey') return 'rekey';
  if (row.kind === 'unread') return 'unread';
  if (row.role === 'decoy') return 'decoy';
  if (row.role === 'version') return 'version packet';
  return row.type ?? (row.id === undefined ? 'malformed type' : `unknown id ${row.id}`);
}

export const streamReading = readingOf<StreamRow>({
  log: ({ stream }) => stream,
  says: {
    kind: kindOfStream,
    text: (row) => `${titleOf(row)} ${nameOfRow(row) ?? ''}`,
    problem: ({ kind }) => kind === 'unread',
  },
  find: (hex, from) => ask('findPackets', { hex, from }),
});

const labels: { readonly [kind: string]: string } = {
  decoy: 'decoys',
  'version-packet': 'version packets',
  rekey: 'rekeyings',
  unknown: 'unknown types',
  unread: 'unread',
};
const always = ['decoy', 'version-packet', 'rekey'];

/** @param kinds those that came so far */
export function streamKinds(kinds: readonly string[]): KindChoice {
  const others = [...always, ...kinds.filter((kind) => labels[kind] && !always.includes(kind))];
  return {
    types: kinds.filter((kind) => labels[kind] === undefined),
    others: others.map((kind) => [kind, labels[kind]!] as const),
  };
}

/** @param keptFrom the first row whose bytes the worker still has */
export const streamLook = (startedAt: number, keptFrom: number, view: View): RowLook<StreamRow> => ({
  layout: styles.layout,
  columns: (
    <>
      <span>time</span>
      <span className={styles.sent}>sent</span>
      <span className={styles.received}>received</span>
      <span className={styles.packet}>packet</span>
      <span className={styles.epoch}>epoch</span>
      <span className={styles.counter}>counter</span>
      <span className={styles.pieces}>{columnOf[view]}</span>
      <span className={styles.size}>on the wire</span>
    </>
  ),
  marks: (row) => ({
    'data-kind': row.kind,
    'data-role': row.kind === 'packet' ? row.role : undefined,
  }),
  cells: (row) => (
    <>
      <time title={wallClock(startedAt + row.at)}>{sinceInRow(row.at)}</time>
      <span className={styles.title}>
        <span className="visually-hidden">{row.direction} </span>
        {titleOf(row)}
      </span>
      {row.kind === 'packet' && <Packet row={row} kept={row.index >= keptFrom} view={view} />}
      {row.kind === 'rekey' && (
        <span className={styles.rekey}>
          <span className={styles.long}>both keys replaced after {REKEY_INTERVAL} packets: </span>
          epoch {number(row.epoch)} → {number(row.epoch + 1)}
        </span>
      )}
      {row.kind === 'unread' && (
        <>
          <span className={styles.pieces}>bytes that could not be read</span>
          <span className={styles.size}>{number(row.wireBytes)} B</span>
        </>
      )}
    </>
  ),
});

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** What the pieces of a row are, by how packets are looked at: no row mixes what crossed with what it was. */
const columnOf: { readonly [V in View]: string } = {
  wire: 'on the wire: length, header and contents, tag',
  observer: 'as an observer sees it',
  decrypted: 'decrypted: length, header, contents; tag',
};

function Pieces({ row, view }: { row: PacketRow; view: View }) {
  const contents = row.wireBytes - 20;
  const decoy = row.role === 'decoy' ? field.decoy : field.contents;
  const piece = (look: string | undefined, text: string) => (
    <span className={`${field.field} ${look} ${styles.piece}`}>{text}</span>
  );
  if (view === 'observer') return piece(field.plain, `${number(row.wireBytes)} B that look random`);
  return (
    <>
      {piece(field.length, view === 'wire' ? hex(row.encryptedLength, 6) : number(contents))}
      {view === 'decrypted' && piece(field.header, hex(row.header, 2))}
      {piece(decoy, `${number(view === 'wire' ? contents + 1 : contents)} B`)}
      {piece(field.tag, `${hex(row.tagStart, 8)}…`)}
    </>
  );
}

function Packet({ row, kept, view }: { row: PacketRow; kept: boolean; view: View }) {
  const { used, epoch } = rekeyCounter(row.packet);
  return (
    <>
      <span className={styles.packet}>
        <span className="visually-hidden">packet </span>
        {number(row.packet)}
      </span>
      <span className={styles.epoch}>
        <span className="visually-hidden">epoch </span>
        {number(epoch)}
      </span>
      <span className={styles.counter}>
        {used}/{REKEY_INTERVAL}
      </span>
      <span className={styles.pieces}>
        <Pieces row={row} view={view} />
        {!kept && <span className={styles.gone}>bytes let go</span>}
      </span>
      <span className={styles.size}>{number(row.wireBytes)} B</span>
    </>
  );
}
