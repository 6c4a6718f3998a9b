/** Which keys a recording has, whether they are those of its bytes, and what they tell of its first flight. */
import { ELLSWIFT_BYTES } from '../bip324/ellswift.js';
import {
  agreeOnKeys,
  findTerminator,
  MAX_GARBAGE_BYTES,
  MAX_GARBAGE_SEARCH_BYTES,
  type KeyAgreement,
} from '../bip324/handshake.js';
import { garbageTerminator, type SessionKeys } from '../bip324/keys.js';
import { fromHex } from '../bytes.js';
import type { EllswiftKeyPair, Engine } from '../engine/engine.js';
import { networks } from '../networks.js';
import { faults, nowhere, type RecordingError } from './errors.js';
import type { Direction, Recording } from './types.js';

export type FittingKeys =
  /** `agreement` once their key is whole in the recording. */
  | { readonly from: 'ephemeral-key'; readonly pair: EllswiftKeyPair; readonly agreement?: KeyAgreement }
  | { readonly from: 'session-keys'; readonly keys: SessionKeys }
  | { readonly from: 'nothing' };

export interface Keys {
  readonly keys: FittingKeys;
  /** The length of our garbage, as the terminator after it tells; without one, all that was sent. */
  readonly ourGarbage: number;
  /** Why the keys that the recording has are not used. */
  readonly problem?: RecordingError;
}

/** The generator's x: its multiple by a secret key has the public key's. */
const GENERATOR_X = fromHex('79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798');

export function fittingKeys(recording: Recording, engine: Engine): Keys {
  if (recording.header.protocol === 'v1') return none();
  const { ephemeralKey, sessionKeys } = recording.secrets.reveal();
  const sent = streamStart(recording, 'sent');
  if (ephemeralKey !== undefined) {
    const ours = sent.slice(0, ELLSWIFT_BYTES);
    if (ours.length < ELLSWIFT_BYTES) return none();
    if (!isPublicKeyOf(engine, ours, ephemeralKey.secretKey))
      return none('the secret key has another public key than the one that was sent');
    const pair = { ...ephemeralKey, publicKey: ours };
    const agreement = agreementOf(recording, engine, ephemeralKey.secretKey);
    if (agreement === undefined)
      return { keys: { from: 'ephemeral-key', pair }, ourGarbage: allGarbage(sent) };
    return withGarbage({ from: 'ephemeral-key', pair, agreement }, agreement.keys, recording, sent);
  }
  if (sessionKeys === undefined) return none();
  return withGarbage({ from: 'session-keys', keys: sessionKeys }, sessionKeys, recording, sent);
}

/** What both keys give; undefined while their key is not whole. @param secretKey of our public key: a scalar */
export function agreementOf(
  recording: Recording,
  engine: Engine,
  secretKey: Uint8Array,
): KeyAgreement | undefined {
  const { network, role } = recording.header;
  const ours = streamStart(recording, 'sent').slice(0, ELLSWIFT_BYTES);
  const theirs = streamStart(recording, 'received').slice(0, ELLSWIFT_BYTES);
  if (theirs.length < ELLSWIFT_BYTES) return undefined;
  return agreeOnKeys(engine, role, networks[network], { secretKey, ours, theirs });
}

/** The first bytes of a direction: a key, and all garbage with its terminator. */
export function streamStart({ items }: Recording, direction: Direction): Uint8Array {
  const start = new Uint8Array(ELLSWIFT_BYTES + MAX_GARBAGE_SEARCH_BYTES);
  let length = 0;
  for (const item of items) {
    if (item.kind !== 'chunk' || item.direction !== direction) continue;
    const taken = item.bytes.subarray(0, start.length - length);
    start.set(taken, length);
    length += taken.length;
    if (length === start.length) break;
  }
  return start.subarray(0, length);
}

function withGarbage(keys: FittingKeys, of: SessionKeys, { header }: Recording, sent: Uint8Array): Keys {
  const afterKey = sent.subarray(ELLSWIFT_BYTES);
  const ourGarbage = findTerminator(afterKey, garbageTerminator(of, header.role), 0);
  if (ourGarbage !== undefined) return { keys, ourGarbage };
  // It may be beyond the end of the recording.
  if (afterKey.length < MAX_GARBAGE_SEARCH_BYTES) return { keys, ourGarbage: allGarbage(sent) };
  return none('our garbage terminator is not among the bytes that were sent');
}

/** Without a terminator, whatever follows our key is garbage. */
function allGarbage(sent: Uint8Array): number {
  return Math.min(Math.max(sent.length - ELLSWIFT_BYTES, 0), MAX_GARBAGE_BYTES);
}

/** Whether an encoding decodes to the public key of a secret one. */
export function isPublicKeyOf(engine: Engine, encoding: Uint8Array, secretKey: Uint8Array): boolean {
  try {
    const x = engine.xOnlyEcdh(secretKey, GENERATOR_X);
    return engine.ellswiftDecode(encoding).every((byte, i) => byte === x[i]);
  } catch {
    return false; // no scalar at all
  }
}

function none(why?: string): Keys {
  const nothing: Keys = { keys: { from: 'nothing' }, ourGarbage: 0 };
  return why === undefined ? nothing : { ...nothing, problem: nowhere(faults.keysDoNotFit(why)) };
}
