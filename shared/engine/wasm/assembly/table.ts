/**
 * Tables of the odd multiples 1P, 3P … 31P, for windows of five digits ±1. They are read by full scans: every entry is
 * loaded, and a mask keeps the one that counts. Constant-time in structure. An entry is x and y, nine limbs of 32 bits each,
 * and 8 unused bytes.
 */
import { copy, setSmall, weaken } from './field';
import { ELEMENT, mul, sqr } from './field-product';
import { addDistinct, double, POINT } from './group';

export const ENTRIES: usize = 16;
export const ENTRY: usize = 80;
export const TABLE: usize = ENTRIES * ENTRY;

const WORK = memory.data(3 * 72 + 16 * 72 + 16 * 72 + 16 * 72 + 6 * 72);
const SUM = WORK;
/** Of the multiples before they have a common Z; and by how much the last steps made Z grow. */
const XS = WORK + POINT;
const YS = XS + ENTRIES * ELEMENT;
const RATIOS = YS + ENTRIES * ELEMENT;
const STEP = RATIOS + ENTRIES * ELEMENT;
const F = STEP + POINT;
const F2 = F + ELEMENT;
const F3 = F2 + ELEMENT;

export function wipeTables(): void {
  memory.fill(WORK, 0, F3 + ELEMENT - WORK);
}

/**
 * Computes the sixteen multiples of (x, y), sizes 1, and z: they become affine points by dividing by z² and z³. It is
 * done on the curve where 2P has Z = 1, so that every addition is of an affine point.
 */
export function computeMultiples(x: usize, y: usize, z: usize): void {
  copy(STEP, x);
  copy(STEP + ELEMENT, y);
  setSmall(STEP + 2 * ELEMENT, 1);
  double(STEP);
  weaken(STEP, STEP);
  weaken(STEP + ELEMENT, STEP + ELEMENT);
  sqr(F2, STEP + 2 * ELEMENT);
  mul(F3, F2, STEP + 2 * ELEMENT);
  mul(SUM, x, F2);
  mul(SUM + ELEMENT, y, F3);
  setSmall(SUM + 2 * ELEMENT, 1);
  copy(XS, SUM);
  copy(YS, SUM + ELEMENT);
  for (let i: usize = 1; i < ENTRIES; i++) {
    addDistinct(SUM, STEP, STEP + ELEMENT, RATIOS + i * ELEMENT);
    copy(XS + i * ELEMENT, SUM);
    copy(YS + i * ELEMENT, SUM + ELEMENT);
  }
  mul(z, SUM + 2 * ELEMENT, STEP + 2 * ELEMENT);
}

/**
 * Writes what computeMultiples left, brought to one Z and multiplied by factor² and factor³: a table of points that are
 * affine where z ÷ factor is 1.
 */
export function writeTable(table: usize, factor: usize): void {
  copy(F, factor);
  for (let i: usize = ENTRIES; i > 0; i--) {
    const entry = table + (i - 1) * ENTRY;
    sqr(F2, F);
    mul(F3, F2, F);
    mul(F2, XS + (i - 1) * ELEMENT, F2);
    mul(F3, YS + (i - 1) * ELEMENT, F3);
    pack(entry, F2);
    pack(entry + 36, F3);
    // The first ratio is not set, and what comes of it is not used.
    mul(F, F, RATIOS + (i - 1) * ELEMENT);
  }
}

/** The same table with every x multiplied by `factor`. */
export function writeScaledX(out: usize, table: usize, factor: usize): void {
  for (let i: usize = 0; i < ENTRIES; i++) {
    memory.copy(out + i * ENTRY, table + i * ENTRY, ENTRY);
    unpack(F, table + i * ENTRY, 0);
    mul(F, F, factor);
    pack(out + i * ENTRY, F);
  }
}

function pack(out: usize, a: usize): void {
  for (let i: usize = 0; i < 9; i++) store<i32>(out + (i << 2), <i32>load<i64>(a + (i << 3)));
}

/** With the sign turned for a mask of −1. */
// @ts-ignore: decorator
@inline
function unpack(out: usize, from: usize, mask: i64): void {
  for (let i: usize = 0; i < 9; i++) {
    store<i64>(out + (i << 3), (load<i32>(from + (i << 2)) ^ mask) - mask);
  }
}

/** Where `look` puts the point it found: two elements of size 1. */
export const FOUND = memory.data(2 * 72);
const SCAN = memory.data(80);

export function wipeFound(): void {
  memory.fill(FOUND, 0, 2 * ELEMENT);
  memory.fill(SCAN, 0, ENTRY);
}

/** FOUND = (2 · digits − 31)P, for five bits that each stand for ±1. */
export function look(table: usize, digits: u32): void {
  const negative = (digits >> 4) - 1; // all ones for a negative number: then the bits count from the other end
  const wanted = i32x4.splat((digits ^ negative) & 15);
  let a = i32x4.splat(0), b = a, c = a, d = a, e = a;
  for (let i: usize = 0; i < ENTRIES; i++) {
    const entry = table + i * ENTRY;
    const mask = i32x4.eq(wanted, i32x4.splat(<i32>i));
    a = v128.or(a, v128.and(v128.load(entry), mask));
    b = v128.or(b, v128.and(v128.load(entry, 16), mask));
    c = v128.or(c, v128.and(v128.load(entry, 32), mask));
    d = v128.or(d, v128.and(v128.load(entry, 48), mask));
    e = v128.or(e, v128.and(v128.load(entry, 64), mask));
  }
  v128.store(SCAN, a);
  v128.store(SCAN, b, 16);
  v128.store(SCAN, c, 32);
  v128.store(SCAN, d, 48);
  v128.store(SCAN, e, 64);
  unpack(FOUND, SCAN, 0);
  unpack(FOUND + ELEMENT, SCAN + 36, <i64><i32>negative);
}
