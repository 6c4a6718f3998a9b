import { useLayoutEffect, useMemo, useReducer } from 'react';
import { create } from 'zustand';
import type { RowLog, RowView } from '../../store/row-log.js';
import { usePage, type Connection } from '../../store/store.js';
import { filters, noFilter, type Filter, type Saying } from './filter.js';
import { Matches, type FindBytes } from './matches.js';
import { everyRow, type Row, type Shown } from './shown.js';

/** How somebody reads a log. It outlives the screen, so that coming back changes nothing. */
interface State<R> {
  readonly filter: Filter;
  /** The session that the rest belongs to: another one starts anew. */
  readonly connection: number;
  /** The log as it was when it was paused. */
  readonly frozen?: RowView<R> | undefined;
  readonly selected?: R | undefined;
}

/** One log of a session and how it is searched. */
export interface LogKind<R extends Row> {
  log(connection: Connection): RowLog<R>;
  readonly says: Saying<R>;
  readonly find: FindBytes;
}

/** How one of the logs is read. */
export type Reading<R extends Row> = ReturnType<typeof readingOf<R>>;

export function readingOf<R extends Row>({ log, says, find }: LogKind<R>) {
  const useState = create<State<R>>(() => ({ filter: noFilter, connection: 0 }));

  /** Of the session that is on screen; what belonged to another goes. */
  function put(change: Pick<State<R>, 'frozen'> | Pick<State<R>, 'selected'>): void {
    const connection = usePage.getState().connection.number;
    const same = useState.getState().connection === connection;
    useState.setState({
      connection,
      ...(!same && { frozen: undefined, selected: undefined }),
      ...change,
    });
  }

  return {
    says,
    useFilter: (): Filter => useState((state) => state.filter),
    currentFilter: (): Filter => useState.getState().filter,
    setFilter: (filter: Filter): void => useState.setState({ filter }),
    useSelected: (connection: number): R | undefined =>
      useState((state) => (state.connection === connection ? state.selected : undefined)),
    select: (row: R | undefined): void => put({ selected: row }),
    useFrozen: (connection: number): RowView<R> | undefined =>
      useState((state) => (state.connection === connection ? state.frozen : undefined)),
    /** One more than the last row on screen while it is paused. */
    frozenEnd: (): number => useState.getState().frozen?.end ?? Infinity,
    pause: (): void => put({ frozen: log(usePage.getState().connection).frozen() }),
    resume: (): void => put({ frozen: undefined }),
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
  }, [matches, rows, end]);
  return matches === undefined
    ? { shown: everyRow(rows, end), done: true }
    : { shown: matches.shown(rows), done: matches.done };
}
