/**
 * ElligatorSwift (BIP324, ElligatorSwift encoding of curve X coordinates): public keys as 64 bytes that look random.
 * u and t are field elements; x is the coordinate that they encode.
 */
import { drawUntil, randomBytes, type RandomSource } from '../../random.js';
import { bytesToBigInt, divide, isOnCurve, mod, P, sqrt } from './field.js';

/** √−3, the root that is a square. */
const C = sqrt(P - 3n) as bigint;

/** The x coordinate that (u, t) encodes. Every pair encodes one. */
export function xswiftec(u: bigint, t: bigint): bigint {
  u = mod(u);
  t = mod(t);
  if (u === 0n) u = 1n;
  if (t === 0n) t = 1n;
  const u3 = mod(u * u * u);
  if (mod(u3 + t * t + 7n) === 0n) t = mod(2n * t);
  const X = divide(u3 + 7n - t * t, 2n * t);
  const Y = divide(X + t, C * u);
  const first = mod(u + 4n * Y * Y);
  if (isOnCurve(first)) return first;
  const ratio = divide(X, Y);
  const second = divide(-ratio - u, 2n);
  if (isOnCurve(second)) return second;
  return divide(ratio - u, 2n);
}

/**
 * A t such that xswiftec(u, t) = x, or undefined where this case has none.
 * @param ellCase 0–7: which of the up to eight inverses
 * @throws {RangeError} for another case
 */
export function xswiftecInv(x: bigint, u: bigint, ellCase: number): bigint | undefined {
  if (!Number.isInteger(ellCase) || ellCase < 0 || ellCase > 7) throw new RangeError('ellCase must be 0..7');
  x = mod(x);
  u = mod(u);
  const g = mod(u * u * u + 7n);
  let v: bigint;
  let s: bigint;
  if ((ellCase & 2) === 0) {
    if (isOnCurve(-x - u)) return undefined;
    v = x;
    const norm = mod(u * u + u * v + v * v);
    if (norm === 0n) return undefined; // only for an x that is not on the curve
    s = divide(-g, norm);
  } else {
    s = mod(x - u);
    if (s === 0n) return undefined;
    const r = sqrt(-s * (4n * g + 3n * s * u * u));
    if (r === undefined || ((ellCase & 1) === 1 && r === 0n)) return undefined;
    v = divide(divide(r, s) - u, 2n);
  }
  const w = sqrt(s);
  if (w === undefined) return undefined;
  const half = divide(u * ((ellCase & 1) === 0 ? 1n - C : 1n + C), 2n) + v;
  const negative = (ellCase & 5) === 0 || (ellCase & 5) === 5;
  return mod(negative ? -w * half : w * half);
}

export interface ElligatorSwiftEncoding {
  u: bigint;
  t: bigint;
  ellCase: number;
  /** Pairs of u and case tried until one had an inverse: four on average. */
  attempts: number;
}

/**
 * A uniformly random encoding of x. With a given u, only its eight cases are tried, in random order.
 * @throws {RangeError} when x is not on the curve, u is 0, or the given u has no inverse in any case
 */
export function xelligatorswift(
  x: bigint,
  { u: fixedU, random }: { u?: bigint; random: RandomSource },
): ElligatorSwiftEncoding {
  if (!isOnCurve(x)) throw new RangeError('x is not the x coordinate of a point');
  if (fixedU !== undefined && mod(fixedU) === 0n) throw new RangeError('u must not be 0');
  const triedCases = new Set<number>();
  let attempts = 0;
  return drawUntil(() => {
    const u = fixedU === undefined ? randomFieldElement(random) : mod(fixedU);
    const ellCase = randomBytes(random, 1)[0]! & 7;
    if (fixedU !== undefined) {
      if (triedCases.has(ellCase)) return undefined;
      triedCases.add(ellCase);
    }
    attempts++;
    const t = xswiftecInv(x, u, ellCase);
    if (t !== undefined) return { u, t, ellCase, attempts };
    if (triedCases.size === 8) throw new RangeError('no t encodes x with this u');
    return undefined;
  });
}

/** Uniform in 1 … p − 1, by rejection. */
function randomFieldElement(random: RandomSource): bigint {
  return drawUntil(() => {
    const candidate = bytesToBigInt(randomBytes(random, 32));
    return candidate > 0n && candidate < P ? candidate : undefined;
  });
}
