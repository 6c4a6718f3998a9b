import { Link } from 'wouter';
import type { MallorySession } from '../../../shared/lab/index.js';
import { hexByte } from './BytePicker.js';
import styles from './SessionIds.module.css';

const GROUP_BYTES = 8;

/** The two ids, byte under byte; a mark between them says which bytes differ. The columns above carry them whole. */
export function SessionIds({ session: { links } }: { session: MallorySession }) {
  const [ours, theirs] = [links.alice.sessionId, links.bob.sessionId];
  const pairs = Array.from(ours, (byte, index) => ({ byte, other: theirs[index]! }));
  const differing = pairs.filter(({ byte, other }) => byte !== other).length;
  const groups = Array.from({ length: pairs.length / GROUP_BYTES }, (_, group) =>
    pairs.slice(group * GROUP_BYTES, (group + 1) * GROUP_BYTES),
  );
  return (
    <section className={styles.ids} aria-labelledby="lab-ids">
      <h2 id="lab-ids">
        {differing} of {pairs.length} bytes differ
      </h2>
      <div className={styles.table} aria-hidden="true">
        {groups.map((group, index) => (
          <div key={index} className={styles.group}>
            <span className={styles.label}>Alice</span>
            <span className={styles.label} />
            <span className={styles.label}>Bob</span>
            {group.map(({ byte, other }, at) => (
              <span key={at} className={styles.pair} data-differs={byte === other ? undefined : ''}>
                <span>{hexByte(byte)}</span>
                <span className={styles.sign}>{byte === other ? '=' : '≠'}</span>
                <span>{hexByte(other)}</span>
              </span>
            ))}
          </div>
        ))}
      </div>
      <p>
        On one and the same connection both would be equal. So let both ends compare their ids over a way that
        Mallory does not control: read them to each other, or look at the node’s own screen. That is what the{' '}
        <Link href="/identity">Identity screen</Link> is for.
      </p>
    </section>
  );
}
