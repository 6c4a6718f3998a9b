import { close, replayAgain } from '../store/client.js';
import { isLive, usePage } from '../store/store.js';
import { roads, stateWords } from '../states.js';
import { since } from '../format.js';
import { networks } from '../../shared/networks.js';
import { Button } from './Button.js';
import { CopyButton } from './CopyButton.js';
import { HexGroups } from './HexGroups.js';
import { nodeName } from './node-name.js';
import { Doing } from './Doing.js';
import { Damage, recordedLabel, recordedWords, ReplayControls } from './RecordedBar.js';
import styles from './ConnectionBar.module.css';

/** The live connection at a glance, on every screen: how far it is, with whom, and the id that proves it. */
export function ConnectionBar() {
  const connection = usePage((page) => page.connection);
  const { state, history, sessionId, peer, target, recording, protocol } = connection;
  const opening = usePage((page) => page.opening !== undefined);
  const { sent } = connection.traffic;
  const overV1 = protocol === 'v1';
  const reached = new Map(history.map((mark) => [mark.state, mark.at]));
  return (
    <section
      className={styles.bar}
      aria-label="Current session"
      data-testid="connection"
      // No connection: what a recording shows is none.
      data-state={recording ? 'idle' : state}
      data-replay={recording && state}
      data-opening={opening || undefined}
      data-protocol={protocol}
      data-source={recording ? 'recorded' : target ? 'live' : undefined}
      data-history={history.map((mark) => mark.state).join(' ')}
    >
      <div className={styles.inner}>
        <div className={styles.state}>
          {recording ? (
            <strong className={styles.word}>{recordedLabel(recording)}</strong>
          ) : (
            <strong className={styles.word}>{stateWords[state].label}</strong>
          )}
          <span className={styles.doing}>{recording ? recordedWords(state, recording) : <Doing />}</span>
        </div>
        <ol className={styles.road} aria-label="Way to a session">
          {roads[protocol ?? 'v2'].map((stage) => {
            const at = reached.get(stage);
            return (
              <li
                key={stage}
                className={styles.stage}
                data-passed={at === undefined ? undefined : ''}
                aria-current={stage === state ? 'step' : undefined}
              >
                <span>{stateWords[stage].label}</span>
                <time className={styles.at}>{at === undefined ? '' : since(at)}</time>
              </li>
            );
          })}
        </ol>
        {recording && <ReplayControls recording={recording} />}
        {(state === 'closed' || state === 'failed') && target && sent > 0 && (
          <Button className={styles.end} onClick={replayAgain}>
            Replay with its timing
          </Button>
        )}
        {isLive(state) && !recording && (
          <Button className={styles.end} onClick={disconnect}>
            Disconnect
          </Button>
        )}
        <dl className={styles.facts} data-empty={connection.network === undefined ? '' : undefined}>
          <div>
            <dt>Node</dt>
            <dd>
              <code>{target ? nodeName(target) : ''}</code>
              {target && <span className={styles.soft}> {networks[target.network].label}</span>}
            </dd>
          </div>
          {overV1 && (
            <div>
              <dt>Transport</dt>
              <dd data-testid="transport">
                <strong>v1 · unencrypted</strong> <span className={styles.soft}>no session id</span>
              </dd>
            </div>
          )}
          <div>
            <dt>User agent</dt>
            <dd>
              <code className={styles.agent} data-testid="user-agent">
                {peer?.userAgent ?? ''}
              </code>
            </dd>
          </div>
          <div>
            <dt>Engine</dt>
            <dd>
              <code>{overV1 ? '' : (connection.engine ?? '')}</code>
            </dd>
          </div>
          <div className={styles.session}>
            <dt>{reached.has('negotiating') ? 'Session id' : 'Session id, not confirmed'}</dt>
            <dd>
              <HexGroups hex={sessionId ?? ''} testId="session-id" />
              {sessionId && <CopyButton text={sessionId} label="Copy id" />}
            </dd>
          </div>
        </dl>
        {recording && <Damage recording={recording} />}
      </div>
    </section>
  );
}

/** The button goes with the session, and must not take the focus along. */
function disconnect(): void {
  close();
  document.getElementById('main')?.focus({ preventScroll: true });
}
