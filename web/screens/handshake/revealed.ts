import { createContext, useContext, useMemo, useState } from 'react';
import { reveal } from '../../store/client.js';
import type { StepSecret } from '../../worker/protocol.js';

/**
 * The secrets of one step that a person has asked to see, by their names in the trace. They live as long as the step is
 * on screen: whoever goes on has them hidden again.
 */
export interface Revealed {
  get(name: string): Uint8Array | 'gone' | undefined;
  show(name: string, ref: StepSecret): void;
  hide(name: string): void;
}

export function useRevealing(): Revealed {
  const [shown, setShown] = useState<ReadonlyMap<string, Uint8Array | 'gone'>>(new Map());
  return useMemo(
    () => ({
      get: (name) => shown.get(name),
      show: (name, ref) =>
        void reveal(ref).then((bytes) => setShown((before) => new Map(before).set(name, bytes ?? 'gone'))),
      hide: (name) => setShown((before) => new Map([...before].filter(([other]) => other !== name))),
    }),
    [shown],
  );
}

export const RevealedContext = createContext<Revealed | undefined>(undefined);

export function useRevealed(): Revealed {
  const revealed = useContext(RevealedContext);
  if (revealed === undefined) throw new Error('a value outside of a step');
  return revealed;
}
