import { lazy, Suspense } from 'react';
import { useReading } from './reading.js';
import type { LessonStep } from './steps.js';
import type { Lesson } from './useLesson.js';
import styles from './Reproduce.module.css';

const Code = lazy(() => import('./Code.js').then((m) => ({ default: m.Code })));

/** The step as a few lines of code, for whoever opens it. */
export function Reproduce({ lesson, step }: { lesson: Lesson; step: LessonStep }) {
  const open = useReading((reading) => reading.code);
  return (
    <details
      className={styles.reproduce}
      open={open}
      onToggle={(event) => useReading.setState({ code: event.currentTarget.open })}
    >
      <summary>Reproduce it in code</summary>
      {open && (
        <Suspense fallback={<p>…</p>}>
          <Code lesson={lesson.steps} step={step} />
        </Suspense>
      )}
    </details>
  );
}
