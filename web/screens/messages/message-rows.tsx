import type { RowLook } from '../../components/log/LogList.js';
import { readingOf } from '../../components/log/reading.js';
import { number, sinceInRow, wallClock } from '../../format.js';
import { ask } from '../../store/client.js';
import { isUnheard } from '../../store/reply.js';
import { kindOfMessage, type MessageRow } from '../../store/row-kinds.js';
import { usePage } from '../../store/store.js';
import styles from './message-rows.module.css';
import { nameOf } from './names.js';
import { briefly } from './pairs.js';

export const messageReading = readingOf<MessageRow>({
  log: ({ log }) => log,
  says: {
    kind: kindOfMessage,
    text: ({ type = '', summary, problem = '' }) => `${type} ${summary} ${problem}`,
    problem: ({ problem }) => problem !== undefined,
    unanswered: ({ reply }) => isUnheard(reply),
  },
  find: (hex, from) => ask('find', { hex, from }),
});

export const LIST_ID = 'message-list';

/** Opens another message, where it is still kept; the focus goes to the list. */
export function goToMessage(index: number): void {
  const { log } = usePage.getState().connection;
  if (index < log.first || index >= log.end) return;
  messageReading.show(log.at(index));
  document.getElementById(LIST_ID)?.focus({ preventScroll: true });
}

/** @param payloadsFrom the first message whose bytes the worker still has */
export const messageLook = (startedAt: number, payloadsFrom: number): RowLook<MessageRow> => ({
  layout: styles.layout,
  columns: (
    <>
      <span className={styles.index}>no.</span>
      <span className={styles.time}>time</span>
      <span>sent</span>
      <span>received</span>
      <span className={styles.size}>on the wire</span>
      <span className={styles.pair}>request and answer</span>
      <span className={styles.summary}>says</span>
    </>
  ),
  marks: ({ index, role, problem, reply }) => ({
    'data-role': role,
    'data-problem': problem === undefined ? undefined : '',
    'data-unheard': isUnheard(reply) ? '' : undefined,
    'data-gone': index < payloadsFrom ? '' : undefined,
  }),
  cells: (row) => (
    <>
      <span className={styles.index}>{number(row.index)}</span>
      <time className={styles.time} title={wallClock(startedAt + row.at)}>
        {sinceInRow(row.at)}
      </time>
      <span className={styles.type}>
        <span className="visually-hidden">{row.direction} </span>
        {nameOf(row)}
      </span>
      <span className={styles.size}>{number(row.wireBytes)} B</span>
      <Pair row={row} />
      <span className={styles.summary}>
        {row.index < payloadsFrom && 'bytes let go · '}
        {row.summary}
      </span>
    </>
  ),
});

/** A pointer can follow it; for keys there is `p`, and the links of the open message. */
function Pair({ row }: { row: MessageRow }) {
  const brief = briefly(row);
  if (brief === undefined) return null;
  const { verb, to, rest } = brief;
  return (
    <span className={styles.pair}>
      {verb}
      {to !== undefined && (
        <>
          {' '}
          <span className={styles.to} data-to={to}>
            {number(to)}
          </span>
        </>
      )}
      {rest}
    </span>
  );
}
