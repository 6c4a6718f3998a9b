/**
 * SHA-256 (FIPS 180-4) of four messages at once, word i of all four in one v128; twice, as Bitcoin hashes. Nothing here
 * is secret. Results overwrite the messages, from the buffer's start on: a result is shorter than what it comes from.
 */

/** 2048 headers, or 2560 pairs: whole groups of four. One `headers` message fits. */
const BUFFER_BYTES: usize = 2048 * 80;
const buffer: usize = memory.data(2048 * 80, 16);

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
const W: usize = memory.data(16 * 16, 16);
/** H: the eight words of the state, of four messages. */
const H: usize = memory.data(8 * 16, 16);
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

/** Where the messages go, and the results come from. */
export function hashBuffer(): usize {
  return buffer;
}

export function hashBufferBytes(): usize {
  return BUFFER_BYTES;
}

/** `count` headers of 80 bytes in the buffer become as many hashes of 32; the rest of a last group of four is spoilt. */
export function doubleSha256Of80(count: usize): void {
  for (let i: usize = 0; i < count; i += 4) {
    const at = buffer + 80 * i;
    begin();
    for (let quarter: usize = 0; quarter < 64; quarter += 16) readWords(at + quarter, 80, W + 4 * quarter);
    compressBlock();
    readWords(at + 64, 80, W);
    pad(4, 640);
    compressBlock();
    hashAgain(buffer + 32 * i);
  }
}

/** `count` pairs of 64 bytes in the buffer become as many hashes of 32; the rest of a last group of four is spoilt. */
export function doubleSha256OfPairs(count: usize): void {
  for (let i: usize = 0; i < count; i += 4) {
    const at = buffer + 64 * i;
    begin();
    for (let quarter: usize = 0; quarter < 64; quarter += 16) readWords(at + quarter, 64, W + 4 * quarter);
    compressBlock();
    compressPadding();
    hashAgain(buffer + 32 * i);
  }
}

/** The state becomes a message, and its hash goes out: four times 32 bytes. */
function hashAgain(out: usize): void {
  memory.copy(W, H, 8 * 16);
  pad(8, 256);
  begin();
  compressBlock();
  writeWords(H, out);
  writeWords(H + 64, out + 16);
}

function begin(): void {
  for (let i: usize = 0; i < 8; i++) v128.store(H + 16 * i, v128.load32_splat(H0 + 4 * i));
}

/** 5.1.1: a one bit, zeros, the length in bits. */
@inline
function pad(words: usize, bits: i32): void {
  v128.store(W + 16 * words, i32x4.splat(0x80000000));
  for (let i = words + 1; i < 15; i++) v128.store(W + 16 * i, i32x4.splat(0));
  v128.store(W + 16 * 15, i32x4.splat(bits));
}

/** Sixteen bytes of each of four messages, as four big-endian words each. */
function readWords(from: usize, stride: usize, to: usize): void {
  const a = swapBytes(v128.load(from));
  const b = swapBytes(v128.load(from + stride));
  const c = swapBytes(v128.load(from + 2 * stride));
  const d = swapBytes(v128.load(from + 3 * stride));
  const ab = v128.shuffle<u32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<u32>(c, d, 0, 4, 1, 5);
  v128.store(to, v128.shuffle<u64>(ab, cd, 0, 2), 0);
  v128.store(to, v128.shuffle<u64>(ab, cd, 1, 3), 16);
  const ab2 = v128.shuffle<u32>(a, b, 2, 6, 3, 7);
  const cd2 = v128.shuffle<u32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<u64>(ab2, cd2, 0, 2), 32);
  v128.store(to, v128.shuffle<u64>(ab2, cd2, 1, 3), 48);
}

/** The reverse: four words of each, as sixteen bytes every 32. */
function writeWords(from: usize, to: usize): void {
  const a = v128.load(from);
  const b = v128.load(from, 16);
  const c = v128.load(from, 32);
  const d = v128.load(from, 48);
  const ab = v128.shuffle<u32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<u32>(c, d, 0, 4, 1, 5);
  v128.store(to, swapBytes(v128.shuffle<u64>(ab, cd, 0, 2)), 0);
  v128.store(to, swapBytes(v128.shuffle<u64>(ab, cd, 1, 3)), 32);
  const ab2 = v128.shuffle<u32>(a, b, 2, 6, 3, 7);
  const cd2 = v128.shuffle<u32>(c, d, 2, 6, 3, 7);
  v128.store(to, swapBytes(v128.shuffle<u64>(ab2, cd2, 0, 2)), 64);
  v128.store(to, swapBytes(v128.shuffle<u64>(ab2, cd2, 1, 3)), 96);
}

