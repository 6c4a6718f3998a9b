import { networks } from '../../shared/networks.js';
import { number } from '../format.js';
import { replayAgain, setPace } from '../store/client.js';
import { isLive, usePage } from '../store/store.js';
import type { ConnectionState } from '../worker/protocol.js';
import type { RecordedEnd, RecordingFacts, RecordingProblem } from '../worker/recordings.js';
import { Button } from './Button.js';
import styles from './RecordedBar.module.css';

const speeds = [1, 4, 16, 64] as const;

/** "Recorded · regtest · 24 November 2026": never passed off as live. */
export function recordedLabel({ network, startedAt }: RecordingFacts): string {
  return `Recorded · ${networks[network].label.toLowerCase()} · ${day.format(startedAt)}`;
}

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });

/** What the bar says of it beside its label. */
export function recordedWords(state: ConnectionState, { pace, ended }: RecordingFacts): string {
  if (isLive(state) && pace !== 'at-once') return pace === 0 ? 'replay paused' : 'replayed with its timing';
  return ended === undefined ? 'replayed from its bytes' : endings[ended];
}

const endings: { readonly [E in RecordedEnd]: string } = {
  us: 'replayed from its bytes',
  peer: 'replayed; the node ended it',
  failed: 'a session that failed, replayed from its bytes',
  saved: 'replayed; saved while it went on',
  limit: 'replayed; there was no room for the rest of it',
  damaged: 'replayed as far as it can be read',
  unknown: 'replayed from its bytes',
};

export function ReplayButton() {
  return (
    <Button className={styles.control} onClick={replayAgain}>
      Replay<span className={styles.how}> with its timing</span>
    </Button>
  );
}

/** What somebody can do with a recording that is on screen. */
export function ReplayControls({ recording }: { recording: RecordingFacts }) {
  const state = usePage(({ connection }) => connection.state);
  const { pace } = recording;
  if (!isLive(state) || pace === 'at-once') return <ReplayButton />;
  return (
    <span className={styles.controls} role="group" aria-label="Replay">
      <Button className={styles.control} onClick={() => setPace(pace === 0 ? 1 : 0)}>
        {pace === 0 ? 'Go on' : 'Pause'}
      </Button>
      <span className={styles.extra}>
        <label>
          <span className="visually-hidden">Speed</span>
          <select
            className={styles.speed}
            value={pace}
            onChange={(event) => setPace(Number(event.target.value))}
          >
            {pace === 0 && <option value={0}>paused</option>}
            {speeds.map((speed) => (
              <option key={speed} value={speed}>
                {speed}×
              </option>
            ))}
          </select>
        </label>
        <Button className={styles.control} onClick={thenToMain(() => setPace('at-once'))}>
          To the end
        </Button>
      </span>
    </span>
  );
}

/** The button goes with what it ends, and must not take the focus along. */
const thenToMain = (act: () => void) => () => {
  act();
  document.getElementById('main')?.focus({ preventScroll: true });
};

const placeOf = ({ line, offset }: RecordingProblem): string =>
  line > 0 ? ` (line ${number(line)}, byte ${number(offset)})` : '';

/** What is wrong with the recording on screen. */
export function Damage({ recording }: { recording: RecordingFacts }) {
  const { damage, alsoDamaged } = recording;
  if (damage === undefined) return null;
  return (
    <p className={styles.damage} role="status" data-damage={damage.code}>
      <strong>Damaged{placeOf(damage)}:</strong> {damage.message}. {damage.hint}
      {alsoDamaged && (
        <>
          {' '}
          <strong>And{placeOf(alsoDamaged)}:</strong> {alsoDamaged.message}.
        </>
      )}
    </p>
  );
}
