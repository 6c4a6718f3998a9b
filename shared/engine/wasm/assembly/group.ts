/**
 * Points of y² = x³ + b in Jacobian coordinates: x = X ÷ Z², y = Y ÷ Z³, and Z ≡ 0 for the point at infinity. A point is
 * three elements one after the other. No formula here knows b, so they hold on every curve of that shape at once.
 * Constant-time in structure: no branch, no address that depends on a coordinate; special cases are computed alongside
 * and chosen by masks.
 */
import { add, addScaled, choose, copy, half, isZero, scale, setSmall, sub, weaken } from './field';
import { ELEMENT, mul, sqr } from './field-product';

export const POINT: usize = 3 * ELEMENT;

const TEMPORARIES = memory.data(12 * 72);
const A = TEMPORARIES;
const B = TEMPORARIES + ELEMENT;
const C = TEMPORARIES + 2 * ELEMENT;
const D = TEMPORARIES + 3 * ELEMENT;
const U1 = TEMPORARIES + 4 * ELEMENT;
const U2 = TEMPORARIES + 5 * ELEMENT;
const S2 = TEMPORARIES + 6 * ELEMENT;
const T = TEMPORARIES + 7 * ELEMENT;
const M = TEMPORARIES + 8 * ELEMENT;
const R = TEMPORARIES + 9 * ELEMENT;
const ONE = TEMPORARIES + 10 * ELEMENT;
const ZERO = TEMPORARIES + 11 * ELEMENT;

export function wipeGroup(): void {
  memory.fill(TEMPORARIES, 0, 12 * ELEMENT);
}

/**
 * P = 2P, for any P: a multiple of infinity keeps Z ≡ 0, and no point has y = 0.
 * Sizes: X up to 3 and Y up to 2 come in; X of 3, Y of 2 and Z of 1 go out.
 */
export function double(P: usize): void {
  const X = P, Y = P + ELEMENT, Z = P + 2 * ELEMENT;
  mul(Z, Z, Y);
  sqr(A, Y);
  sqr(B, X);
  scale(B, B, 3);
  half(B, B); // the tangent's slope, times Y and powers of Z: size 2.5
  mul(C, X, A);
  sqr(X, B);
  addScaled(X, X, C, -2);
  sub(C, C, X); // 4
  mul(Y, B, C);
  sqr(A, A);
  sub(Y, Y, A);
}

/**
 * P = P + (x, y), complete: for every P, infinity, (x, y) itself and its negative among them. The line's slope is
 * (x1² + x1x2 + x2²) ÷ (y1 + y2), which also holds for doubling (Brier and Joye, 2002). Where y1 = −y2 it is not defined,
 * and (y1 − y2) ÷ (x1 − x2) takes its place; if x1 = x2 too, Z becomes 0 by itself.
 * Sizes: as `double`; x and y of 1.
 */
export function addAffine(P: usize, x: usize, y: usize): void {
  const X = P, Y = P + ELEMENT, Z = P + 2 * ELEMENT;
  const atInfinity = isZero(Z);
  sqr(A, Z);
  mul(U2, x, A);
  mul(S2, y, A);
  mul(S2, S2, Z);
  weaken(U1, X);
  add(T, U1, U2); // 2
  add(M, Y, S2); // 3
  mul(A, U1, U2);
  sqr(R, T);
  sub(R, R, A); // 2
  const undefinedSlope = isZero(M);
  scale(A, S2, -2); // y1 − y2, as y1 = −y2
  choose(R, R, A, undefinedSlope); // 2
  sub(A, U1, U2);
  choose(B, M, A, undefinedSlope); // 3: the slope is R ÷ BZ

  sqr(A, B);
  mul(T, T, A);
  sqr(A, A);
  setSmall(ZERO, 0);
  choose(A, A, ZERO, undefinedSlope); // (y1 + y2)B³
  mul(Z, Z, B);
  sqr(X, R);
  sub(X, X, T); // 2
  addScaled(T, T, X, -2); // 5
  mul(Y, R, T);
  sub(Y, Y, A);
  half(Y, Y); // 2

  setSmall(ONE, 1);
  choose(X, X, x, atInfinity);
  choose(Y, Y, y, atInfinity);
  choose(Z, Z, ONE, atInfinity);
}

/**
 * P = P + (x, y) for P neither infinity nor ±(x, y), and ratio = the factor by which Z grew.
 * Sizes: x, y, and X and Y on both sides, 1.
 */
export function addDistinct(P: usize, x: usize, y: usize, ratio: usize): void {
  const X = P, Y = P + ELEMENT, Z = P + 2 * ELEMENT;
  sqr(A, Z);
  mul(B, x, A);
  sub(B, B, X); // 2
  mul(C, y, A);
  mul(C, C, Z);
  sub(C, C, Y); // 2
  copy(ratio, B);
  mul(Z, Z, B);
  sqr(A, B);
  mul(B, B, A);
  mul(D, X, A);
  sqr(X, C);
  sub(X, X, B);
  addScaled(X, X, D, -2);
  weaken(X, X);
  sub(D, D, X); // 2
  mul(A, Y, B);
  mul(Y, C, D);
  sub(Y, Y, A);
  weaken(Y, Y);
}
