/**
 * secp256k1's base field but for its products: sums, canonical form, bytes. Elements and their sizes: field-product.ts.
 * Constant-time in structure, all of it: no branch, and no address but what the caller gives.
 */
const MASK: i64 = 0x1fffffff;
const TOP_MASK: i64 = 0xffffff;
/** p's lowest two limbs; the others are all ones. */
const P0: i64 = 0x1ffffc2f;
const P1: i64 = 0x1ffffff7;

/** Nine limbs at once: the functions below differ in what they do between loading and storing. */
// @ts-ignore: decorator
@inline
function put(
  out: usize,
  l0: i64, l1: i64, l2: i64, l3: i64, l4: i64, l5: i64, l6: i64, l7: i64, l8: i64,
): void {
  store<i64>(out, l0);
  store<i64>(out, l1, 8);
  store<i64>(out, l2, 16);
  store<i64>(out, l3, 24);
  store<i64>(out, l4, 32);
  store<i64>(out, l5, 40);
  store<i64>(out, l6, 48);
  store<i64>(out, l7, 56);
  store<i64>(out, l8, 64);
}

// @ts-ignore: decorator
@inline
function at(a: usize, limb: usize): i64 {
  return load<i64>(a + (limb << 3));
}

export function setSmall(out: usize, value: i64): void {
  put(out, value, 0, 0, 0, 0, 0, 0, 0, 0);
}

export function copy(out: usize, a: usize): void {
  put(out, at(a, 0), at(a, 1), at(a, 2), at(a, 3), at(a, 4), at(a, 5), at(a, 6), at(a, 7), at(a, 8));
}

/** out = a + b; sizes add. */
export function add(out: usize, a: usize, b: usize): void {
  put(
    out,
    at(a, 0) + at(b, 0),
    at(a, 1) + at(b, 1),
    at(a, 2) + at(b, 2),
    at(a, 3) + at(b, 3),
    at(a, 4) + at(b, 4),
    at(a, 5) + at(b, 5),
    at(a, 6) + at(b, 6),
    at(a, 7) + at(b, 7),
    at(a, 8) + at(b, 8),
  );
}

/** out = a − b; sizes add. */
export function sub(out: usize, a: usize, b: usize): void {
  put(
    out,
    at(a, 0) - at(b, 0),
    at(a, 1) - at(b, 1),
    at(a, 2) - at(b, 2),
    at(a, 3) - at(b, 3),
    at(a, 4) - at(b, 4),
    at(a, 5) - at(b, 5),
    at(a, 6) - at(b, 6),
    at(a, 7) - at(b, 7),
    at(a, 8) - at(b, 8),
  );
}

/** out = a · factor; the size grows as much. */
export function scale(out: usize, a: usize, factor: i64): void {
  put(
    out,
    at(a, 0) * factor,
    at(a, 1) * factor,
    at(a, 2) * factor,
    at(a, 3) * factor,
    at(a, 4) * factor,
    at(a, 5) * factor,
    at(a, 6) * factor,
    at(a, 7) * factor,
    at(a, 8) * factor,
  );
}

/** out = a + b · factor. */
export function addScaled(out: usize, a: usize, b: usize, factor: i64): void {
  put(
    out,
    at(a, 0) + at(b, 0) * factor,
    at(a, 1) + at(b, 1) * factor,
    at(a, 2) + at(b, 2) * factor,
    at(a, 3) + at(b, 3) * factor,
    at(a, 4) + at(b, 4) * factor,
    at(a, 5) + at(b, 5) * factor,
    at(a, 6) + at(b, 6) * factor,
    at(a, 7) + at(b, 7) * factor,
    at(a, 8) + at(b, 8) * factor,
  );
}

/** out = mask is −1 ? b : a, for a mask of 0 or −1. */
export function choose(out: usize, a: usize, b: usize, mask: i64): void {
  put(
    out,
    at(a, 0) ^ ((at(a, 0) ^ at(b, 0)) & mask),
    at(a, 1) ^ ((at(a, 1) ^ at(b, 1)) & mask),
    at(a, 2) ^ ((at(a, 2) ^ at(b, 2)) & mask),
    at(a, 3) ^ ((at(a, 3) ^ at(b, 3)) & mask),
    at(a, 4) ^ ((at(a, 4) ^ at(b, 4)) & mask),
    at(a, 5) ^ ((at(a, 5) ^ at(b, 5)) & mask),
    at(a, 6) ^ ((at(a, 6) ^ at(b, 6)) & mask),
    at(a, 7) ^ ((at(a, 7) ^ at(b, 7)) & mask),
    at(a, 8) ^ ((at(a, 8) ^ at(b, 8)) & mask),
  );
}

