/** Where in its file something of a recording stands. */
import type { Direction, Place, Recording } from './types.js';

/** Of what was never in a file. */
export const NOWHERE: Place = { line: 0, offset: 0 };

/** A byte of a direction's stream. */
export interface StreamByte {
  readonly direction: Direction;
  readonly offset: number;
}

/** @param item its index; one that does not exist is nowhere */
export function placeOfItem({ places }: Recording, item: number): Place {
  return { line: places?.lines[item] ?? 0, offset: places?.offsets[item] ?? 0 };
}

/** The line that holds a byte; nowhere for one that is not there. */
export function placeOfByte(recording: Recording, { direction, offset }: StreamByte): Place {
  let at = 0;
  const item = recording.items.findIndex((item) => {
    if (item.kind !== 'chunk' || item.direction !== direction) return false;
    at += item.bytes.length;
    return at > offset;
  });
  return placeOfItem(recording, item);
}
