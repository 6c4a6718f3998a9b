import { Term } from './Term.js';
import styles from './EncryptionLine.module.css';

/** Where encryption ends: what crosses the bridge is what crosses the internet. */
export function EncryptionLine() {
  return (
    <figure className={styles.figure}>
      <div className={styles.line}>
        <strong className={styles.end}>this tab</strong>
        <span className={styles.wire}>
          <span aria-hidden="true">⟷ </span>(ciphertext)
        </span>
        <span className={styles.middle}>bridge</span>
        <span className={styles.wire}>
          <span aria-hidden="true">⟷ </span>(the same ciphertext)
        </span>
        <strong className={styles.end}>node</strong>
      </div>
      <figcaption className={styles.caption}>
        Keys are made in this tab and never leave it. The <Term id="bridge">bridge</Term> turns a WebSocket
        into a TCP connection and can read none of it.
      </figcaption>
    </figure>
  );
}
