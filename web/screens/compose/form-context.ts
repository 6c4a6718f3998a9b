import { createContext, useContext } from 'react';
import type { Draft } from '../../../shared/messages/index.js';
import type { Problem } from '../../worker/compose/protocol.js';
import type { Place } from './draft.js';

/** What every field of a form needs of the whole. */
export interface FormContext {
  /** @param draft undefined takes the part away */
  change(place: Place, draft: Draft | undefined): void;
  /** Its bytes are marked. */
  focus(path: string): void;
  /** What the worker found wrong first. */
  readonly problem: Problem | undefined;
  readonly attempts: number;
}

const context = createContext<FormContext | undefined>(undefined);
export const FormProvider = context.Provider;

export function useForm(): FormContext {
  const form = useContext(context);
  if (form === undefined) throw new Error('a field outside of a form');
  return form;
}
