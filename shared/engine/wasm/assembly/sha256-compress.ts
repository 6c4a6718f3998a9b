/**
 * FIPS 180-4, 6.2.2, on eight messages at once: word i of the first four is one v128, and of the last four the next.
 * Either four alone would wait for its own results: a round's hang on each other, and a processor has four and more
 * units for such instructions. Nothing here is secret.
 */

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
/** From word i of four messages to word i of the next four, and to word i + 1 of the first. */
export const GROUP: usize = 16;
export const WORD: usize = 32;

/** W: the schedule, 64 words; the block is its first sixteen. */
export const W: usize = memory.data(64 * 32, 16);
/**
 * What a and e were, by round: only they are new in a round, b, c and d are the a of one, two and three rounds ago, and
 * f, g and h the e. So most of the state needs no register; two times eight would be all that there are. The first four
 * are the state between blocks, H: d, c, b, a; and h, g, f, e.
 */
export const A: usize = memory.data((4 + 64) * 32, 16);
export const E: usize = memory.data((4 + 64) * 32, 16);
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
  for (let i: usize = 0; i < 4; i++) {
    putBoth(A + WORD * i, v128.load32_splat(H0 + 4 * (3 - i)));
    putBoth(E + WORD * i, v128.load32_splat(H0 + 4 * (7 - i)));
  }
}

/** The same for all messages. */
@inline
export function putBoth(at: usize, word: v128): void {
  v128.store(at, word);
  v128.store(at, word, GROUP);
}

/** The block in W changes H. */
export function compressBlock(): void {
  expand();
  rounds(K, false);
}

/** The block that is the padding of 64 bytes changes H. */
export function compressPadding(): void {
  rounds(PADDING, true);
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

/** The schedule's next word, but for σ₁ of the one two before: `at` is sixteen before. */
@inline
function partial(at: usize): v128 {
  return add(add(v128.load(at), sigma0(v128.load(at, WORD))), v128.load(at, 9 * WORD));
}

/** 6.2.2, 1. The words two before stay in registers: from memory each would come late. */
@inline
function expand(): void {
  let even = v128.load(W + 14 * WORD);
  let even2 = v128.load(W + 14 * WORD, GROUP);
  let odd = v128.load(W + 15 * WORD);
  let odd2 = v128.load(W + 15 * WORD, GROUP);
  for (let at: usize = W; at < W + 48 * WORD; at += 2 * WORD) {
    even = add(partial(at), sigma1(even));
    v128.store(at, even, 16 * WORD);
    even2 = add(partial(at + GROUP), sigma1(even2));
    v128.store(at, even2, 16 * WORD + GROUP);
    odd = add(partial(at + WORD), sigma1(odd));
    v128.store(at, odd, 17 * WORD);
    odd2 = add(partial(at + WORD + GROUP), sigma1(odd2));
    v128.store(at, odd2, 17 * WORD + GROUP);
  }
}

/**
 * 6.2.2, 2 to 4, for both fours in turn: while one waits, the other has work.
 * @param k 64 words: K, or K + W where they are `constant`; then W is not looked at
 */
@inline
function rounds(k: usize, constant: bool): void {
  let a = v128.load(A, 3 * WORD);
  let b = v128.load(A, 2 * WORD);
  let bc = v128.xor(b, v128.load(A, WORD));
  let e = v128.load(E, 3 * WORD);
  let f = v128.load(E, 2 * WORD);
  let g = v128.load(E, WORD);
  let a2 = v128.load(A, 3 * WORD + GROUP);
  let b2 = v128.load(A, 2 * WORD + GROUP);
  let bc2 = v128.xor(b2, v128.load(A, WORD + GROUP));
  let e2 = v128.load(E, 3 * WORD + GROUP);
  let f2 = v128.load(E, 2 * WORD + GROUP);
  let g2 = v128.load(E, WORD + GROUP);
  for (let at: usize = 0; at < 64 * WORD; at += WORD) {
    const kt = v128.load32_splat(k + at / 8);

    let t = constant ? kt : add(kt, v128.load(W + at));
    t = add(add(add(v128.load(E + at), t), choose(e, f, g)), sum1(e));
    g = f;
    f = e;
    e = add(v128.load(A + at), t);
    v128.store(E + at, e, 4 * WORD);
    const ab = v128.xor(a, b);
    t = add(add(t, sum0(a)), majority(b, ab, bc));
    bc = ab;
    b = a;
    a = t;
    v128.store(A + at, a, 4 * WORD);

    let t2 = constant ? kt : add(kt, v128.load(W + at, GROUP));
    t2 = add(add(add(v128.load(E + at, GROUP), t2), choose(e2, f2, g2)), sum1(e2));
    g2 = f2;
    f2 = e2;
    e2 = add(v128.load(A + at, GROUP), t2);
    v128.store(E + at, e2, 4 * WORD + GROUP);
    const ab2 = v128.xor(a2, b2);
    t2 = add(add(t2, sum0(a2)), majority(b2, ab2, bc2));
    bc2 = ab2;
    b2 = a2;
    a2 = t2;
    v128.store(A + at, a2, 4 * WORD + GROUP);
  }
  for (let at: usize = 0; at < 4 * WORD; at += GROUP) {
    v128.store(A + at, add(v128.load(A + at), v128.load(A + at, 64 * WORD)));
    v128.store(E + at, add(v128.load(E + at), v128.load(E + at, 64 * WORD)));
  }
}
