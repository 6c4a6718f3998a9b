import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useWindow } from '../../components/useWindow.js';
import { since } from '../../format.js';
import type { AddressQuery, AddressRow } from '../../worker/node/protocol.js';
import { AddressFacts } from './AddressFacts.js';
import styles from './Node.module.css';
import { useAnswer } from './useAnswer.js';
import { pageOf, useRowHeight } from './useRowHeight.js';
import { age } from './words.js';
import { timeToString } from '../../../shared/messages/time.js';

interface Chosen {
  readonly place: number;
  /** Undefined before anything is chosen, and where it has not come yet. */
  readonly row?: AddressRow;
  /** Then it has the focus. */
  readonly byKeys: boolean;
}

const steps: { readonly [key: string]: number } = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
  Home: -Infinity,
  End: Infinity,
};

/** The addresses that fit, of which only what is in sight is built and asked for. One is chosen, and shown whole. */
export function AddressTable({ query, revision }: { query: AddressQuery; revision: number }) {
  const height = useRowHeight();
  const [from, setFrom] = useState(0);
  const [chosen, setChosen] = useState<Chosen>({ place: 0, byKeys: false });
  const page = useAnswer('nodeAddresses', { ...query, from }, revision);
  const total = page?.total ?? 0;
  const { scroller, start, end, reveal } = useWindow(total, height);
  const wanted = pageOf(start);
  if (wanted !== from) setFrom(wanted);
  const move = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (step === undefined || total === 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const place = Math.min(total - 1, Math.max(0, chosen.place + (chosen.row === undefined ? 0 : step)));
    const row = page?.rows[place - page.from];
    setChosen({ place, byKeys: true, ...(row && { row }) });
    reveal(place);
  };
  // Where keys lead further than what was asked for, its row comes a moment later.
  const arrived =
    chosen.row === undefined && chosen.byKeys ? page?.rows[chosen.place - page.from] : undefined;
  if (arrived !== undefined) setChosen({ ...chosen, row: arrived });
  return (
    <>
      <div
        ref={scroller}
        className={styles.scroller}
        role="table"
        aria-label="Addresses"
        aria-rowcount={total + 1}
        tabIndex={0}
        onKeyDown={move}
      >
        <div role="row" className={styles.addressColumns} aria-rowindex={1}>
          <span role="columnheader">address</span>
          <span role="columnheader">port</span>
          <span role="columnheader">network</span>
          <span role="columnheader">last heard of</span>
          <span role="columnheader">services</span>
        </div>
        <div role="rowgroup" className={styles.space} style={{ blockSize: total * height }}>
          {page?.rows.map((row, at) => {
            const place = page.from + at;
            if (place < start || place >= end) return null;
            return (
              <Row
                key={place}
                row={row}
                place={place}
                height={height}
                chosen={chosen.row !== undefined && chosen.place === place}
                byKeys={chosen.byKeys}
                onChoose={() => setChosen({ place, row, byKeys: false })}
              />
            );
          })}
        </div>
      </div>
      {chosen.row === undefined ? (
        <p className={styles.foot}>Choose one to see all that was told of it, and to copy it.</p>
      ) : (
        <AddressFacts row={chosen.row} />
      )}
    </>
  );
}

function Row(props: {
  row: AddressRow;
  place: number;
  height: number;
  chosen: boolean;
  byKeys: boolean;
  onChoose: () => void;
}) {
  const { row, place, height, chosen, byKeys, onChoose } = props;
  const { host, port, network, heard, ageS, learned, services, unusable } = row;
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const { activeElement: focused, body } = document;
    // A row that is built anew takes the focus from nothing but the table.
    const free = focused === body || button.current?.closest('[role=table]')?.contains(focused);
    if (chosen && byKeys && free) button.current?.focus({ preventScroll: true });
  }, [chosen, byKeys]);
  return (
    <div
      role="row"
      aria-rowindex={place + 2}
      className={styles.addressRow}
      style={{ transform: `translateY(${place * height}px)` }}
      data-chosen={chosen ? '' : undefined}
      onClick={onChoose}
    >
      <span role="cell" className={styles.host} title={host}>
        <button ref={button} type="button" tabIndex={chosen ? 0 : -1} aria-pressed={chosen}>
          {host}
        </button>
      </span>
      <span role="cell">{port}</span>
      <span role="cell">
        {network}
        {unusable !== undefined && <span title={unusable}>, of no use</span>}
      </span>
      <span role="cell" title={`${timeToString(heard)}; told to us at ${since(learned)}`}>
        {age(ageS)}
      </span>
      <span role="cell" title={services.join(', ')}>
        {services.join(', ') || 'none'}
      </span>
    </div>
  );
}
