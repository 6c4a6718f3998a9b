import { Button } from '../../components/Button.js';
import { number } from '../../format.js';
import { ask } from '../../store/client.js';
import type { ChainFacts } from '../../worker/explore/protocol.js';
import styles from './Explorer.module.css';
import { bytes } from './words.js';

const sync = (how: 'start' | 'stop') => void ask('exploreChain', { sync: how });

/** How far the chain of headers is, and the way to stop it or to have it again. */
export function ChainState({ chain }: { chain: ChainFacts }) {
  const { height, memory, sync: state } = chain;
  const at = <strong className={styles.number}>{number(height)}</strong>;
  switch (state.state) {
    case 'syncing': {
      const of = Math.max(state.of, height);
      return (
        <div className={styles.chain}>
          <p>
            Syncing headers: height {at} of about {number(of)}. Each is checked for its work.
          </p>
          <progress aria-label="Headers synced" value={height} max={Math.max(1, of)} />
          <Button onClick={() => sync('stop')}>Stop the sync</Button>
        </div>
      );
    }
    case 'synced':
      return (
        <p className={styles.chain}>
          At the node’s tip, height {at}; new blocks appear as they are announced. Every header’s work and
          order was checked in this tab, which has {bytes(memory)} set aside for them, with room to grow.
        </p>
      );
    case 'stopped':
      return (
        <div className={styles.chain}>
          <p>The sync was stopped at height {at}: what lies above is not known here.</p>
          <Button onClick={() => sync('start')}>Go on</Button>
        </div>
      );
    case 'failed':
      return (
        <div className={styles.chain} role="status">
          <p>
            <strong>The chain ends at height {number(height)}.</strong> {state.message} {state.hint}
          </p>
          <Button onClick={() => sync('start')}>Try again</Button>
        </div>
      );
    case 'session':
      return (
        <p className={styles.chain}>
          {height === 0 ? (
            <>No headers of the chain crossed in this session.</>
          ) : (
            <>The headers that crossed in this session reach height {at}.</>
          )}
        </p>
      );
  }
}
