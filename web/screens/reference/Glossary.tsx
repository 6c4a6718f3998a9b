import { Fragment, useState } from 'react';
import { Link } from 'wouter';
import { Filter } from './Filter.js';
import { glossary, type Entry, type TermId } from './glossary.js';
import styles from './Glossary.module.css';
import { NoEntry } from './NoEntry.js';
import reference from './Reference.module.css';
import { fits } from './search.js';
import { elementId, HEADING_ID } from './sections.js';

const entries = (Object.entries(glossary) as [TermId, Entry<TermId>][]).sort(([, a], [, b]) =>
  a.term.localeCompare(b.term, 'en'),
);

export function Glossary({ entry: here }: { entry: string | undefined }) {
  const [filter, setFilter] = useState('');
  const shown = entries.filter(([, { term, also, says }]) => fits(filter.trim(), [term, also, says]));
  return (
    <section className={reference.part} aria-labelledby={HEADING_ID}>
      <div className={reference.lead}>
        <h2 id={HEADING_ID} tabIndex={-1}>
          Glossary
        </h2>
        <NoEntry entry={here} known={(id) => Object.hasOwn(glossary, id)} />
      </div>
      <Filter
        label="Glossary"
        placeholder="a term, or a word of what it says"
        text={filter}
        onText={setFilter}
        shown={shown.length}
        all={entries.length}
      />
      <dl className={styles.list}>
        {shown.map(([id, { term, says, section, see = [] }]) => (
          <div
            key={id}
            id={elementId(id)}
            tabIndex={-1}
            className={styles.entry}
            data-here={id === here ? '' : undefined}
          >
            <dt>{term}</dt>
            <dd>
              <p>{says}</p>
              {(section !== undefined || see.length > 0) && (
                <p className={styles.more}>
                  {section}
                  {section !== undefined && see.length > 0 && ' · '}
                  {see.length > 0 && 'see '}
                  {see.map((other, at) => (
                    <Fragment key={other}>
                      <span className={styles.other}>
                        <Link href={`/reference/glossary/${other}`}>{glossary[other].term}</Link>
                        {at < see.length - 1 && ','}
                      </span>{' '}
                    </Fragment>
                  ))}
                </p>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
