import { hostOfMisbehaviour } from '../../../shared/tunnel/address.js';
import { editForm, usePage, type Misbehaviour } from '../../store/store.js';
import styles from './Misbehaviours.module.css';

/** What a peer does about it. */
const effects: Readonly<Record<Misbehaviour['effect'], string>> = {
  accepts: 'allowed',
  ignores: 'ignored',
  waits: 'waited for in vain',
  disconnects: 'ends the session',
  retries: 'v1 may be tried',
  reports: 'hangs up',
};

const groups = [
  { phase: 'handshake', title: 'In the handshake' },
  { phase: 'session', title: 'Once it is encrypted' },
] as const;

/** The bridge's own nodes that break a rule. Choosing one fills the form, and runs nothing. */
export function Misbehaviours() {
  const presence = usePage((page) => page.presence);
  const { node, bridge } = usePage((page) => page.form);
  const rows = presence.status === 'present' ? (presence.demo?.misbehaviours ?? []) : [];
  if (rows.length === 0 || bridge.trim() !== '') return null;
  return (
    <details className={styles.details}>
      <summary>Nodes that misbehave, for lessons</summary>
      <p className={styles.note}>
        The demo node can break a rule, or do something odd that is allowed, so that you see what becomes of
        it. Choosing one fills in its address; you connect.
      </p>
      <div className={styles.groups}>
        {groups.map(({ phase, title }) => (
          <section key={phase} aria-labelledby={`misbehaving-${phase}`}>
            <h2 id={`misbehaving-${phase}`} className={styles.phase}>
              {title}
            </h2>
            <ul>
              {rows
                .filter((row) => row.phase === phase)
                .map((row) => {
                  const host = hostOfMisbehaviour(row.name);
                  return (
                    <li key={row.name}>
                      <button
                        type="button"
                        className={styles.row}
                        aria-pressed={node.trim() === host}
                        onClick={() => choose(host)}
                      >
                        <span>{row.title}</span>
                        <span className={styles.below}>
                          <code>{host}</code> <span>{effects[row.effect]}</span>
                        </span>
                      </button>
                    </li>
                  );
                })}
            </ul>
          </section>
        ))}
      </div>
    </details>
  );
}

/** The focus goes to where the choice shows, and where Enter connects. */
function choose(host: string): void {
  editForm({ node: host, network: 'regtest' });
  document.getElementById('node-address')?.focus();
}
