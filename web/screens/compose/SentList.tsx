import { Link } from 'wouter';
import { count, lasting, number, since } from '../../format.js';
import { isLive, type Connection } from '../../store/store.js';
import type { Outcome } from '../../worker/compose/protocol.js';
import type { MessageRow } from '../../worker/protocol.js';
import { messageReading } from '../messages/message-rows.js';
import { nameOf } from '../messages/names.js';
import { UNMARKED } from '../messages/pairs.js';
import { ConnectAgain } from './ConnectAgain.js';
import styles from './SentList.module.css';
import { useCompose, type Sent } from './store.js';
import { useOutcome } from './useOutcome.js';

/** What was sent from here in the session on screen, and what came of it; the latest first. */
export function SentList({ connection }: { connection: Connection }) {
  const all = useCompose((state) => state.sent);
  const sent = all.filter((one) => one.connection === connection.number);
  if (sent.length === 0) return null;
  return (
    <section className={styles.list} aria-label="Sent">
      <h2>Sent</h2>
      {sent.map((one, at) => (
        <SentMessage key={one.message} sent={one} connection={connection} latest={at === 0} />
      ))}
    </section>
  );
}

function SentMessage(props: { sent: Sent; connection: Connection; latest: boolean }) {
  const { sent, connection, latest } = props;
  const outcome = useOutcome(connection.number, sent.message);
  const { state } = connection;
  const over = !isLive(state);
  const parts = outcome?.parts ?? [];
  const more = (outcome?.count ?? 0) - parts.length;
  return (
    <article className={styles.sent} aria-label={`${sent.name}, message ${sent.message}`}>
      <p>
        <strong className={styles.name}>{sent.name}</strong> sent {since(sent.at)} as{' '}
        <ToRow connection={connection} message={sent.message} />
      </p>
      <p role={latest ? 'status' : undefined} data-outcome={outcome?.state}>
        {outcome && wordsOf(outcome, over)}
      </p>
      {parts.length > 0 && (
        <ul className={styles.rows}>
          {parts.map((part) => (
            <li key={part.message}>
              <Row connection={connection} message={part.message} after={part.ms} />
            </li>
          ))}
          {more > 0 && (
            <li>
              and {number(more)} more: <AllOf type={parts.at(-1)!.type} />
            </li>
          )}
        </ul>
      )}
      {latest && more === 0 && (
        <CameNext connection={connection} after={sent.message} except={parts.map((part) => part.message)} />
      )}
      {latest && over && <Ended sent={sent} connection={connection} />}
    </article>
  );
}

function wordsOf(outcome: Outcome, over: boolean): string {
  const { state, parts, count: messages, done, of, why = '', waitedMs = 0 } = outcome;
  switch (state) {
    case 'answered': {
      if (parts.every(({ notFound }) => notFound)) return 'Answered: the node does not have it.';
      const last = parts.at(-1)!;
      const verb = parts[0]!.certain ? 'Answered by' : 'May be answered by';
      return `${verb} ${messages === 1 ? last.type : count(messages, 'message')} after ${lasting(last.ms)}.${parts[0]!.certain ? '' : ` ${UNMARKED}`}`;
    }
    case 'waiting':
      if (over) return 'No answer came before the session ended.';
      return of > 1
        ? `${number(done)} of ${number(of)} came; waiting for the rest.`
        : 'Waiting for the answer.';
    case 'silent':
      return done === 0
        ? `No answer after ${lasting(waitedMs)}. ${why}`
        : `${number(done)} of ${number(of)} came, then nothing for ${lasting(waitedMs)}. ${why}`;
    case 'no-question':
      return why === '' ? 'It is no question: nobody answers it.' : why;
    case 'unfollowed':
      return 'Its answer is no longer watched for.';
  }
}

const SHOWN_NEXT = 4;

/** What the node said next, whether it belongs to it or not. */
function CameNext(props: { connection: Connection; after: number; except: readonly number[] }) {
  const { connection, after, except } = props;
  const { log } = connection;
  const next: number[] = [];
  for (let at = Math.max(after + 1, log.first); at < log.end && next.length < SHOWN_NEXT; at++)
    if (log.at(at).direction === 'received' && !except.includes(at)) next.push(at);
  if (next.length === 0) return null;
  return (
    <div className={styles.next}>
      <p>{except.length > 0 ? 'What else came next:' : 'What came next:'}</p>
      <ul className={styles.rows}>
        {next.map((at) => (
          <li key={at}>
            <Row connection={connection} message={at} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Row({ connection, message, after }: { connection: Connection; message: number; after?: number }) {
  const { log } = connection;
  if (message < log.first || message >= log.end) return null;
  const row: MessageRow = log.at(message);
  return (
    <>
      <span className={styles.time}>{after === undefined ? since(row.at) : since(after)}</span>{' '}
      <ToRow connection={connection} message={message} text={nameOf(row)} />{' '}
      <span className={styles.summary}>{row.summary}</span>
    </>
  );
}

function ToRow({ connection, message, text }: { connection: Connection; message: number; text?: string }) {
  const { log } = connection;
  const show = () => {
    if (message >= log.first && message < log.end) messageReading.show(log.at(message));
  };
  return (
    <Link href="/messages" onClick={show}>
      {text ?? `message ${number(message)}`}
    </Link>
  );
}

/** A range of filters has a thousand answers: they are read in Messages. */
function AllOf({ type }: { type: string }) {
  return (
    <Link
      href="/messages"
      onClick={() => messageReading.setFilter({ direction: 'received', kind: type, text: '' })}
    >
      every {type} in Messages
    </Link>
  );
}

/** The session ended after it: by whom, and whether that was to be expected. */
function Ended({ sent: { name, foresight }, connection }: { sent: Sent; connection: Connection }) {
  const { failure } = connection;
  const foreseen = foresight.effect === 'disconnects';
  return (
    <div className={styles.ended} data-foreseen={foreseen ? '' : undefined}>
      <p>
        <strong>
          {failure === undefined
            ? 'You ended the session.'
            : foreseen
              ? `The node ended the session, and that was on purpose: you sent ${name}.`
              : `The session ended after ${name}: ${failure.title.charAt(0).toLowerCase()}${failure.title.slice(1)}.`}
        </strong>
      </p>
      {failure && <p>{foresight.text}</p>}
      {foreseen && failure && (
        <p>
          Connect again, and a new session starts; what you filled in is still here. A real node may prefer
          other peers for a while.
        </p>
      )}
      <ConnectAgain connection={connection} />
    </div>
  );
}
