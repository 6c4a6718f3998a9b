import { useLayoutEffect, useRef } from 'react';
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
  const strip = useRef<HTMLUListElement>(null);
  const { length } = sessions;
  // At once, and the strip alone: the page below stays where it is.
  useLayoutEffect(() => {
    const tab = strip.current?.querySelector<HTMLElement>('[data-current]');
    if (!strip.current || !tab) return;
    const [outer, inner] = [strip.current.getBoundingClientRect(), tab.getBoundingClientRect()];
    strip.current.scrollLeft += Math.min(0, inner.left - outer.left) + Math.max(0, inner.right - outer.right);
  }, [current, length]);
  if (length < 2) return null;
  return (
    <nav className={styles.strip} aria-label="Sessions">
      <ul ref={strip} className={styles.sessions}>
        {sessions.map((session) => {
          const { number } = session;
          const name = distinctName(session, sessions);
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

/** Sessions of one name have their number as well, which they keep. */
function distinctName(session: Connection, all: readonly Connection[]): string {
  const name = nameOf(session);
  return all.filter((other) => nameOf(other) === name).length > 1 ? `${name} #${session.number}` : name;
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
