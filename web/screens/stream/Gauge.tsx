import styles from './Gauge.module.css';
import { REKEY_INTERVAL } from './rekey-counter.js';

const RADIUS = 12;

/** How far the keys are used up: a ring that closes at the rekeying. The number stands beside it. */
export function Gauge({ used }: { used: number }) {
  return (
    <svg className={styles.gauge} viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">
      <circle className={styles.track} cx="16" cy="16" r={RADIUS} />
      <circle
        className={styles.used}
        cx="16"
        cy="16"
        r={RADIUS}
        pathLength={REKEY_INTERVAL}
        strokeDasharray={`${used} ${REKEY_INTERVAL}`}
        transform="rotate(-90 16 16)"
      />
    </svg>
  );
}
