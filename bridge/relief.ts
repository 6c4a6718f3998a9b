import { type Clock } from './clock.js';

/** Who moved within this time is never cut off, however full memory is. */
const PATIENCE_MS = 1000;

/** Looking at all tunnels and finding none to cut off is not done more often than this. */
const LOOK_EVERY_MS = 100;

export interface Holder {
  /** Milliseconds since bytes last moved while some wait; 0 when none wait. */
  stuckFor(now: number): number;
  /** Ends it, and gives back what it holds without waiting for anyone. */
  evict(): void;
}

/**
 * What to do when all tunnels together hold more than the budget: the one that has been stuck for longest goes. Marks
 * alone cannot promise the budget, because each tunnel may always hold about one read.
 * @returns whether one went
 */
export function relief(holders: Iterable<Holder>, clock: Clock): () => boolean {
  let lookAgainAt = -Infinity;
  return () => {
    const now = clock.now();
    if (now < lookAgainAt) return false;
    let worst: Holder | undefined;
    let longest = PATIENCE_MS;
    for (const holder of holders) {
      const stuck = holder.stuckFor(now);
      if (stuck <= longest) continue;
      longest = stuck;
      worst = holder;
    }
    if (worst === undefined) lookAgainAt = now + LOOK_EVERY_MS;
    else worst.evict();
    return worst !== undefined;
  };
}
