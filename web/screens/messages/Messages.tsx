import { useState } from 'react';
import { Link } from 'wouter';
import { ConnectForm } from '../../components/ConnectForm.js';
import { FailureNotice } from '../../components/FailureNotice.js';
import { count, number } from '../../format.js';
import { isLive, usePage } from '../../store/store.js';
import { formTitles } from '../../states.js';
import { Detail } from './Detail.js';
import { LIST_ID, MessageList } from './MessageList.js';
import styles from './Messages.module.css';

export function Messages() {
  const connection = usePage((page) => page.connection);
  const { state, messages, droppedMessages, traffic, failure } = connection;
  const [selected, setSelected] = useState<number>();
  const row = messages.find((message) => message.index === selected);
  const close = () => {
    setSelected(undefined);
    document.getElementById(LIST_ID)?.focus({ preventScroll: true });
  };
  const over = state === 'closed' || state === 'failed';
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
      {failure && <FailureNotice failure={failure} />}
      {(state === 'idle' || over) && (
        <section className={styles.form} aria-label="Open a session">
          <h2>{formTitles[state]}</h2>
          <ConnectForm />
        </section>
      )}
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
