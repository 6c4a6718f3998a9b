import { create } from 'zustand';

/** How a person reads the lesson; remembered for the visit. */
interface Reading {
  readonly words: 'plain' | 'specification';
  /** Whether the code that reproduces a step is open. */
  readonly code: boolean;
}

export const useReading = create<Reading>(() => ({ words: 'plain', code: false }));
