/**
 * The powers that inversion and square roots need, by one fixed chain of 253 squarings and 13 products: constant-time
 * in structure, so that the coordinates of secret multiples may go through it.
 */
import { copy, isZero, weaken } from './field';
import { ELEMENT, mul, sqr } from './field-product';

const CHAIN = memory.data(6 * 72);
const BASE = CHAIN;
const X2 = CHAIN + ELEMENT;
const X3 = CHAIN + 2 * ELEMENT;
const X22 = CHAIN + 3 * ELEMENT;
const X44 = CHAIN + 4 * ELEMENT;
const RUN = CHAIN + 5 * ELEMENT;

export function wipePowers(): void {
  memory.fill(CHAIN, 0, 6 * ELEMENT);
}

/** out = a^(2^count) · b */
function squareAndMultiply(out: usize, a: usize, count: i32, b: usize): void {
  sqr(out, a);
  for (let i = 1; i < count; i++) sqr(out, out);
  mul(out, out, b);
}

/**
 * out = a^((p − 3) ÷ 4). That exponent is 223 ones, a zero, 22 ones, and 00001011; xN below is a^(2^N − 1), N ones.
 * @param a of any size up to 3
 */
export function power(out: usize, a: usize): void {
  weaken(BASE, a);
  squareAndMultiply(X2, BASE, 1, BASE);
  squareAndMultiply(X3, X2, 1, BASE);
  squareAndMultiply(RUN, X3, 3, X3); // x6
  squareAndMultiply(RUN, RUN, 3, X3); // x9
  squareAndMultiply(RUN, RUN, 2, X2); // x11
  squareAndMultiply(X22, RUN, 11, RUN);
  squareAndMultiply(X44, X22, 22, X22);
  squareAndMultiply(RUN, X44, 44, X44); // x88
  copy(out, RUN);
  squareAndMultiply(RUN, RUN, 88, out); // x176
  squareAndMultiply(RUN, RUN, 44, X44); // x220
  squareAndMultiply(RUN, RUN, 3, X3); // x223
  squareAndMultiply(RUN, RUN, 23, X22);
  squareAndMultiply(RUN, RUN, 5, BASE);
  squareAndMultiply(out, RUN, 3, X2);
}

/** out = 1 ÷ a = a^(p − 2), and 0 for 0; a of any size up to 3. */
export function inverse(out: usize, a: usize): void {
  power(out, a);
  squareAndMultiply(out, out, 2, BASE);
}

/**
 * out = a^((p + 1) ÷ 4): where a is a square, its root that is a square itself.
 * @returns −1 where a is a square (0 is one), otherwise 0
 */
export function squareRoot(out: usize, a: usize): i64 {
  power(out, a);
  mul(out, out, BASE);
  sqr(X2, out);
  for (let limb: usize = 0; limb < 9; limb++) {
    const i = limb << 3;
    store<i64>(X3 + i, load<i64>(X2 + i) - load<i64>(BASE + i));
  }
  return isZero(X3);
}
