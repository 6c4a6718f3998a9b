import { useSyncExternalStore } from 'react';

/** As Node.module.css has them. */
const WIDE = 36;
const NARROW = 60;

const narrow = matchMedia('(max-width: 48rem)');

function onWidth(changed: () => void): () => void {
  narrow.addEventListener('change', changed);
  return () => narrow.removeEventListener('change', changed);
}

/** Of a row of a long list, in px: on a narrow screen it has two lines. */
export const useRowHeight = (): number =>
  useSyncExternalStore(onWidth, () => (narrow.matches ? NARROW : WIDE));

/** Rows that a page begins at multiples of: each holds what is in sight from there (web/worker/limits.ts). */
const STEP = 32;

export const pageOf = (row: number): number => row - (row % STEP);
