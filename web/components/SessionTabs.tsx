import { networks } from '../../shared/networks.js';
import { stateWords } from '../states.js';
import { forget } from '../store/client.js';
import { select, usePage, type Connection } from '../store/store.js';
import { nodeName } from './node-name.js';
import styles from './SessionTabs.module.css';

/** Every session that the page keeps, where there is more than the one on screen. */
export function SessionTabs() {
  const sessions = usePage((page) => page.sessions);
  const current = usePage((page) => page.connection.number);
  if (sessions.length < 2) return null;
  return (
    <nav className={styles.strip} aria-label="Sessions">
      <ul className={styles.sessions}>
        {sessions.map((session) => {
          const { number } = session;
          const name = nameOf(session);
          return (
            <li key={number} className={styles.session} data-current={number === current || undefined}>
              <button
                type="button"
                className={styles.choose}
                aria-current={number === current}
                onClick={() => select(number)}
              >
                <span className={styles.name}>{name}</span>{' '}
                <span className={styles.state}>{wordOf(session)}</span>
              </button>
              <button
                type="button"
                className={styles.end}
                aria-label={`End ${name}`}
                title={`End ${name}`}
                onClick={() => end(number)}
              >
                ×
              </button>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

function nameOf({ target, recording }: Connection): string {
  if (target) return nodeName(target);
  return recording?.kind === 'file' ? recording.name : 'Recording';
}

const wordOf = ({ recording, state, network }: Connection): string =>
  recording && network ? networks[network].label.toLowerCase() : stateWords[state].label.toLowerCase();

/** The button goes with the session, and must not take the focus along. */
function end(number: number): void {
  forget(number);
  document.getElementById('main')?.focus({ preventScroll: true });
}

/** The session before or after the one on screen, round and round. */
export function selectNext(step: 1 | -1): void {
  const { sessions, connection } = usePage.getState();
  const at = sessions.findIndex(({ number }) => number === connection.number);
  const next = sessions.at((at + step) % sessions.length);
  if (next) select(next.number);
}
