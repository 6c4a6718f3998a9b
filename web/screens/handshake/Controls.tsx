import { Button } from '../../components/Button.js';
import { wordsOf } from './lesson.js';
import type { Lesson } from './useLesson.js';
import styles from './Controls.module.css';

/** Step, play, scrub. */
export function Controls({ lesson }: { lesson: Lesson }) {
  const { steps, index, step, playing } = lesson;
  const total = steps.length;
  const { present } = lesson.place;
  return (
    <div className={styles.bar} role="group" aria-label="Go through the steps">
      <div className={styles.buttons}>
        <Button
          className={styles.previous}
          disabled={index <= 0}
          aria-keyshortcuts="["
          title="["
          onClick={() => lesson.go(-1)}
        >
          <span>Previous</span>
        </Button>
        <Button
          className={styles.play}
          aria-keyshortcuts="Space"
          title="Space"
          onClick={playing ? lesson.pause : lesson.play}
        >
          {playing ? 'Pause' : 'Play'}
        </Button>
        <Button
          className={styles.next}
          disabled={index >= total - 1}
          aria-keyshortcuts="]"
          title="]"
          onClick={() => lesson.go(1)}
        >
          <span>Next</span>
        </Button>
      </div>
      <div className={styles.scrub}>
        <input
          type="range"
          aria-label="Step"
          min={1}
          max={Math.max(1, total)}
          value={Math.max(0, index) + 1}
          aria-valuetext={step && `step ${index + 1} of ${total}, ${wordsOf(step).title}`}
          onChange={(event) => lesson.goTo(Number(event.target.value) - 1)}
        />
        <span className={styles.count} aria-hidden="true">
          {index + 1} / {total}
        </span>
      </div>
      {step && (
        <Button className={styles.present} onClick={() => lesson.present(!present)}>
          {present ? 'Leave' : 'Present'}
        </Button>
      )}
    </div>
  );
}
