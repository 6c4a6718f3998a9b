import { receiveStates, sendStates, type StateRow, type Transition } from '../../../shared/bip324/states.js';
import { Term } from '../../components/Term.js';
import { NoEntry } from './NoEntry.js';
import reference from './Reference.module.css';
import { elementId, HEADING_ID } from './sections.js';
import styles from './States.module.css';

/** What each transition of the table is, for people. */
const events: { readonly [T in Transition]: string } = {
  'not-v1': 'a byte that v1 would not have',
  'v1-prefix': 'all 16 bytes of v1’s start',
  'key-complete': 'their key is whole',
  'terminator-found': 'their terminator is found',
  'version-received': 'their version packet opens',
  end: 'the end, or an error',
};

const machines = [
  { id: 'receive', title: 'Receiving', rows: Object.values(receiveStates) },
  { id: 'send', title: 'Sending', rows: Object.values(sendStates) },
] as const;

/** A state's place in a link: 'receive-garbage'. */
const idOf = (machine: string, state: string): string => `${machine}-${state}`;

/** The table that drives the code, as a table. */
export function States({ entry }: { entry: string | undefined }) {
  const known = (asked: string) =>
    machines.some(({ id, rows }) => rows.some(({ state }) => idOf(id, state) === asked));
  return (
    <section className={reference.part} aria-labelledby={HEADING_ID}>
      <div className={reference.lead}>
        <h2 id={HEADING_ID} tabIndex={-1}>
          States
        </h2>
        <p>
          A v2 connection is two machines, one that receives and one that sends: either can be ahead of the
          other. These rows are not a description of the code; they are the table that it runs on. The{' '}
          <Term id="responder">responder</Term> begins in the first row, the{' '}
          <Term id="initiator">initiator</Term> in the second.
        </p>
        <NoEntry entry={entry} known={known} />
      </div>
      {machines.map(({ id, title, rows }) => (
        <table key={id} role="table" className={styles.table}>
          <caption>{title}</caption>
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader" scope="col">
                State
              </th>
              <th role="columnheader" scope="col">
                Holds back
              </th>
              <th role="columnheader" scope="col">
                Until
              </th>
              <th role="columnheader" scope="col">
                And then
              </th>
            </tr>
          </thead>
          <tbody role="rowgroup">
            {rows.map((row) => (
              <Row key={row.state} row={row} id={idOf(id, row.state)} here={entry} />
            ))}
          </tbody>
        </table>
      ))}
    </section>
  );
}

function Row({ row, id, here }: { row: StateRow<string>; id: string; here: string | undefined }) {
  const exits = Object.entries(row.on) as [Transition, string][];
  return (
    <tr role="row" id={elementId(id)} tabIndex={-1} data-here={id === here ? '' : undefined}>
      <th role="rowheader" scope="row">
        <code>{row.state}</code>
      </th>
      <td role="cell" data-column="Holds back">
        {row.buffers}
      </td>
      <td role="cell" data-column="Until">
        {row.until}
      </td>
      <td role="cell" data-column="And then">
        {exits.length === 0 ? (
          'stays'
        ) : (
          <ul className={styles.exits}>
            {exits.map(([event, next]) => (
              <li key={event}>
                {events[event]} <span aria-hidden="true">→</span>
                <span className="visually-hidden">leads to</span> <code>{next}</code>
              </li>
            ))}
          </ul>
        )}
      </td>
    </tr>
  );
}
