import { Link } from 'wouter';
import { Term } from '../../components/Term.js';
import styles from './WhyCompare.module.css';

/** Why it matters here more than elsewhere: everything goes through the bridge. */
export function WhyCompare() {
  return (
    <section className={styles.why} aria-labelledby="why-compare">
      <h2 id="why-compare">Why compare, here above all</h2>
      <figure className={styles.figure}>
        <ol className={styles.line}>
          <li className={styles.end}>
            <strong>you</strong>
            <span className={styles.id}>id A</span>
          </li>
          <li className={styles.wire}>
            first handshake <span className={styles.keys}>its keys, yours</span>
          </li>
          <li className={styles.middle}>
            <strong>a bridge that lies</strong>
            <span className={styles.id}>A and B</span>
          </li>
          <li className={styles.wire}>
            second handshake <span className={styles.keys}>its keys, the node’s</span>
          </li>
          <li className={styles.end}>
            <strong>node</strong>
            <span className={styles.id}>id B</span>
          </li>
        </ol>
        <figcaption>
          A ≠ B: each id depends on every byte of both keys of its handshake, and nobody can make the two come
          out the same.
        </figcaption>
      </figure>
      <p>
        The <Term id="bridge">bridge</Term> carries every byte, so it is a natural{' '}
        <Term id="man-in-the-middle">man in the middle</Term>. It cannot read your session; but it could do
        two handshakes, one with you and one with the node, and read what it passes on. Nothing on the wire
        would look wrong. Only the two ids would differ.
      </p>
      <p>
        So compare by another way than the bridge: at the node’s own screen, or over a connection that you
        trust. And if you do not trust whoever served you this page, compare the digits by eye: a page can be
        made to say Match.
      </p>
      <p>
        <Link href="/lab/mallory">Be the one in the middle, in the Lab</Link>
      </p>
    </section>
  );
}
