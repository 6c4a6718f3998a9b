/** What the driver (keys.ts above this folder) calls. Values go in and out through `keysMemory`, as bytes, big-endian. */
import { add, fromBytes, isZero, setSmall, sub, toBytes } from './field';
import { wipePowers } from './field-powers';
import { ELEMENT, mul, sqr } from './field-product';
import { wipeGroup } from './group';
import { isSecretKey, wipeScalars } from './scalar';
import { multiplyBase, multiplyX, prepareComb, wipeMultiply } from './multiply';
import { wipeFound, wipeTables } from './table';
import { wipeField } from './field';

const INPUT = memory.data(96);
const SECRET = INPUT;
const X_BYTES = INPUT + 32;

const WORK = memory.data(3 * 72);
const X = WORK;
const G = WORK + ELEMENT;

/** Where the caller writes and reads: 32 bytes of secret key, 32 of x (or u), 32 of t. */
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

/** x = that of secretKey · lift_x(x). */
export function keysEcdh(): void {
  fromBytes(X, X_BYTES);
  sqr(G, X);
  mul(G, G, X);
  setSmall(X + 2 * ELEMENT, 7);
  add(G, G, X + 2 * ELEMENT);
  multiplyX(X, SECRET, X, G);
  toBytes(X_BYTES, X);
}

/** Overwrites everything that came of a secret. */
export function keysWipe(): void {
  memory.fill(INPUT, 0, 96);
  memory.fill(WORK, 0, 3 * ELEMENT);
  wipeField();
  wipePowers();
  wipeGroup();
  wipeScalars();
  wipeTables();
  wipeFound();
  wipeMultiply();
}
