/**
 * Numbers modulo n, the order of secp256k1's group: eight words of 32 bits, little-endian. All of it is secret and
 * constant-time in structure: loops of fixed length, masks instead of branches, no address that depends on a value.
 */
const N = memory.data<u32>([
  0xd0364141, 0xbfd25e8c, 0xaf48a03b, 0xbaaedce6, 0xfffffffe, 0xffffffff, 0xffffffff, 0xffffffff,
]);
/** 2^256 − n */
const COMPLEMENT = memory.data<u32>([0x2fc9bebf, 0x402da173, 0x50b75fc4, 0x45512319, 0x00000001, 0x00000000, 0x00000000, 0x00000000]);

/** Of the recoding below: 2^260 − 1, and (2^130 − 2^129 − 1)(1 + λ), both mod n. */
export const OFFSET_COMB = memory.data<u32>([
  0xfc9bebef, 0x02da1732, 0x0b75fc44, 0x55123195, 0x00000014, 0x00000000, 0x00000000, 0x00000000,
]);
export const OFFSET_SPLIT = memory.data<u32>([
  0xde9798d9, 0xb5c2c1dc, 0x26ba29e4, 0x589ae848, 0x7c118d6b, 0xc2bdd6bf, 0xcb13034e, 0xa4e88a7d,
]);

/**
 * The lattice of all (a, b) with a + bλ ≡ 0 (mod n) has the short basis (a1, b1), (a2, b2). G1 and G2 are b2 and −b1,
 * times 2^384 and divided by n; the others are the basis' numbers modulo 2^160, in five words.
 */
const G1 = memory.data<u32>([0x45dbb031, 0xe893209a, 0x71e8ca7f, 0x3daa8a14, 0x9284eb15, 0xe86c90e4, 0xa7d46bcd, 0x3086d221]);
const G2 = memory.data<u32>([0x8ac47f71, 0x1571b4ae, 0x9df506c6, 0x221208ac, 0x0abfe4c4, 0x6f547fa9, 0x010e8828, 0xe4437ed6]);
const MINUS_A1 = memory.data<u32>([0x6d7b14eb, 0x17936f1b, 0x582b9432, 0xcf792dde, 0xffffffff]);
const MINUS_A2 = memory.data<u32>([0x62bb3028, 0xa83eef72, 0x571d0c09, 0xeb35af08, 0xfffffffe]);
const MINUS_B1 = memory.data<u32>([0x0abfe4c3, 0x6f547fa9, 0x010e8828, 0xe4437ed6, 0x00000000]);
const MINUS_B2 = memory.data<u32>([0x6d7b14eb, 0x17936f1b, 0x582b9432, 0xcf792dde, 0xffffffff]);

/** Everything that holds a secret here, in one piece. */
const SCALARS = memory.data(288);
const SUM = SCALARS;
const PRODUCT = SCALARS + 64;
const C1 = SCALARS + 128;
const C2 = SCALARS + 160;
/** The scalar recoded: 260 bits and room to read a word at the last window. */
export const RECODED = SCALARS + 192;
/** Its halves, 130 bits each. */
export const HALF_1 = SCALARS + 232;
export const HALF_2 = SCALARS + 256;

export function wipeScalars(): void {
  memory.fill(SCALARS, 0, 288);
}

/** −1 when the 32 bytes, big-endian, are in 1 … n − 1, otherwise 0. */
export function isSecretKey(bytes: usize): i64 {
  let any: u64 = 0;
  let borrow: u64 = 0;
  for (let i: usize = 0; i < 8; i++) {
    const word = <u64>bswap<u32>(load<u32>(bytes + 28 - (i << 2)));
    any |= word;
    borrow = (word - <u64>load<u32>(N + (i << 2)) - borrow) >> 63;
  }
  return -(<i64>((any | (0 - any)) >> 63)) & -(<i64>borrow);
}

/**
 * RECODED = (k + offset) ÷ 2 mod n. The bits s of the result are read as digits ±1, that is 2s − 1, of which a window
 * of five makes an odd number from −31 to 31: no digit is ever 0. Over l bits they sum to 2 · RECODED − (2^l − 1), and
 * the offset makes that k.
 */
