import { useEffect, useRef } from 'react';
import { goTo, useHashQuery } from '../../route.js';
import { filterOf, queryOf } from './filter.js';
import { currentFilter, setFilter, useFilter } from './reading.js';

/** A browser counts every change of the address, and stops a page that makes too many. */
const WRITE_AFTER_MS = 300;

/** The filter stands in the address, so that a link carries it; coming back without one brings back the last. */
export function useFilterInLink(): void {
  const query = useHashQuery();
  const filter = useFilter();
  const written = useRef<string>(undefined);

  useEffect(() => {
    if (query === written.current || query === '') return;
    const asked = filterOf(query);
    if (queryOf(asked) !== queryOf(currentFilter())) setFilter(asked);
  }, [query]);

  useEffect(() => {
    const timer = setTimeout(() => {
      const wanted = queryOf(filter);
      written.current = wanted;
      if (wanted !== query) goTo(wanted === '' ? '/messages' : `/messages?${wanted}`, { replace: true });
    }, WRITE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [filter, query]);
}
