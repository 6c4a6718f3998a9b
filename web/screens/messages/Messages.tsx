import { useMemo, type ReactNode } from 'react';
import { Link } from 'wouter';
import { noKinds } from '../../components/log/FilterBar.js';
import { LogScreen } from '../../components/log/LogScreen.js';
import { observedLook } from '../../components/log/observed-rows.js';
import { useFilterInLink } from '../../components/log/useFilterInLink.js';
import { isObserved } from '../../components/observed.js';
import { OpenSession } from '../../components/OpenSession.js';
import { Term } from '../../components/Term.js';
import { count, number } from '../../format.js';
import { isLive, usePage, type Connection } from '../../store/store.js';
import type { Protocol } from '../../worker/protocol.js';
import { Detail } from './Detail.js';
import { goToMessage, LIST_ID, messageLook, messageReading } from './message-rows.js';
import styles from './Messages.module.css';
import { messageKinds, messageKindsV1, nameOf } from './names.js';
import { partnerOf } from './pairs.js';
import { saveMessages, SAVE_BOUND } from './save.js';

export function Messages() {
  const connection = usePage((page) => page.connection);
  const { state, messages, protocol } = connection;
  const observed = isObserved(connection);
  useFilterInLink(messageReading, '/messages');
  return (
    <div className={styles.screen}>
      <div className={styles.head}>
        <h1>Messages</h1>
        <p className={styles.lead}>{lead(messages, observed ? 'observed' : protocol)}</p>
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

function lead(messages: number, read: Protocol | 'observed' | undefined): ReactNode {
  if (read === 'observed')
    return 'Without the keys there is no message to read: these are bytes as an observer sees them, and which of them are a message nothing tells.';
  if (messages === 0) return 'Once a session is open, every message of both sides appears here.';
  return read === 'v1' ? (
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
  const { traffic, startedAt, protocol = 'v2', payloadsFrom, log, number: session } = connection;
  const observed = isObserved(connection);
  const look = useMemo(
    () => (observed ? observedLook(startedAt) : messageLook(startedAt, payloadsFrom)),
    [startedAt, observed, payloadsFrom],
  );
  // A packet holds one message, or is a decoy; over v1 there are messages alone.
  const unit = observed ? 'chunk' : protocol === 'v1' ? 'message' : 'packet';
  return (
    <LogScreen
      id={LIST_ID}
      label={observed ? 'Chunks, in order' : 'Messages, in order'}
      name={observed ? 'Chunks' : 'Messages'}
      placeholder={observed ? 'bytes in hex' : 'type, words, a hash or bytes in hex'}
      reading={messageReading}
      connection={connection}
      log={log}
      look={look}
      kinds={observed ? noKinds : protocol === 'v1' ? messageKindsV1 : messageKinds}
      unit={unit}
      counted={(rows) => count(rows.end, unit)}
      facts={[
        `${count(traffic.sent, 'byte')} sent`,
        `${count(traffic.received, 'byte')} received`,
        ...(payloadsFrom > 0 ? [`payloads kept from no. ${number(payloadsFrom)} on: the latest 64 MiB`] : []),
      ].join(' · ')}
      {...(!observed && {
        saving: { save: (rows: readonly number[]) => saveMessages(rows, startedAt), bound: SAVE_BOUND },
        onGo: goToMessage,
        onKey: (key: string) => key === 'p' && goToPartner(session),
      })}
      detail={(row, close) => (
        <Detail
          key={`${session}.${row.index}`}
          row={row}
          protocol={protocol}
          observed={observed}
          startedAt={startedAt}
          nameAt={(index) => (index < log.first ? undefined : nameOf(log.at(index)))}
          onGo={goToMessage}
          onClose={close}
        />
      )}
    />
  );
}

/** From an answer to its request, and from a request to what answers it. @returns true: the key is the list's */
function goToPartner(session: number): boolean {
  const { log } = usePage.getState().connection;
  const open = messageReading.selectedIn(session);
  const partner = open && partnerOf(open.index < log.first ? open : log.at(open.index));
  if (partner !== undefined) goToMessage(partner);
  return true;
}
