import { useLayoutEffect, useMemo, useReducer } from 'react';
import { create } from 'zustand';
import type { RowView } from '../../store/row-log.js';
import { usePage, type Connection } from '../../store/store.js';
import type { MessageRow } from '../../worker/protocol.js';
import { filters, noFilter, type Filter } from './filter.js';
import { everyRow, Matches, type Shown } from './matches.js';

/** How somebody reads the log. It outlives the screen, so that coming back changes nothing. */
interface Reading {
  readonly filter: Filter;
  /** The session that the rest belongs to: another one starts anew. */
  readonly connection: number;
  /** The log as it was when it was paused. */
  readonly frozen?: RowView | undefined;
  readonly selected?: MessageRow | undefined;
}

const useReading = create<Reading>(() => ({ filter: noFilter, connection: 0 }));

export const useFilter = (): Filter => useReading((reading) => reading.filter);
export const currentFilter = (): Filter => useReading.getState().filter;
export const setFilter = (filter: Filter): void => useReading.setState({ filter });

export function useSelected(connection: number): MessageRow | undefined {
  return useReading((reading) => (reading.connection === connection ? reading.selected : undefined));
}
export const select = (row: MessageRow | undefined): void => put({ selected: row });

export function useFrozen(connection: number): RowView | undefined {
  return useReading((reading) => (reading.connection === connection ? reading.frozen : undefined));
}
export const pause = (): void => put({ frozen: usePage.getState().connection.log.frozen() });
export const resume = (): void => put({ frozen: undefined });

/** Of the session that is on screen; what belonged to another goes. */
function put(change: Pick<Reading, 'frozen'> | Pick<Reading, 'selected'>): void {
  const connection = usePage.getState().connection.number;
  const same = useReading.getState().connection === connection;
  useReading.setState({ connection, ...(!same && { frozen: undefined, selected: undefined }), ...change });
}

/** The rows that fit the filter, and whether all were looked at. */
export function useShown(
  connection: Connection,
  rows: RowView,
  filter: Filter,
): { shown: Shown; done: boolean } {
  const { end } = rows;
  const session = connection.number;
  const matches = useMemo(
    () => (filters(filter) ? { session, found: new Matches(filter) } : undefined)?.found,
    [filter, session],
  );
  const [, moved] = useReducer((count: number) => count + 1, 0);
  // Before the paint, so that a row that fits is there at once.
  useLayoutEffect(() => {
    if (matches === undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let left = false;
    const look = () => {
      clearTimeout(timer);
      if (left) return;
      if (matches.advance(rows, end)) timer = setTimeout(look);
      moved();
    };
    look();
    void matches.search(end, look);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [matches, rows, end]);
  return matches === undefined
    ? { shown: everyRow(rows, end), done: true }
    : { shown: matches.shown(rows), done: matches.done };
}
