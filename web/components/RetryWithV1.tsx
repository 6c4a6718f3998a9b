import { goTo } from '../route.js';
import { open } from '../store/client.js';
import { hasSpokenV2, usePage } from '../store/store.js';
import type { Target } from '../worker/protocol.js';
import { Button } from './Button.js';
import styles from './FailureNotice.module.css';

/** The way out where a node seems to speak only v1: what it costs, and a button. It is never taken by itself. */
export function RetryWithV1() {
  const target = usePage((page) => page.connection.target);
  if (target === undefined) return null;
  return (
    <div className={styles.offer}>
      {hasSpokenV2(target) && (
        <p className={styles.warning}>
          Earlier in this tab this very node spoke v2. That it now seems not to may be somebody’s doing:
          whoever cuts v2 connections until a peer falls back to v1 can read everything from then on.
        </p>
      )}
      <p>
        With v1 everyone on the way, the bridge included, can read and change everything; there is no session
        id to compare and no handshake to look at.
      </p>
      <Button onClick={() => retry(target)}>Retry with v1, unencrypted</Button>
    </div>
  );
}

/** The button goes with the notice, and must not take the focus along. */
function retry(target: Target): void {
  open({ ...target, protocol: 'v1' });
  goTo('/handshake');
  document.getElementById('main')?.focus({ preventScroll: true });
}
