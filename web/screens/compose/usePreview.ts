import { useEffect, useState } from 'react';
import { ask } from '../../store/client.js';
import type { Connection } from '../../store/store.js';
import type { Composed, Previewed } from '../../worker/compose/protocol.js';

/** While somebody types, it is asked for no more often. */
const PAUSE_MS = 120;

/**
 * What it would be if it were sent now; undefined until it is known, and 'gone' where the worker cannot say. While it
 * is made anew, it is what it was.
 */
export function usePreview(
  composed: Composed,
  { number, state, traffic }: Connection,
): Previewed | 'gone' | undefined {
  const [made, setMade] = useState<{ kind: string; previewed: Previewed | 'gone' }>();
  const kind = composed.kind === 'form' ? composed.type : composed.kind;
  useEffect(() => {
    const left = new AbortController();
    const timer = setTimeout(() => {
      void ask('composePreview', { composed }, left.signal).then((previewed) => {
        if (!left.signal.aborted) setMade({ kind, previewed: previewed ?? 'gone' });
      });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      left.abort();
    };
    // Whatever else is sent makes it another packet.
  }, [composed, kind, number, state, traffic.sent]);
  return made?.kind === kind ? made.previewed : undefined;
}
