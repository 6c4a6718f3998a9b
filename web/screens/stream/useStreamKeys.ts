import { useCallback, useEffect } from 'react';
import { isTyping } from '../../keys.js';
import { setField, setView, useLooking } from './looking.js';
import type { FieldName } from './place.js';
import { streamReading } from './stream-rows.js';
import { views } from './views.js';

/** The fields that the open packet shows, in order; what shows them tells. */
let walk: { readonly names: readonly (FieldName | undefined)[]; readonly at: number } = { names: [], at: 0 };
export const setWalk = (next: typeof walk): void => {
  walk = next;
};

/** 1–3 change the view wherever the focus is; ←/→ choose a field from within the list too. */
export function useStreamKeys(session: number): (key: string) => boolean {
  const selected = streamReading.useSelected(session);
  const open = selected !== undefined && selected.kind !== 'rekey';
  useEffect(() => {
    if (!open) return;
    const press = (event: KeyboardEvent) => {
      if (document.querySelector('dialog[open]') || isTyping(event.target)) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const view = views[Number(event.key) - 1];
      if (view === undefined) return;
      event.preventDefault();
      setView(view);
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [open]);

  return useCallback(
    (key) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
      if (step === undefined || !open) return false;
      const first = useLooking.getState().field === undefined;
      const name = walk.names[first && step > 0 ? 0 : walk.at + step];
      if (name !== undefined) setField(name);
      return true;
    },
    [open],
  );
}
