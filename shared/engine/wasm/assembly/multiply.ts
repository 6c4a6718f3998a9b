/**
 * Multiples by a secret. Constant-time in structure, with everything that is called from here: the only branches are
 * those of loops that count to a constant (test/engine/keys-branches.test.ts holds the compiled code to it). Whether the
 * secret key is in range and x on the curve is asked before, by whoever calls.
 */
import { setSmall, weaken } from './field';
import { inverse } from './field-powers';
import { ELEMENT, mul, sqr } from './field-product';
import { addAffine, double, POINT } from './group';
import { HALF_1, HALF_2, OFFSET_COMB, OFFSET_SPLIT, recode, RECODED, split, windowOf } from './scalar';
import { computeMultiples, FOUND, look, TABLE, writeScaledX, writeTable } from './table';

const WINDOWS: usize = 52;
const HALF_WINDOWS: usize = 26;

/** A cube root of 1: (βx, y) = λ(x, y). */
const BETA = memory.data<i64>([
  -241892882, 164323652, -43883152, 9628198, 55482831, 63919642, -62801519, 91008897, 8055146,
]);
const GENERATOR = memory.data<i64>([
  -151513192, 261360345, -209045930, -134629796, -256872406, -246749372, 246503042, 266288023, 7978598,
  -82783048, 37651584, 22349415, 258511181, -259354671, -33683703, -241863020, 249877625, 4733658,
]);

/** Odd multiples of 32^i · G, for every window of a recoded scalar. Public, made once by `prepareComb`. */
const COMB = memory.data(52 * 1280);

const WORK = memory.data(3 * 72 + 5 * 72 + 2 * 1280);
const RESULT = WORK;
const X = WORK + POINT;
const Y = X + ELEMENT;
const Z = Y + ELEMENT;
const G = Z + ELEMENT;
const ONE = G + ELEMENT;
const TABLE_1 = ONE + ELEMENT;
const TABLE_2 = TABLE_1 + TABLE;

export function wipeMultiply(): void {
  memory.fill(WORK, 0, TABLE_2 + TABLE - WORK);
}

/** Fills the comb: about a millisecond, once. */
export function prepareComb(): void {
  const base = RESULT;
  memory.copy(X, GENERATOR, 2 * ELEMENT);
  for (let i: usize = 0; i < WINDOWS; i++) {
    computeMultiples(X, Y, Z);
    inverse(Z, Z);
    writeTable(COMB + i * TABLE, Z);
    memory.copy(base, X, 2 * ELEMENT);
    setSmall(base + 2 * ELEMENT, 1);
    for (let doubling = 0; doubling < 5; doubling++) double(base);
    inverse(Z, base + 2 * ELEMENT);
    sqr(G, Z);
    mul(X, base, G);
    mul(G, G, Z);
    mul(Y, base + ELEMENT, G);
  }
}

/**
 * out = the x coordinate of secretKey · G, an element of size 1.
 * @param secretKey 32 bytes, big-endian, in 1 … n − 1
 */
export function multiplyBase(out: usize, secretKey: usize): void {
  recode(secretKey, OFFSET_COMB);
  setSmall(RESULT, 0);
  setSmall(RESULT + ELEMENT, 0);
  setSmall(RESULT + 2 * ELEMENT, 0);
  for (let i: usize = 0; i < WINDOWS; i++) {
    look(COMB + i * TABLE, windowOf(RECODED, i));
    addAffine(RESULT, FOUND, FOUND + ELEMENT);
  }
  inverse(Z, RESULT + 2 * ELEMENT);
  sqr(Z, Z);
  mul(out, RESULT, Z);
}

/**
 * out = the x coordinate of secretKey · (x, y), an element of size 1. The point's y is not needed: with g = x³ + 7 there is
 * (xg, g²) on a curve that is the same but for the scale √g³, and the result's x has to be divided by g. So no square root.
 * The key is split in two halves of 130 bits that share the doublings (GLV).
 * @param secretKey as above
 * @param x of size 2 at most, on the curve
 * @param g x³ + 7, of size 1
 */
export function multiplyX(out: usize, secretKey: usize, x: usize, g: usize): void {
  recode(secretKey, OFFSET_SPLIT);
  split();
  mul(X, x, g);
  sqr(Y, g);
  computeMultiples(X, Y, Z);
  setSmall(ONE, 1);
  writeTable(TABLE_1, ONE);
  writeScaledX(TABLE_2, TABLE_1, BETA);
  setSmall(RESULT, 0);
  setSmall(RESULT + ELEMENT, 0);
  setSmall(RESULT + 2 * ELEMENT, 0);
  for (let i: usize = HALF_WINDOWS; i > 0; i--) {
    for (let doubling = 0; doubling < 5; doubling++) double(RESULT);
    look(TABLE_1, windowOf(HALF_1, i - 1));
    addAffine(RESULT, FOUND, FOUND + ELEMENT);
    look(TABLE_2, windowOf(HALF_2, i - 1));
    addAffine(RESULT, FOUND, FOUND + ELEMENT);
  }
  mul(Z, Z, RESULT + 2 * ELEMENT);
  sqr(Z, Z);
  mul(Z, Z, g);
  inverse(Z, Z);
  weaken(RESULT, RESULT);
  mul(out, RESULT, Z);
}
