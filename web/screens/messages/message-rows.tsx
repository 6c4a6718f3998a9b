import type { RowLook } from '../../components/log/LogList.js';
import { readingOf } from '../../components/log/reading.js';
import { number, since, wallClock } from '../../format.js';
import { ask } from '../../store/client.js';
import { kindOfMessage } from '../../store/row-kinds.js';
import type { MessageRow } from '../../worker/protocol.js';
import styles from './message-rows.module.css';
import { nameOf } from './names.js';

export const messageReading = readingOf<MessageRow>({
  log: ({ log }) => log,
  says: {
    kind: kindOfMessage,
    text: ({ type = '', summary, problem = '' }) => `${type} ${summary} ${problem}`,
    problem: ({ problem }) => problem !== undefined,
  },
  find: (hex, from) => ask('find', { hex, from }),
});

export const messageLook = (startedAt: number): RowLook<MessageRow> => ({
  layout: styles.layout,
  columns: (
    <>
      <span>time</span>
      <span>sent</span>
      <span>received</span>
      <span className={styles.size}>on the wire</span>
      <span className={styles.summary}>says</span>
    </>
  ),
  marks: ({ role, problem }) => ({
    'data-role': role,
    'data-problem': problem === undefined ? undefined : '',
  }),
  cells: (row) => (
    <>
      <time title={wallClock(startedAt + row.at)}>{since(row.at)}</time>
      <span className={styles.type}>
        <span className="visually-hidden">{row.direction} </span>
        {nameOf(row)}
      </span>
      <span className={styles.size}>{number(row.wireBytes)} B</span>
      <span className={styles.summary}>{row.summary}</span>
    </>
  ),
});
