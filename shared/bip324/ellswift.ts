/** BIP324, ElligatorSwift encoding and Shared secret computation: the public, step-by-step layer. */
import { sha256 } from '@noble/hashes/sha2.js';
import { ascii } from '../bytes.js';
import type { Engine } from '../engine/engine.js';
import { nobleEngine } from '../engine/noble/index.js';
import { systemRandom, type RandomSource } from '../random.js';

export {
  xelligatorswift,
  xswiftec,
  xswiftecInv,
  type ElligatorSwiftEncoding,
} from '../engine/noble/ellswift.js';

export const ELLSWIFT_BYTES = 64;
export const SHARED_SECRET_TAG = 'bip324_ellswift_xonly_ecdh';

/** A fresh secret key (32 bytes) and a random ElligatorSwift encoding of its public key (64 bytes). */
export function ellswiftCreate(random: RandomSource = systemRandom): {
  secretKey: Uint8Array;
  publicKey: Uint8Array;
} {
  const { secretKey, publicKey } = nobleEngine.ellswiftCreate(random);
  return { secretKey, publicKey };
}

/**
 * The 32-byte x coordinate that a 64-byte encoding stands for. Any 64 bytes decode.
 * @throws {TypeError} for another length
 */
export function ellswiftDecode(encoding: Uint8Array): Uint8Array {
  requireLength('an ElligatorSwift encoding', encoding, ELLSWIFT_BYTES);
  return nobleEngine.ellswiftDecode(encoding);
}

/**
 * The secret that both sides share: a tagged hash of both keys and the x coordinate (BIP324, v2_ecdh), 32 bytes.
 * @param initiating whether ours is the initiator's key
 * @throws {TypeError} for wrong lengths
 * @throws {RangeError} when the secret key is 0 or not below the group's order
 */
export function v2Ecdh(
  secretKey: Uint8Array,
  ellswiftTheirs: Uint8Array,
  ellswiftOurs: Uint8Array,
  initiating: boolean,
): Uint8Array {
  requireLength('a secret key', secretKey, 32);
  requireLength('their ElligatorSwift encoding', ellswiftTheirs, ELLSWIFT_BYTES);
  requireLength('our ElligatorSwift encoding', ellswiftOurs, ELLSWIFT_BYTES);
  return v2EcdhSteps(nobleEngine, secretKey, ellswiftTheirs, ellswiftOurs, initiating).secret;
}

/** v2Ecdh with what it passes through, for a transport and its trace. */
export function v2EcdhSteps(
  engine: Engine,
  secretKey: Uint8Array,
  ellswiftTheirs: Uint8Array,
  ellswiftOurs: Uint8Array,
  initiating: boolean,
): { theirX: Uint8Array; sharedX: Uint8Array; secret: Uint8Array } {
  const theirX = engine.ellswiftDecode(ellswiftTheirs);
  const sharedX = engine.xOnlyEcdh(secretKey, theirX);
  const [initiatorKey, responderKey] = initiating
    ? [ellswiftOurs, ellswiftTheirs]
    : [ellswiftTheirs, ellswiftOurs];
  return { theirX, sharedX, secret: taggedHash(SHARED_SECRET_TAG, initiatorKey, responderKey, sharedX) };
}

/** BIP340: SHA-256 of the tag's hash twice, then the parts. */
function taggedHash(tag: string, ...parts: Uint8Array[]): Uint8Array {
  const tagHash = sha256(ascii(tag));
  const hash = sha256.create().update(tagHash).update(tagHash);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function requireLength(what: string, bytes: Uint8Array, length: number): void {
  if (!(bytes instanceof Uint8Array) || bytes.length !== length)
    throw new TypeError(`${what} has ${length} bytes`);
}
