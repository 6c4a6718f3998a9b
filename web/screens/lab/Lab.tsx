import { useMemo } from 'react';
import { Link, useLocation } from 'wouter';
import { useHashQuery } from '../../route.js';
import { BreakAByte } from './BreakAByte.js';
import styles from './Lab.module.css';
import { placeOf } from './link.js';
import { Middle } from './Middle.js';

const experiments = [
  { experiment: 'break', path: '/lab/break', name: 'Break a byte' },
  { experiment: 'mallory', path: '/lab/mallory', name: 'Mallory in the middle' },
] as const;

/** Two experiments on sessions that exist in this tab alone. */
export function Lab() {
  const [path] = useLocation();
  const query = useHashQuery();
  const place = useMemo(() => placeOf(path, query), [path, query]);
  return (
    <div className={styles.screen}>
      <div className={styles.head}>
        <h1>The lab</h1>
        <p className={styles.lead}>
          Alice and Bob hold a whole session in this tab, over the same code that speaks to real nodes. No
          network takes part.
        </p>
        <nav aria-label="Experiments">
          <ul className={styles.experiments}>
            {experiments.map(({ experiment, path, name }) => (
              <li key={experiment}>
                <Link
                  href={path}
                  className={styles.experiment!}
                  aria-current={place.experiment === experiment ? 'page' : undefined}
                >
                  {name}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      </div>
      {place.experiment === 'mallory' ? (
        <Middle step={place.step} asked={place.asked} />
      ) : (
        <BreakAByte link={`${path}?${query}`} place={place.place} />
      )}
    </div>
  );
}
