/** Which keys a recording has, whether they are those of its bytes, and what they tell of its first flight. */
import { ELLSWIFT_BYTES } from '../bip324/ellswift.js';
import {
  agreeOnKeys,
  findTerminator,
  MAX_GARBAGE_BYTES,
  MAX_GARBAGE_SEARCH_BYTES,
  type KeyAgreement,
} from '../bip324/handshake.js';
import { garbageTerminator, otherRole, type SessionKeys } from '../bip324/keys.js';
import { equalBytes, fromHex } from '../bytes.js';
import type { EllswiftKeyPair, Engine } from '../engine/engine.js';
import { networks, type NetworkName } from '../networks.js';
import { at, faults, type RecordingError } from './errors.js';
import { nearestTerminator } from './nearest-terminator.js';
import { NOWHERE, placeOfByte } from './places.js';
import { sessionKeyNames } from './secrets.js';
import { atLeast, encrypted, type Direction, type Place, type Recording } from './types.js';

export type FittingKeys =
  /** `agreement` once their key is whole in the recording. */
  | { readonly from: 'ephemeral-key'; readonly pair: EllswiftKeyPair; readonly agreement?: KeyAgreement }
  | { readonly from: 'session-keys'; readonly keys: SessionKeys }
  | { readonly from: 'nothing' };

export interface Keys {
  readonly keys: FittingKeys;
  readonly ours: OurGarbage;
  /** Why the keys that the recording has are not used. */
  readonly problem?: RecordingError;
  /** What the file tells of its keys and its bytes do not bear out, though others of its keys read them. */
  readonly claim?: RecordingError;
}

/** Of what we sent after our key. */
export type OurGarbage =
  /** `length` of the garbage; all that was sent, where the recording may end before the terminator. */
  | { readonly terminator: 'there'; readonly length: number }
  /** Most of its bytes stand after so many of garbage; `differs`: the first after the key that is another. */
  | { readonly terminator: 'changed'; readonly length: number; readonly differs: number }
  | { readonly terminator: 'missing' };

/** The generator's x: its multiple by a secret key has the public key's. */
const GENERATOR_X = fromHex('79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798');

export function fittingKeys(recording: Recording, engine: Engine): Keys {
  if (recording.header.protocol === 'v1') return nothing();
  const { ephemeralKey, sessionKeys } = recording.secrets.reveal();
  const { level } = recording.header;
  if (ephemeralKey === undefined) {
    if (sessionKeys === undefined) return nothing(lost(recording));
    const keys = withGarbage({ from: 'session-keys', keys: sessionKeys }, sessionKeys, recording);
    if (keys.problem !== undefined || !atLeast(level, 'ephemeral-key')) return keys;
    const what = faults.keysLost(level, 'the ephemeral private key is not', 'What the session keys read');
    return { ...keys, claim: at(placeOfHeader(recording), what) };
  }

  const place = placeOfSecrets(recording, 'ephemeralKey');
  const sent = streamStart(recording, 'sent');
  const ours = sent.slice(0, ELLSWIFT_BYTES);
  if (ours.length < ELLSWIFT_BYTES) return nothing();
  if (!isPublicKeyOf(engine, ours, ephemeralKey.secretKey))
    return withSessionKeys(
      recording,
      place,
      'the secret key has another public key than the one that was sent',
    );
  const pair = { ...ephemeralKey, publicKey: ours };
  const agreement = agreementOf(recording, engine, ephemeralKey.secretKey);
  if (agreement === undefined) {
    const length = sessionKeys && foundTerminator(recording, sessionKeys);
    const garbage: OurGarbage = length === undefined ? allGarbage(sent) : { terminator: 'there', length };
    return { keys: { from: 'ephemeral-key', pair }, ours: garbage };
  }
  const keys = withGarbage({ from: 'ephemeral-key', pair, agreement }, agreement.keys, recording);
  const differing = sessionKeys && differingKeys(sessionKeys, agreement.keys);
  if (differing === undefined || differing.length === 0) return keys;
  if (keys.problem === undefined && fits(recording, agreement.keys)) {
    const what = `what the file tells as ${differing.join(', ')} is not what its ephemeral key gives`;
    return { ...keys, claim: at(placeOfSecrets(recording, 'sessionKeys'), faults.toldOtherwise(what)) };
  }
  const network = networkOf(recording, engine, ephemeralKey.secretKey, sessionKeys!);
  return network === undefined
    ? withSessionKeys(
        recording,
        placeOfByte(recording, { direction: 'received', offset: 0 }),
        'with the public key that was received, the secret key gives others',
      )
    : withSessionKeys(
        recording,
        placeOfHeader(recording),
        `the header says "${recording.header.network}", and the keys are of a session on ${network}`,
      );
}

