import { useEffect, useState } from 'react';
import { usePage } from '../store/store.js';
import { awaited, wordsOfState } from '../states.js';
import type { StateMark } from '../worker/protocol.js';
import { CONNECT_TIMEOUT_MS, HANDSHAKE_TIMEOUT_MS } from '../worker/limits.js';

/** What happens now; while something is awaited, what, and for how long it still may be. */
export function Doing() {
  const { state, machines, protocol } = usePage((page) => page.connection);
  const waiting = useWaiting();
  const text =
    (state === 'handshaking' && machines && awaited[machines.receive]) || wordsOfState(state, protocol).doing;
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
  const { state, history, startedAt, recording } = usePage((page) => page.connection);
  const waits =
    recording === undefined && (state === 'connecting' || state === 'handshaking' || state === 'negotiating');
  const handshakes = ({ state: past }: StateMark) => past === 'handshaking' || past === 'negotiating';
  const began =
    startedAt + (history.find(state === 'connecting' ? (mark) => mark.state === state : handshakes)?.at ?? 0);
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
