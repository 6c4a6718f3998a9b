import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { formTitles } from '../states.js';
import { usePage } from '../store/store.js';
import { ConnectForm } from './ConnectForm.js';
import { FailureNotice } from './FailureNotice.js';
import styles from './OpenSession.module.css';

/** How the last session failed, and the form for the next, on a screen that shows a session: nothing while one lives. */
export function OpenSession({ invitation }: { invitation?: ReactNode }) {
  const { state, failure, recording } = usePage((page) => page.connection);
  const title = state === 'idle' || state === 'closed' || state === 'failed' ? formTitles[state] : undefined;
  return (
    <>
      {failure && <FailureNotice failure={failure} />}
      {recording && (
        <p className={styles.recorded}>
          {recording.readsWith === 'nothing'
            ? `This recording holds no keys${recording.level === 'ciphertext' ? '' : ' that fit'}: it shows what anybody on the way saw, and nobody can read more from it. To see a session from within, `
            : recording.readsWith === 'session-keys'
              ? `This recording holds the session keys, and no private key${recording.level === 'session-keys' ? '' : ' that fits'}: it shows every packet, and not how the keys came about. To see that live, `
              : 'This is a recording: to see it live, '}
          <Link href="/connect">connect to a node</Link>.
        </p>
      )}
      {title !== undefined && !recording && (
        <section className={styles.form} aria-label="Open a session">
          <h2>{title}</h2>
          {state === 'idle' && invitation}
          <ConnectForm />
        </section>
      )}
    </>
  );
}
