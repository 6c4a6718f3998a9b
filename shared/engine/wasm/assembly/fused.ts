/**
 * The hot loop: eight blocks of ChaCha20 and 32 of Poly1305 at once, on 512 bytes. Each alone leaves the processor
 * waiting for its own results; written as one they fill each other's gaps. So do two groups of four lanes: their 32
 * vectors do not fit into sixteen registers, and are faster all the same.
 *
 * Without a branch inside: measured, one costs a fifth, as registers are laid out anew at each.
 */
import { rotl, rotl16 } from './chacha20';
import { ACCUMULATOR, EPOCH, KEY_P, MULTIPLIER, PACKET } from './layout';

const LOW: u64 = 0xffffffff;

/** As `storeTransposed`, onto what is there. */
// @ts-ignore: decorator
@inline
function xorTransposed(at: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab01 = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const cd01 = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const ab23 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd23 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(at, v128.xor(v128.load(at), v128.shuffle<i64>(ab01, cd01, 0, 2)));
  v128.store(at, v128.xor(v128.load(at, 64), v128.shuffle<i64>(ab01, cd01, 1, 3)), 64);
  v128.store(at, v128.xor(v128.load(at, 128), v128.shuffle<i64>(ab23, cd23, 0, 2)), 128);
  v128.store(at, v128.xor(v128.load(at, 192), v128.shuffle<i64>(ab23, cd23, 1, 3)), 192);
}

/** The same, of words to which those of the key are still to be added. */
// @ts-ignore: decorator
@inline
function xorPlus(at: usize, key: usize, a: v128, b: v128, c: v128, d: v128): void {
  xorTransposed(
    at,
    i32x4.add(a, v128.load32_splat(key)),
    i32x4.add(b, v128.load32_splat(key, 4)),
    i32x4.add(c, v128.load32_splat(key, 8)),
    i32x4.add(d, v128.load32_splat(key, 12)),
  );
}

/**
 * XORs 512 bytes at `at` with the key stream from `block` on, and authenticates 512 bytes at `from`: the same bytes
 * when they are opened, earlier ones when they are sealed. What is authenticated is read before anything is written.
 */
