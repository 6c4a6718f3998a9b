import { useMemo } from 'react';
import { Link } from 'wouter';
import { noKinds } from '../../components/log/FilterBar.js';
import { LogScreen } from '../../components/log/LogScreen.js';
import { observedLook } from '../../components/log/observed-rows.js';
import { useFilterInLink } from '../../components/log/useFilterInLink.js';
import { OpenSession } from '../../components/OpenSession.js';
import { isObserved } from '../../components/observed.js';
import { count, number } from '../../format.js';
import { isLive, usePage, type Connection } from '../../store/store.js';
import type { Sizes } from '../../worker/protocol.js';
import { useLooking } from './looking.js';
import { PacketPane } from './PacketPane.js';
import { RekeyPane } from './RekeyPane.js';
import styles from './Stream.module.css';
import { LIST_ID, streamKinds, streamLook, streamReading } from './stream-rows.js';
import { useStreamKeys } from './useStreamKeys.js';
import { useStreamLink } from './useStreamLink.js';

export function Stream() {
  const connection = usePage((page) => page.connection);
  const { state, streamed, protocol } = connection;
  const link = useStreamLink(connection);
  useFilterInLink(streamReading, link.path, link.wrote);
  const overV1 = protocol === 'v1';
  return (
    <div className={styles.screen}>
      <div className={styles.head}>
        <h1>The stream</h1>
        <p className={styles.lead}>
          {overV1
            ? 'This session speaks v1, which has no packets: nothing is encrypted, and every message stands for itself.'
            : isObserved(connection)
              ? 'What crossed behind both public keys, as an observer sees it: which way, when, how many bytes. Where a packet begins or ends, nothing tells.'
              : 'Every packet of the session, decoys and version packets too: ours on the left, theirs on the right.'}
        </p>
      </div>
      <OpenSession
        invitation={
          <p>Open one, and its packets appear here as they cross. The demo node answers at once.</p>
        }
      />
      {overV1 && (
        <p>
          <Link href="/messages">Read its messages</Link>
        </p>
      )}
      {!overV1 && streamed === 0 && isLive(state) && (
        <p>
          Packets begin once the keys have crossed. <Link href="/handshake">Watch the handshake</Link>
        </p>
      )}
      {link.missing !== undefined && (
        <p role="status">
          {link.missing} <Link href="/stream">Go to the whole stream</Link>
        </p>
      )}
      {streamed > 0 && <Log connection={connection} />}
    </div>
  );
}

function Log({ connection }: { connection: Connection }) {
  const { startedAt, keptFrom, stream, number: session } = connection;
  const observed = isObserved(connection);
  const view = useLooking((looking) => looking.view);
  const look = useMemo(
    () => (observed ? observedLook(startedAt) : streamLook(startedAt, keptFrom, view)),
    [startedAt, keptFrom, view, observed],
  );
  const press = useStreamKeys(session);
  return (
    <LogScreen
      id={LIST_ID}
      label={observed ? 'Chunks, in order' : 'Packets, in order'}
      name={observed ? 'Chunks' : 'Packets'}
      placeholder={observed ? 'bytes in hex' : 'type, packet-12, or bytes in hex'}
      reading={streamReading}
      connection={connection}
      log={stream}
      look={look}
      kinds={observed ? noKinds : streamKinds}
      unit={observed ? 'chunk' : 'row'}
      counted={(rows) =>
        observed ? count(rows.end, 'chunk') : count(stream.end - (stream.kinds.get('rekey') ?? 0), 'packet')
      }
      facts={observed ? behindKeys(connection) : compared(connection.sizes)}
      onKey={press}
      detail={(row, close) =>
        row.kind === 'rekey' ? (
          <RekeyPane key={`${session}.${row.index}`} row={row} startedAt={startedAt} onClose={close} />
        ) : (
          <PacketPane
            key={`${session}.${row.index}`}
            row={row}
            kept={row.index >= keptFrom}
            observed={observed}
            startedAt={startedAt}
            onClose={close}
          />
        )
      }
    />
  );
}

/** Of what cannot be read: all but the keys. */
function behindKeys({ traffic, steps }: Connection): string {
  const keys = steps.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return `${count(traffic.sent + traffic.received - keys, 'byte')} that look random`;
}

const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });

/** All packets so far beside what v1 would have taken; keys, garbage and terminators come on top once. */
function compared({ v2, v1 }: Sizes): string {
  const taken = `${count(v2, 'byte')} in packets`;
  if (v1 === 0) return taken;
  const share = percent.format(Math.abs(v2 - v1) / v1);
  return `${taken}, ${share} ${v2 > v1 ? 'more' : 'less'} than the ${number(v1)} of the same messages over v1`;
}
