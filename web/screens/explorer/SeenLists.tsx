import { Link } from 'wouter';
import { count, number } from '../../format.js';
import type { SeenView } from '../../worker/explore/protocol.js';
import styles from './Explorer.module.css';
import { HashLink } from './Hash.js';
import { blockPath, transactionPath } from './place.js';
import { btc, bytes, utc } from './words.js';

/** So many of each: the latest. */
export const SHOWN = 20;

/** What was announced, or crossed, in this session. */
export function SeenLists({ seen }: { seen: SeenView }) {
  const { transactions, totalTransactions, blocks, totalBlocks } = seen;
  return (
    <div className={styles.lists}>
      <section aria-labelledby="seen-transactions">
        <h2 id="seen-transactions">Transactions of this session</h2>
        <p className={styles.quiet}>
          {totalTransactions === 0
            ? 'None was announced so far: nodes collect them for a while before they tell.'
            : `${count(totalTransactions, 'transaction')} announced or fetched${totalTransactions > SHOWN ? `, the latest ${SHOWN} here` : ''}. One that was only announced is asked for when you open it.`}
        </p>
        <ul className={styles.list}>
          {transactions.map(({ id, by, value, vsize }) => (
            <li key={id}>
              <span className={styles.ends}>
                <HashLink hash={id} to={transactionPath(id)} />
              </span>
              <span className={styles.quiet}>
                {value === undefined ? (
                  `announced by ${by}`
                ) : (
                  <>
                    <code>{btc(value)}</code> BTC · {number(vsize ?? 0)} vB
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="seen-blocks">
        <h2 id="seen-blocks">Blocks of this session</h2>
        <p className={styles.quiet}>
          {totalBlocks === 0
            ? 'None was announced or crossed so far: open one above, and it is fetched.'
            : `${count(totalBlocks, 'block')} announced, or crossed as a header or whole${totalBlocks > SHOWN ? `; the latest ${SHOWN} here` : ''}.`}
        </p>
        <ul className={styles.list}>
          {blocks.map(({ hash, height, time, transactions: within, size, compact, aside }) => (
            <li key={hash}>
              {height === undefined ? (
                <HashLink hash={hash} to={blockPath(hash)} />
              ) : (
                <Link href={blockPath(hash)}>Block {number(height)}</Link>
              )}
              <span className={styles.quiet}>
                {aside && 'beside the chain · '}
                {within !== undefined
                  ? `${count(within, 'transaction')} · ${bytes(size ?? 0)}`
                  : compact
                    ? `compact · ${count(compact.shortIds + compact.prefilled, 'transaction')}`
                    : time === undefined
                      ? 'announced'
                      : `header · ${utc(time)}`}
              </span>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
