import { isLive, type Connection } from '../../store/store.js';
import type { NodeSeries } from '../../worker/node/protocol.js';
import { useAnswer } from './useAnswer.js';
import { useTick } from './useTick.js';

const EVERY_MS = 1000;

/** Pings, traffic and announcements over time: asked once a second while the session goes on. */
export function useSeries({ state, traffic }: Connection): NodeSeries | undefined {
  const ticks = useTick(EVERY_MS, isLive(state));
  // What ended has one more answer, with everything that came last.
  return useAnswer('nodeSeries', {}, isLive(state) ? ticks : -traffic.received - 1);
}
