import { useEffect, useState } from 'react';
import { usePage } from '../store/store.js';
import { awaited, stateWords } from '../states.js';
import { CONNECT_TIMEOUT_MS, HANDSHAKE_TIMEOUT_MS } from '../worker/limits.js';

/** What happens now; while something is awaited, what, and for how long it still may be. */
export function Doing() {
  const { state, machines } = usePage((page) => page.connection);
  const waiting = useWaiting();
  const text = (state === 'handshaking' && machines && awaited[machines.receive]) || stateWords[state].doing;
  return (
    <>
      {text}
      {waiting && (
        <>
          {': '}
          <code>
            {waiting.seconds} of at most {waiting.limit} s
          </code>
        </>
      )}
    </>
  );
}

/** Whole seconds since the wait began; undefined when nothing is awaited. */
export function useWaiting(): { seconds: number; limit: number } | undefined {
  const { state, history, startedAt } = usePage((page) => page.connection);
  const began =
    startedAt +
    (history.find((mark) => mark.state === (state === 'connecting' ? state : 'handshaking'))?.at ?? 0);
  const waits = state === 'connecting' || state === 'handshaking' || state === 'negotiating';
  const [now, setNow] = useState(began);
  useEffect(() => {
    if (!waits) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [waits]);
  if (!waits) return undefined;
  const limit = (state === 'connecting' ? CONNECT_TIMEOUT_MS : HANDSHAKE_TIMEOUT_MS) / 1000;
  return { seconds: Math.min(limit, Math.max(0, Math.round((now - began) / 1000))), limit };
}
