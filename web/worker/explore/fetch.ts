import type { Peer, RequestOptions } from '../../../shared/peer/index.js';
import { EXPLORE_LEAST_BYTES, EXPLORE_LONGEST_MS, NO_ANSWER_MS } from '../limits.js';

const LOOK_EVERY_MS = 500;

/**
 * Asks a node, and gives it up for silent when next to nothing comes from it for a while: a large block over a slow
 * line takes as long as it takes. Rejects as the question does; 'aborted' where it gave up or was told to.
 */
export async function patiently<T>(
  peer: Peer,
  signal: AbortSignal,
  ask: (options: RequestOptions) => Promise<T>,
): Promise<T> {
  const giveUp = new AbortController();
  let [bytes, since] = [peer.bytesReceived, performance.now()];
  const timer = setInterval(() => {
    const now = performance.now();
    if (peer.bytesReceived - bytes >= EXPLORE_LEAST_BYTES) [bytes, since] = [peer.bytesReceived, now];
    else if (now - since >= NO_ANSWER_MS) giveUp.abort();
  }, LOOK_EVERY_MS);
  const onAbort = () => giveUp.abort();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await ask({ timeoutMs: EXPLORE_LONGEST_MS, signal: giveUp.signal });
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
