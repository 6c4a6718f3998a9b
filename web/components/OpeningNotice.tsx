import { number } from '../format.js';
import { cancelOpening, forgetRefused } from '../store/client.js';
import { usePage } from '../store/store.js';
import type { RecordingProblem } from '../worker/recordings.js';
import { Button } from './Button.js';
import styles from './OpeningNotice.module.css';

/** A file that is being opened, or was refused. What is on screen stays there meanwhile. */
export function OpeningNotice() {
  const opening = usePage((page) => page.opening);
  const refused = usePage((page) => page.refused);
  // A region that was there before it said something is read out.
  return (
    <div role="status" className={styles.place}>
      {opening?.kind === 'file' && <Reading {...opening} />}
      {refused && <Refused {...refused} />}
    </div>
  );
}

function Reading({ name, read, total }: { name: string; read: number; total?: number }) {
  return (
    <div className={`${styles.notice} ${styles.reading}`}>
      <span className={styles.name}>Reading {name}</span>
      <progress
        className={styles.progress}
        aria-label="Reading the recording"
        max={total ?? 1}
        value={total === undefined ? undefined : read}
      />
      <span className={styles.figures} aria-hidden="true">
        {number(Math.round(read / 1000))}
        {total !== undefined && ` of ${number(Math.round(total / 1000))}`} kB
      </span>
      <Button onClick={thenToMain(cancelOpening)}>Cancel</Button>
    </div>
  );
}

function Refused({ name, problem }: { name: string; problem: RecordingProblem }) {
  const { code, message, hint, line, offset } = problem;
  return (
    <section className={styles.notice} aria-label="File not opened" data-refused={code}>
      <div className={styles.words}>
        <h2>This file cannot be opened</h2>
        <p>
          <strong className={styles.name}>{name}</strong>: {message}
          {line > 1 && ` (line ${number(line)}, byte ${number(offset)})`}. What was on screen is still there.
        </p>
        <p className={styles.hint}>{hint}</p>
      </div>
      <Button onClick={thenToMain(forgetRefused)}>Close</Button>
    </section>
  );
}

/** The button goes with what it ends, and must not take the focus along. */
const thenToMain = (act: () => void) => () => {
  act();
  document.getElementById('main')?.focus({ preventScroll: true });
};
