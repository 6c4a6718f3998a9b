import { concatBytes } from '../bytes.js';
import type { RecordedChunk, RecordedItem } from './types.js';

/** What crosses within so many milliseconds, an observer sees in one piece. */
const TOGETHER_MS = 5;

/** As one read of a socket takes at most, roughly. */
const TOGETHER_BYTES = 1 << 16;

/**
 * What somebody on the way saw: bytes and their times. A recorder's chunks end where fields and packets end, and its
 * states tell when the session became encrypted: both are known to the two ends alone.
 */
export function observed(items: readonly RecordedItem[]): RecordedItem[] {
  const seen: RecordedItem[] = [];
  let pieces: RecordedChunk[] = [];
  let bytes = 0;
  const flush = () => {
    const last = pieces.at(-1);
    if (last !== undefined) seen.push({ ...last, bytes: concatBytes(...pieces.map(({ bytes }) => bytes)) });
    pieces = [];
    bytes = 0;
  };
  for (const item of items) {
    if (item.kind === 'chunk') {
      const before = pieces.at(-1);
      const apart = before && (before.direction !== item.direction || item.at - before.at > TOGETHER_MS);
      if (apart || bytes + item.bytes.length > TOGETHER_BYTES) flush();
      pieces.push(item);
      bytes += item.bytes.length;
    } else if (item.kind === 'event' && (item.event.type !== 'state' || isOnTheWay.has(item.event.state))) {
      flush();
      seen.push(item);
    }
  }
  flush();
  return seen;
}

/** Before anything is encrypted. */
const isOnTheWay: ReadonlySet<string> = new Set(['connecting', 'handshaking']);
