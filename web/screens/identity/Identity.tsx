import { Term } from '../../components/Term.js';
import { usePage } from '../../store/store.js';
import { Compare } from './Compare.js';
import styles from './Identity.module.css';
import { OurId } from './OurId.js';
import { standingOf } from './standing.js';
import { WhyCompare } from './WhyCompare.js';

/** Who is at the other end: the session id, and its comparison with what the node itself says. */
export function Identity() {
  const connection = usePage((page) => page.connection);
  const standing = standingOf(connection);
  return (
    <div className={styles.screen}>
      <div className={styles.head}>
        <h1>Identity</h1>
        <p>
          Encryption alone does not tell with whom. Both ends compute a{' '}
          <Term id="session-id">session id</Term> from their keys; if the node has the same one, nobody sits
          in between.
        </p>
      </div>
      <OurId standing={standing} />
      <Compare key={connection.number} standing={standing} />
      <WhyCompare />
    </div>
  );
}
