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
