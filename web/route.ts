import { useSyncExternalStore } from 'react';

/**
 * Hash routes with a query behind them, `#/connect?node=HOST:PORT`, so that links work on any static host.
 * wouter's own hash hook keeps the query outside of the hash; this one keeps it inside.
 */
function subscribe(changed: () => void): () => void {
  addEventListener('hashchange', changed);
  return () => removeEventListener('hashchange', changed);
}

const split = (): [path: string, query: string] => {
  const [path = '', query = ''] = location.hash.replace(/^#?\/?/, '').split('?', 2);
  return [`/${path}`, query];
};

export function goTo(path: string, options: { replace?: boolean } = {}): void {
  const hash = `#${path}`;
  if (options.replace) location.replace(hash);
  else location.hash = hash;
}

const readPath = () => split()[0];
const readQuery = () => split()[1];

/** Where the page is this very moment: what renders may be an event behind. */
export const here = split;

/** Whether the route is `path` or below it. */
export const isAt = (path: string): boolean => `${readPath()}/`.startsWith(`${path}/`);

export function useHashPath(): [string, typeof goTo] {
  return [useSyncExternalStore(subscribe, readPath), goTo];
}
useHashPath.hrefs = (path: string) => `#${path}`;

export const useHashQuery = (): string => useSyncExternalStore(subscribe, readQuery);
