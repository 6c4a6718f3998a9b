/** Where a terminator was changed, in offsets of the bytes after the key. */
export interface NearTerminator {
  readonly start: number;
  /** Its first byte that differs. */
  readonly differs: number;
}

/** Where most of a terminator's bytes stand, more than half of them: chance has never so many. */
export function nearestTerminator(afterKey: Uint8Array, terminator: Uint8Array): NearTerminator | undefined {
  let best = { agree: terminator.length / 2, start: -1 };
  for (let start = 0; start + terminator.length <= afterKey.length; start++) {
    let agree = 0;
    for (let i = 0; i < terminator.length; i++) if (afterKey[start + i] === terminator[i]) agree++;
    if (agree > best.agree) best = { agree, start };
  }
  const { start } = best;
  if (start === -1) return undefined;
  return { start, differs: start + terminator.findIndex((byte, i) => afterKey[start + i] !== byte) };
}
