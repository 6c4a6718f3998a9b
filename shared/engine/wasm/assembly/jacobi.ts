/**
 * Whether a field element is a square, for public values: how long it takes depends on them. The Jacobi symbol (g | f) is
 * followed through division steps on f and g (Bernstein and Yang, 2019, in the variant that only adds, so that neither
 * becomes negative): thirty of them at a time on the lowest words, as a matrix, which is then applied to the whole numbers.
 * That the variant always ends is not proven: if it does not within BATCHES, an exponentiation answers.
 */
import { copy, isZero, normalise, setSmall, sub } from './field';
import { power } from './field-powers';
import { ELEMENT, mul, sqr } from './field-product';

const BATCHES = 50;
const MASK: i64 = 0x3fffffff;

const WORK = memory.data(3 * 72 + 2 * 72);
const CANONICAL = WORK;
const POWER = WORK + ELEMENT;
const ONE = WORK + 2 * ELEMENT;
/** Nine limbs of 30 bits. */
const F = WORK + 3 * ELEMENT;
const G = WORK + 4 * ELEMENT;
/** p in such limbs. */
const P30 = memory.data<i64>([
  0x3ffffc2f, 0x3ffffffb, 0x3fffffff, 0x3fffffff, 0x3fffffff, 0x3fffffff, 0x3fffffff, 0x3fffffff, 0xffff,
]);

/** The matrix of the last batch: (f, g) becomes (uf + vg, qf + rg) ÷ 2^30. */
let u: i64 = 0;
let v: i64 = 0;
let q: i64 = 0;
let r: i64 = 0;
let eta: i32 = 0;
/** Bit 0: whether the symbol so far is −1. */
let sign: u32 = 0;

/** Whether a, of size up to 3, is a square; 0 is one. */
export function isSquare(a: usize): bool {
  normalise(CANONICAL, a);
  let any: i64 = 0;
  for (let i: usize = 0; i < 9; i++) any |= load<i64>(CANONICAL + (i << 3));
  if (any === 0) return true;
  fromLimbs29(G, CANONICAL);
  memory.copy(F, P30, ELEMENT);
  eta = -1;
  sign = 0;
  for (let batch = 0; batch < BATCHES; batch++) {
    divisionSteps(<u32>(load<i64>(F) | (load<i64>(F, 8) << 30)), <u32>(load<i64>(G) | (load<i64>(G, 8) << 30)));
    applyMatrix();
    if (load<i64>(F) === 1) {
      let rest: i64 = 0;
      for (let i: usize = 1; i < 9; i++) rest |= load<i64>(F + (i << 3));
      if (rest === 0) return (sign & 1) === 0;
    }
  }
  return isSquareByPower(a);
}

/** Euler: a^((p − 1) ÷ 2) = 1. */
export function isSquareByPower(a: usize): bool {
  power(POWER, a);
  sqr(POWER, POWER);
  mul(POWER, POWER, a);
  setSmall(ONE, 1);
  sub(ONE, POWER, ONE);
  return isZero(ONE) !== 0 || isZero(a) !== 0;
}

function fromLimbs29(out: usize, a: usize): void {
  let low = load<i64>(a);
  let bits = 29;
  let from: usize = 8;
  for (let i: usize = 0; i < 9; i++) {
    while (bits < 30 && from < ELEMENT) {
      low |= load<i64>(a + from) << bits;
      bits += 29;
      from += 8;
    }
    store<i64>(out + (i << 3), low & MASK);
    low >>= 30;
    bits -= 30;
  }
}

/** Thirty steps on the lowest 32 bits of f, which is odd, and g. */
function divisionSteps(f: u32, g: u32): void {
  let a: u32 = 1, b: u32 = 0, c: u32 = 0, d: u32 = 1;
  let left: i32 = 30;
  let e = eta;
  let s = sign;
  for (;;) {
    const zeros = <i32>ctz<u32>(g | (0xffffffff << left));
    g >>= zeros;
    a <<= zeros;
    b <<= zeros;
    e -= zeros;
    left -= zeros;
    // (2 | f) is −1 for f ≡ 3, 5 (mod 8).
    s ^= zeros & ((f >> 1) ^ (f >> 2));
    if (left === 0) break;
    if (e < 0) {
      // Reciprocity: both ≡ 3 (mod 4) turn the sign.
      s ^= (f & g) >> 1;
      e = -e;
      let swap = f;
      f = g;
      g = swap;
      swap = a;
      a = c;
      c = swap;
      swap = b;
      b = d;
      d = swap;
    }
    // So many steps will not swap: a multiple of f clears as many bits of g, six at most.
    const limit = min(min(e + 1, left), 6);
    // −1 ÷ f modulo 64: f · (f² − 2) is right modulo 64 for odd f.
    const factor = (g * (f * (f * f - 2))) & ((1 << limit) - 1);
    g += f * factor;
    c += a * factor;
    d += b * factor;
  }
  u = a;
  v = b;
  q = c;
  r = d;
  eta = e;
  sign = s;
}

function applyMatrix(): void {
  let f: i64 = 0;
  let g: i64 = 0;
  f = u * load<i64>(F) + v * load<i64>(G);
  g = q * load<i64>(F) + r * load<i64>(G);
  f >>= 30;
  g >>= 30;
  for (let i: usize = 8; i < ELEMENT; i += 8) {
    const fi = load<i64>(F + i);
    const gi = load<i64>(G + i);
    f += u * fi + v * gi;
    g += q * fi + r * gi;
    store<i64>(F + i - 8, f & MASK);
    store<i64>(G + i - 8, g & MASK);
    f >>= 30;
    g >>= 30;
  }
  store<i64>(F, f, 64);
  store<i64>(G, g, 64);
}
