/**
 * The way in. A v2 connection, as both sides see it (BIP324, Overall handshake pseudocode):
 *
 *   initiator                                            responder
 *   key (64) ‖ garbage (0–4095)            ──▶           reads while the bytes match the v1 prefix; at the first
 *                                                        byte that does not:
 *                                          ◀──           key (64) ‖ garbage (0–4095)
 *   Both now decode the other's key, do the Diffie–Hellman and derive the session keys (keys.ts).
 *   garbage terminator (16) ‖ decoys ‖     ──▶  ◀──      the same, without waiting for each other
 *   version packet ‖ messages …
 *   Both look for the other's terminator in at most 4111 bytes, authenticate the garbage as additional data of the
 *   first packet, skip decoys, and take the first packet that is none as the version packet. Then: messages.
 *
 * This file holds the steps that are pure functions of bytes; transport.ts moves through them.
 */
import { ascii, concatBytes, indexOfBytes } from '../bytes.js';
import type { Engine } from '../engine/engine.js';
import { networkOfMagic, type Network } from '../networks.js';
import { v2EcdhSteps } from './ellswift.js';
import {
  expandSessionKeys,
  extractPrk,
  GARBAGE_TERMINATOR_BYTES,
  type Role,
  type SessionKeys,
} from './keys.js';

/** BIP324: the most garbage that either side may send before its terminator. */
export const MAX_GARBAGE_BYTES = 4095;
/** Within so many bytes after the key the terminator must have come. */
export const MAX_GARBAGE_SEARCH_BYTES = MAX_GARBAGE_BYTES + GARBAGE_TERMINATOR_BYTES;
/** Bitcoin Core's limit on a packet's contents: 4,000,000 bytes of payload, and the longest message type. */
export const DEFAULT_MAX_CONTENTS = 4_000_013;

export const V1_PREFIX_BYTES = 16;
const V1_VERSION_COMMAND = concatBytes(ascii('version'), new Uint8Array(5));

/** How every v1 connection starts: magic ‖ "version" ‖ five zero bytes, 16 bytes. */
export function v1Prefix(network: Network): Uint8Array {
  return concatBytes(network.magic, V1_VERSION_COMMAND);
}

/**
 * Whether bytes that are not our network's v1 prefix are another network's: bytes 4 to 16 match, the magic differs.
 * @returns the magic that came, with the network's label where it is one we know
 */
export function v1OfOtherNetwork(
  start: Uint8Array,
  network: Network,
): { magic: Uint8Array; label?: string } | undefined {
  if (start.length < V1_PREFIX_BYTES) return undefined;
  if (!V1_VERSION_COMMAND.every((byte, i) => byte === start[4 + i])) return undefined;
  const magic = start.slice(0, 4);
  if (magic.every((byte, i) => byte === network.magic[i])) return undefined;
  const other = networkOfMagic(magic);
  return other === undefined ? { magic } : { magic, label: other.label };
}

/** How many of `bytes` match `prefix` from its position `from` on, up to the prefix's end. */
export function matchingPrefix(prefix: Uint8Array, from: number, bytes: Uint8Array): number {
  let count = 0;
  while (from + count < prefix.length && count < bytes.length && bytes[count] === prefix[from + count])
    count++;
  return count;
}

/** Where the terminator starts in the bytes received after the key, looked for from `from` on. */
export function findTerminator(
  received: Uint8Array,
  terminator: Uint8Array,
  from: number,
): number | undefined {
  return indexOfBytes(received, terminator, Math.max(0, from));
}

/** Everything between both public keys and the session keys. All but the public keys, `theirX` and `magic` is secret. */
export interface KeyAgreement {
  secretKey: Uint8Array;
  ours: Uint8Array;
  theirs: Uint8Array;
  magic: Uint8Array;
  theirX: Uint8Array;
  sharedX: Uint8Array;
  secret: Uint8Array;
  prk: Uint8Array;
  keys: SessionKeys;
}

/** Their key is whole: the shared secret, and from it the session keys. Whoever calls wipes the result. */
export function agreeOnKeys(
  engine: Engine,
  role: Role,
  { magic }: Network,
  { secretKey, ours, theirs }: Pick<KeyAgreement, 'secretKey' | 'ours' | 'theirs'>,
): KeyAgreement {
  const steps = v2EcdhSteps(engine, secretKey, theirs, ours, role === 'initiator');
  const prk = extractPrk(steps.secret, magic);
  return { secretKey, ours, theirs, magic, ...steps, prk, keys: expandSessionKeys(prk) };
}
