import { count, since, wallClock } from '../../format.js';
import { usePage } from '../../store/store.js';
import { wordsOf } from './lesson.js';
import type { LessonStep } from './steps.js';
import { HEADING_ID } from './useLesson.js';
import styles from './StepHead.module.css';

/** A step's title, and when and where it crossed. */
export function StepHead({ step }: { step: LessonStep }) {
  const startedAt = usePage((page) => page.connection.startedAt);
  return (
    <header className={styles.head} data-step-keys>
      <h2 id={HEADING_ID} tabIndex={-1}>
        {wordsOf(step).title}
      </h2>
      <p className={styles.facts}>
        <time title={wallClock(startedAt + step.at)}>{since(step.at)}</time>
        <span>
          {step.fields.length > 0
            ? `${count(step.entry.bytes.length, 'byte')} ${step.direction === 'sent' ? 'from this tab to the node' : 'from the node to this tab'}`
            : 'nothing is sent'}
        </span>
      </p>
    </header>
  );
}
