import { useEffect, useState } from 'react';
import { toHex } from '../../../shared/bytes.js';
import { Button } from '../../components/Button.js';
import { CopyButton } from '../../components/CopyButton.js';
import { Pane } from '../../components/Panes.js';
import { OnTheWire } from '../../components/OnTheWire.js';
import { Ribbon } from '../../components/Ribbon.js';
import { count, number, since, wallClock } from '../../format.js';
import { ask } from '../../store/client.js';
import type { PacketDetail, PacketRow, UnreadRow } from '../../worker/protocol.js';
import { Derived } from './Derived.js';
import { FieldLines } from './FieldLines.js';
import { setField, setView, useLooking } from './looking.js';
import { NonceAndKeys } from './NonceAndKeys.js';
import { Observer } from './Observer.js';
import styles from './PacketPane.module.css';
import { titleOf } from './stream-rows.js';
import { ToMessage } from './ToMessage.js';
import { linkOf } from './useStreamLink.js';
import { setWalk } from './useStreamKeys.js';
import { indexOfField, seen, viewNames, views, type View } from './views.js';

/**
 * One packet: its bytes in three views, and what belongs to each: to an observer's nothing that only the two ends know,
 * to the decrypted how the keys opened it.
 */
export function PacketPane(props: {
  row: PacketRow | UnreadRow;
  /** Whether the worker still has its bytes. */
  kept: boolean;
  /** Nobody has its keys: there is one view of it. */
  observed: boolean;
  startedAt: number;
  onClose: () => void;
}) {
  const { row, kept, observed, startedAt } = props;
  const chosen = useLooking((looking) => looking.view);
  const view = observed ? 'observer' : chosen;
  const [detail, setDetail] = useState<PacketDetail | 'asking' | 'gone'>(kept ? 'asking' : 'gone');
  useEffect(() => {
    if (!kept) return;
    let left = false;
    void ask('packet', { packet: row.index }).then((answer) => {
      if (!left) setDetail((before) => answer ?? (typeof before === 'object' ? before : 'gone'));
    });
    return () => {
      left = true;
    };
  }, [row.index, kept]);
  const title = observed ? count(row.wireBytes, 'byte') : titleOf(row);
  return (
    <Pane label={observed ? 'Chunk' : `Packet: ${title}`} head={<h2>{title}</h2>} onClose={props.onClose}>
      <p className={styles.facts}>
        {row.direction} {!observed && placeOf(row)} at{' '}
        <time title={wallClock(startedAt + row.at)}>{since(row.at)}</time>, offset{' '}
        {typeof detail === 'object' ? number(detail.offset) : '…'} of what{' '}
        {row.direction === 'sent' ? 'we send' : 'they send'}
      </p>
      {!observed && <Views view={view} />}
      {detail === 'gone' && (
        <p>Its bytes are no longer kept: only those of the latest packets are, up to 96 MiB.</p>
      )}
      {typeof detail === 'object' && <Bytes row={row} detail={detail} view={view} observed={observed} />}
      {row.kind === 'packet' && view !== 'observer' && (
        <>
          <NonceAndKeys
            packet={row.packet}
            {...(typeof detail === 'object' &&
              detail.kind === 'packet' && { nonce: detail.nonce, aad: detail.aad })}
          />
          <OnTheWire row={row} protocol="v2" />
        </>
      )}
      {view === 'decrypted' && typeof detail === 'object' && detail.kind === 'packet' && (
        <Derived
          heading={row.direction === 'sent' ? 'How it was sealed' : 'How it was opened'}
          derivations={detail.derivations}
          secretAt={(place) => ({ packet: row.index, ...place })}
        />
      )}
      <p className={styles.links}>
        {row.packet !== undefined && <CopyButton text={() => linkOf(row)} label="Copy its link" />}
        {row.kind === 'packet' && row.message !== undefined && <ToMessage message={row.message} />}
      </p>
    </Pane>
  );
}

const placeOf = ({ packet }: PacketRow | UnreadRow): string =>
  packet === undefined ? 'after the last packet' : `packet ${number(packet)}`;

function Views({ view }: { view: View }) {
  return (
    <div className={styles.views} role="group" aria-label="Three views of the same bytes">
      {views.map((one, at) => (
        <Button
          key={one}
          className={styles.view}
          aria-pressed={one === view}
          aria-keyshortcuts={String(at + 1)}
          onClick={() => setView(one)}
        >
          {viewNames[one]}
        </Button>
      ))}
    </div>
  );
}

function Bytes(props: { row: PacketRow | UnreadRow; detail: PacketDetail; view: View; observed: boolean }) {
  const { row, detail, view } = props;
  const field = useLooking((looking) => looking.field);
  const { bytes, fields } = seen(row, detail, view);
  const at = indexOfField(fields, field);
  useEffect(() => setWalk({ names: fields.map(({ name }) => name), at }), [fields, at]);
  const choose = (index: number) => setField(fields[index]!.name);
  const unreadable = view === 'decrypted' && detail.kind === 'unread';
  return (
    <div className={styles.bytes} data-view={view}>
      <Ribbon
        label={`${viewNames[view]}, ${count(bytes.length, 'byte')}`}
        bytes={bytes}
        offset={detail.offset}
        fields={fields}
        selected={at}
        onSelect={choose}
      />
      <p className={styles.copy}>
        <CopyButton text={() => toHex(bytes)} label={`Copy ${count(bytes.length, 'byte')} as hex`} byKey />
      </p>
      {unreadable && <p>These bytes could not be decrypted: they are shown as they came.</p>}
      {view === 'observer' ? (
        <Observer row={row} sameSize={detail.sameSize} chunk={props.observed} />
      ) : (
        <FieldLines fields={fields} of={{ bytes, offset: detail.offset }} selected={at} onSelect={choose} />
      )}
    </div>
  );
}
