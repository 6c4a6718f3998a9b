import { useLayoutEffect, useMemo, useReducer } from 'react';
import { create } from 'zustand';
import type { RowLog, RowView } from '../../store/row-log.js';
import { usePage, type Connection } from '../../store/store.js';
import { filters, matcher, noFilter, type Filter, type Saying } from './filter.js';
import type { Marks } from './marks.js';
import { Matches, type FindBytes } from './matches.js';
import { everyRow, type Row, type Shown } from './shown.js';

/** How somebody reads a log. It outlives the screen, so that coming back changes nothing. */
interface State<R> {
  readonly filter: Filter;
  /** The session that was on screen when the filter was set: it stays for those that come after. */
  readonly filteredIn: number;
  /** The session that the rest belongs to: another one starts anew. */
  readonly connection: number;
  /** The log as it was when it was paused. */
  readonly frozen?: RowView<R> | undefined;
  readonly selected?: R | undefined;
  /** Rows that somebody chooses, as many as they like; undefined while nobody does. */
  readonly marks?: Marks | 'none yet' | undefined;
  /** The filter that the row which was open did not fit. */
  readonly closedBy?: Filter | undefined;
}

/** One log of a session and how it is searched. */
export interface LogKind<R extends Row> {
  log(connection: Connection): RowLog<R>;
  readonly says: Saying<R>;
  readonly find: FindBytes;
}

const onScreen = (): number => usePage.getState().connection.number;

/** How one of the logs is read. */
export type Reading<R extends Row> = ReturnType<typeof readingOf<R>>;

export function readingOf<R extends Row>({ log, says, find }: LogKind<R>) {
  const useState = create<State<R>>(() => ({ filter: noFilter, filteredIn: 0, connection: 0 }));

  /** Of the session that is on screen; what belonged to another goes. */
  function put(change: Partial<Pick<State<R>, 'frozen' | 'marks' | 'selected' | 'closedBy'>>): void {
    const connection = onScreen();
    const same = useState.getState().connection === connection;
    useState.setState({
      connection,
      ...(!same && { frozen: undefined, selected: undefined, marks: undefined }),
      ...change,
    });
  }

  const setFilter = (filter: Filter): void =>
    // Marked is what is shown.
    useState.setState(({ marks }) => ({ filter, filteredIn: onScreen(), marks: marks && 'none yet' }));
  const select = (row: R | undefined): void => put({ selected: row, marks: undefined, closedBy: undefined });
  const resume = (): void => put({ frozen: undefined });

  return {
    useFilter: (): Filter => useState((state) => state.filter),
    currentFilter: (): Filter => useState.getState().filter,
    setFilter,
    /** Whether the filter was set while another session was on screen. */
    useIsFromBefore: (connection: number): boolean =>
      useState(({ filter, filteredIn }) => filters(filter) && filteredIn > 0 && filteredIn !== connection),
    useSelected: (connection: number): R | undefined =>
      useState((state) => (state.connection === connection ? state.selected : undefined)),
    selectedIn(connection: number): R | undefined {
      const state = useState.getState();
      return state.connection === connection ? state.selected : undefined;
    },
    select,
    useMarks: (connection: number): Marks | 'none yet' | undefined =>
      useState((state) => (state.connection === connection ? state.marks : undefined)),
    /** While rows are marked none is open. */
    mark: (marks: Marks | 'none yet' | undefined): void => put({ marks, selected: undefined }),
    /** Opens a row, whatever was filtered or paused. */
    show(row: R): void {
      const { filter, frozen, connection } = useState.getState();
      // Which bytes fit is the worker's to say, and takes a while.
      if (filters(filter) && !matcher(filter, new Set(), says)(row)) setFilter(noFilter);
      if (frozen && connection === onScreen() && row.index >= frozen.end) resume();
      select(row);
    },
    /** Closes the row that is open: it does not fit the filter. */
    closeExcluded: (): void => put({ selected: undefined, closedBy: useState.getState().filter }),
    /** Whether that was done for the filter as it is. */
    useHasClosed: (): boolean => useState(({ filter, closedBy }) => closedBy === filter),
    useFrozen: (connection: number): RowView<R> | undefined =>
      useState((state) => (state.connection === connection ? state.frozen : undefined)),
    pause: (): void => put({ frozen: log(usePage.getState().connection).frozen() }),
    resume,
    /** The rows that fit the filter, and whether all were looked at. */
    useShown: (connection: number, rows: RowView<R>, filter: Filter) =>
      useShown({ says, find }, connection, rows, filter),
  };
}

function useShown<R extends Row>(
  { says, find }: Pick<LogKind<R>, 'says' | 'find'>,
  session: number,
  rows: RowView<R>,
  filter: Filter,
): { shown: Shown<R>; done: boolean } {
  const { end } = rows;
  const changed = rows.changes.end;
  const matches = useMemo(
    () => (filters(filter) ? { session, found: new Matches(filter, says, find) } : undefined)?.found,
    [filter, session, says, find],
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
  }, [matches, rows, end, changed]);
  return matches === undefined
    ? { shown: everyRow(rows, end), done: true }
    : { shown: matches.shown(rows), done: matches.done };
}
