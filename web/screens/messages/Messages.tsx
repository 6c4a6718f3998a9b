import { Link } from 'wouter';
import { Button } from '../../components/Button.js';
import { OpenSession } from '../../components/OpenSession.js';
import { count, number } from '../../format.js';
import { isLive, usePage, type Connection } from '../../store/store.js';
import { Announce } from './Announce.js';
import { Detail } from './Detail.js';
import { filters, queryOf } from './filter.js';
import { clearFilter, FilterBar } from './FilterBar.js';
import { LIST_ID, MessageList } from './MessageList.js';
import styles from './Messages.module.css';
import { pause, resume, select, setFilter, useFilter, useFrozen, useSelected, useShown } from './reading.js';
import { useFilterInLink } from './useFilterInLink.js';

export function Messages() {
  const connection = usePage((page) => page.connection);
  const { state, messages, target } = connection;
  useFilterInLink();
  return (
    <div className={styles.screen}>
      <div className={styles.head}>
        <h1>Messages</h1>
        <p className={styles.lead}>{lead(messages, target?.protocol)}</p>
      </div>
      <OpenSession />
      {messages === 0 && isLive(state) && target?.protocol === 'v2' && (
        <p>
          The session is not encrypted yet. <Link href="/handshake">Watch the handshake</Link>
        </p>
      )}
      {messages > 0 && <Log connection={connection} />}
    </div>
  );
}

function lead(messages: number, protocol: 'v1' | 'v2' | undefined): string {
  if (messages === 0) return 'Once a session is open, every message of both sides appears here.';
  return protocol === 'v1'
    ? 'What both sides say over v1, unencrypted, for everyone on the way to read: ours on the left, theirs on the right.'
    : 'What both sides say inside the encrypted session: ours on the left, theirs on the right.';
}

function Log({ connection }: { connection: Connection }) {
  const { log, traffic } = connection;
  const filter = useFilter();
  const frozen = useFrozen(connection.number);
  const selected = useSelected(connection.number);
  const rows = frozen ?? log;
  const { shown, done } = useShown(connection, rows, filter);
  const filtered = filters(filter);
  const kept = rows.end - rows.first;
  const waiting = frozen && log.end - frozen.end;
  const close = () => {
    select(undefined);
    document.getElementById(LIST_ID)?.focus({ preventScroll: true });
  };
  const togglePause = frozen ? resume : pause;
  return (
    <>
      <div className={styles.tools}>
        <FilterBar
          filter={filter}
          onFilter={setFilter}
          kinds={[...log.kinds.keys()]}
          paused={frozen !== undefined}
          onPause={togglePause}
        />
        <p className={styles.facts}>
          {filtered && (
            <>
              <strong>
                {number(shown.length)} of {number(kept)}
              </strong>
              {!done && ', still looking'} ·{' '}
            </>
          )}
          {count(rows.end, 'packet')}
          {rows.first > 0 && `, the latest ${number(kept)} kept`} · {count(traffic.sent, 'byte')} sent ·{' '}
          {count(traffic.received, 'byte')} received
        </p>
      </div>
      <div className={styles.panes} data-open={selected ? '' : undefined}>
        <MessageList
          key={connection.number}
          shown={shown}
          startedAt={connection.startedAt}
          selected={selected}
          onSelect={select}
          onPause={togglePause}
          waiting={waiting}
          live={isLive(connection.state)}
          empty={
            <>
              <p>{done ? 'No packet fits this filter.' : 'Nothing found yet.'}</p>
              <Button onClick={() => clearFilter(setFilter)}>Clear the filter</Button>
            </>
          }
        />
        {selected && (
          <Detail
            key={`${connection.number}.${selected.index}`}
            row={selected}
            protocol={connection.target?.protocol ?? 'v2'}
            startedAt={connection.startedAt}
            onClose={close}
          />
        )}
      </div>
      <Announce
        waiting={waiting}
        filter={filtered ? queryOf(filter) : undefined}
        matching={shown.length}
        of={kept}
      />
    </>
  );
}