@inline
function swapBytes(x: v128): v128 {
  return v128.shuffle<u8>(x, x, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
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

/** 4.1.2: Σ₀, Σ₁, σ₀, σ₁, Ch, Maj */
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

/** K + W of a round. */
@inline
function term(known: v128, i: usize, constant: bool): v128 {
  return constant ? known : add(known, v128.load(W + 16 * i));
}

/** The next word of the schedule in the place of the one sixteen before. */
@inline
function schedule(i: usize): void {
  const before16 = v128.load(W + 16 * i);
  const before15 = v128.load(W + 16 * ((i + 1) & 15));
  const before7 = v128.load(W + 16 * ((i + 9) & 15));
  const before2 = v128.load(W + 16 * ((i + 14) & 15));
  v128.store(W + 16 * i, add(add(before16, sigma0(before15)), add(before7, sigma1(before2))));
}

/** The block in W. */
function compressBlock(): void {
  compress(K, false);
}

/** What stands behind 64 bytes. */
function compressPadding(): void {
  compress(PADDING, true);
}

/**
 * 6.2.2, on H.
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
  for (;;) {
    t = add(add(h, sum1(e)), add(choose(e, f, g), term(v128.load32_splat(k, 0), 0, constant)));
    d = add(d, t);
    ab = v128.xor(a, b);
    h = add(add(t, sum0(a)), majority(b, ab, bc));
    t = add(add(g, sum1(d)), add(choose(d, e, f), term(v128.load32_splat(k, 4), 1, constant)));
    c = add(c, t);
    bc = v128.xor(h, a);
    g = add(add(t, sum0(h)), majority(a, bc, ab));
    t = add(add(f, sum1(c)), add(choose(c, d, e), term(v128.load32_splat(k, 8), 2, constant)));
    b = add(b, t);
    ab = v128.xor(g, h);
    f = add(add(t, sum0(g)), majority(h, ab, bc));
    t = add(add(e, sum1(b)), add(choose(b, c, d), term(v128.load32_splat(k, 12), 3, constant)));
    a = add(a, t);
    bc = v128.xor(f, g);
    e = add(add(t, sum0(f)), majority(g, bc, ab));
    t = add(add(d, sum1(a)), add(choose(a, b, c), term(v128.load32_splat(k, 16), 4, constant)));
    h = add(h, t);
    ab = v128.xor(e, f);
    d = add(add(t, sum0(e)), majority(f, ab, bc));
    t = add(add(c, sum1(h)), add(choose(h, a, b), term(v128.load32_splat(k, 20), 5, constant)));
    g = add(g, t);
    bc = v128.xor(d, e);
    c = add(add(t, sum0(d)), majority(e, bc, ab));
    t = add(add(b, sum1(g)), add(choose(g, h, a), term(v128.load32_splat(k, 24), 6, constant)));
    f = add(f, t);
    ab = v128.xor(c, d);
    b = add(add(t, sum0(c)), majority(d, ab, bc));
    t = add(add(a, sum1(f)), add(choose(f, g, h), term(v128.load32_splat(k, 28), 7, constant)));
    e = add(e, t);
    bc = v128.xor(b, c);
    a = add(add(t, sum0(b)), majority(c, bc, ab));
    t = add(add(h, sum1(e)), add(choose(e, f, g), term(v128.load32_splat(k, 32), 8, constant)));
    d = add(d, t);
    ab = v128.xor(a, b);
    h = add(add(t, sum0(a)), majority(b, ab, bc));
    t = add(add(g, sum1(d)), add(choose(d, e, f), term(v128.load32_splat(k, 36), 9, constant)));
    c = add(c, t);
    bc = v128.xor(h, a);
    g = add(add(t, sum0(h)), majority(a, bc, ab));
    t = add(add(f, sum1(c)), add(choose(c, d, e), term(v128.load32_splat(k, 40), 10, constant)));
    b = add(b, t);
    ab = v128.xor(g, h);
    f = add(add(t, sum0(g)), majority(h, ab, bc));
    t = add(add(e, sum1(b)), add(choose(b, c, d), term(v128.load32_splat(k, 44), 11, constant)));
    a = add(a, t);
    bc = v128.xor(f, g);
    e = add(add(t, sum0(f)), majority(g, bc, ab));
    t = add(add(d, sum1(a)), add(choose(a, b, c), term(v128.load32_splat(k, 48), 12, constant)));
    h = add(h, t);
    ab = v128.xor(e, f);
    d = add(add(t, sum0(e)), majority(f, ab, bc));
    t = add(add(c, sum1(h)), add(choose(h, a, b), term(v128.load32_splat(k, 52), 13, constant)));
    g = add(g, t);
    bc = v128.xor(d, e);
    c = add(add(t, sum0(d)), majority(e, bc, ab));
    t = add(add(b, sum1(g)), add(choose(g, h, a), term(v128.load32_splat(k, 56), 14, constant)));
    f = add(f, t);
    ab = v128.xor(c, d);
    b = add(add(t, sum0(c)), majority(d, ab, bc));
    t = add(add(a, sum1(f)), add(choose(f, g, h), term(v128.load32_splat(k, 60), 15, constant)));
    e = add(e, t);
    bc = v128.xor(b, c);
    a = add(add(t, sum0(b)), majority(c, bc, ab));
    k += 4 * 16;
    if (k === end) break;
    if (!constant) {
      schedule(0);
      schedule(1);
      schedule(2);
      schedule(3);
      schedule(4);
      schedule(5);
      schedule(6);
      schedule(7);
      schedule(8);
      schedule(9);
      schedule(10);
      schedule(11);
      schedule(12);
      schedule(13);
      schedule(14);
      schedule(15);
    }
  }
  v128.store(H, add(a, v128.load(H, 0)), 0);
  v128.store(H, add(b, v128.load(H, 16)), 16);
  v128.store(H, add(c, v128.load(H, 32)), 32);
  v128.store(H, add(d, v128.load(H, 48)), 48);
  v128.store(H, add(e, v128.load(H, 64)), 64);
  v128.store(H, add(f, v128.load(H, 80)), 80);
  v128.store(H, add(g, v128.load(H, 96)), 96);
  v128.store(H, add(h, v128.load(H, 112)), 112);
}
