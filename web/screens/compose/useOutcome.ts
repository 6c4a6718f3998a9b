import { useEffect, useState } from 'react';
import { ask } from '../../store/client.js';
import type { Outcome } from '../../worker/compose/protocol.js';

/** What came of a message of the session on screen, as it comes. */
export function useOutcome(connection: number, message: number): Outcome | undefined {
  const [outcome, setOutcome] = useState<Outcome>();
  useEffect(() => {
    const left = new AbortController();
    void (async () => {
      for (let version = 0; ;) {
        const next = await ask('composeOutcome', { message, version }, left.signal);
        if (next === undefined || left.signal.aborted) return;
        setOutcome(next);
        // Silence may still be broken.
        if (next.state !== 'waiting' && next.state !== 'silent') return;
        version = next.version;
      }
    })();
    return () => left.abort();
  }, [connection, message]);
  return outcome;
}
