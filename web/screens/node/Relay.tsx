import { useState } from 'react';
import { Button } from '../../components/Button.js';
import { useWindow } from '../../components/useWindow.js';
import { count, number, since, wallClock } from '../../format.js';
import type { Buckets, NodeSeries, RelayedRow, RelayFacts, RelayQuery } from '../../worker/node/protocol.js';
import styles from './Node.module.css';
import { useAnswer } from './useAnswer.js';
import { pageOf, useRowHeight } from './useRowHeight.js';
import { moment } from './words.js';

const TABLE_ROWS = 60;

/** What the node passes on: transactions and blocks, as it announces them. */
export function Relay(props: { facts: RelayFacts; series: NodeSeries | undefined; startedAt: number }) {
  const { facts, series, startedAt } = props;
  const { transactions, blocks, again, kept, end } = facts;
  const [kind, setKind] = useState<RelayQuery['kind']>('all');
  return (
    <section className={styles.part} aria-labelledby="node-relay">
      <h2 id="node-relay">What it passes on</h2>
      {end === 0 ? (
        <p>It has announced no transaction and no block so far.</p>
      ) : (
        <>
          <p data-testid="node-relayed">
            {count(transactions, 'transaction')} and {count(blocks, 'block')} announced
            {again > 0 && `, ${number(again)} of them more than once`}
            {series && rateWords(series)}.{kept < end && ` The latest ${number(kept)} are kept.`}
          </p>
          <div className={styles.tools}>
            <label>
              Show
              <select value={kind} onChange={(event) => setKind(event.target.value as RelayQuery['kind'])}>
                <option value="all">both</option>
                <option value="tx">transactions</option>
                <option value="block">blocks</option>
              </select>
            </label>
          </div>
          <Announced key={kind} kind={kind} end={end} again={again} startedAt={startedAt} />
          {series && <PerMinute buckets={series.announced} />}
        </>
      )}
    </section>
  );
}

/** In the bucket that goes on, and on average. */
function rateWords({ announced, until }: NodeSeries): string {
  const all = announced.first.reduce((sum, many) => sum + many, 0);
  const minutes = until / 60_000;
  return minutes < 1 ? '' : `, ${(all / minutes).toFixed(1)} transactions a minute on average`;
}

/** Newest first. While somebody reads, what is on screen stays, and what comes meanwhile is counted. */
function Announced(props: { kind: RelayQuery['kind']; end: number; again: number; startedAt: number }) {
  const { kind, end, again, startedAt } = props;
  const [held, setHeld] = useState<number>();
  const before = held === undefined ? {} : { before: held };
  const height = useRowHeight();
  const [from, setFrom] = useState(0);
  const page = useAnswer('nodeRelayed', { kind, ...before, from }, end + again);
  const total = page?.total ?? 0;
  const { scroller, start, end: last, moveBy } = useWindow(total, height);
  const wanted = pageOf(start);
  if (wanted !== from) setFrom(wanted);
  const hold = () => setHeld((already) => already ?? end);
  const release = () => {
    if (scroller.current?.scrollTop === 0 && !scroller.current.contains(document.activeElement))
      setHeld(undefined);
  };
  const toTop = () => {
    moveBy(-total);
    setHeld(undefined);
  };
  return (
    <>
      <div
        ref={scroller}
        className={styles.scroller}
        role="table"
        aria-label="Announced, newest first"
        aria-rowcount={total + 1}
        tabIndex={0}
        onScroll={(event) => event.currentTarget.scrollTop > 0 && hold()}
        onPointerEnter={hold}
        onPointerLeave={release}
        onFocus={hold}
        onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setTimeout(release)}
      >
        <div role="row" className={styles.relayColumns} aria-rowindex={1}>
          <span role="columnheader">time</span>
          <span role="columnheader">what</span>
          <span role="columnheader">hash</span>
          <span role="columnheader">by</span>
        </div>
        <div role="rowgroup" className={styles.space} style={{ blockSize: total * height }}>
          {page?.rows.map((row, at) => {
            const place = page.from + at;
            if (place < start || place >= last) return null;
            return <Row key={row.number} row={row} place={place} height={height} startedAt={startedAt} />;
          })}
        </div>
      </div>
      <p className={styles.foot}>
        {held === undefined ? (
          'The newest come in at the top.'
        ) : (
          <>
            <span>
              Held while you read
              {end > held && `: ${number(end - held)} newer ${end - held === 1 ? 'waits' : 'wait'}`}.
            </span>
            <Button onClick={toTop}>Go to the newest</Button>
          </>
        )}
      </p>
    </>
  );
}

function Row(props: { row: RelayedRow; place: number; height: number; startedAt: number }) {
  const { row, place, height, startedAt } = props;
  const { at, kind, hash, by } = row;
  return (
    <div
      role="row"
      aria-rowindex={place + 2}
      className={styles.relayRow}
      style={{ transform: `translateY(${place * height}px)` }}
      data-kind={kind}
    >
      <span role="cell">
        <time title={wallClock(startedAt + at)}>{since(at)}</time>
      </span>
      <span role="cell">{kind === 'tx' ? 'transaction' : 'block'}</span>
      <span role="cell" className={styles.host}>
        <a href={`#/explorer/${kind}/${hash}`}>{hash}</a>
      </span>
      <span role="cell">{by.map((way) => waysSaid[way]).join(', ')}</span>
    </div>
  );
}

const waysSaid = {
  tx: 'inv, its txid',
  wtx: 'inv, its wtxid',
  inv: 'inv',
  headers: 'headers',
  cmpctblock: 'cmpctblock',
} as const;

function PerMinute({ buckets: { widthMs, first, second } }: { buckets: Buckets }) {
  const minutes = widthMs / 60_000;
  const rows = first
    .map((transactions, at) => ({ at, transactions, blocks: second[at]! }))
    .slice(-TABLE_ROWS)
    .reverse();
  return (
    <details className={styles.more}>
      <summary>{minutes === 1 ? 'Minute by minute' : `Per ${number(minutes)} minutes`}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">from</th>
            <th scope="col">transactions</th>
            <th scope="col">blocks</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ at, transactions, blocks }) => (
            <tr key={at}>
              <td>{moment(at * minutes * 60)}</td>
              <td>{number(transactions)}</td>
              <td>{number(blocks)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
