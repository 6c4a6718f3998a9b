import { useCallback, useEffect, useEffectEvent, useState } from 'react';

const PAGE = 100;
/** Pages that are kept: those that came last. */
const MAX_PAGES = 40;

interface Page<R> {
  readonly version: string | number;
  readonly rows: readonly R[];
}

/**
 * Rows that the worker has, fetched by the hundred as they come into sight.
 * @param scope what they are rows of: another one starts anew
 * @param version of it: rows of an older one stand until the newer are here
 */
export function usePages<R>(
  scope: string,
  version: string | number,
  fetch: (from: number, count: number, signal: AbortSignal) => Promise<readonly R[] | undefined>,
): { at: (index: number) => R | undefined; look: (start: number, end: number) => void } {
  const [pages, setPages] = useState({
    scope,
    all: new Map<number, Page<R>>() as ReadonlyMap<number, Page<R>>,
  });
  if (pages.scope !== scope) setPages({ scope, all: new Map() });
  const [sight, setSight] = useState({ first: 0, last: -1 });

  const load = useEffectEvent((page: number, signal: AbortSignal) =>
    pages.scope === scope && pages.all.get(page)?.version === version
      ? undefined
      : fetch(page * PAGE, PAGE, signal),
  );
  useEffect(() => {
    const abort = new AbortController();
    for (let page = sight.first; page <= sight.last; page++)
      void load(page, abort.signal)?.then((rows) => {
        if (rows === undefined || abort.signal.aborted) return;
        setPages((before) =>
          before.scope === scope ? { scope, all: withPage(before.all, page, { version, rows }) } : before,
        );
      });
    return () => abort.abort();
  }, [scope, version, sight]);

  const look = useCallback((start: number, end: number) => {
    const first = Math.floor(Math.max(0, start) / PAGE);
    const last = Math.floor(Math.max(0, end - 1) / PAGE);
    setSight((before) => (before.first === first && before.last === last ? before : { first, last }));
  }, []);
  const at = (index: number): R | undefined =>
    pages.scope === scope ? pages.all.get(Math.floor(index / PAGE))?.rows[index % PAGE] : undefined;
  return { at, look };
}

function withPage<R>(
  before: ReadonlyMap<number, Page<R>>,
  page: number,
  rows: Page<R>,
): ReadonlyMap<number, Page<R>> {
  const all = new Map(before);
  all.delete(page);
  all.set(page, rows);
  for (const oldest of all.keys()) {
    if (all.size <= MAX_PAGES) break;
    all.delete(oldest);
  }
  return all;
}