export function streamAndAuthenticate(slot: usize, block: u32, at: usize, from: usize): void {
  const c0 = i32x4.splat(0x61707865);
  const c1 = i32x4.splat(0x3320646e);
  const c2 = i32x4.splat(0x79622d32);
  const c3 = i32x4.splat(0x6b206574);
  const counterA = i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3));
  let a0 = c0;
  let a1 = c1;
  let a2 = c2;
  let a3 = c3;
  let a4 = v128.load32_splat(slot, KEY_P);
  let a5 = v128.load32_splat(slot, KEY_P + 4);
  let a6 = v128.load32_splat(slot, KEY_P + 8);
  let a7 = v128.load32_splat(slot, KEY_P + 12);
  let a8 = v128.load32_splat(slot, KEY_P + 16);
  let a9 = v128.load32_splat(slot, KEY_P + 20);
  let a10 = v128.load32_splat(slot, KEY_P + 24);
  let a11 = v128.load32_splat(slot, KEY_P + 28);
  let a12 = counterA;
  let a13 = v128.load32_splat(slot, PACKET);
  let a14 = v128.load32_splat(slot, EPOCH);
  let a15 = v128.load32_splat(slot, EPOCH + 4);
  const counterB = i32x4.add(i32x4.splat(block), i32x4(4, 5, 6, 7));
  let b0 = c0;
  let b1 = c1;
  let b2 = c2;
  let b3 = c3;
  let b4 = v128.load32_splat(slot, KEY_P);
  let b5 = v128.load32_splat(slot, KEY_P + 4);
  let b6 = v128.load32_splat(slot, KEY_P + 8);
  let b7 = v128.load32_splat(slot, KEY_P + 12);
  let b8 = v128.load32_splat(slot, KEY_P + 16);
  let b9 = v128.load32_splat(slot, KEY_P + 20);
  let b10 = v128.load32_splat(slot, KEY_P + 24);
  let b11 = v128.load32_splat(slot, KEY_P + 28);
  let b12 = counterB;
  let b13 = v128.load32_splat(slot, PACKET);
  let b14 = v128.load32_splat(slot, EPOCH);
  let b15 = v128.load32_splat(slot, EPOCH + 4);

  // Poly1305, as poly1305.ts has it.
  const r0 = load<u64>(slot, MULTIPLIER);
  const r1 = load<u64>(slot, MULTIPLIER + 8);
  const r2 = load<u64>(slot, MULTIPLIER + 16);
  const r3 = load<u64>(slot, MULTIPLIER + 24);
  const s1 = r1 + (r1 >> 2);
  const s2 = r2 + (r2 >> 2);
  const s3 = r3 + (r3 >> 2);
  let h0 = load<u64>(slot, ACCUMULATOR);
  let h1 = load<u64>(slot, ACCUMULATOR + 8);
  let h2 = load<u64>(slot, ACCUMULATOR + 16);
  let h3 = load<u64>(slot, ACCUMULATOR + 24);
  let h4 = load<u64>(slot, ACCUMULATOR + 32);
  let low: u64, high: u64, d0: u64, d1: u64, d2: u64, d3: u64, d4: u64;

  for (let round = 0; round < 10; round++) {
    a0 = i32x4.add(a0, a4);
    a1 = i32x4.add(a1, a5);
    a2 = i32x4.add(a2, a6);
    a3 = i32x4.add(a3, a7);
    b0 = i32x4.add(b0, b4);
    b1 = i32x4.add(b1, b5);
    b2 = i32x4.add(b2, b6);
    b3 = i32x4.add(b3, b7);
    a12 = rotl16(v128.xor(a12, a0));
    a13 = rotl16(v128.xor(a13, a1));
    a14 = rotl16(v128.xor(a14, a2));
    a15 = rotl16(v128.xor(a15, a3));
    b12 = rotl16(v128.xor(b12, b0));
    b13 = rotl16(v128.xor(b13, b1));
    b14 = rotl16(v128.xor(b14, b2));
    b15 = rotl16(v128.xor(b15, b3));
    a8 = i32x4.add(a8, a12);
    a9 = i32x4.add(a9, a13);
    a10 = i32x4.add(a10, a14);
    a11 = i32x4.add(a11, a15);
    b8 = i32x4.add(b8, b12);
    b9 = i32x4.add(b9, b13);
    b10 = i32x4.add(b10, b14);
    b11 = i32x4.add(b11, b15);

    low = load<u64>(from);
    high = load<u64>(from, 8);
    h0 += low & LOW;
    h1 += low >> 32;
    h2 += high & LOW;
    h3 += high >> 32;
    h4 += 1;
    d0 = h0 * r0 + h1 * s3 + (h2 * s2 + h3 * s1);
    d1 = h0 * r1 + h1 * r0 + (h2 * s3 + h3 * s2 + h4 * s1) + (d0 >> 32);
    d2 = h0 * r2 + h1 * r1 + (h2 * r0 + h3 * s3 + h4 * s2) + (d1 >> 32);
    d3 = h0 * r3 + h1 * r2 + (h2 * r1 + h3 * r0 + h4 * s3) + (d2 >> 32);
    d4 = h4 * r0 + (d3 >> 32);
    h0 = (d0 & LOW) + (d4 >> 2) * 5;
    h1 = d1 & LOW;
    h2 = d2 & LOW;
    h3 = d3 & LOW;
    h4 = d4 & 3;

    a4 = rotl(v128.xor(a4, a8), 12);
    a5 = rotl(v128.xor(a5, a9), 12);
    a6 = rotl(v128.xor(a6, a10), 12);
    a7 = rotl(v128.xor(a7, a11), 12);
    b4 = rotl(v128.xor(b4, b8), 12);
    b5 = rotl(v128.xor(b5, b9), 12);
    b6 = rotl(v128.xor(b6, b10), 12);
    b7 = rotl(v128.xor(b7, b11), 12);
    a0 = i32x4.add(a0, a4);
    a1 = i32x4.add(a1, a5);
    a2 = i32x4.add(a2, a6);
    a3 = i32x4.add(a3, a7);
    b0 = i32x4.add(b0, b4);
    b1 = i32x4.add(b1, b5);
    b2 = i32x4.add(b2, b6);
    b3 = i32x4.add(b3, b7);
    a12 = rotl(v128.xor(a12, a0), 8);
    a13 = rotl(v128.xor(a13, a1), 8);
    a14 = rotl(v128.xor(a14, a2), 8);
    a15 = rotl(v128.xor(a15, a3), 8);
    b12 = rotl(v128.xor(b12, b0), 8);
    b13 = rotl(v128.xor(b13, b1), 8);
    b14 = rotl(v128.xor(b14, b2), 8);
    b15 = rotl(v128.xor(b15, b3), 8);

    low = load<u64>(from, 16);
    high = load<u64>(from, 24);
    h0 += low & LOW;
    h1 += low >> 32;
    h2 += high & LOW;
    h3 += high >> 32;
    h4 += 1;
    d0 = h0 * r0 + h1 * s3 + (h2 * s2 + h3 * s1);
    d1 = h0 * r1 + h1 * r0 + (h2 * s3 + h3 * s2 + h4 * s1) + (d0 >> 32);
    d2 = h0 * r2 + h1 * r1 + (h2 * r0 + h3 * s3 + h4 * s2) + (d1 >> 32);
    d3 = h0 * r3 + h1 * r2 + (h2 * r1 + h3 * r0 + h4 * s3) + (d2 >> 32);
    d4 = h4 * r0 + (d3 >> 32);
    h0 = (d0 & LOW) + (d4 >> 2) * 5;
    h1 = d1 & LOW;
    h2 = d2 & LOW;
    h3 = d3 & LOW;
    h4 = d4 & 3;

    a8 = i32x4.add(a8, a12);
    a9 = i32x4.add(a9, a13);
    a10 = i32x4.add(a10, a14);
    a11 = i32x4.add(a11, a15);
    b8 = i32x4.add(b8, b12);
    b9 = i32x4.add(b9, b13);
    b10 = i32x4.add(b10, b14);
    b11 = i32x4.add(b11, b15);
    a4 = rotl(v128.xor(a4, a8), 7);
    a5 = rotl(v128.xor(a5, a9), 7);
    a6 = rotl(v128.xor(a6, a10), 7);
    a7 = rotl(v128.xor(a7, a11), 7);
    b4 = rotl(v128.xor(b4, b8), 7);
    b5 = rotl(v128.xor(b5, b9), 7);
    b6 = rotl(v128.xor(b6, b10), 7);
    b7 = rotl(v128.xor(b7, b11), 7);
    a0 = i32x4.add(a0, a5);
    a1 = i32x4.add(a1, a6);
    a2 = i32x4.add(a2, a7);
    a3 = i32x4.add(a3, a4);
    b0 = i32x4.add(b0, b5);
    b1 = i32x4.add(b1, b6);
    b2 = i32x4.add(b2, b7);
    b3 = i32x4.add(b3, b4);
    a15 = rotl16(v128.xor(a15, a0));
    a12 = rotl16(v128.xor(a12, a1));
    a13 = rotl16(v128.xor(a13, a2));
    a14 = rotl16(v128.xor(a14, a3));
    b15 = rotl16(v128.xor(b15, b0));
    b12 = rotl16(v128.xor(b12, b1));
    b13 = rotl16(v128.xor(b13, b2));
    b14 = rotl16(v128.xor(b14, b3));
    a10 = i32x4.add(a10, a15);
    a11 = i32x4.add(a11, a12);
    a8 = i32x4.add(a8, a13);
    a9 = i32x4.add(a9, a14);
    b10 = i32x4.add(b10, b15);
    b11 = i32x4.add(b11, b12);
    b8 = i32x4.add(b8, b13);
    b9 = i32x4.add(b9, b14);

    low = load<u64>(from, 32);
    high = load<u64>(from, 40);
    h0 += low & LOW;
    h1 += low >> 32;
    h2 += high & LOW;
    h3 += high >> 32;
    h4 += 1;
    d0 = h0 * r0 + h1 * s3 + (h2 * s2 + h3 * s1);
    d1 = h0 * r1 + h1 * r0 + (h2 * s3 + h3 * s2 + h4 * s1) + (d0 >> 32);
    d2 = h0 * r2 + h1 * r1 + (h2 * r0 + h3 * s3 + h4 * s2) + (d1 >> 32);
    d3 = h0 * r3 + h1 * r2 + (h2 * r1 + h3 * r0 + h4 * s3) + (d2 >> 32);
    d4 = h4 * r0 + (d3 >> 32);
    h0 = (d0 & LOW) + (d4 >> 2) * 5;
    h1 = d1 & LOW;
    h2 = d2 & LOW;
    h3 = d3 & LOW;
    h4 = d4 & 3;

    a5 = rotl(v128.xor(a5, a10), 12);
    a6 = rotl(v128.xor(a6, a11), 12);
    a7 = rotl(v128.xor(a7, a8), 12);
    a4 = rotl(v128.xor(a4, a9), 12);
    b5 = rotl(v128.xor(b5, b10), 12);
    b6 = rotl(v128.xor(b6, b11), 12);
    b7 = rotl(v128.xor(b7, b8), 12);
    b4 = rotl(v128.xor(b4, b9), 12);
    a0 = i32x4.add(a0, a5);
    a1 = i32x4.add(a1, a6);
    a2 = i32x4.add(a2, a7);
    a3 = i32x4.add(a3, a4);
    b0 = i32x4.add(b0, b5);
    b1 = i32x4.add(b1, b6);
    b2 = i32x4.add(b2, b7);
    b3 = i32x4.add(b3, b4);
    a15 = rotl(v128.xor(a15, a0), 8);
    a12 = rotl(v128.xor(a12, a1), 8);
    a13 = rotl(v128.xor(a13, a2), 8);
    a14 = rotl(v128.xor(a14, a3), 8);
    b15 = rotl(v128.xor(b15, b0), 8);
    b12 = rotl(v128.xor(b12, b1), 8);
    b13 = rotl(v128.xor(b13, b2), 8);
    b14 = rotl(v128.xor(b14, b3), 8);
    a10 = i32x4.add(a10, a15);
    a11 = i32x4.add(a11, a12);
    a8 = i32x4.add(a8, a13);
    a9 = i32x4.add(a9, a14);
    b10 = i32x4.add(b10, b15);
    b11 = i32x4.add(b11, b12);
    b8 = i32x4.add(b8, b13);
    b9 = i32x4.add(b9, b14);
    a5 = rotl(v128.xor(a5, a10), 7);
    a6 = rotl(v128.xor(a6, a11), 7);
    a7 = rotl(v128.xor(a7, a8), 7);
    a4 = rotl(v128.xor(a4, a9), 7);
    b5 = rotl(v128.xor(b5, b10), 7);
    b6 = rotl(v128.xor(b6, b11), 7);
    b7 = rotl(v128.xor(b7, b8), 7);
    b4 = rotl(v128.xor(b4, b9), 7);
    from += 48;
  }
  for (let rest = 0; rest < 2; rest++) {
    low = load<u64>(from);
    high = load<u64>(from, 8);
    h0 += low & LOW;
    h1 += low >> 32;
    h2 += high & LOW;
    h3 += high >> 32;
    h4 += 1;
    d0 = h0 * r0 + h1 * s3 + (h2 * s2 + h3 * s1);
    d1 = h0 * r1 + h1 * r0 + (h2 * s3 + h3 * s2 + h4 * s1) + (d0 >> 32);
    d2 = h0 * r2 + h1 * r1 + (h2 * r0 + h3 * s3 + h4 * s2) + (d1 >> 32);
    d3 = h0 * r3 + h1 * r2 + (h2 * r1 + h3 * r0 + h4 * s3) + (d2 >> 32);
    d4 = h4 * r0 + (d3 >> 32);
    h0 = (d0 & LOW) + (d4 >> 2) * 5;
    h1 = d1 & LOW;
    h2 = d2 & LOW;
    h3 = d3 & LOW;
    h4 = d4 & 3;
    from += 16;
  }
  store<u64>(slot, h0, ACCUMULATOR);
  store<u64>(slot, h1, ACCUMULATOR + 8);
  store<u64>(slot, h2, ACCUMULATOR + 16);
  store<u64>(slot, h3, ACCUMULATOR + 24);
  store<u64>(slot, h4, ACCUMULATOR + 32);

  xorTransposed(at, i32x4.add(a0, c0), i32x4.add(a1, c1), i32x4.add(a2, c2), i32x4.add(a3, c3));
  xorPlus(at + 16, slot + KEY_P, a4, a5, a6, a7);
  xorPlus(at + 32, slot + KEY_P + 16, a8, a9, a10, a11);
  xorTransposed(
    at + 48,
    i32x4.add(a12, counterA),
    i32x4.add(a13, v128.load32_splat(slot, PACKET)),
    i32x4.add(a14, v128.load32_splat(slot, EPOCH)),
    i32x4.add(a15, v128.load32_splat(slot, EPOCH + 4)),
  );
  xorTransposed(at + 256, i32x4.add(b0, c0), i32x4.add(b1, c1), i32x4.add(b2, c2), i32x4.add(b3, c3));
  xorPlus(at + 272, slot + KEY_P, b4, b5, b6, b7);
  xorPlus(at + 288, slot + KEY_P + 16, b8, b9, b10, b11);
  xorTransposed(
    at + 304,
    i32x4.add(b12, counterB),
    i32x4.add(b13, v128.load32_splat(slot, PACKET)),
    i32x4.add(b14, v128.load32_splat(slot, EPOCH)),
    i32x4.add(b15, v128.load32_splat(slot, EPOCH + 4)),
  );
}
