import { useLayoutEffect, type ReactNode } from 'react';
import { count, number } from '../../format.js';
import type { RowLog, RowView } from '../../store/row-log.js';
import { isLive, type Connection } from '../../store/store.js';
import { Button } from '../Button.js';
import { Panes } from '../Panes.js';
import { Announce } from './Announce.js';
import { filters, queryOf } from './filter.js';
import { clearFilter, FilterBar, type KindChoice } from './FilterBar.js';
import { LogList, type RowLook } from './LogList.js';
import { countMarked, everything, markedIn } from './marks.js';
import styles from './LogScreen.module.css';
import type { Reading } from './reading.js';
import { Selecting, type SavedRows } from './Selecting.js';
import type { Row } from './shown.js';

/** A log of the session: its filter, its live list, and beside it the row that is open. */
export function LogScreen<R extends Row>(props: {
  /** Of the list, which keys and links focus. */
  id: string;
  label: string;
  /** What the filter searches, for whoever hears it. */
  name: string;
  placeholder: string;
  reading: Reading<R>;
  connection: Connection;
  log: RowLog<R>;
  look: RowLook<R>;
  /** What a row is called: 'packet'. */
  unit: string;
  kinds: (kinds: readonly string[]) => KindChoice;
  /** What the line below the filter says, after how many rows there are. */
  facts: ReactNode;
  counted: (rows: RowView<R>) => string;
  detail: (row: R, close: () => void) => ReactNode;
  /** Where rows can be chosen and saved. */
  saving?: {
    readonly save: (indexes: readonly number[]) => Promise<SavedRows | undefined>;
    /** Of what a file can hold, in a sentence. */
    readonly bound: string;
  };
  onGo?: (index: number) => void;
  onKey?: (key: string) => boolean;
}) {
  const { id, reading, connection, log, saving } = props;
  const filter = reading.useFilter();
  const frozen = reading.useFrozen(connection.number);
  const selected = reading.useSelected(connection.number);
  const marks = reading.useMarks(connection.number);
  const marked = typeof marks === 'object' ? marks : undefined;
  const rows: RowView<R> = frozen ?? log;
  const { shown, done } = reading.useShown(connection.number, rows, filter);
  const filtered = filters(filter);
  const fromBefore = reading.useIsFromBefore(connection.number);
  const kept = rows.end - rows.first;
  const nothingFits = done && shown.length === 0 ? noneOf(kept, props.unit) : undefined;
  useClosedWhereExcluded(reading, id, selected !== undefined && shown.excludes(selected.index));
  const closed = reading.useHasClosed();
  const waiting = frozen && log.end - frozen.end;
  const close = () => {
    reading.select(undefined);
    document.getElementById(id)?.focus({ preventScroll: true });
  };
  const begin = () => {
    reading.mark('none yet');
    document.getElementById(id)?.focus({ preventScroll: true });
  };
  const endSelecting = () => {
    reading.mark(undefined);
    document.getElementById(id)?.focus({ preventScroll: true });
  };
  const live = isLive(connection.state);
  const togglePause = frozen ? reading.resume : reading.pause;
  return (
    <>
      <div className={styles.tools}>
        <FilterBar
          list={id}
          name={props.name}
          placeholder={props.placeholder}
          filter={filter}
          onFilter={reading.setFilter}
          kinds={props.kinds([...log.kinds.keys()])}
          paused={frozen !== undefined}
          onPause={togglePause}
          ended={!live}
        />
        <div className={styles.line}>
          <p className={styles.facts}>
            {filtered && (
              <>
                <strong>
                  {number(shown.length)} of {number(kept)}
                </strong>
                {!done && ', still looking'}
                {fromBefore && ', by the filter from before'} ·{' '}
              </>
            )}
            {props.counted(rows)}
            {rows.first > 0 && `, the latest ${number(kept)} kept`} · {props.facts}
          </p>
          {saving && marks === undefined && <Button onClick={begin}>Select</Button>}
        </div>
        {saving && marks !== undefined && (
          <Selecting
            unit={props.unit}
            marks={marks}
            marked={marked === undefined ? 0 : countMarked(marked, shown)}
            shown={shown.length}
            bound={saving.bound}
            onAll={() => reading.mark(everything(shown))}
            onDone={endSelecting}
            onSave={() => saving.save(marked === undefined ? [] : markedIn(marked, shown))}
          />
        )}
      </div>
      <Panes
        list={
          <LogList
            key={connection.number}
            id={id}
            label={props.label}
            look={props.look}
            unit={props.unit}
            shown={shown}
            selected={selected}
            onSelect={reading.select}
            onPause={live || frozen ? togglePause : undefined}
            {...(saving && { marking: { marks, onMarks: reading.mark } })}
            {...(props.onGo && { onGo: props.onGo })}
            {...(props.onKey && { onKey: props.onKey })}
            waiting={waiting}
            live={live}
            follows={live && connection.recording?.pace !== 'at-once'}
            empty={
              <>
                <p>{nothingFits ?? 'Nothing found yet.'}</p>
                {fromBefore && <p>{FROM_BEFORE}</p>}
                <Button onClick={() => clearFilter(id, reading.setFilter)}>Clear the filter</Button>
              </>
            }
          />
        }
        open={selected && props.detail(currentOf(log, selected), close)}
      />
      <Announce
        unit={props.unit}
        waiting={waiting}
        filter={filtered ? `${connection.number} ${done} ${queryOf(filter)}` : undefined}
        found={[
          nothingFits ?? `${number(shown.length)} of ${count(kept, props.unit)} shown.`,
          fromBefore && FROM_BEFORE,
          closed && 'What was open does not fit, and is closed.',
        ]}
      />
    </>
  );
}

/** What was opened may have become another since: a request is answered. */
const currentOf = <R extends Row>(log: RowLog<R>, row: R): R =>
  row.index < log.first ? row : log.at(row.index);

const FROM_BEFORE = 'The filter was set for what was on screen before.';

const noneOf = (rows: number, unit: string): string =>
  rows === 1
    ? `The one ${unit} so far does not fit the filter.`
    : `No ${unit} of these ${number(rows)} fits the filter.`;

/** What is open is one of the rows that are listed; the focus that was in it goes to the list. */
function useClosedWhereExcluded<R extends Row>(reading: Reading<R>, list: string, excluded: boolean): void {
  useLayoutEffect(() => {
    if (!excluded) return;
    const focused = document.activeElement;
    reading.closeExcluded();
    setTimeout(() => {
      if (focused?.isConnected === false) document.getElementById(list)?.focus({ preventScroll: true });
    });
  }, [reading, list, excluded]);
}