/** out = a ÷ 2: an odd a gets p added first, of which only three limbs are not 0 (−977, −8, 2^24). Half the size, and 1. */
export function half(out: usize, a: usize): void {
  const odd = -(at(a, 0) & 1);
  const l0 = at(a, 0) + (odd & -977);
  const l1 = at(a, 1) + (odd & -8);
  const l2 = at(a, 2), l3 = at(a, 3), l4 = at(a, 4), l5 = at(a, 5), l6 = at(a, 6), l7 = at(a, 7);
  const l8 = at(a, 8) + (odd & 0x1000000);
  put(
    out,
    (l0 >> 1) + ((l1 & 1) << 28),
    (l1 >> 1) + ((l2 & 1) << 28),
    (l2 >> 1) + ((l3 & 1) << 28),
    (l3 >> 1) + ((l4 & 1) << 28),
    (l4 >> 1) + ((l5 & 1) << 28),
    (l5 >> 1) + ((l6 & 1) << 28),
    (l6 >> 1) + ((l7 & 1) << 28),
    (l7 >> 1) + ((l8 & 1) << 28),
    l8 >> 1,
  );
}

/** out ≡ a, of size 1 again. */
export function weaken(out: usize, a: usize): void {
  let l8 = at(a, 8);
  let carry = (l8 + 0x800000) >> 24;
  l8 -= carry << 24;
  let l0 = at(a, 0) + carry * 977;
  let l1 = at(a, 1) + (carry << 3);
  let l2 = at(a, 2), l3 = at(a, 3), l4 = at(a, 4), l5 = at(a, 5), l6 = at(a, 6), l7 = at(a, 7);
  carry = (l0 + 0x10000000) >> 29;
  l0 -= carry << 29;
  l1 += carry;
  carry = (l1 + 0x10000000) >> 29;
  l1 -= carry << 29;
  l2 += carry;
  carry = (l2 + 0x10000000) >> 29;
  l2 -= carry << 29;
  l3 += carry;
  carry = (l3 + 0x10000000) >> 29;
  l3 -= carry << 29;
  l4 += carry;
  carry = (l4 + 0x10000000) >> 29;
  l4 -= carry << 29;
  l5 += carry;
  carry = (l5 + 0x10000000) >> 29;
  l5 -= carry << 29;
  l6 += carry;
  carry = (l6 + 0x10000000) >> 29;
  l6 -= carry << 29;
  l7 += carry;
  carry = (l7 + 0x10000000) >> 29;
  l7 -= carry << 29;
  l8 += carry;
  put(out, l0, l1, l2, l3, l4, l5, l6, l7, l8);
}

/**
 * The first half of canonical form: limbs 0–7 in 0 … 2^29 − 1, and the value in −2^40 … 2^256 + 2^40, whatever the
 * size was.
 */
function settle(out: usize, a: usize): void {
  let l8 = at(a, 8);
  let carry: i64;
  let l0 = at(a, 0), l1 = at(a, 1), l2 = at(a, 2), l3 = at(a, 3);
  let l4 = at(a, 4), l5 = at(a, 5), l6 = at(a, 6), l7 = at(a, 7);
  l1 += l0 >> 29;
  l0 &= MASK;
  l2 += l1 >> 29;
  l1 &= MASK;
  l3 += l2 >> 29;
  l2 &= MASK;
  l4 += l3 >> 29;
  l3 &= MASK;
  l5 += l4 >> 29;
  l4 &= MASK;
  l6 += l5 >> 29;
  l5 &= MASK;
  l7 += l6 >> 29;
  l6 &= MASK;
  l8 += l7 >> 29;
  l7 &= MASK;
  carry = l8 >> 24;
  l8 &= TOP_MASK;
  l0 += carry * 977;
  l1 += carry << 3;
  l1 += l0 >> 29;
  l0 &= MASK;
  l2 += l1 >> 29;
  l1 &= MASK;
  l3 += l2 >> 29;
  l2 &= MASK;
  l4 += l3 >> 29;
  l3 &= MASK;
  l5 += l4 >> 29;
  l4 &= MASK;
  l6 += l5 >> 29;
  l5 &= MASK;
  l7 += l6 >> 29;
  l6 &= MASK;
  l8 += l7 >> 29;
  l7 &= MASK;
  put(out, l0, l1, l2, l3, l4, l5, l6, l7, l8);
}

