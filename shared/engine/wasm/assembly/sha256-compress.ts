/** FIPS 180-4, 6.2.2, on four messages at once: word i of all four is one v128. Nothing here is secret. */

/** FIPS 180-4, 4.2.2 */
const K: usize = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]);
/** 5.3.3 */
const H0: usize = memory.data<u32>([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);
/** W: the last sixteen words of the schedule, of four messages. */
export const W: usize = memory.data(16 * 16, 16);
/** H: the eight words of the state, of four messages. */
export const H: usize = memory.data(8 * 16, 16);
/** K + W where the block is nothing but the padding of 64 bytes: the same for every pair. */
const PADDING: usize = memory.data(64 * 4, 16);
fillPadding();

function fillPadding(): void {
  store<u32>(PADDING, 0x80000000);
  for (let i: usize = 1; i < 15; i++) store<u32>(PADDING + 4 * i, 0);
  store<u32>(PADDING + 4 * 15, 512);
  for (let i: usize = 16; i < 64; i++) {
    const before2 = load<u32>(PADDING + 4 * (i - 2));
    const before15 = load<u32>(PADDING + 4 * (i - 15));
    const s1 = rotr<u32>(before2, 17) ^ rotr<u32>(before2, 19) ^ (before2 >>> 10);
    const s0 = rotr<u32>(before15, 7) ^ rotr<u32>(before15, 18) ^ (before15 >>> 3);
    const word = s1 + load<u32>(PADDING + 4 * (i - 7)) + s0 + load<u32>(PADDING + 4 * (i - 16));
    store<u32>(PADDING + 4 * i, word);
  }
  for (let i: usize = 0; i < 64; i++) {
    store<u32>(PADDING + 4 * i, load<u32>(PADDING + 4 * i) + load<u32>(K + 4 * i));
  }
}

export function begin(): void {
  for (let i: usize = 0; i < 8; i++) v128.store(H + 16 * i, v128.load32_splat(H0 + 4 * i));
}

/** The block in W changes H. */
export function compressBlock(): void {
  compress(K, false);
}

/** The block that is the padding of 64 bytes changes H. */
export function compressPadding(): void {
  compress(PADDING, true);
}

@inline
function add(x: v128, y: v128): v128 {
  return i32x4.add(x, y);
}

/** Shift-or: quicker than shuffles, and no instruction rotates. */
@inline
function rotate(x: v128, n: i32): v128 {
  return v128.or(i32x4.shr_u(x, n), i32x4.shl(x, 32 - n));
}

/** Σ₀ of 4.1.2; then Σ₁, σ₀, σ₁, Ch and Maj. */
@inline
function sum0(x: v128): v128 {
  return v128.xor(v128.xor(rotate(x, 2), rotate(x, 13)), rotate(x, 22));
}

@inline
function sum1(x: v128): v128 {
  return v128.xor(v128.xor(rotate(x, 6), rotate(x, 11)), rotate(x, 25));
}

@inline
function sigma0(x: v128): v128 {
  return v128.xor(v128.xor(rotate(x, 7), rotate(x, 18)), i32x4.shr_u(x, 3));
}

@inline
function sigma1(x: v128): v128 {
  return v128.xor(v128.xor(rotate(x, 17), rotate(x, 19)), i32x4.shr_u(x, 10));
}

@inline
function choose(e: v128, f: v128, g: v128): v128 {
  return v128.xor(g, v128.and(e, v128.xor(f, g)));
}

/** With a ⊕ b, which is the next round's b ⊕ c. */
@inline
function majority(b: v128, ab: v128, bc: v128): v128 {
  return v128.xor(b, v128.and(ab, bc));
}

@inline
function word(i: usize): v128 {
  return v128.load(W + 16 * i);
}

/** K + W of a round. */
@inline
function term(k: v128, i: usize, constant: bool): v128 {
  return constant ? k : add(k, word(i));
}

/** The next word of the schedule in the place of the one sixteen before. */
@inline
function schedule(i: usize): void {
  const before16 = word(i);
  const before15 = word((i + 1) & 15);
  const before7 = word((i + 9) & 15);
  const before2 = word((i + 14) & 15);
  v128.store(W + 16 * i, add(add(before16, sigma0(before15)), add(before7, sigma1(before2))));
}

/**
 * Sixteen rounds at a time, so that each variable is back in its place. The schedule goes between the rounds: there it
 * fills the processor while a round waits for the one before.
 * @param k 64 words: K, or K + W where they are `constant`; then W is not looked at
 */
@inline
function compress(k: usize, constant: bool): void {
  let a = v128.load(H, 0);
  let b = v128.load(H, 16);
  let c = v128.load(H, 32);
  let d = v128.load(H, 48);
  let e = v128.load(H, 64);
  let f = v128.load(H, 80);
  let g = v128.load(H, 96);
  let h = v128.load(H, 112);
  let t: v128;
  let ab: v128;
  let bc = v128.xor(b, c);
  const end = k + 4 * 64;
  if (!constant) {
    do {
      t = add(add(add(h, add(v128.load32_splat(k, 0), word(0))), choose(e, f, g)), sum1(e));
      d = add(d, t);
      ab = v128.xor(a, b);
      h = add(add(t, sum0(a)), majority(b, ab, bc));
      schedule(0);
      t = add(add(add(g, add(v128.load32_splat(k, 4), word(1))), choose(d, e, f)), sum1(d));
      c = add(c, t);
      bc = v128.xor(h, a);
      g = add(add(t, sum0(h)), majority(a, bc, ab));
      schedule(1);
      t = add(add(add(f, add(v128.load32_splat(k, 8), word(2))), choose(c, d, e)), sum1(c));
      b = add(b, t);
      ab = v128.xor(g, h);
      f = add(add(t, sum0(g)), majority(h, ab, bc));
      schedule(2);
      t = add(add(add(e, add(v128.load32_splat(k, 12), word(3))), choose(b, c, d)), sum1(b));
      a = add(a, t);
      bc = v128.xor(f, g);
      e = add(add(t, sum0(f)), majority(g, bc, ab));
      schedule(3);
      t = add(add(add(d, add(v128.load32_splat(k, 16), word(4))), choose(a, b, c)), sum1(a));
      h = add(h, t);
      ab = v128.xor(e, f);
      d = add(add(t, sum0(e)), majority(f, ab, bc));
      schedule(4);
      t = add(add(add(c, add(v128.load32_splat(k, 20), word(5))), choose(h, a, b)), sum1(h));
      g = add(g, t);
      bc = v128.xor(d, e);
      c = add(add(t, sum0(d)), majority(e, bc, ab));
      schedule(5);
      t = add(add(add(b, add(v128.load32_splat(k, 24), word(6))), choose(g, h, a)), sum1(g));
      f = add(f, t);
      ab = v128.xor(c, d);
      b = add(add(t, sum0(c)), majority(d, ab, bc));
      schedule(6);
      t = add(add(add(a, add(v128.load32_splat(k, 28), word(7))), choose(f, g, h)), sum1(f));
      e = add(e, t);
      bc = v128.xor(b, c);
      a = add(add(t, sum0(b)), majority(c, bc, ab));
      schedule(7);
      t = add(add(add(h, add(v128.load32_splat(k, 32), word(8))), choose(e, f, g)), sum1(e));
      d = add(d, t);
      ab = v128.xor(a, b);
      h = add(add(t, sum0(a)), majority(b, ab, bc));
      schedule(8);
      t = add(add(add(g, add(v128.load32_splat(k, 36), word(9))), choose(d, e, f)), sum1(d));
      c = add(c, t);
      bc = v128.xor(h, a);
      g = add(add(t, sum0(h)), majority(a, bc, ab));
      schedule(9);
      t = add(add(add(f, add(v128.load32_splat(k, 40), word(10))), choose(c, d, e)), sum1(c));
      b = add(b, t);
      ab = v128.xor(g, h);
      f = add(add(t, sum0(g)), majority(h, ab, bc));
      schedule(10);
      t = add(add(add(e, add(v128.load32_splat(k, 44), word(11))), choose(b, c, d)), sum1(b));
      a = add(a, t);
      bc = v128.xor(f, g);
      e = add(add(t, sum0(f)), majority(g, bc, ab));
      schedule(11);
      t = add(add(add(d, add(v128.load32_splat(k, 48), word(12))), choose(a, b, c)), sum1(a));
      h = add(h, t);
      ab = v128.xor(e, f);
      d = add(add(t, sum0(e)), majority(f, ab, bc));
      schedule(12);
      t = add(add(add(c, add(v128.load32_splat(k, 52), word(13))), choose(h, a, b)), sum1(h));
      g = add(g, t);
      bc = v128.xor(d, e);
      c = add(add(t, sum0(d)), majority(e, bc, ab));
      schedule(13);
      t = add(add(add(b, add(v128.load32_splat(k, 56), word(14))), choose(g, h, a)), sum1(g));
      f = add(f, t);
      ab = v128.xor(c, d);
      b = add(add(t, sum0(c)), majority(d, ab, bc));
      schedule(14);
      t = add(add(add(a, add(v128.load32_splat(k, 60), word(15))), choose(f, g, h)), sum1(f));
      e = add(e, t);
      bc = v128.xor(b, c);
      a = add(add(t, sum0(b)), majority(c, bc, ab));
      schedule(15);
      k += 4 * 16;
    } while (k !== end - 4 * 16);
  }
  do {
    t = add(add(add(h, term(v128.load32_splat(k, 0), 0, constant)), choose(e, f, g)), sum1(e));
    d = add(d, t);
    ab = v128.xor(a, b);
    h = add(add(t, sum0(a)), majority(b, ab, bc));
    t = add(add(add(g, term(v128.load32_splat(k, 4), 1, constant)), choose(d, e, f)), sum1(d));
    c = add(c, t);
    bc = v128.xor(h, a);
    g = add(add(t, sum0(h)), majority(a, bc, ab));
    t = add(add(add(f, term(v128.load32_splat(k, 8), 2, constant)), choose(c, d, e)), sum1(c));
    b = add(b, t);
    ab = v128.xor(g, h);
    f = add(add(t, sum0(g)), majority(h, ab, bc));
    t = add(add(add(e, term(v128.load32_splat(k, 12), 3, constant)), choose(b, c, d)), sum1(b));
    a = add(a, t);
    bc = v128.xor(f, g);
    e = add(add(t, sum0(f)), majority(g, bc, ab));
    t = add(add(add(d, term(v128.load32_splat(k, 16), 4, constant)), choose(a, b, c)), sum1(a));
    h = add(h, t);
    ab = v128.xor(e, f);
    d = add(add(t, sum0(e)), majority(f, ab, bc));
    t = add(add(add(c, term(v128.load32_splat(k, 20), 5, constant)), choose(h, a, b)), sum1(h));
    g = add(g, t);
    bc = v128.xor(d, e);
    c = add(add(t, sum0(d)), majority(e, bc, ab));
    t = add(add(add(b, term(v128.load32_splat(k, 24), 6, constant)), choose(g, h, a)), sum1(g));
    f = add(f, t);
    ab = v128.xor(c, d);
    b = add(add(t, sum0(c)), majority(d, ab, bc));
    t = add(add(add(a, term(v128.load32_splat(k, 28), 7, constant)), choose(f, g, h)), sum1(f));
    e = add(e, t);
    bc = v128.xor(b, c);
    a = add(add(t, sum0(b)), majority(c, bc, ab));
    t = add(add(add(h, term(v128.load32_splat(k, 32), 8, constant)), choose(e, f, g)), sum1(e));
    d = add(d, t);
    ab = v128.xor(a, b);
    h = add(add(t, sum0(a)), majority(b, ab, bc));
    t = add(add(add(g, term(v128.load32_splat(k, 36), 9, constant)), choose(d, e, f)), sum1(d));
    c = add(c, t);
    bc = v128.xor(h, a);
    g = add(add(t, sum0(h)), majority(a, bc, ab));
    t = add(add(add(f, term(v128.load32_splat(k, 40), 10, constant)), choose(c, d, e)), sum1(c));
    b = add(b, t);
    ab = v128.xor(g, h);
    f = add(add(t, sum0(g)), majority(h, ab, bc));
    t = add(add(add(e, term(v128.load32_splat(k, 44), 11, constant)), choose(b, c, d)), sum1(b));
    a = add(a, t);
    bc = v128.xor(f, g);
    e = add(add(t, sum0(f)), majority(g, bc, ab));
    t = add(add(add(d, term(v128.load32_splat(k, 48), 12, constant)), choose(a, b, c)), sum1(a));
    h = add(h, t);
    ab = v128.xor(e, f);
    d = add(add(t, sum0(e)), majority(f, ab, bc));
    t = add(add(add(c, term(v128.load32_splat(k, 52), 13, constant)), choose(h, a, b)), sum1(h));
    g = add(g, t);
    bc = v128.xor(d, e);
    c = add(add(t, sum0(d)), majority(e, bc, ab));
    t = add(add(add(b, term(v128.load32_splat(k, 56), 14, constant)), choose(g, h, a)), sum1(g));
    f = add(f, t);
    ab = v128.xor(c, d);
    b = add(add(t, sum0(c)), majority(d, ab, bc));
    t = add(add(add(a, term(v128.load32_splat(k, 60), 15, constant)), choose(f, g, h)), sum1(f));
    e = add(e, t);
    bc = v128.xor(b, c);
    a = add(add(t, sum0(b)), majority(c, bc, ab));
    k += 4 * 16;
  } while (k !== end);
  v128.store(H, add(a, v128.load(H, 0)), 0);
  v128.store(H, add(b, v128.load(H, 16)), 16);
  v128.store(H, add(c, v128.load(H, 32)), 32);
  v128.store(H, add(d, v128.load(H, 48)), 48);
  v128.store(H, add(e, v128.load(H, 64)), 64);
  v128.store(H, add(f, v128.load(H, 80)), 80);
  v128.store(H, add(g, v128.load(H, 96)), 96);
  v128.store(H, add(h, v128.load(H, 112)), 112);
}
