import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { cameBack } from '../../arrival.js';
import { goTo, here, useHashQuery } from '../../route.js';
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
  /** The link names a step, or something of it, that is not there. */
  readonly astray: boolean;
  readonly playing: boolean;
  /** The field or value chosen in the step; undefined for none. */
  readonly field: string | undefined;
  goTo(index: number): void;
  /** To a step before or after. */
  go(by: 1 | -1): void;
  /** To the field or value before or after; its id, where there was one to go to. */
  move(by: 1 | -1): string | undefined;
  choose(field: string): void;
  play(): void;
  pause(): void;
  present(on: boolean): void;
  /** Whether a step was chosen, and not closed since: where it is narrow, it is shown only then. */
  readonly open: boolean;
  close(): void;
}

/** The link is what is selected: choosing writes it, without a new entry in the browser's history. */
export function useLesson(trace: readonly StepView[]): Lesson {
  const [path] = useLocation();
  const query = useHashQuery();
  const lesson = useMemo(() => steps(trace), [trace]);
  const place = useMemo(() => placeOf(path, query), [path, query]);
  const index = indexIn(lesson, place);
  const step = lesson[index];
  // The first screen's “Play the handshake” leads to `?play`.
  const [playing, setPlaying] = useState(() => new URLSearchParams(query).has('play'));
  /** Where the step was closed: whatever is chosen next opens it again. */
  const [closedAt, setClosedAt] = useState<string>();
  /** The last place that was chosen here: any other came from a link. */
  const own = useRef<string>(undefined);

  const write = useCallback((next: Place) => {
    own.current = pathOf(next);
    goTo(own.current, { replace: true });
  }, []);
  const show = (to: number) => {
    const target = lesson[Math.max(0, Math.min(lesson.length - 1, to))];
    const now = placeOf(...here());
    setClosedAt(undefined);
    if (target && target.id !== now.step) write({ step: target.id, present: now.present });
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

  const field = wanted && placesOf(step).includes(wanted) ? wanted : undefined;

  return {
    steps: lesson,
    place,
    step,
    index,
    playing,
    astray: place.step !== undefined && (step === undefined || field !== wanted),
    field,
    goTo(to) {
      setPlaying(false);
      show(to);
    },
    go(by) {
      setPlaying(false);
      show(indexIn(lesson, placeOf(...here())) + by);
    },
    choose(field) {
      setPlaying(false);
      if (step) write({ step: step.id, field, present: place.present });
    },
    move(by) {
      const now = placeOf(...here());
      const current = lesson[indexIn(lesson, now)];
      const places = current ? placesOf(current) : [];
      const at = now.field === undefined ? -1 : places.indexOf(now.field);
      const next = at === -1 && by === -1 ? places.length - 1 : at + by;
      const field = places[Math.max(0, Math.min(places.length - 1, next))];
      if (current === undefined || field === undefined || field === now.field) return undefined;
      setPlaying(false);
      write({ step: current.id, field, present: now.present });
      return field;
    },
    play() {
      setClosedAt(undefined);
      if (last) show(0);
      setPlaying(true);
    },
    pause() {
      setPlaying(false);
      // The step that it stops at is chosen, also when it was the first and is in no link yet.
      if (place.step === undefined) show(index);
    },
    present(on) {
      const now = placeOf(...here());
      const current = lesson[indexIn(lesson, now)];
      if (current) write({ ...now, step: current.id, present: on });
    },
    open: closedAt !== pathOf(place) && (place.step !== undefined || playing),
    close() {
      setPlaying(false);
      setClosedAt(pathOf(place));
    },
  };
}

/** −1 where the link names no step that is there; without a name it is the first. */
const indexIn = (lesson: readonly LessonStep[], { step }: Place): number =>
  step === undefined ? 0 : lesson.findIndex(({ id }) => id === step);

/** The id of the element that shows a field or value, on the screen. */
export const elementOf = (field: string): string => `place-${field}`;
export const HEADING_ID = 'step-heading';

function arrive({ field }: Place): void {
  const target = document.getElementById(field === undefined ? HEADING_ID : elementOf(field));
  if (!cameBack()) target?.scrollIntoView({ block: field === undefined ? 'start' : 'center' });
  target?.focus({ preventScroll: true });
}
