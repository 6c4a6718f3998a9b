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
import styles from './LogScreen.module.css';
import type { Reading } from './reading.js';
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
  onKey?: (key: string) => boolean;
}) {
  const { id, reading, connection, log } = props;
  const filter = reading.useFilter();
  const frozen = reading.useFrozen(connection.number);
  const selected = reading.useSelected(connection.number);
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
        />
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
            onPause={togglePause}
            {...(props.onKey && { onKey: props.onKey })}
            waiting={waiting}
            live={isLive(connection.state)}
            empty={
              <>
                <p>{nothingFits ?? 'Nothing found yet.'}</p>
                {fromBefore && <p>{FROM_BEFORE}</p>}
                <Button onClick={() => clearFilter(id, reading.setFilter)}>Clear the filter</Button>
              </>
            }
          />
        }
        open={selected && props.detail(selected, close)}
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
