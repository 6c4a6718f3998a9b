import type { ComponentType } from 'react';
import { Link, useLocation } from 'wouter';
import { Glossary } from './Glossary.js';
import { Limits } from './Limits.js';
import { MessageTypes } from './MessageTypes.js';
import styles from './Reference.module.css';
import { Road } from './Road.js';
import { HEADING_ID, placeOf, sections, type SectionId } from './sections.js';
import { States } from './States.js';
import { useEntry } from './useEntry.js';

const parts: { readonly [S in SectionId]: ComponentType<{ entry: string | undefined }> } = {
  messages: MessageTypes,
  states: States,
  limits: Limits,
  glossary: Glossary,
  road: Road,
};

/** What is looked up: everything here also has a link of its own. */
export function Reference() {
  const [path] = useLocation();
  const { section, entry, unknown } = placeOf(path);
  const Part = section && parts[section];
  useEntry(section ?? unknown, entry);
  return (
    <div className={styles.screen}>
      <h1>Reference</h1>
      {Part ? (
        <>
          <nav aria-label="Reference">
            <ul className={styles.tabs}>
              {sections.map(({ id, name }) => (
                <li key={id}>
                  <Link
                    href={`/reference/${id}`}
                    className={styles.tab!}
                    aria-current={id === section ? 'page' : undefined}
                  >
                    {name}
                  </Link>
                </li>
              ))}
            </ul>
          </nav>
          <Part key={`${section}/${entry}`} entry={entry} />
        </>
      ) : (
        <>
          {unknown !== undefined && (
            <p id={HEADING_ID} tabIndex={-1} role="status">
              The reference has no section “<code>{unknown}</code>”. These are those it has:
            </p>
          )}
          <ul className={styles.overview}>
            {sections.map(({ id, name, says }) => (
              <li key={id}>
                <Link href={`/reference/${id}`}>{name}</Link>
                <p>{says}</p>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