const SETTLED = memory.data(2 * 72);
const CANONICAL = SETTLED + 72;

export function wipeField(): void {
  memory.fill(SETTLED, 0, 2 * 72);
}

/** −1 when a ≡ 0 (mod p), otherwise 0. */
export function isZero(a: usize): i64 {
  settle(SETTLED, a);
  const s = SETTLED;
  const zero = at(s, 0) | at(s, 1) | at(s, 2) | at(s, 3) | at(s, 4) | at(s, 5) | at(s, 6) | at(s, 7) | at(s, 8);
  const ones =
    (at(s, 2) & at(s, 3) & at(s, 4) & at(s, 5) & at(s, 6) & at(s, 7)) ^ MASK;
  const p = (at(s, 0) ^ P0) | (at(s, 1) ^ P1) | ones | (at(s, 8) ^ TOP_MASK);
  return ~((zero | -zero) >> 63) | ~((p | -p) >> 63);
}

/** The canonical form, 0 … p − 1 in limbs of 29 bits. */
export function normalise(out: usize, a: usize): void {
  settle(out, a);
  fold(out, at(out, 8) >> 24);
  // Now it is below 2^256. It is p or more just when adding 2^256 − p reaches 2^256.
  copy(SETTLED, out);
  fold(SETTLED, 1);
  fold(out, at(SETTLED, 8) >> 24);
  store<i64>(out, at(out, 8) & TOP_MASK, 64);
}

/** a loses what it has above 2^256, gains count · (2^32 + 977), and is carried. */
function fold(a: usize, count: i64): void {
  const high = at(a, 8) >> 24;
  store<i64>(a, at(a, 8) - (high << 24), 64);
  let carry = at(a, 0) + count * 977;
  store<i64>(a, carry & MASK);
  carry = (carry >> 29) + at(a, 1) + (count << 3);
  store<i64>(a, carry & MASK, 8);
  for (let limb: usize = 2; limb < 8; limb++) {
    carry = (carry >> 29) + at(a, limb);
    store<i64>(a + (limb << 3), carry & MASK);
  }
  store<i64>(a, at(a, 8) + (carry >> 29), 64);
}

/** From 32 bytes, big-endian, without reduction: size 2, any value below 2^256. */
export function fromBytes(out: usize, bytes: usize): void {
  const w3 = bswap<u64>(load<u64>(bytes));
  const w2 = bswap<u64>(load<u64>(bytes, 8));
  const w1 = bswap<u64>(load<u64>(bytes, 16));
  const w0 = bswap<u64>(load<u64>(bytes, 24));
  put(
    out,
    w0 & MASK,
    (w0 >> 29) & MASK,
    ((w0 >> 58) | (w1 << 6)) & MASK,
    (w1 >> 23) & MASK,
    ((w1 >> 52) | (w2 << 12)) & MASK,
    (w2 >> 17) & MASK,
    ((w2 >> 46) | (w3 << 18)) & MASK,
    (w3 >> 11) & MASK,
    w3 >> 40,
  );
}

/** The canonical form as 32 bytes, big-endian. */
export function toBytes(bytes: usize, a: usize): void {
  const n = CANONICAL;
  normalise(n, a);
  store<u64>(bytes, bswap<u64>((at(n, 6) >> 18) | (at(n, 7) << 11) | (at(n, 8) << 40)));
  store<u64>(bytes, bswap<u64>((at(n, 4) >> 12) | (at(n, 5) << 17) | (at(n, 6) << 46)), 8);
  store<u64>(bytes, bswap<u64>((at(n, 2) >> 6) | (at(n, 3) << 23) | (at(n, 4) << 52)), 16);
  store<u64>(bytes, bswap<u64>(at(n, 0) | (at(n, 1) << 29) | (at(n, 2) << 58)), 24);
}
