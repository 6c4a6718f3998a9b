/** The one place that touches the platform's randomness; everything else takes a `RandomSource`. */

/** Returns `length` fresh random bytes. Whoever replays a session injects the recorded ones. */
export type RandomSource = (length: number) => Uint8Array;

/** The platform's cryptographic randomness. getRandomValues fills at most 65,536 bytes a call. */
export const systemRandom: RandomSource = (length) => {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
};

/**
 * So many bytes of the source, as an array of their own: it may use its array again.
 * @throws {TypeError} when it gives more or fewer, of which a key or an encoding would be wrong without a sign
 */
export function randomBytes(random: RandomSource, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(random(length));
  if (bytes.length !== length)
    throw new TypeError(`the source of randomness gave ${bytes.length} bytes; asked for were ${length}`);
  return bytes;
}

/**
 * Calls `draw` until it returns something: rejection sampling. A draw that passes with probability 1/8 or more passes long before the bound,
 * so reaching it means that the source repeats itself: an error, where rejection alone would hang.
 */
export function drawUntil<T>(draw: () => T | undefined): T {
  for (let draws = 0; draws < MAX_DRAWS; draws++) {
    const accepted = draw();
    if (accepted !== undefined) return accepted;
  }
  throw new Error('the source of randomness repeats itself: nothing acceptable in 1000 draws');
}

const MAX_DRAWS = 1000;

/** A uniform integer in [0, bound), bound ≤ 2³², by rejection. */
export function randomBelow(bound: number, random: RandomSource): number {
  if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32) throw new RangeError('bound must be 1..2^32');
  const limit = 2 ** 32 - (2 ** 32 % bound);
  return drawUntil(() => {
    const [a, b, c, d] = random(4) as Uint8Array & [number, number, number, number];
    const value = a + b * 2 ** 8 + c * 2 ** 16 + d * 2 ** 24;
    return value < limit ? value % bound : undefined;
  });
}
