import { number } from '../../format.js';
import { ask } from '../../store/client.js';
import { usePage } from '../../store/store.js';
import styles from './BlockTransactions.module.css';
import { HashLink } from './Hash.js';
import { transactionPath } from './place.js';
import { usePages } from './usePages.js';
import { VirtualTable } from './VirtualTable.js';
import { btc, scriptWord } from './words.js';

const ROW_HEIGHT = 60;

/** The transactions of a block: what each moves, and to whom. */
export function BlockTransactions({ hash, count }: { hash: string; count: number }) {
  const connection = usePage((page) => page.connection.number);
  const { at, look } = usePages(`${connection} ${hash}`, '', (from, most, signal) =>
    ask('exploreBlockPage', { hash, from, count: most }, signal),
  );
  return (
    <VirtualTable
      label="Transactions, in order"
      layout={styles.layout}
      rowHeight={ROW_HEIGHT}
      count={count}
      keyOf={(index) => index}
      columns={['No.', 'Transaction, and whom it pays', 'In, out', 'Virtual size', 'Pays, BTC']}
      onSight={look}
      row={(index, tabIndex) => {
        const row = at(index);
        return (
          <>
            <span role="cell" className={styles.number}>
              {number(index)}
            </span>
            <span role="cell" className={styles.who}>
              {row ? (
                <>
                  <HashLink hash={row.txid} to={transactionPath(row.txid)} tabIndex={tabIndex} />
                  <span className={styles.to}>
                    {row.coinbase && 'coinbase · '}
                    {row.to.map(({ name, value }, place) => (
                      <span key={place}>
                        <span className={styles.payee}>{scriptWord(name)}</span> <code>{btc(value)}</code>
                      </span>
                    ))}
                    {row.outputs > row.to.length && (
                      <span>and {number(row.outputs - row.to.length)} more</span>
                    )}
                  </span>
                </>
              ) : (
                '…'
              )}
            </span>
            <span role="cell" className={styles.count}>
              {row && `${number(row.inputs)}, ${number(row.outputs)}`}
            </span>
            <span role="cell" className={styles.count}>
              {row && `${number(row.vsize)} vB`}
            </span>
            <span role="cell" className={styles.count}>
              {row && btc(row.value)}
            </span>
          </>
        );
      }}
    />
  );
}
