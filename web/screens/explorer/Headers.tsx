import { useCallback } from 'react';
import { Link } from 'wouter';
import { number } from '../../format.js';
import { ask } from '../../store/client.js';
import { usePage } from '../../store/store.js';
import type { ChainFacts, HeaderRow } from '../../worker/explore/protocol.js';
import styles from './Headers.module.css';
import { HashLink } from './Hash.js';
import { blockPath, headersPath } from './place.js';
import { usePages } from './usePages.js';
import { useSlowly } from './useAnswer.js';
import { VirtualTable } from './VirtualTable.js';
import { bytes, utc } from './words.js';

const ROW_HEIGHT = 36;
/** Rows of one table: taller ones no browser can scroll. Older headers are a link away. */
const MOST = 100_000;
/** Newer ones that stand above the header that a link leads to. */
const ABOVE = 1000;

/** The chain, newest first. @param around the height that a link leads to */
export function Headers({ chain, around }: { chain: ChainFacts; around: number | undefined }) {
  const connection = usePage((page) => page.connection.number);
  const { height } = chain;
  const revision = useSlowly(chain.revision, 300);
  const top = around === undefined || height - around < MOST ? height : around + ABOVE;
  const count = Math.min(top + 1, MOST);
  const rows = usePages(`${connection}`, revision, (from, count, signal) =>
    ask('exploreHeaders', { from, count }, signal),
  );
  const { look } = rows;
  const onSight = useCallback(
    (start: number, end: number) => look(top - end + 1, top - start + 1),
    [look, top],
  );
  const lowest = top - count + 1;
  return (
    <VirtualTable
      key={`${connection} ${top === height ? 'latest' : top}`}
      label="Headers, newest first"
      layout={styles.layout}
      rowHeight={ROW_HEIGHT}
      count={count}
      keyOf={(index) => top - index}
      columns={['Height', 'Time, UTC', 'Hash', 'Transactions', 'Size']}
      shown={around === undefined || around > top ? undefined : top - around}
      added={top}
      onSight={onSight}
      row={(index, tabIndex) => {
        const at = top - index;
        const row = rowOf(rows.at(at), at, chain);
        return (
          <>
            <span role="cell" className={styles.height}>
              {number(at)}
            </span>
            <span role="cell" className={styles.time}>
              {row && <time dateTime={new Date(row.time * 1000).toISOString()}>{utc(row.time)}</time>}
            </span>
            <span role="cell" className={styles.hash}>
              {/* One element with its hash and before that is there: the focus stays. */}
              <HashLink
                hash={row?.hash ?? `block ${number(at)}`}
                to={blockPath(row?.hash ?? at)}
                tabIndex={tabIndex}
              />
            </span>
            <span role="cell" className={styles.count}>
              {row?.transactions !== undefined && number(row.transactions)}
            </span>
            <span role="cell" className={styles.count}>
              {row?.size !== undefined && bytes(row.size)}
            </span>
          </>
        );
      }}
      foot={
        <p className={styles.foot}>
          {(lowest > 0 || top < height) && (
            <>
              Heights {number(lowest)} to {number(top)}.{' '}
              {top < height && (
                <>
                  <Link href="/explorer">To the latest</Link>.{' '}
                </>
              )}
              {lowest > 0 && (
                <>
                  <Link href={headersPath(lowest - 1)}>Older ones</Link>.{' '}
                </>
              )}
            </>
          )}
          What a block holds is known once it has crossed in this session.
        </p>
      }
    />
  );
}

/** A block that has just come is whole in its row at once: its header came with the news of it. */
function rowOf(row: HeaderRow | undefined, at: number, chain: ChainFacts): HeaderRow | undefined {
  if (at !== chain.height || row?.hash === chain.tip) return row;
  return { height: at, hash: chain.tip, time: chain.tipTime };
}
