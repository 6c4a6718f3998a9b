import { Fragment, useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { Button } from '../../components/Button.js';
import { wordsOf, wordsOfId } from './lesson.js';
import { pathOf } from './place.js';
import { Prose } from './Prose.js';
import { placesOf, type LessonStep } from './steps.js';
import type { Lesson } from './useLesson.js';
import styles from './Handshake.module.css';

/** A link to a field or value that its step does not have: those that it has. */
function NoField({ step, asked }: { step: LessonStep; asked: string }) {
  const places = placesOf(step);
  const notice = useRef<HTMLElement>(null);
  useEffect(() => {
    // Once the list has brought the step's own row into sight.
    const timer = setTimeout(() => {
      notice.current?.focus({ preventScroll: true });
      notice.current?.scrollIntoView({ block: 'start' });
    }, 50);
    return () => clearTimeout(timer);
  }, [step.id, asked]);
  return (
    <section
      ref={notice}
      tabIndex={-1}
      className={styles.missing}
      aria-label="What this link leads to"
      role="status"
    >
      <p>
        The step “{wordsOf(step).title}” has nothing named <code>{asked}</code>.
        {places.length > 0 && ' It has: '}
        {places.map((id, at) => (
          <Fragment key={id}>
            {at > 0 && ', '}
            <Link href={pathOf({ step: step.id, field: id, present: false })}>{id}</Link>
          </Fragment>
        ))}
      </p>
    </section>
  );
}

/** A link to a step that is not there: what it leads to, and what is missing. */
export function Missing({ lesson, live }: { lesson: Lesson; live: boolean }) {
  const { place, step, steps } = lesson;
  if (place.step === undefined) return null;
  if (step !== undefined) return <NoField step={step} asked={place.field ?? ''} />;
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
