import { useEffect, useRef } from 'react';
import { Controls } from './Controls.js';
import { Bytes } from './Bytes.js';
import { Derivations } from './Derivations.js';
import { Explanation } from './Explanation.js';
import { HkdfTree } from './HkdfTree.js';
import { Machines } from './Machines.js';
import { RevealedContext, useRevealing } from './revealed.js';
import { StepHead } from './StepHead.js';
import type { LessonStep } from './steps.js';
import { HEADING_ID, type Lesson } from './useLesson.js';
import styles from './Presenter.module.css';

/** One step, in large type, over everything: for a room. Esc leaves, as it does any dialog. */
export function Presenter({ lesson, step }: { lesson: Lesson; step: LessonStep }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const page = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = dialog;
    if (current && !current.open) current.showModal();
    return () => current?.close();
  }, []);
  // Another step begins at its top; the heading takes a focus that went with the step before.
  useEffect(() => {
    page.current!.scrollTo(0, 0);
    if (document.activeElement === document.body || document.activeElement === dialog.current)
      document.getElementById(HEADING_ID)?.focus({ preventScroll: true });
  }, [step.id]);
  return (
    <dialog
      ref={dialog}
      className={styles.presenter}
      data-presenter=""
      aria-labelledby="step-heading"
      onCancel={(event) => {
        event.preventDefault();
        lesson.present(false);
      }}
    >
      <div ref={page} className={styles.page} data-slide="">
        <Slide key={step.id} lesson={lesson} step={step} />
      </div>
      <div className={styles.controls}>
        <Controls lesson={lesson} />
      </div>
    </dialog>
  );
}

function Slide({ lesson, step }: { lesson: Lesson; step: LessonStep }) {
  const revealing = useRevealing();
  const choice = { chosen: lesson.field, onChoose: lesson.choose };
  return (
    <RevealedContext value={revealing}>
      <div className={styles.step}>
        <StepHead step={step} />
        <Explanation step={step} />
        {step.fields.length > 0 ? (
          <Bytes step={step} {...choice} only="selected" />
        ) : step.kind === 'hkdf' ? (
          <HkdfTree derivations={step.derivations} {...choice} />
        ) : (
          <Derivations derivations={step.derivations} {...choice} />
        )}
      </div>
      <Machines before={step.before} after={step.after} brief />
    </RevealedContext>
  );
}
