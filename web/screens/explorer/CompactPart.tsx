import { Button } from '../../components/Button.js';
import { count, number } from '../../format.js';
import type { CompactView, Composition } from '../../worker/explore/protocol.js';
import styles from './Explorer.module.css';

/** A block that came compact, of which transactions are not here. */
export function CompactPart(props: { view: CompactView; onGet: (how: 'missing' | 'whole') => void }) {
  const { shortIds, prefilled, known, problem } = props.view;
  const missing = shortIds - known;
  return (
    <section className={styles.seek} aria-labelledby="compact">
      <h2 id="compact">It came as a compact block</h2>
      <p>
        {count(prefilled, 'transaction')} came whole, {count(shortIds, 'other')} by short ids, six bytes for
        each (BIP152). {problem ?? `This session knows ${known === 0 ? 'none' : number(known)} of those.`}
      </p>
      <div className={styles.tools}>
        {problem === undefined && (
          <Button onClick={() => props.onGet('missing')}>
            Ask for the {count(missing, 'transaction')} that {missing === 1 ? 'is' : 'are'} missing
          </Button>
        )}
        <Button onClick={() => props.onGet('whole')}>Get the whole block</Button>
      </div>
    </section>
  );
}

export function Composed({ of: { shortIds, prefilled } }: { of: Composition }) {
  return (
    <p className={styles.quiet}>
      It came as a compact block and was put together in this tab: {number(prefilled)} of its transactions
      came whole, {number(shortIds)} were known by their short ids.
    </p>
  );
}
