/** What the driver (keys.ts above this folder) calls. Values go in and out through `keysMemory`, as bytes, big-endian. */
import { curve, decode, encode } from './ellswift';
import { fromBytes, isZero, normalise, toBytes, wipeField } from './field';
import { wipePowers } from './field-powers';
import { ELEMENT } from './field-product';
import { wipeGroup } from './group';
import { isSquare } from './jacobi';
import { multiplyBase, multiplyX, prepareComb, wipeMultiply } from './multiply';
import { isSecretKey, wipeScalars } from './scalar';
import { wipeFound, wipeTables } from './table';

const INPUT = memory.data(128);
const SECRET = INPUT;
const X_BYTES = INPUT + 32;
const U_BYTES = INPUT + 64;
const T_BYTES = INPUT + 96;

const WORK = memory.data(3 * 72);
const X = WORK;
const G = WORK + ELEMENT;
const U = WORK + ELEMENT;
const T = WORK + 2 * ELEMENT;

/** Where the caller writes and reads: secret key, x, u and t, 32 bytes each. */
export function keysMemory(): usize {
  return INPUT;
}

export function keysPrepare(): void {
  prepareComb();
}

/** 1 when the secret key is in 1 … n − 1. */
export function keysIsSecret(): i32 {
  return <i32>(isSecretKey(SECRET) & 1);
}

/** x = that of secretKey · G. */
export function keysPublicX(): void {
  multiplyBase(X, SECRET);
  toBytes(X_BYTES, X);
}

/** Loads 32 bytes; whether they are below p, so that normalising changes nothing. */
function loadElement(out: usize, bytes: usize): bool {
  fromBytes(out, bytes);
  normalise(T, out);
  return memory.compare(out, T, ELEMENT) === 0;
}

/** Whether x is below p and the x coordinate of a point. It is public: this takes a time that depends on it. */
export function keysIsOnCurve(): bool {
  if (!loadElement(X, X_BYTES)) return false;
  curve(G, X);
  return isSquare(G);
}

/** Whether u is in 1 … p − 1; u is public. */
export function keysIsU(): bool {
  return loadElement(U, U_BYTES) && isZero(U) === 0;
}

/** x = that of secretKey · lift_x(x). */
export function keysEcdh(): void {
  fromBytes(X, X_BYTES);
  curve(G, X);
  multiplyX(X, SECRET, X, G);
  toBytes(X_BYTES, X);
}

/** x = what u and t encode; they are changed. */
export function keysDecode(): void {
  fromBytes(U, U_BYTES);
  fromBytes(T, T_BYTES);
  decode(X, U, T);
  toBytes(X_BYTES, X);
}

/** t = one with which u encodes x, where ellCase (0 … 7) has one; whether it has. x is on the curve. */
export function keysEncode(ellCase: i32): bool {
  fromBytes(X, X_BYTES);
  fromBytes(U, U_BYTES);
  if (!encode(T, X, U, ellCase)) return false;
  toBytes(T_BYTES, T);
  return true;
}

/** Overwrites everything that came of a secret. */
export function keysWipe(): void {
  memory.fill(INPUT, 0, 128);
  memory.fill(WORK, 0, 3 * ELEMENT);
  wipeField();
  wipePowers();
  wipeGroup();
  wipeScalars();
  wipeTables();
  wipeFound();
  wipeMultiply();
}
