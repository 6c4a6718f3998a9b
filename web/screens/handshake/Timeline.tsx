import { useEffect, useRef, type MouseEvent, type ReactNode } from 'react';
import { FieldMark } from '../../components/FieldMark.js';
import field from '../../components/field.module.css';
import { count, lasting, since, wallClock } from '../../format.js';
import { fieldLook } from './fields.js';
import { wordsOf } from './lesson.js';
import { pathOf } from './place.js';
import { gapOf, type LessonStep } from './steps.js';
import type { Lesson } from './useLesson.js';
import styles from './Timeline.module.css';

/** Two lifelines, ours left and theirs right; time runs down, by its logarithm. One step is in the tab order. */
export function Timeline(props: { lesson: Lesson; startedAt: number; children?: ReactNode }) {
  const { lesson, startedAt, children } = props;
  const list = useRef<HTMLOListElement>(null);
  const current = Math.max(0, lesson.index);
  useEffect(() => {
    // Whoever walks the list with the keys takes the focus along.
    if (list.current?.contains(document.activeElement))
      list.current.querySelectorAll('a')[current]?.focus({ preventScroll: false });
  }, [current]);
  return (
    <section className={styles.timeline} aria-label="Steps">
      <div className={styles.heads}>
        <h2>This tab</h2>
        <h2>The node</h2>
      </div>
      <ol ref={list} className={styles.lanes} data-step-keys>
        {lesson.steps.map((step, index) => (
          <Row
            key={step.id}
            step={step}
            after={step.at - (lesson.steps[index - 1]?.at ?? step.at)}
            time={timeShown(step, lesson.steps[index - 1])}
            startedAt={startedAt}
            chosen={index === lesson.index}
            tabbable={index === current}
            href={`#${pathOf({ step: step.id, present: false })}`}
            onChoose={() => lesson.goTo(index)}
          />
        ))}
        {children}
      </ol>
    </section>
  );
}

/** What is told of several steps of one moment, is told once. */
function timeShown({ at }: LessonStep, before: LessonStep | undefined): string {
  const time = since(at);
  return before && since(before.at) === time ? '' : time;
}

/** A shorter time between two steps has no room for its words. */
const TOLD_MS = 1;

interface RowProps {
  step: LessonStep;
  /** Since the step before, in ms. */
  after: number;
  time: string;
  startedAt: number;
  chosen: boolean;
  tabbable: boolean;
  href: string;
  onChoose: () => void;
}

function Row({ step, after, time, startedAt, chosen, tabbable, href, onChoose }: RowProps) {
  const { direction, fields, entry, kind } = step;
  const choose = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    onChoose();
  };
  return (
    <li className={styles.row} data-direction={direction} style={{ paddingBlockStart: `${gapOf(after)}rem` }}>
      {after >= TOLD_MS && (
        <span className={styles.after} style={{ blockSize: `${gapOf(after)}rem` }}>
          {lasting(after)} later
        </span>
      )}
      <time className={styles.time} title={wallClock(startedAt + step.at)}>
        {time}
      </time>
      <a
        className={styles.step}
        href={href}
        aria-current={chosen ? 'step' : undefined}
        tabIndex={tabbable ? 0 : -1}
        onClick={choose}
      >
        <span className={styles.words}>
          {fields.length > 0 && fields.length < 3 && <FieldMark kind={fieldLook(fields[0]!, entry)} />}
          <span className={styles.title}>{wordsOf(step).title}</span>
          {fields.length > 0 && (
            <span className={styles.size}>
              {count(entry.bytes.length, 'byte')}
              <span className="visually-hidden"> {direction}</span>
            </span>
          )}
          {fields.length === 0 && <span className="visually-hidden">, computed on both sides</span>}
        </span>
        {fields.length > 0 && kind !== 'cut' && <Wire step={step} moves={chosen} />}
      </a>
    </li>
  );
}

/** The arrow to the other lifeline: the fields in their colours and patterns, widths by the logarithm of their sizes. */
function Wire({ step, moves }: { step: LessonStep; moves: boolean }) {
  return (
    <span className={styles.wire} aria-hidden="true">
      <span className={styles.travel} data-moves={moves ? '' : undefined}>
        {step.fields.map((part) => (
          <span
            key={part.id}
            className={`${field.field} ${field[fieldLook(part, step.entry).look]} ${styles.piece}`}
            style={{ flexGrow: 1 + Math.log2(1 + part.end - part.start) }}
          />
        ))}
      </span>
    </span>
  );
}
