/**
 * ElligatorSwift (BIP324, ElligatorSwift encoding of curve X coordinates). All of it works on public values, encodings and
 * the x coordinates that they stand for, and takes a time that depends on them.
 */
import { add, addScaled, half, isZero, scale, setSmall, sub, weaken } from './field';
import { inverse, power, squareRoot } from './field-powers';
import { ELEMENT, mul, sqr } from './field-product';
import { isSquare } from './jacobi';

/** √−3, the root that is a square. */
const C = memory.data<i64>([
  -53086126, 208223601, 87766303, -19256396, -110965662, -127839284, 125603038, -182017794, 666924,
]);

const WORK = memory.data(10 * 72);
const A = WORK;
const B = WORK + ELEMENT;
const D = WORK + 2 * ELEMENT;
const N = WORK + 3 * ELEMENT;
const U2 = WORK + 4 * ELEMENT;
const U3 = WORK + 5 * ELEMENT;
const S = WORK + 6 * ELEMENT;
const SEVEN = WORK + 7 * ELEMENT;
const E1 = WORK + 8 * ELEMENT;
const E2 = WORK + 9 * ELEMENT;

/** out = x³ + 7; x of size 3 at most, out of 2. */
export function curve(out: usize, x: usize): void {
  setSmall(SEVEN, 7);
  sqr(E1, x);
  mul(out, E1, x);
  add(out, out, SEVEN);
}

/** Whether n ÷ d is the x coordinate of a point: (n ÷ d)³ + 7 is a square just when d(n³ + 7d³) is. Sizes up to 3. */
function isOnCurve(n: usize, d: usize): bool {
  sqr(E1, n);
  mul(E1, E1, n);
  sqr(E2, d);
  mul(E2, E2, d);
  addScaled(E1, E1, E2, 7);
  weaken(E1, E1);
  mul(E1, E1, d);
  return isSquare(E1);
}

/**
 * out = the x that (u, t) encodes; every pair encodes one. u and t of size 2, and changed. BIP324's X and Y are fractions
 * of g − s and g + s with s = t²: the candidates are tested as fractions, and only the one that counts is divided.
 */
export function decode(out: usize, u: usize, t: usize): void {
  if (isZero(u) !== 0) setSmall(u, 1);
  if (isZero(t) !== 0) setSmall(t, 1);
  sqr(U2, u);
  mul(U3, U2, u);
  sqr(S, t);
  setSmall(SEVEN, 7);
  add(A, U3, SEVEN); // g
  add(B, A, S);
  if (isZero(B) !== 0) {
    scale(S, S, 4); // t doubles
    weaken(S, S);
    add(B, A, S);
  }
  sub(A, A, S); // 3
  // u + 4Y² = (3su³ − (g + s)²) ÷ 3su²
  mul(N, S, U3);
  scale(N, N, 3);
  sqr(E1, B);
  sub(N, N, E1);
  weaken(N, N);
  mul(D, S, U2);
  scale(D, D, 3);
  if (!isOnCurve(N, D)) {
    // (−X ÷ Y − u) ÷ 2 = −u(c(g − s) + (g + s)) ÷ 2(g + s)
    mul(A, A, C);
    add(N, A, B); // 4
    mul(N, N, u);
    scale(N, N, -1);
    scale(D, B, 2);
    weaken(D, D);
    if (!isOnCurve(N, D)) {
      // (X ÷ Y − u) ÷ 2, which then is on the curve
      sub(N, A, B);
      mul(N, N, u);
    }
  }
  inverse(D, D);
  mul(out, N, D);
}

/**
 * out = a t such that (u, t) encodes x, by the inverse that `ellCase` names, 0 … 7; x on the curve, both of size 2 at most.
 * What rejects most pairs comes first, and nothing is a root before it is known to exist.
 * @returns whether there is one
 */
export function encode(out: usize, x: usize, u: usize, ellCase: i32): bool {
  sqr(U2, u);
  mul(U3, U2, u);
  setSmall(SEVEN, 7);
  add(A, U3, SEVEN); // g
  if ((ellCase & 2) === 0) {
    add(N, x, u);
    weaken(N, N);
    scale(N, N, -1);
    curve(B, N);
    if (isSquare(B)) return false;
    mul(B, u, x);
    add(B, B, U2);
    sqr(D, x);
    add(B, B, D); // u² + ux + x²
    if (isZero(B) !== 0) return false;
    scale(A, A, -1);
    mul(D, A, B); // s = A ÷ B is a square just when this is
    if (!isSquare(D)) return false;
    // √(a ÷ b) = ab(ab³)^((p − 3) ÷ 4)
    sqr(S, B);
    mul(S, S, D);
    power(S, S);
    mul(S, S, D); // w
    weaken(N, x); // v
  } else {
    sub(S, x, u);
    weaken(S, S);
    if (isZero(S) !== 0) return false;
    if (!isSquare(S)) return false;
    mul(D, S, U2);
    scale(D, D, 3);
    addScaled(D, D, A, 4);
    weaken(D, D);
    mul(D, D, S);
    scale(D, D, -1); // −s(4g + 3su²)
    if (!isSquare(D)) return false;
    if ((ellCase & 1) === 1 && isZero(D) !== 0) return false;
    squareRoot(N, D); // r
    power(B, S);
    mul(S, S, B); // w; and 1 ÷ s = B²
    sqr(B, B);
    mul(N, N, B);
    sub(N, N, u);
    half(N, N); // v, of size 2.5
  }
  // u(1 ∓ c) ÷ 2 + v
  setSmall(A, 1);
  if ((ellCase & 1) === 0) sub(A, A, C);
  else add(A, A, C);
  mul(A, A, u);
  half(A, A);
  add(A, A, N); // 4
  mul(out, S, A);
  if ((ellCase & 5) === 0 || (ellCase & 5) === 5) scale(out, out, -1);
  return true;
}
