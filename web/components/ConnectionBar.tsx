import { useId, useState } from 'react';
import { useLocation } from 'wouter';
import { close } from '../store/client.js';
import { isLive, usePage } from '../store/store.js';
import { roads, stateWords } from '../states.js';
import { since } from '../format.js';
import { networks } from '../../shared/networks.js';
import { Button } from './Button.js';
import { CopyButton } from './CopyButton.js';
import { HexGroups } from './HexGroups.js';
import { nodeName } from './node-name.js';
import { Doing } from './Doing.js';
import { KeptFocus } from './KeptFocus.js';
import { Damage, recordedLabel, recordedWords, ReplayButton, ReplayControls } from './RecordedBar.js';
import styles from './ConnectionBar.module.css';

/** Screens that are not about the session on screen: there its bytes and its id would only be taken for theirs. */
const briefOn = ['/lab', '/reference', '/recordings'];

/** The live connection at a glance, on every screen: how far it is, with whom, and the id that proves it. */
export function ConnectionBar() {
  const connection = usePage((page) => page.connection);
  const { state, history, sessionId, peer, target, recording, protocol } = connection;
  const opening = usePage((page) => page.opening !== undefined);
  const { sent } = connection.traffic;
  const overV1 = protocol === 'v1';
  const reached = new Map(history.map((mark) => [mark.state, mark.at]));
  // Where it is narrow, the bar is one line until somebody asks for the rest.
  const [open, setOpen] = useState(false);
  const restId = useId();
  const idle = state === 'idle';
  const [path] = useLocation();
  const brief = briefOn.some((place) => path.startsWith(place));
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
      data-open={open ? '' : undefined}
      data-brief={brief ? '' : undefined}
      hidden={brief && (idle || (recording !== undefined && !path.startsWith('/recordings')))}
      data-history={history.map((mark) => mark.state).join(' ')}
    >
      <div className={styles.inner}>
        <div className={styles.state}>
          {recording ? (
            <strong className={styles.word}>{recordedLabel(recording)}</strong>
          ) : (
            <strong className={styles.word}>{stateWords[state].label}</strong>
          )}{' '}
          {brief && recording && overV1 && <span className={styles.with}>v1 · unencrypted</span>}
          {target && (
            <span className={styles.with}>
              {overV1 && 'v1 · unencrypted · '}
              <code>{nodeName(target)}</code>
            </span>
          )}{' '}
          <span className={idle ? styles.soft : styles.doing}>
            {recording ? recordedWords(state, recording) : <Doing />}
          </span>
        </div>
        {!idle && (
          <button
            type="button"
            className={styles.more}
            aria-label="All of this session"
            aria-expanded={open}
            aria-controls={restId}
            onClick={() => setOpen(!open)}
          />
        )}
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
        <KeptFocus>
          {recording && <ReplayControls recording={recording} />}
          {(state === 'closed' || state === 'failed') && target && sent > 0 && <ReplayButton />}
          {isLive(state) && !recording && (
            <Button className={styles.end} onClick={disconnect}>
              Disconnect
            </Button>
          )}
        </KeptFocus>
        <dl
          id={restId}
          className={styles.facts}
          data-empty={connection.network === undefined ? '' : undefined}
        >
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
          <div className={styles.who}>
            <dt>User agent</dt>
            <dd>
              <code className={styles.agent} data-testid="user-agent" title={peer?.userAgent}>
                {/* Each part whole, so that no line begins with the last slash. */}
                {peer?.userAgent.split(/(?=\/[^/])/).map((part, at) => (
                  <span key={at} className={styles.part}>
                    {part}
                  </span>
                ))}
              </code>
            </dd>
          </div>
          <div className={styles.engine}>
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
