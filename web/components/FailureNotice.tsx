import type { Failure } from '../worker/protocol.js';
import { Command } from './Command.js';
import { RetryWithV1 } from './RetryWithV1.js';
import styles from './FailureNotice.module.css';

/**
 * Why a connection ended: what happened, what to do next, what was seen on the wire. The region has a name of its
 * own, so that no title ever sounds like a label of the form.
 */
export function FailureNotice({ failure }: { failure: Failure }) {
  return (
    <section className={styles.notice} aria-label="Why it ended" data-failure={failure.code}>
      <h2>{failure.title}</h2>
      <p>{failure.message}</p>
      <p className={styles.hint}>{failure.hint}</p>
      {failure.command && <Command text={failure.command} />}
      {failure.offer && <RetryWithV1 />}
      {failure.seen.length > 0 && (
        <ul className={styles.seen} aria-label="What was seen">
          {failure.seen.map((line) => (
            <li key={line}>{line}</li>
          ))}
          <li>cause: {failure.cause}</li>
        </ul>
      )}
    </section>
  );
}
