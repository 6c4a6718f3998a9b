/** Key pairs and x-only Diffie–Hellman on secp256k1, with noble's constant-time-structured multiplication. */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { concatBytes } from '../../bytes.js';
import { drawUntil, randomBytes, type RandomSource } from '../../random.js';
import { requireLength, type EllswiftKeyPair } from '../engine.js';
import { xelligatorswift, xswiftec } from './ellswift.js';
import { bigIntTo32Bytes, bytesToBigInt } from './field.js';

const { Point } = secp256k1;
const N = Point.Fn.ORDER;

export function ellswiftCreate(random: RandomSource): EllswiftKeyPair {
  const secretKey = randomSecretKey(random);
  const { x } = Point.BASE.multiply(bytesToBigInt(secretKey)).toAffine();
  const { u, t, ellCase, attempts } = xelligatorswift(x, { random });
  return { secretKey, publicKey: concatBytes(bigIntTo32Bytes(u), bigIntTo32Bytes(t)), ellCase, attempts };
}

export function ellswiftDecode(encoding: Uint8Array): Uint8Array {
  requireLength('an encoding', encoding, 64);
  return bigIntTo32Bytes(
    xswiftec(bytesToBigInt(encoding.subarray(0, 32)), bytesToBigInt(encoding.subarray(32, 64))),
  );
}

export function xOnlyEcdh(secretKey: Uint8Array, x: Uint8Array): Uint8Array {
  requireLength('a secret key', secretKey, 32);
  const scalar = bytesToBigInt(secretKey);
  if (scalar === 0n || scalar >= N) throw new RangeError('the secret key must be in 1 … n − 1');
  let point;
  try {
    point = Point.fromBytes(concatBytes(Uint8Array.of(2), x)); // lift_x: the even y; either gives the same x
  } catch {
    throw new RangeError('x is not the x coordinate of a point');
  }
  return bigIntTo32Bytes(point.multiply(scalar).toAffine().x);
}

/** Uniform in 1 … n − 1, by rejection. */
function randomSecretKey(random: RandomSource): Uint8Array {
  return drawUntil(() => {
    const candidate = randomBytes(random, 32);
    const scalar = bytesToBigInt(candidate);
    return scalar > 0n && scalar < N ? candidate : undefined;
  });
}
