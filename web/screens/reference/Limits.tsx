import { limitGroups } from './limits.js';
import styles from './Limits.module.css';
import { NoEntry } from './NoEntry.js';
import reference from './Reference.module.css';
import { elementId, HEADING_ID } from './sections.js';

/** Sizes, counts and times, from the constants that the code compares with. */
export function Limits({ entry }: { entry: string | undefined }) {
  const known = (asked: string) => limitGroups.some(({ limits }) => limits.some(({ id }) => id === asked));
  return (
    <section className={reference.part} aria-labelledby={HEADING_ID}>
      <div className={reference.lead}>
        <h2 id={HEADING_ID} tabIndex={-1}>
          Limits
        </h2>
        <p>What this page and a real node hold each other to. The numbers are read from the code.</p>
        <NoEntry entry={entry} known={known} />
      </div>
      {limitGroups.map(({ title, limits }) => (
        <table key={title} role="table" className={styles.table}>
          <caption>{title}</caption>
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader" scope="col">
                What
              </th>
              <th role="columnheader" scope="col">
                Limit
              </th>
              <th role="columnheader" scope="col">
                Why
              </th>
            </tr>
          </thead>
          <tbody role="rowgroup">
            {limits.map(({ id, name, value, why }) => (
              <tr
                key={id}
                role="row"
                id={elementId(id)}
                tabIndex={-1}
                data-here={id === entry ? '' : undefined}
              >
                <th role="rowheader" scope="row">
                  {name}
                </th>
                <td role="cell" className={styles.value}>
                  {value}
                </td>
                <td role="cell" className={styles.reason}>
                  {why}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </section>
  );
}
