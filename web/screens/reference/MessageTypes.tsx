import { useState } from 'react';
import { FIRST_PROPOSED_ID } from '../../../shared/bip324/message-type.js';
import { messageRegistry, type MessageInfo } from '../../../shared/messages/registry.js';
import { Term } from '../../components/Term.js';
import { BipLink } from './BipLink.js';
import { Filter } from './Filter.js';
import styles from './MessageTypes.module.css';
import { NoEntry } from './NoEntry.js';
import reference from './Reference.module.css';
import { fits } from './search.js';
import { elementId, HEADING_ID } from './sections.js';

const all = [...messageRegistry.values()];
const byId = (a: MessageInfo, b: MessageInfo) => (a.shortId ?? 0) - (b.shortId ?? 0);

const groups = [
  {
    title: `Short ids 1–${FIRST_PROPOSED_ID - 1}: one byte`,
    of: ({ shortId }: MessageInfo) => shortId !== undefined && shortId < FIRST_PROPOSED_ID,
  },
  {
    title: 'Short ids assigned later: one byte, once settled',
    of: ({ shortId }: MessageInfo) => shortId !== undefined && shortId >= FIRST_PROPOSED_ID,
  },
  { title: 'Without a short id: always 13 bytes', of: ({ shortId }: MessageInfo) => shortId === undefined },
].map(({ title, of }) => ({ title, rows: all.filter(of).sort(byId) }));

const statusWords: { readonly [S in MessageInfo['status']]: string } = {
  settled: 'in use',
  proposed: 'proposed',
  legacy: 'no longer sent',
};

/** The registry that the code reads, as a table. */
export function MessageTypes({ entry }: { entry: string | undefined }) {
  const [filter, setFilter] = useState('');
  const shown = groups.map(({ title, rows }) => ({
    title,
    rows: rows.filter((row) => rowFits(filter, row)),
  }));
  return (
    <section className={reference.part} aria-labelledby={HEADING_ID}>
      <div className={reference.lead}>
        <h2 id={HEADING_ID} tabIndex={-1}>
          Message types
        </h2>
        <p>
          Over v2 a type is a <Term id="short-id">short id</Term> of one byte, or the{' '}
          <Term id="long-form">long form</Term> of thirteen. Both are understood alike, for every type that
          has both.
        </p>
        <NoEntry entry={entry} known={(type) => messageRegistry.has(type)} />
      </div>
      <Filter
        label="Message types"
        placeholder="type, id, words, BIP152, proposed"
        text={filter}
        onText={setFilter}
        shown={shown.reduce((sum, { rows }) => sum + rows.length, 0)}
        all={all.length}
      />
      {shown.map(
        ({ title, rows }) => rows.length > 0 && <Group key={title} title={title} rows={rows} here={entry} />,
      )}
    </section>
  );
}

/** A number is an id; anything else is looked for in all that a row says. */
function rowFits(filter: string, { type, shortId, status, bip, purpose }: MessageInfo): boolean {
  const text = filter.trim();
  if (/^\d+$/.test(text)) return shortId === Number(text);
  return fits(text, [type, statusWords[status], bip === undefined ? undefined : `BIP${bip}`, purpose]);
}

function Group(props: { title: string; rows: readonly MessageInfo[]; here: string | undefined }) {
  return (
    <table role="table" className={styles.table}>
      <caption>{props.title}</caption>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">
            Id
          </th>
          <th role="columnheader" scope="col">
            Type
          </th>
          <th role="columnheader" scope="col">
            What it is for
          </th>
          <th role="columnheader" scope="col">
            Proposal
          </th>
          <th role="columnheader" scope="col">
            Status
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {props.rows.map(({ type, shortId, bip, purpose, status }) => (
          <tr
            key={type}
            role="row"
            id={elementId(type)}
            tabIndex={-1}
            data-here={type === props.here ? '' : undefined}
          >
            <td role="cell" className={styles.id}>
              {shortId ?? '–'}
            </td>
            <th role="rowheader" scope="row" className={styles.type}>
              <code>{type}</code>
            </th>
            <td role="cell" className={styles.purpose}>
              {purpose}
            </td>
            <td role="cell" className={styles.bip}>
              {bip === undefined ? 'none' : <BipLink bip={bip} />}
            </td>
            <td role="cell" className={styles.status}>
              {statusWords[status]}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
