import { useRef } from 'react';
import { CopyButton } from '../../components/CopyButton.js';
import { Pane } from '../../components/Panes.js';
import { Bytes } from './Bytes.js';
import { Derivations } from './Derivations.js';
import { Explanation } from './Explanation.js';
import { HkdfTree } from './HkdfTree.js';
import { focusStep, useKeptInView } from './in-view.js';
import { wordsOf } from './lesson.js';
import { Machines } from './Machines.js';
import { pathOf } from './place.js';
import { Reproduce } from './Reproduce.js';
import { RevealedContext, useRevealing } from './revealed.js';
import { StepHead } from './StepHead.js';
import type { LessonStep } from './steps.js';
import type { Lesson } from './useLesson.js';
import { WhoSees } from './WhoSees.js';
import styles from './Detail.module.css';

/** All that there is to say of one step: beside the list or, where it is narrow, in a sheet that a choice opens. */
export function Detail({ lesson, step }: { lesson: Lesson; step: LessonStep }) {
  const panel = useRef<HTMLElement>(null);
  useKeptInView(panel, step.id, lesson.open);
  const close = () => {
    lesson.close();
    focusStep();
  };
  return (
    <Pane
      ref={panel}
      label={wordsOf(step).title}
      head={<StepHead step={step} />}
      stays={{ open: lesson.open }}
      onClose={close}
    >
      <div className={styles.detail}>
        <Content key={step.id} lesson={lesson} step={step} />
      </div>
    </Pane>
  );
}

/** With a key of its step: what was revealed of one is hidden when another comes. */
function Content({ lesson, step }: { lesson: Lesson; step: LessonStep }) {
  const revealing = useRevealing();
  const choice = { chosen: lesson.field, onChoose: lesson.choose };
  return (
    <RevealedContext value={revealing}>
      <Explanation step={step}>
        <CopyButton
          label="Copy link"
          text={() =>
            linkTo(pathOf({ step: step.id, ...(lesson.field && { field: lesson.field }), present: false }))
          }
        />
      </Explanation>
      {step.fields.length > 0 && <Bytes step={step} {...choice} />}
      {step.derivations.length > 0 && (
        <section className={styles.part}>
          <h3>{headingOf(step)}</h3>
          {step.kind === 'hkdf' ? (
            <HkdfTree derivations={step.derivations} {...choice} />
          ) : (
            <Derivations derivations={step.derivations} {...choice} />
          )}
        </section>
      )}
      <section className={styles.part}>
        <h3>Both state machines of this tab</h3>
        <Machines before={step.before} after={step.after} />
      </section>
      <section className={styles.part}>
        <h3>Who can see what</h3>
        <WhoSees step={step} />
      </section>
      <Reproduce lesson={lesson} step={step} />
    </RevealedContext>
  );
}

const linkTo = (path: string): string => `${location.href.split('#')[0]}#${path}`;

export function headingOf({ kind, direction }: LessonStep): string {
  if (kind === 'packet') return direction === 'sent' ? 'How the node opens it' : 'How it was opened';
  return kind === 'key' ? 'How it was made' : 'Inputs and outputs';
}
