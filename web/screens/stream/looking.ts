import { create } from 'zustand';
import type { FieldName } from './place.js';
import type { View } from './views.js';

/** How packets are looked at, the next like the one before. */
interface Looking {
  readonly view: View;
  /** undefined until somebody chose one. */
  readonly field: FieldName | undefined;
}

export const useLooking = create<Looking>(() => ({ view: 'wire', field: undefined }));
export const setView = (view: View): void => useLooking.setState({ view });
export const setField = (field: FieldName | undefined): void => useLooking.setState({ field });
