import { fromHex } from '../../shared/bytes.js';
import type { Latest } from './latest.js';
import { SEARCHED_AT_ONCE } from './limits.js';
import type { Found } from './protocol.js';

/** Where `wanted` begins in `bytes`; -1 for nowhere. `wanted` has at least one byte. */
export function indexOfBytes(bytes: Uint8Array, wanted: Uint8Array): number {
  const [first, last] = [wanted[0]!, bytes.length - wanted.length];
  for (let at = bytes.indexOf(first); at >= 0 && at <= last; at = bytes.indexOf(first, at + 1)) {
    let same = 1;
    while (same < wanted.length && bytes[at + same] === wanted[same]) same++;
    if (same === wanted.length) return at;
  }
  return -1;
}

/**
 * Which entries from `from` on hold these bytes, as they are or in the reverse order of a shown hash. It stops after
 * a few MiB, so that nothing else waits for long.
 * @param bytesOf what is searched of an entry
 */
export function finder<T>(
  entries: Latest<T>,
  hex: string,
  from: number,
  bytesOf: (entry: T) => readonly Uint8Array[],
): Found {
  const wanted = fromHex(hex);
  const reversed = wanted.slice().reverse();
  const found: number[] = [];
  let searched = 0;
  for (let index = Math.max(from, entries.first); index < entries.end; index++) {
    for (const bytes of bytesOf(entries.at(index)!)) {
      searched += bytes.length;
      if (indexOfBytes(bytes, wanted) < 0 && indexOfBytes(bytes, reversed) < 0) continue;
      found.push(index);
      break;
    }
    if (searched > SEARCHED_AT_ONCE) return { found, next: index + 1 };
  }
  return { found, next: entries.end };
}
