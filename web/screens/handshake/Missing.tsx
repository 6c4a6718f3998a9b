import { Button } from '../../components/Button.js';
import { wordsOfId } from './lesson.js';
import { Prose } from './Prose.js';
import type { Lesson } from './useLesson.js';
import styles from './Handshake.module.css';

/** A link to a step that is not there: what it leads to, and what is missing. */
export function Missing({ lesson, live }: { lesson: Lesson; live: boolean }) {
  const { place, step, steps } = lesson;
  if (place.step === undefined || step !== undefined) return null;
  const words = wordsOfId(place.step);
  return (
    <section className={styles.missing} aria-label="What this link leads to">
      {words ? (
        <>
          <h2>{words.title}</h2>
          <p>
            <Prose text={words.plain} />
          </p>
          <p className={styles.lead}>
            {steps.length === 0 && !live
              ? 'This link leads to that step of a handshake. With a session open, it is shown here with its bytes.'
              : live
                ? 'This link leads to that step, which this session does not have yet. It is shown once it comes.'
                : 'This link leads to that step, which this session does not have.'}
          </p>
        </>
      ) : (
        <p>
          No handshake has a step named <code>{place.step}</code>.
        </p>
      )}
      {steps.length > 0 && <Button onClick={() => lesson.goTo(0)}>Go to the first step</Button>}
    </section>
  );
}
