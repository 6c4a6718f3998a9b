import { lazy, Suspense, type ReactNode } from 'react';
import { wordsOf } from './lesson.js';
import { useReading } from './reading.js';
import type { LessonStep } from './steps.js';
import { Prose } from './Prose.js';
import styles from './Explanation.module.css';

const Rule = lazy(() => import('./Rule.js').then((m) => ({ default: m.Rule })));

/** A sentence for beginners, or the specification's rule. What else one can do with the step stands beside the choice. */
export function Explanation({ step, children }: { step: LessonStep; children?: ReactNode }) {
  const words = useReading((reading) => reading.words);
  return (
    <div className={styles.explanation}>
      <div className={styles.tools}>
        <div className={styles.switch} role="group" aria-label="Words">
          {(['plain', 'specification'] as const).map((kind) => (
            <button
              key={kind}
              type="button"
              aria-pressed={words === kind}
              onClick={() => useReading.setState({ words: kind })}
            >
              {kind === 'plain' ? 'Plain' : 'Specification'}
            </button>
          ))}
        </div>
        {children}
      </div>
      {words === 'plain' ? (
        <p data-words="">
          <Prose text={wordsOf(step).plain} />
        </p>
      ) : (
        <Suspense fallback={<p>…</p>}>
          <Rule step={step} />
        </Suspense>
      )}
    </div>
  );
}
