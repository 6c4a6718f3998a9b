import { Term } from '../../components/Term.js';
import { BipLink } from './BipLink.js';
import { NoEntry } from './NoEntry.js';
import reference from './Reference.module.css';
import { columns, notHidden, questions, whyGivenUp } from './road.js';
import styles from './Road.module.css';
import { elementId, HEADING_ID } from './sections.js';
import { StartBytes } from './StartBytes.js';

/** The three transports side by side, and what even the last one leaves to be seen. */
export function Road({ entry }: { entry: string | undefined }) {
  return (
    <section className={reference.part} aria-labelledby={HEADING_ID}>
      <div className={reference.lead}>
        <h2 id={HEADING_ID} tabIndex={-1}>
          From v1 by BIP151 to v2
        </h2>
        <p>
          The messages are the same on all three. What differs is what somebody on the way, an{' '}
          <Term id="observer">observer</Term> or an <Term id="active-attacker">active attacker</Term>, makes
          of them.
        </p>
        <NoEntry entry={entry} known={(asked) => questions.some(({ id }) => id === asked)} />
      </div>
      <StartBytes />
      <Comparison here={entry} />
      <div className={reference.lead}>
        <h3>Why BIP151 was withdrawn</h3>
        <ul className={styles.reasons}>
          {whyGivenUp.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      </div>
      <div className={reference.lead}>
        <h3>What v2 does not hide</h3>
        <dl className={styles.open}>
          {notHidden.map(([what, how]) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd>{how}</dd>
            </div>
          ))}
        </dl>
      </div>
    </section>
  );
}

function Comparison({ here }: { here: string | undefined }) {
  return (
    <table role="table" className={styles.table}>
      <caption className="visually-hidden">The three transports, question by question</caption>
      <thead role="rowgroup">
        <tr role="row">
          <td role="cell" />
          {columns.map((column) => (
            <th key={column.id} role="columnheader" scope="col">
              {column.name}
              <span className={styles.years}>
                {column.years}
                {'bip' in column && (
                  <>
                    {' · '}
                    <BipLink bip={column.bip} />
                  </>
                )}
              </span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {questions.map(({ id, asks, answers }) => (
          <tr key={id} role="row" id={elementId(id)} tabIndex={-1} data-here={id === here ? '' : undefined}>
            <th role="rowheader" scope="row">
              {asks}
            </th>
            {answers.map((answer, at) => (
              <td key={columns[at]!.id} role="cell" data-column={columns[at]!.name}>
                {answer}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
