import type { Connection } from '../../store/store.js';
import { isLive } from '../../store/store.js';

/** How far the session on screen is from having an id that can be compared. */
export type Standing =
  | { readonly is: 'no-session' }
  /** Over v1 there are no keys. */
  | { readonly is: 'v1'; readonly live: boolean }
  /** The keys have not crossed. */
  | { readonly is: 'awaited' }
  /** It ended, or was recorded, without keys. */
  | { readonly is: 'never'; readonly recorded: boolean }
  | { readonly is: 'known'; readonly sessionId: string; readonly how: How };

/** 'unconfirmed': the node has not yet shown that it has the same keys. */
export type How = 'unconfirmed' | 'live' | 'ended' | 'recorded';

export function standingOf(connection: Connection): Standing {
  const { state, protocol, sessionId, recording, history } = connection;
  const live = isLive(state) && !recording;
  if (protocol === 'v1') return { is: 'v1', live };
  if (sessionId !== undefined) {
    const confirmed = history.some((mark) => mark.state === 'negotiating');
    const how = recording ? 'recorded' : !live ? 'ended' : confirmed ? 'live' : 'unconfirmed';
    return { is: 'known', sessionId, how };
  }
  if (state === 'idle') return { is: 'no-session' };
  if (isLive(state)) return { is: 'awaited' };
  return { is: 'never', recorded: recording !== undefined };
}
