import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { isObserved } from '../../components/observed.js';
import { OpenSession } from '../../components/OpenSession.js';
import { count, number } from '../../format.js';
import { ask } from '../../store/client.js';
import { isLive, usePage, type Connection } from '../../store/store.js';
import { BlockPage } from './BlockPage.js';
import { ChainState } from './ChainState.js';
import styles from './Explorer.module.css';
import { Headers } from './Headers.js';
import { placeOf, type Place } from './place.js';
import { SearchField } from './SearchField.js';
import { SeenLists, SHOWN } from './SeenLists.js';
import { TransactionPage } from './TransactionPage.js';
import { useAnswer, useSessionMark, useSlowly } from './useAnswer.js';

/** A block explorer with one source: the node at the other end, and what crossed in the session. */
export function Explorer() {
  const connection = usePage((page) => page.connection);
  const [path] = useLocation();
  const place = placeOf(path);
  const observed = isObserved(connection);
  const begun = connection.number > 0 && !observed;
  return (
    <div className={styles.screen}>
      <div className={styles.head}>
        {place.at === 'block' || place.at === 'tx' ? (
          <p className={styles.crumb}>
            <a href="#/explorer">Explorer</a>
          </p>
        ) : (
          <>
            <h1>Explorer</h1>
            <p className={styles.lead}>
              {observed
                ? 'Without the keys there is neither block nor transaction to be read in this recording.'
                : 'Blocks and transactions as the node at the other end has them, fetched over P2P and checked in this tab. No server but the node is asked.'}
            </p>
          </>
        )}
        {begun && <SearchField />}
      </div>
      <OpenSession
        invitation={
          <p>
            The Explorer asks a node for its chain of headers, its blocks, and the transactions that it
            announces.
          </p>
        }
      />
      {begun && <Explored connection={connection} place={place} />}
    </div>
  );
}

function Explored({ connection, place }: { connection: Connection; place: Place }) {
  const { number: session, chain, state } = connection;
  const mark = useSessionMark();
  // In other lessons the session stays quiet: headers are asked for once somebody came here.
  useEffect(() => {
    void ask('exploreChain', { sync: 'open' });
  }, [session, mark]);
  return (
    <>
      <News chain={chain} />
      {place.at === 'block' && <BlockPage key={`${session} ${place.id}`} id={place.id} />}
      {place.at === 'tx' && <TransactionPage key={`${session} ${place.id}`} id={place.id} />}
      {place.at === 'broken' && (
        <p role="status">
          This link names no block and no transaction. Ones that do: <code>#/explorer/block/HEIGHT</code>,{' '}
          <code>#/explorer/block/HASH</code>, <code>#/explorer/tx/TXID</code>.
        </p>
      )}
      {(place.at === 'start' || place.at === 'headers') && (
        <>
          {chain && (state === 'ready' || !isLive(state) || connection.recording) ? (
            <section className={styles.part} aria-labelledby="chain">
              <h2 id="chain">The chain</h2>
              <ChainState chain={chain} />
              <Headers chain={chain} around={place.at === 'headers' ? place.height : undefined} />
            </section>
          ) : (
            <p role="status">
              {isLive(state) ? 'The chain is read once the session is ready.' : 'Reading the session …'}
            </p>
          )}
          <SeenHere />
        </>
      )}
    </>
  );
}

/** What crossed, as it grows. */
function SeenHere() {
  const messages = usePage((page) => page.connection.messages);
  const slowly = useSlowly(messages, 1000);
  const seen = useAnswer('exploreSeen', { most: SHOWN }, slowly);
  return seen.state === 'answered' && seen.answer ? <SeenLists seen={seen.answer} /> : null;
}

/** Says aloud, politely, that a block came. */
function News({ chain }: { chain: Connection['chain'] }) {
  const news = chain?.news;
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {news &&
        `New block: height ${number(news.height)}.${news.removed > 0 ? ` ${count(news.removed, 'other')} made way for its branch.` : ''}`}
    </div>
  );
}
