import { useEffect } from 'react';
import { elementOf, type Lesson } from './useLesson.js';

const isText = (target: Element | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    (target instanceof HTMLInputElement && target.type !== 'range') ||
    ['SELECT', 'TEXTAREA'].includes(target.tagName));

/** What Space does by itself there. */
const isPressed = (target: Element | null): boolean => target?.closest('button, summary, a') !== null;

/**
 * `[` and `]` step, Space plays, ←/→ go through the fields of the step; ↑/↓ step where the focus is in the lesson's list,
 * heading or bytes, and scroll elsewhere; a slide they scroll to its end first. None while typing, none with a modifier, none under another dialog.
 */
export function useLessonKeys(lesson: Lesson): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target instanceof Element ? event.target : null;
      if (isText(target) || lesson.steps.length === 0) return;
      const dialog = document.querySelector('dialog[open]');
      if (dialog && !(lesson.place.present && 'presenter' in (dialog as HTMLElement).dataset)) return;
      const act = actionOf(event.key, target, lesson, dialog !== null);
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [lesson]);
}

function actionOf(
  key: string,
  target: Element | null,
  lesson: Lesson,
  presenting: boolean,
): (() => void) | undefined {
  const onSlider = target instanceof HTMLInputElement;
  const steps = presenting || target?.closest('[data-step-keys]') !== null;
  const next = () => lesson.go(1);
  const previous = () => lesson.go(-1);
  /** A slide that is longer than the window is read to its end first. */
  const reads = (by: 1 | -1) => (presenting ? scrollSlide(by) : undefined);
  switch (key) {
    case ']':
      return next;
    case '[':
      return previous;
    case ' ':
      if (isPressed(target)) return undefined;
      return lesson.playing ? lesson.pause : lesson.play;
    case 'ArrowDown':
      return onSlider || !steps ? undefined : (reads(1) ?? next);
    case 'ArrowUp':
      return onSlider || !steps ? undefined : (reads(-1) ?? previous);
    case 'PageDown':
      return presenting ? next : undefined;
    case 'PageUp':
      return presenting ? previous : undefined;
    case 'ArrowRight':
      return onSlider ? undefined : () => moveField(lesson, 1);
    case 'ArrowLeft':
      return onSlider ? undefined : () => moveField(lesson, -1);
    default:
      return undefined;
  }
}

function moveField(lesson: Lesson, by: 1 | -1): void {
  const field = lesson.move(by);
  if (field !== undefined) document.getElementById(elementOf(field))?.scrollIntoView({ block: 'nearest' });
}

/** How much of the window a key scrolls. */
const SCROLLED = 0.5;

/** Undefined where there is no more to see that way. */
function scrollSlide(by: 1 | -1): (() => void) | undefined {
  const slide = document.querySelector('[data-slide]');
  if (!slide) return undefined;
  const { scrollTop, clientHeight, scrollHeight } = slide;
  const left = by === 1 ? scrollHeight - clientHeight - scrollTop : scrollTop;
  return left > 1 ? () => slide.scrollBy({ top: by * SCROLLED * clientHeight }) : undefined;
}
