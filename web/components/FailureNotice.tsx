import { lazy, Suspense } from 'react';
import type { Failure } from '../worker/protocol.js';
import { showBundled } from '../store/client.js';
import { usePage } from '../store/store.js';
import { Button } from './Button.js';
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
      {failure.offer === 'retry-with-v1' && <RetryWithV1 />}
      {failure.offer === 'access-key' && (
        <Suspense>
          <AccessKeyForm again={failure.cause === 'access-denied'} />
        </Suspense>
      )}
      <OpenRecording />
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

/** Few bridges ask for a key. */
const AccessKeyForm = lazy(() =>
  import('./AccessKeyForm.js').then((module) => ({ default: module.AccessKeyForm })),
);

/** The lesson is one click away, whatever became of a connection: what was on screen before it may have been a recording. */
function OpenRecording() {
  const tried = usePage(({ connection }) => connection.target !== undefined);
  if (!tried) return null;
  return (
    <div className={styles.offer}>
      <p>
        The lesson needs no connection: the recording that came with this page is a whole session with a real
        node.
      </p>
      <Button onClick={openRecording}>Open the recording</Button>
    </div>
  );
}

/** The button goes with the notice, and must not take the focus along. */
function openRecording(): void {
  showBundled();
  document.getElementById('main')?.focus({ preventScroll: true });
}
