import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { goTo, useHashQuery } from '../../route.js';
import type { StepView } from '../../worker/protocol.js';
import { pathOf, placeOf, type Place } from './place.js';
import { placesOf, steps, type LessonStep } from './steps.js';

/** How long a step stays while the lesson plays: time to read its title, not its bytes. */
const PACE_MS = 2000;

export interface Lesson {
  readonly steps: readonly LessonStep[];
  readonly place: Place;
  /** undefined where the link names a step that the session does not have, or not yet. */
  readonly step: LessonStep | undefined;
  readonly index: number;
  readonly playing: boolean;
  /** The field or value chosen in the step; undefined for none. */
  readonly field: string | undefined;
  goTo(index: number): void;
  choose(field: string): void;
  play(): void;
  pause(): void;
  present(on: boolean): void;
}

/** The link is what is selected: choosing writes it, without a new entry in the browser's history. */
export function useLesson(trace: readonly StepView[]): Lesson {
  const [path] = useLocation();
  const query = useHashQuery();
  const lesson = useMemo(() => steps(trace), [trace]);
  const place = useMemo(() => placeOf(path, query), [path, query]);
  const index = place.step === undefined ? 0 : lesson.findIndex(({ id }) => id === place.step);
  const step = lesson[index];
  // The first screen's “Play the handshake” leads to `?play`.
  const [playing, setPlaying] = useState(() => new URLSearchParams(query).has('play'));
  /** The last place that was chosen here: any other came from a link. */
  const own = useRef<string>(undefined);

  const write = useCallback((next: Place) => {
    own.current = pathOf(next);
    goTo(own.current, { replace: true });
  }, []);
  const show = (to: number) => {
    const target = lesson[Math.max(0, Math.min(lesson.length - 1, to))];
    if (target && target !== step) write({ step: target.id, present: place.present });
  };

  const last = index >= lesson.length - 1;
  useEffect(() => {
    if (!playing || lesson.length === 0) return;
    const timer = setTimeout(() => {
      const next = lesson[index + 1];
      if (next) write({ step: next.id, present: place.present });
      if (index + 2 >= lesson.length) setPlaying(false);
    }, PACE_MS);
    return () => clearTimeout(timer);
  }, [playing, index, lesson, place.present, write]);

  const wanted = step && place.field;
  useEffect(() => {
    const here = pathOf(place);
    if (!step || place.step === undefined || own.current === here) return;
    own.current = here;
    // After the page has scrolled to the top of a screen that it just came to.
    const frame = requestAnimationFrame(() => arrive(place));
    return () => cancelAnimationFrame(frame);
  }, [place, step]);

  return {
    steps: lesson,
    place,
    step,
    index,
    playing,
    field: wanted && placesOf(step).includes(wanted) ? wanted : undefined,
    goTo(to) {
      setPlaying(false);
      show(to);
    },
    choose(field) {
      setPlaying(false);
      if (step) write({ step: step.id, field, present: place.present });
    },
    play() {
      if (last) show(0);
      setPlaying(true);
    },
    pause: () => setPlaying(false),
    present(on) {
      if (step) write({ step: step.id, ...(wanted && { field: wanted }), present: on });
    },
  };
}

/** The id of the element that shows a field or value, on the screen. */
export const elementOf = (field: string): string => `place-${field}`;
export const HEADING_ID = 'step-heading';

function arrive({ field }: Place): void {
  const target =
    (field === undefined ? null : document.getElementById(elementOf(field))) ??
    document.getElementById(HEADING_ID);
  target?.scrollIntoView({ block: field === undefined ? 'start' : 'center' });
  target?.focus({ preventScroll: true });
}
