import { lazy, Suspense } from 'react';
import type { LessonStep } from './steps.js';

const Table = lazy(() => import('./SightTable.js').then((m) => ({ default: m.SightTable })));

/** Loaded with the first step that is read. */
export const WhoSees = ({ step }: { step: LessonStep }) => (
  <Suspense fallback={<p>…</p>}>
    <Table step={step} />
  </Suspense>
);