/** What both keys give; undefined while their key is not whole. @param secretKey of our public key: a scalar */
export function agreementOf(
  recording: Recording,
  engine: Engine,
  secretKey: Uint8Array,
  network = recording.header.network,
): KeyAgreement | undefined {
  const ours = streamStart(recording, 'sent').slice(0, ELLSWIFT_BYTES);
  const theirs = streamStart(recording, 'received').slice(0, ELLSWIFT_BYTES);
  if (theirs.length < ELLSWIFT_BYTES) return undefined;
  return agreeOnKeys(engine, recording.header.role, networks[network], { secretKey, ours, theirs });
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

/** Whether an encoding decodes to the public key of a secret one. */
export function isPublicKeyOf(engine: Engine, encoding: Uint8Array, secretKey: Uint8Array): boolean {
  try {
    const x = engine.xOnlyEcdh(secretKey, GENERATOR_X);
    return engine.ellswiftDecode(encoding).every((byte, i) => byte === x[i]);
  } catch {
    return false; // no scalar at all
  }
}

function withGarbage(keys: FittingKeys, of: SessionKeys, recording: Recording): Keys {
  const { afterKey, terminator } = terminatorOf(recording, of, 'sent');
  const length = foundTerminator(recording, of);
  if (length !== undefined) return { keys, ours: { terminator: 'there', length } };
  const near = nearestTerminator(afterKey, terminator);
  if (near !== undefined)
    return { keys, ours: { terminator: 'changed', length: near.start, differs: near.differs } };
  const isFull = (bytes: Uint8Array) => bytes.length === MAX_GARBAGE_SEARCH_BYTES;
  if (fits(recording, of))
    return {
      keys,
      ours: isFull(afterKey) ? { terminator: 'missing' } : allGarbage(streamStart(recording, 'sent')),
    };
  // A session that failed before may have had no terminators.
  const over =
    !failed(recording) && (isFull(afterKey) || isFull(terminatorOf(recording, of, 'received').afterKey));
  if (!over && !wasEncrypted(recording)) return { keys, ours: allGarbage(streamStart(recording, 'sent')) };
  // The secret key has the public key that was sent: what it gives depends on the other one.
  const place =
    keys.from === 'ephemeral-key'
      ? placeOfByte(recording, { direction: 'received', offset: 0 })
      : placeOfSecrets(recording, 'sessionKeys');
  const what = 'neither of the garbage terminators that they give is among the bytes';
  return nothing(at(place, faults.keysDoNotFit(what)));
}

/** @returns the length of our garbage */
function foundTerminator(recording: Recording, keys: SessionKeys): number | undefined {
  const { afterKey, terminator } = terminatorOf(recording, keys, 'sent');
  return findTerminator(afterKey, terminator, 0);
}

/** The secret key is of no use: the session keys may be. */
function withSessionKeys(recording: Recording, place: Place, why: string): Keys {
  const { sessionKeys } = recording.secrets.reveal();
  if (sessionKeys === undefined || !fits(recording, sessionKeys))
    return nothing(at(place, faults.keysDoNotFit(why)));
  const keys = withGarbage({ from: 'session-keys', keys: sessionKeys }, sessionKeys, recording);
  return { ...keys, claim: at(place, faults.keysDoNotFit(why, 'The session keys of the file')) };
}

/** Whether a terminator that they give, or most of it, is among the bytes of either direction. */
function fits(recording: Recording, keys: SessionKeys): boolean {
  return (['sent', 'received'] as const).some((direction) => {
    const { afterKey, terminator } = terminatorOf(recording, keys, direction);
    return (
      findTerminator(afterKey, terminator, 0) !== undefined ||
      nearestTerminator(afterKey, terminator) !== undefined
    );
  });
}

function terminatorOf(recording: Recording, keys: SessionKeys, direction: Direction) {
  const { role } = recording.header;
  return {
    afterKey: streamStart(recording, direction).subarray(ELLSWIFT_BYTES),
    terminator: garbageTerminator(keys, direction === 'sent' ? role : otherRole(role)),
  };
}

const differingKeys = (told: SessionKeys, derived: SessionKeys) =>
  sessionKeyNames.filter((name) => !equalBytes(told[name], derived[name]));

/** The network's magic salts the keys: of which one they are, where it is another than the header says. */
function networkOf(
  recording: Recording,
  engine: Engine,
  secretKey: Uint8Array,
  told: SessionKeys,
): NetworkName | undefined {
  return (Object.keys(networks) as NetworkName[]).find((network) => {
    const agreement = agreementOf(recording, engine, secretKey, network);
    return agreement !== undefined && differingKeys(told, agreement.keys).length === 0;
  });
}

/** The session got so far that there were keys, and the header says that they are here. */
function lost(recording: Recording): RecordingError | undefined {
  const { level } = recording.header;
  const bothKeys = (['sent', 'received'] as const).every(
    (direction) => streamStart(recording, direction).length >= ELLSWIFT_BYTES,
  );
  if (level === 'ciphertext' || !bothKeys) return undefined;
  const what = faults.keysLost(level, 'no key is', 'What is readable without keys');
  return at(placeOfHeader(recording), what);
}

const wasEncrypted = ({ items }: Recording): boolean =>
  items.some(
    (item) => item.kind === 'event' && item.event.type === 'state' && encrypted.has(item.event.state),
  );

function failed({ items }: Recording): boolean {
  const last = items.at(-1);
  return last?.kind === 'event' && last.event.type === 'end' && last.event.state === 'failed';
}

/** Without a terminator, whatever follows our key is garbage. */
function allGarbage(sent: Uint8Array): OurGarbage {
  const length = Math.min(Math.max(sent.length - ELLSWIFT_BYTES, 0), MAX_GARBAGE_BYTES);
  return { terminator: 'there', length };
}

const placeOfHeader = ({ places }: Recording): Place => places?.header ?? NOWHERE;

const placeOfSecrets = ({ places }: Recording, kind: 'ephemeralKey' | 'sessionKeys'): Place =>
  places?.secrets[kind] ?? NOWHERE;

function nothing(problem?: RecordingError): Keys {
  return {
    keys: { from: 'nothing' },
    ours: { terminator: 'there', length: 0 },
    ...(problem && { problem }),
  };
}
