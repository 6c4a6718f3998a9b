import { useState } from 'react';
import { useWindow } from '../../components/useWindow.js';
import { since } from '../../format.js';
import { timeToString } from '../../../shared/messages/time.js';
import type { AddressQuery, AddressRow } from '../../worker/node/protocol.js';
import styles from './Node.module.css';
import { useAnswer } from './useAnswer.js';
import { pageOf, useRowHeight } from './useRowHeight.js';
import { age } from './words.js';

/** The addresses that fit, of which only what is in sight is built and asked for. */
export function AddressTable({ query, revision }: { query: AddressQuery; revision: number }) {
  const height = useRowHeight();
  const [from, setFrom] = useState(0);
  const page = useAnswer('nodeAddresses', { ...query, from }, revision);
  const total = page?.total ?? 0;
  const { scroller, start, end } = useWindow(total, height);
  const wanted = pageOf(start);
  if (wanted !== from) setFrom(wanted);
  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="table"
      aria-label="Addresses"
      aria-rowcount={total + 1}
      tabIndex={0}
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
          return place >= start && place < end && <Row key={place} row={row} place={place} height={height} />;
        })}
      </div>
    </div>
  );
}

function Row({ row, place, height }: { row: AddressRow; place: number; height: number }) {
  const { host, port, network, heard, ageS, learned, services, unusable } = row;
  return (
    <div
      role="row"
      aria-rowindex={place + 2}
      className={styles.addressRow}
      style={{ transform: `translateY(${place * height}px)` }}
    >
      <span role="cell" className={styles.host} title={host}>
        {host}
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
