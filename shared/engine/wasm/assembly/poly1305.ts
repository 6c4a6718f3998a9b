/**
 * Poly1305 (RFC 8439, 2.5) in words of 32 bits: r is clamped, so that no sum of products passes 64 bits, and what
 * lies above 2^130 comes back as five fourths of r's upper words (they are multiples of four).
 *
 * Between blocks h0 is below 2^34, h1–h3 are below 2^32 and h4 below 4: every sum of products stays below 2^64.
 */
import { AAD_LENGTH, ACCUMULATOR, ADDEND, MULTIPLIER, TEXT_LENGTH } from './layout';

const LOW: u64 = 0xffffffff;

/** The one-time key: 16 bytes of r, to be clamped, and 16 of s. */
export function polyBegin(slot: usize, key: usize): void {
  memory.fill(slot + ACCUMULATOR, 0, 40);
  store<u64>(slot, (<u64>load<u32>(key)) & 0x0fffffff, MULTIPLIER);
  store<u64>(slot, (<u64>load<u32>(key, 4)) & 0x0ffffffc, MULTIPLIER + 8);
  store<u64>(slot, (<u64>load<u32>(key, 8)) & 0x0ffffffc, MULTIPLIER + 16);
  store<u64>(slot, (<u64>load<u32>(key, 12)) & 0x0ffffffc, MULTIPLIER + 24);
  store<u64>(slot, load<u64>(key, 16), ADDEND);
  store<u64>(slot, load<u64>(key, 24), ADDEND + 8);
}

/** Takes in `length` bytes; a last block that is not whole is padded with zeros, as the AEAD has it (RFC 8439, 2.8). */
export function polyUpdate(slot: usize, at: usize, length: usize): void {
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
  let left = <isize>length;
  while (left > 0) {
    let low = load<u64>(at);
    let high = load<u64>(at, 8);
    if (left < 16) {
      // Bytes past the end do not count.
      const bits = <u64>left << 3;
      high = left > 8 ? high & (((<u64>1) << (bits - 64)) - 1) : 0;
      if (left < 8) low &= ((<u64>1) << bits) - 1;
    }
    h0 += low & LOW;
    h1 += low >> 32;
    h2 += high & LOW;
    h3 += high >> 32;
    h4 += 1;
    const d0 = h0 * r0 + h1 * s3 + h2 * s2 + h3 * s1;
    const d1 = h0 * r1 + h1 * r0 + h2 * s3 + h3 * s2 + h4 * s1 + (d0 >> 32);
    const d2 = h0 * r2 + h1 * r1 + h2 * r0 + h3 * s3 + h4 * s2 + (d1 >> 32);
    const d3 = h0 * r3 + h1 * r2 + h2 * r1 + h3 * r0 + h4 * s3 + (d2 >> 32);
    const d4 = h4 * r0 + (d3 >> 32);
    h0 = (d0 & LOW) + (d4 >> 2) * 5;
    h1 = d1 & LOW;
    h2 = d2 & LOW;
    h3 = d3 & LOW;
    h4 = d4 & 3;
    at += 16;
    left -= 16;
  }
  store<u64>(slot, h0, ACCUMULATOR);
  store<u64>(slot, h1, ACCUMULATOR + 8);
  store<u64>(slot, h2, ACCUMULATOR + 16);
  store<u64>(slot, h3, ACCUMULATOR + 24);
  store<u64>(slot, h4, ACCUMULATOR + 32);
}

/** Takes in both lengths (RFC 8439, 2.8) and writes the tag, 16 bytes. */
export function polyFinish(slot: usize, tag: usize): void {
  polyUpdate(slot, slot + AAD_LENGTH, 16);
  let h0 = load<u64>(slot, ACCUMULATOR);
  let h1 = load<u64>(slot, ACCUMULATOR + 8);
  let h2 = load<u64>(slot, ACCUMULATOR + 16);
  let h3 = load<u64>(slot, ACCUMULATOR + 24);
  let h4 = load<u64>(slot, ACCUMULATOR + 32);
  // Once around, so that all words are below 2^32 and h4 is below 5.
  h1 += h0 >> 32;
  h2 += h1 >> 32;
  h3 += h2 >> 32;
  h4 += h3 >> 32;
  h0 = (h0 & LOW) + (h4 >> 2) * 5;
  h1 = (h1 & LOW) + (h0 >> 32);
  h2 = (h2 & LOW) + (h1 >> 32);
  h3 = (h3 & LOW) + (h2 >> 32);
  h4 = (h4 & 3) + (h3 >> 32);
  h0 &= LOW;
  h1 &= LOW;
  h2 &= LOW;
  h3 &= LOW;
  // h − (2^130 − 5), if that is not negative, chosen without a branch.
  const g0 = h0 + 5;
  const g1 = h1 + (g0 >> 32);
  const g2 = h2 + (g1 >> 32);
  const g3 = h3 + (g2 >> 32);
  const g4 = h4 + (g3 >> 32);
  const reduced = 0 - (g4 >> 2);
  h0 = (h0 & ~reduced) | (g0 & LOW & reduced);
  h1 = (h1 & ~reduced) | (g1 & LOW & reduced);
  h2 = (h2 & ~reduced) | (g2 & LOW & reduced);
  h3 = (h3 & ~reduced) | (g3 & LOW & reduced);
  // + s, modulo 2^128
  h0 += load<u32>(slot, ADDEND);
  h1 += <u64>load<u32>(slot, ADDEND + 4) + (h0 >> 32);
  h2 += <u64>load<u32>(slot, ADDEND + 8) + (h1 >> 32);
  h3 += <u64>load<u32>(slot, ADDEND + 12) + (h2 >> 32);
  store<u32>(tag, <u32>h0);
  store<u32>(tag, <u32>h1, 4);
  store<u32>(tag, <u32>h2, 8);
  store<u32>(tag, <u32>h3, 12);
}
