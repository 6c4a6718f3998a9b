import { useMemo, type ReactNode } from 'react';
import { Link } from 'wouter';
import { LogScreen } from '../../components/log/LogScreen.js';
import { useFilterInLink } from '../../components/log/useFilterInLink.js';
import { OpenSession } from '../../components/OpenSession.js';
import { Term } from '../../components/Term.js';
import { count } from '../../format.js';
import { isLive, usePage, type Connection } from '../../store/store.js';
import { Detail } from './Detail.js';
import { messageLook, messageReading } from './message-rows.js';
import styles from './Messages.module.css';
import { messageKinds } from './names.js';

export function Messages() {
  const connection = usePage((page) => page.connection);
  const { state, messages, protocol } = connection;
  useFilterInLink(messageReading, '/messages');
  return (
    <div className={styles.screen}>
      <div className={styles.head}>
        <h1>Messages</h1>
        <p className={styles.lead}>{lead(messages, protocol)}</p>
      </div>
      <OpenSession />
      {messages === 0 && isLive(state) && protocol === 'v2' && (
        <p>
          The session is not encrypted yet. <Link href="/handshake">Watch the handshake</Link>
        </p>
      )}
      {messages > 0 && <Log connection={connection} />}
    </div>
  );
}

function lead(messages: number, protocol: 'v1' | 'v2' | undefined): ReactNode {
  if (messages === 0) return 'Once a session is open, every message of both sides appears here.';
  return protocol === 'v1' ? (
    <>
      What both sides say over <Term id="v1">v1</Term>, unencrypted, for everyone on the way to read: ours on
      the left, theirs on the right.
    </>
  ) : (
    <>
      What both sides say inside the encrypted session, each message in a <Term id="packet">packet</Term> of
      its own: ours on the left, theirs on the right.
    </>
  );
}

function Log({ connection }: { connection: Connection }) {
  const { traffic, startedAt } = connection;
  const look = useMemo(() => messageLook(startedAt), [startedAt]);
  return (
    <LogScreen
      id="message-list"
      label="Messages, in order"
      name="Messages"
      placeholder="type, words, a hash or bytes in hex"
      reading={messageReading}
      connection={connection}
      log={connection.log}
      look={look}
      kinds={messageKinds}
      unit="packet"
      counted={(rows) => count(rows.end, 'packet')}
      facts={`${count(traffic.sent, 'byte')} sent · ${count(traffic.received, 'byte')} received`}
      detail={(row, close) => (
        <Detail
          key={`${connection.number}.${row.index}`}
          row={row}
          protocol={connection.protocol ?? 'v2'}
          startedAt={startedAt}
          onClose={close}
        />
      )}
    />
  );
}
