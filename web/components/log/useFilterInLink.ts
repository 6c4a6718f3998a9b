import { useEffect, useRef } from 'react';
import { goTo, useHashPath, useHashQuery } from '../../route.js';
import { filterOf, queryOf } from './filter.js';
import type { Reading } from './reading.js';
import type { Row } from './shown.js';

/** A browser counts every change of the address, and stops a page that makes too many. */
const WRITE_AFTER_MS = 300;

/**
 * The filter stands in the address, so that a link carries it; coming back without one brings back the last.
 * @param path of the screen, with what else of it stands in the address
 * @param wrote is told which path was put there
 */
export function useFilterInLink<R extends Row>(
  reading: Reading<R>,
  path: string,
  wrote?: (path: string) => void,
): void {
  const { useFilter, currentFilter, setFilter } = reading;
  const query = useHashQuery();
  const [here] = useHashPath();
  const filter = useFilter();
  const written = useRef<string>(undefined);

  useEffect(() => {
    if (query === written.current || query === '') return;
    const asked = filterOf(query);
    if (queryOf(asked) !== queryOf(currentFilter())) setFilter(asked);
  }, [query, currentFilter, setFilter]);

  useEffect(() => {
    const timer = setTimeout(() => {
      const wanted = queryOf(filter);
      written.current = wanted;
      wrote?.(path);
      if (wanted !== query || path !== here)
        goTo(wanted === '' ? path : `${path}?${wanted}`, { replace: true });
    }, WRITE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [filter, query, path, here, wrote]);
}
