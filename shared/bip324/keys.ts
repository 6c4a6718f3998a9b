/** BIP324, Keys: from the shared secret to the session keys of both directions. */
import { expand, extract } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { ascii, concatBytes } from '../bytes.js';

export type Role = 'initiator' | 'responder';

/** L keys encrypt packet lengths, P keys the packets themselves. All have 32 bytes but for the terminators' 16. */
export interface SessionKeys {
  sessionId: Uint8Array;
  initiatorL: Uint8Array;
  initiatorP: Uint8Array;
  responderL: Uint8Array;
  responderP: Uint8Array;
  initiatorGarbageTerminator: Uint8Array;
  responderGarbageTerminator: Uint8Array;
}

export const HKDF_SALT_TEXT = 'bitcoin_v2_shared_secret';
export const GARBAGE_TERMINATOR_BYTES = 16;

/**
 * HKDF-SHA256 of the shared secret, salted with the network's magic (BIP324, Keys).
 * @param ecdhSecret 32 bytes, as v2Ecdh returns them
 * @param networkMagic 4 bytes
 * @throws {TypeError} for other lengths
 */
export function deriveSessionKeys(ecdhSecret: Uint8Array, networkMagic: Uint8Array): SessionKeys {
  if (ecdhSecret.length !== 32) throw new TypeError('the shared secret has 32 bytes');
  const prk = extractPrk(ecdhSecret, networkMagic);
  const keys = expandSessionKeys(prk);
  prk.fill(0);
  return keys;
}

export function hkdfSalt(networkMagic: Uint8Array): Uint8Array {
  if (networkMagic.length !== 4) throw new TypeError('the network magic has 4 bytes');
  return concatBytes(ascii(HKDF_SALT_TEXT), networkMagic);
}

export function extractPrk(ecdhSecret: Uint8Array, networkMagic: Uint8Array): Uint8Array {
  return extract(sha256, ecdhSecret, hkdfSalt(networkMagic));
}

export function expandSessionKeys(prk: Uint8Array): SessionKeys {
  const output = (info: string) => expand(sha256, prk, ascii(info), 32);
  const terminators = output('garbage_terminators');
  return {
    sessionId: output('session_id'),
    initiatorL: output('initiator_L'),
    initiatorP: output('initiator_P'),
    responderL: output('responder_L'),
    responderP: output('responder_P'),
    initiatorGarbageTerminator: terminators.slice(0, GARBAGE_TERMINATOR_BYTES),
    responderGarbageTerminator: terminators.slice(GARBAGE_TERMINATOR_BYTES),
  };
}

export type CipherKeys = Pick<SessionKeys, 'initiatorL' | 'initiatorP' | 'responderL' | 'responderP'>;

/** The two keys that `role` sends with; those of the other role are what it receives with. */
export function sendingKeys(keys: CipherKeys, role: Role): { L: Uint8Array; P: Uint8Array } {
  return role === 'initiator'
    ? { L: keys.initiatorL, P: keys.initiatorP }
    : { L: keys.responderL, P: keys.responderP };
}

/** The 16 bytes that `role` sends after its garbage. */
export function garbageTerminator(keys: SessionKeys, role: Role): Uint8Array {
  return role === 'initiator' ? keys.initiatorGarbageTerminator : keys.responderGarbageTerminator;
}

export function otherRole(role: Role): Role {
  return role === 'initiator' ? 'responder' : 'initiator';
}
