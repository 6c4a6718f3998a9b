/**
 * secp256k1's base field. An element is nine signed 64-bit limbs of 29 bits, 72 bytes, little-endian:
 * Σ limb[i] · 2^(29i). Products leave limbs in about ±2^28 ("size 1"); sums and differences add sizes and need no
 * carries and no multiples of p, as limbs may be negative. The sizes of two factors may multiply to 14 (nine products
 * of 2^56 then stay below 2^63); the comments of who calls count them.
 *
 * Everything here is constant-time in structure: the same instructions and addresses whatever the values. What may
 * depend on its values, as they are public, is in jacobi.ts.
 */

/** Bytes of an element in memory. */
export const ELEMENT: usize = 72;
/**
 * Carries 17 columns of a product to nine limbs and stores them. 2^261 ≡ 2^37 + 31264, so a column 2^(29k), k ≥ 9, comes
 * down to columns k − 9 and, as 2^37 is one limb and 8 bits, k − 8.
 */
// @ts-ignore: decorator
@inline
function reduce(
  out: usize,
  c0: i64, c1: i64, c2: i64, c3: i64, c4: i64, c5: i64, c6: i64, c7: i64, c8: i64,
  c9: i64, c10: i64, c11: i64, c12: i64, c13: i64, c14: i64, c15: i64, c16: i64,
): void {
  let carry: i64;
  carry = (c9 + 0x10000000) >> 29;
  c9 -= carry << 29;
  c10 += carry;
  carry = (c10 + 0x10000000) >> 29;
  c10 -= carry << 29;
  c11 += carry;
  carry = (c11 + 0x10000000) >> 29;
  c11 -= carry << 29;
  c12 += carry;
  carry = (c12 + 0x10000000) >> 29;
  c12 -= carry << 29;
  c13 += carry;
  carry = (c13 + 0x10000000) >> 29;
  c13 -= carry << 29;
  c14 += carry;
  carry = (c14 + 0x10000000) >> 29;
  c14 -= carry << 29;
  c15 += carry;
  carry = (c15 + 0x10000000) >> 29;
  c15 -= carry << 29;
  c16 += carry;
  carry = (c16 + 0x10000000) >> 29;
  c16 -= carry << 29;
  const c17 = carry;
  const c18 = c17 << 8;
  c0 += c9 * 31264 + c18 * 31264;
  carry = (c0 + 0x10000000) >> 29;
  c0 -= carry << 29;
  c1 += carry + c10 * 31264 + (c9 << 8) + (c18 << 8);
  carry = (c1 + 0x10000000) >> 29;
  c1 -= carry << 29;
  c2 += carry + c11 * 31264 + (c10 << 8);
  carry = (c2 + 0x10000000) >> 29;
  c2 -= carry << 29;
  c3 += carry + c12 * 31264 + (c11 << 8);
  carry = (c3 + 0x10000000) >> 29;
  c3 -= carry << 29;
  c4 += carry + c13 * 31264 + (c12 << 8);
  carry = (c4 + 0x10000000) >> 29;
  c4 -= carry << 29;
  c5 += carry + c14 * 31264 + (c13 << 8);
  carry = (c5 + 0x10000000) >> 29;
  c5 -= carry << 29;
  c6 += carry + c15 * 31264 + (c14 << 8);
  carry = (c6 + 0x10000000) >> 29;
  c6 -= carry << 29;
  c7 += carry + c16 * 31264 + (c15 << 8);
  carry = (c7 + 0x10000000) >> 29;
  c7 -= carry << 29;
  c8 += carry + c17 * 31264 + (c16 << 8);
  // Above 2^256: down once more, by p's own shape.
  carry = (c8 + 0x800000) >> 24;
  c8 -= carry << 24;
  c0 += carry * 977;
  c1 += carry << 3;
  carry = (c0 + 0x10000000) >> 29;
  c0 -= carry << 29;
  c1 += carry;
  carry = (c1 + 0x10000000) >> 29;
  c1 -= carry << 29;
  c2 += carry;
  store<i64>(out, c0);
  store<i64>(out, c1, 8);
  store<i64>(out, c2, 16);
  store<i64>(out, c3, 24);
  store<i64>(out, c4, 32);
  store<i64>(out, c5, 40);
  store<i64>(out, c6, 48);
  store<i64>(out, c7, 56);
  store<i64>(out, c8, 64);
}

/** out = a · b; sizes that multiply to at most 14, here and below. Any of the three may be the same element. */
export function mul(out: usize, a: usize, b: usize): void {
  const a0 = load<i64>(a);
  const a1 = load<i64>(a, 8);
  const a2 = load<i64>(a, 16);
  const a3 = load<i64>(a, 24);
  const a4 = load<i64>(a, 32);
  const a5 = load<i64>(a, 40);
  const a6 = load<i64>(a, 48);
  const a7 = load<i64>(a, 56);
  const a8 = load<i64>(a, 64);
  const b0 = load<i64>(b);
  const b1 = load<i64>(b, 8);
  const b2 = load<i64>(b, 16);
  const b3 = load<i64>(b, 24);
  const b4 = load<i64>(b, 32);
  const b5 = load<i64>(b, 40);
  const b6 = load<i64>(b, 48);
  const b7 = load<i64>(b, 56);
  const b8 = load<i64>(b, 64);
  reduce(
    out,
    a0 * b0,
    a0 * b1 + a1 * b0,
    a0 * b2 + a1 * b1 + a2 * b0,
    a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0,
    a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0,
    a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0,
    a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0,
    a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0,
    a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0,
    a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1,
    a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2,
    a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3,
    a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4,
    a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5,
    a6 * b8 + a7 * b7 + a8 * b6,
    a7 * b8 + a8 * b7,
    a8 * b8,
  );
}

/** out = a²; a of size 3 at most. */
export function sqr(out: usize, a: usize): void {
  const a0 = load<i64>(a);
  const a1 = load<i64>(a, 8);
  const a2 = load<i64>(a, 16);
  const a3 = load<i64>(a, 24);
  const a4 = load<i64>(a, 32);
  const a5 = load<i64>(a, 40);
  const a6 = load<i64>(a, 48);
  const a7 = load<i64>(a, 56);
  const a8 = load<i64>(a, 64);
  const d0 = a0 << 1;
  const d1 = a1 << 1;
  const d2 = a2 << 1;
  const d3 = a3 << 1;
  const d4 = a4 << 1;
  const d5 = a5 << 1;
  const d6 = a6 << 1;
  const d7 = a7 << 1;
  reduce(
    out,
    a0 * a0,
    d0 * a1,
    d0 * a2 + a1 * a1,
    d0 * a3 + d1 * a2,
    d0 * a4 + d1 * a3 + a2 * a2,
    d0 * a5 + d1 * a4 + d2 * a3,
    d0 * a6 + d1 * a5 + d2 * a4 + a3 * a3,
    d0 * a7 + d1 * a6 + d2 * a5 + d3 * a4,
    d0 * a8 + d1 * a7 + d2 * a6 + d3 * a5 + a4 * a4,
    d1 * a8 + d2 * a7 + d3 * a6 + d4 * a5,
    d2 * a8 + d3 * a7 + d4 * a6 + a5 * a5,
    d3 * a8 + d4 * a7 + d5 * a6,
    d4 * a8 + d5 * a7 + a6 * a6,
    d5 * a8 + d6 * a7,
    d6 * a8 + a7 * a7,
    d7 * a8,
    a8 * a8,
  );
}
