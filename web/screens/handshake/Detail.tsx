import { useLayoutEffect, useRef, type RefObject } from 'react';
import { CopyButton } from '../../components/CopyButton.js';
import { Bytes } from './Bytes.js';
import { Derivations } from './Derivations.js';
import { Explanation } from './Explanation.js';
import { HkdfTree } from './HkdfTree.js';
import { Machines } from './Machines.js';
import { pathOf } from './place.js';
import { Reproduce } from './Reproduce.js';
import { RevealedContext, useRevealing } from './revealed.js';
import { StepHead } from './StepHead.js';
import type { LessonStep } from './steps.js';
import type { Lesson } from './useLesson.js';
import { WhoSees } from './WhoSees.js';
import styles from './Detail.module.css';

/** All that there is to say of one step. */
export function Detail({ lesson, step }: { lesson: Lesson; step: LessonStep }) {
  const panel = useRef<HTMLElement>(null);
  useKeptInView(panel, step.id);
  return (
    <section ref={panel} className={styles.detail} aria-labelledby="step-heading">
      <Content key={step.id} lesson={lesson} step={step} />
    </section>
  );
}

/** With a key of its step: what was revealed of one is hidden when another comes. */
function Content({ lesson, step }: { lesson: Lesson; step: LessonStep }) {
  const revealing = useRevealing();
  const choice = { chosen: lesson.field, onChoose: lesson.choose };
  return (
    <RevealedContext value={revealing}>
      <StepHead step={step}>
        <CopyButton
          label="Copy link"
          text={() =>
            linkTo(pathOf({ step: step.id, ...(lesson.field && { field: lesson.field }), present: false }))
          }
        />
      </StepHead>
      <Explanation step={step} />
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

/** Of the bar of the session, which stays at the window's upper edge where there is room: in px. */
const BAR_HEIGHT = 120;

/** A step that is chosen while its panel is scrolled, or out of sight, starts at its heading, with the focus if it had it. */
function useKeptInView(panel: RefObject<HTMLElement | null>, step: string): void {
  const shown = useRef(step);
  const focused = useRef(false);
  useLayoutEffect(() => {
    const note = () => {
      focused.current = panel.current?.contains(document.activeElement) ?? false;
    };
    addEventListener('focusin', note);
    return () => removeEventListener('focusin', note);
  }, [panel]);
  useLayoutEffect(() => {
    if (shown.current === step) return;
    shown.current = step;
    const heading = panel.current?.querySelector('h2');
    if (!heading) return;
    const { top } = heading.getBoundingClientRect();
    if (top < BAR_HEIGHT || top > innerHeight * 0.8) panel.current?.scrollIntoView({ block: 'start' });
    if (focused.current && !panel.current?.contains(document.activeElement))
      heading.focus({ preventScroll: true });
  }, [panel, step]);
}
