import { useState } from 'react';
import { Link } from 'wouter';
import { OpenSession } from '../../components/OpenSession.js';
import { count, number } from '../../format.js';
import { isLive, usePage } from '../../store/store.js';
import { Detail } from './Detail.js';
import { LIST_ID, MessageList } from './MessageList.js';
import styles from './Messages.module.css';

export function Messages() {
  const connection = usePage((page) => page.connection);
  const { state, messages, droppedMessages, traffic } = connection;
  const [selected, setSelected] = useState<number>();
  const row = messages.find((message) => message.index === selected);
  const close = () => {
    setSelected(undefined);
    document.getElementById(LIST_ID)?.focus({ preventScroll: true });
  };
  return (
    <div className={styles.screen}>
      <div className={styles.head}>
        <h1>Messages</h1>
        <p className={styles.lead}>
          {messages.length > 0
            ? 'What both sides say inside the encrypted session: ours on the left, theirs on the right.'
            : 'Once a session is encrypted, every message of both sides appears here.'}
        </p>
      </div>
      <OpenSession />
      {messages.length === 0 && isLive(state) && (
        <p>
          The session is not encrypted yet. <Link href="/handshake">Watch the handshake</Link>
        </p>
      )}
      {messages.length > 0 && (
        <>
          <p className={styles.facts}>
            {count(messages.length + droppedMessages, 'packet')}
            {droppedMessages > 0 && `, the latest ${number(messages.length)} kept`} ·{' '}
            {count(traffic.sent, 'byte')} sent · {count(traffic.received, 'byte')} received
          </p>
          <div className={styles.panes} data-open={row ? '' : undefined}>
            <MessageList
              key={connection.number}
              rows={messages}
              startedAt={connection.startedAt}
              selected={row?.index}
              onSelect={setSelected}
            />
            {row && <Detail key={row.index} row={row} onClose={close} />}
          </div>
        </>
      )}
    </div>
  );
}
