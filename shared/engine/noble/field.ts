/** secp256k1's base field, as BIP324's ElligatorSwift needs it: on public values only, so variable time is fine. */
import { secp256k1 } from '@noble/curves/secp256k1.js';

const Fp = secp256k1.Point.Fp;

/** The field's size. */
export const P = Fp.ORDER;

export function mod(a: bigint): bigint {
  const rest = a % P;
  return rest < 0n ? rest + P : rest;
}

/** @throws for a ≡ 0 */
export function divide(a: bigint, b: bigint): bigint {
  return mod(mod(a) * Fp.inv(mod(b)));
}

/** The square root that is itself a square, if there is one. */
export function sqrt(a: bigint): bigint | undefined {
  return isSquare(a) ? Fp.sqrt(mod(a)) : undefined;
}

/** Whether a has a square root: the Jacobi symbol, several times faster than an exponentiation. */
export function isSquare(a: bigint): boolean {
  let [n, k, positive] = [mod(a), P, true];
  if (n === 0n) return true;
  while (n !== 0n) {
    while ((n & 1n) === 0n) {
      n >>= 1n;
      const rest = k & 7n;
      if (rest === 3n || rest === 5n) positive = !positive;
    }
    [n, k] = [k, n];
    if ((n & 3n) === 3n && (k & 3n) === 3n) positive = !positive;
    n %= k;
  }
  return positive;
}

/** Whether x is the x coordinate of a point: x³ + 7 is a square. */
export function isOnCurve(x: bigint): boolean {
  return isSquare(mod(x * x) * x + 7n);
}

/** Big-endian, without reduction. */
export function bytesToBigInt(bytes: Uint8Array): bigint {
  let hex = '0x';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return BigInt(hex);
}

/** 32 bytes, big-endian. */
export function bigIntTo32Bytes(value: bigint): Uint8Array {
  const hex = value.toString(16).padStart(64, '0');
  return Uint8Array.from({ length: 32 }, (_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}