export function recode(bytes: usize, offset: usize): void {
  let carry: u64 = 0;
  for (let i: usize = 0; i < 8; i++) {
    carry += <u64>bswap<u32>(load<u32>(bytes + 28 - (i << 2))) + <u64>load<u32>(offset + (i << 2));
    store<u32>(SUM + (i << 2), <u32>carry);
    carry >>= 32;
  }
  // The sum less n, as the sum plus 2^256 − n: taken when that passes 2^256, or the sum did.
  let passed: u64 = 0;
  for (let i: usize = 0; i < 8; i++) {
    passed += <u64>load<u32>(SUM + (i << 2)) + <u64>load<u32>(COMPLEMENT + (i << 2));
    store<u32>(PRODUCT + (i << 2), <u32>passed);
    passed >>= 32;
  }
  const reduced = 0 - <u32>(carry | passed);
  for (let i: usize = 0; i < 8; i++) {
    const word = load<u32>(SUM + (i << 2));
    store<u32>(SUM + (i << 2), word ^ ((word ^ load<u32>(PRODUCT + (i << 2))) & reduced));
  }
  const odd = 0 - (load<u32>(SUM) & 1);
  carry = 0;
  for (let i: usize = 0; i < 8; i++) {
    carry += <u64>load<u32>(SUM + (i << 2)) + <u64>(load<u32>(N + (i << 2)) & odd);
    store<u32>(SUM + (i << 2), <u32>carry);
    carry >>= 32;
  }
  store<u32>(SUM, <u32>carry, 32);
  for (let i: usize = 0; i < 8; i++) {
    store<u32>(RECODED + (i << 2), <u32>(load<u64>(SUM + (i << 2)) >> 1));
  }
  store<u64>(RECODED, 0, 32);
}

/**
 * HALF_1 + HALF_2 · λ ≡ RECODED (mod n), each raised by 2^128 to be positive: below 2^129. As the halves are short, the
 * products that remain of the division need only be right modulo 2^160.
 */
export function split(): void {
  quotient(C1, G1);
  quotient(C2, G2);
  for (let i: usize = 0; i < 5; i++) {
    store<u32>(HALF_1 + (i << 2), load<u32>(RECODED + (i << 2)));
    store<u32>(HALF_2 + (i << 2), 0);
  }
  addProduct(HALF_1, C1, MINUS_A1);
  addProduct(HALF_1, C2, MINUS_A2);
  addProduct(HALF_2, C1, MINUS_B1);
  addProduct(HALF_2, C2, MINUS_B2);
  store<u32>(HALF_1, load<u32>(HALF_1, 16) + 1, 16);
  store<u32>(HALF_2, load<u32>(HALF_2, 16) + 1, 16);
}

/** out = RECODED · factor ÷ 2^384, rounded: four words. */
function quotient(out: usize, factor: usize): void {
  for (let i: usize = 0; i < 16; i++) store<u32>(PRODUCT + (i << 2), 0);
  for (let i: usize = 0; i < 8; i++) {
    const word = <u64>load<u32>(RECODED + (i << 2));
    let carry: u64 = 0;
    for (let j: usize = 0; j < 8; j++) {
      const to = PRODUCT + ((i + j) << 2);
      carry += word * <u64>load<u32>(factor + (j << 2)) + <u64>load<u32>(to);
      store<u32>(to, <u32>carry);
      carry >>= 32;
    }
    store<u32>(PRODUCT + (i << 2), <u32>carry, 32);
  }
  let carry = <u64>(load<u32>(PRODUCT, 44) >> 31);
  for (let i: usize = 0; i < 4; i++) {
    carry += <u64>load<u32>(PRODUCT + (i << 2), 48);
    store<u32>(out + (i << 2), <u32>carry);
    carry >>= 32;
  }
}

/** out += a · b modulo 2^160: a has four words, b and out five. */
function addProduct(out: usize, a: usize, b: usize): void {
  for (let i: usize = 0; i < 4; i++) {
    const word = <u64>load<u32>(a + (i << 2));
    let carry: u64 = 0;
    for (let j: usize = 0; j < 5 - i; j++) {
      const to = out + ((i + j) << 2);
      carry += word * <u64>load<u32>(b + (j << 2)) + <u64>load<u32>(to);
      store<u32>(to, <u32>carry);
      carry >>= 32;
    }
  }
}

/** The five bits from bit 5 · window on of a recoded number. */
// @ts-ignore: decorator
@inline
export function windowOf(recoded: usize, window: usize): u32 {
  const bit = window * 5;
  return (load<u32>(recoded + (bit >> 3)) >> <u32>(bit & 7)) & 31;
}
