/** How the values of a session come about, step by step, as the trace tells it. */
import { LENGTH_BYTES, REKEY_INTERVAL, type EllswiftKeyPair } from '../engine/engine.js';
import { SHARED_SECRET_TAG } from './ellswift.js';
import type { KeyAgreement } from './handshake.js';
import { hkdfSalt, type Role, type SessionKeys } from './keys.js';
import { epochOf, lengthNonce, nextLengthKey, nextPacketKey, packetNonce, rekeyNonce } from './rekey.js';
import { TraceValue, type Derivation } from './trace.js';
import type { TracedPacket } from './trace-layout.js';

const ENCODING = 'BIP324, ElligatorSwift encoding of curve X coordinates';
const SHARED_SECRET = 'BIP324, Shared secret computation';
const KEYS = 'BIP324, Keys and session ID derivation';
const PACKETS = 'BIP324, Packet encryption';

/** The current cipher keys of one direction; undefined where the observer did not ask for secrets. */
export type TracedKeys = { L: Uint8Array; P: Uint8Array } | undefined;

const { open, secret: hidden } = TraceValue;

export function keyPairDerivation(pair: EllswiftKeyPair, keep: boolean): Derivation {
  return {
    id: 'ellswift-create',
    source: ENCODING,
    inputs: [hidden('secret key', keep ? pair.secretKey : undefined)],
    outputs: [
      open('u', pair.publicKey.slice(0, 32)),
      open('t', pair.publicKey.slice(32)),
      open('case', pair.ellCase),
      open('attempts', pair.attempts),
    ],
  };
}

export function agreementDerivations(agreement: KeyAgreement, role: Role, keep: boolean): Derivation[] {
  const { secretKey, theirX, sharedX, secret, prk, magic, keys } = agreement;
  const [theirs, ours] = [agreement.theirs.slice(), agreement.ours.slice()];
  const kept = (name: string, bytes: Uint8Array) => hidden(name, keep ? bytes : undefined);
  return [
    {
      id: 'ellswift-decode',
      source: ENCODING,
      inputs: [open('u', theirs.slice(0, 32)), open('t', theirs.slice(32))],
      outputs: [open('their x', theirX)],
    },
    {
      id: 'ecdh',
      source: SHARED_SECRET,
      inputs: [kept('secret key', secretKey), open('their x', theirX)],
      outputs: [kept('shared x', sharedX)],
    },
    {
      id: 'shared-secret',
      source: SHARED_SECRET,
      inputs: [
        open('tag', SHARED_SECRET_TAG),
        open("initiator's key", role === 'initiator' ? ours : theirs),
        open("responder's key", role === 'initiator' ? theirs : ours),
        kept('shared x', sharedX),
      ],
      outputs: [kept('shared secret', secret)],
    },
    {
      id: 'hkdf-extract',
      source: KEYS,
      inputs: [open('salt', hkdfSalt(magic)), kept('shared secret', secret)],
      outputs: [kept('pseudorandom key', prk)],
    },
    ...expansions(keys, kept('pseudorandom key', prk), keep),
  ];
}

/** Of a recording that holds the session keys alone: what came out, and of what went in only the salt. */
export function sessionKeyDerivations(keys: SessionKeys, magic: Uint8Array, keep: boolean): Derivation[] {
  const prk = TraceValue.missing('pseudorandom key');
  return [
    {
      id: 'hkdf-extract',
      source: KEYS,
      inputs: [open('salt', hkdfSalt(magic)), TraceValue.missing('shared secret')],
      outputs: [prk],
    },
    ...expansions(keys, prk, keep),
  ];
}

function expansions(keys: SessionKeys, prk: TraceValue, keep: boolean): Derivation[] {
  const kept = (name: string, bytes: Uint8Array) => hidden(name, keep ? bytes : undefined);
  const expansion = (info: string, ...outputs: TraceValue[]): Derivation => ({
    id: `hkdf-expand ${info}`,
    source: KEYS,
    inputs: [prk, open('info', info)],
    outputs,
  });
  return [
    expansion('session_id', open('session id', keys.sessionId.slice())),
    expansion('initiator_L', kept("initiator's length key", keys.initiatorL)),
    expansion('initiator_P', kept("initiator's packet key", keys.initiatorP)),
    expansion('responder_L', kept("responder's length key", keys.responderL)),
    expansion('responder_P', kept("responder's packet key", keys.responderP)),
    expansion(
      'garbage_terminators',
      open("initiator's garbage terminator", keys.initiatorGarbageTerminator.slice()),
      open("responder's garbage terminator", keys.responderGarbageTerminator.slice()),
    ),
  ];
}

export function packetDerivations(wire: Uint8Array, packet: TracedPacket, keys: TracedKeys): Derivation[] {
  const { index, header, contents, aad } = packet;
  return [
    {
      id: 'packet-length',
      source: PACKETS,
      inputs: [
        hidden('length key', keys?.L),
        open('nonce', lengthNonce(epochOf(index))),
        open('position in the key stream', (index % REKEY_INTERVAL) * LENGTH_BYTES),
        open('encrypted length', wire.subarray(0, LENGTH_BYTES)),
      ],
      outputs: [open('length of the contents', contents.length)],
    },
    {
      id: 'packet-aead',
      source: PACKETS,
      inputs: [
        hidden('packet key', keys?.P),
        open('nonce', packetNonce(index)),
        open('additional data', aad),
        open('ciphertext and tag', wire.subarray(LENGTH_BYTES)),
      ],
      outputs: [open('header', header), open('contents', contents)],
    },
  ];
}

/** After the last packet of an epoch: replaces `keys` by their successors. */
export function rekeyDerivations(epoch: number, keys: TracedKeys): Derivation[] {
  const next = keys && { L: nextLengthKey(keys.L, epoch), P: nextPacketKey(keys.P, epoch) };
  const derivations: Derivation[] = [
    {
      id: 'rekey-length',
      source: 'BIP324, Rekeying wrappers: FSChaCha20',
      inputs: [hidden('length key', keys?.L), open('nonce', lengthNonce(epoch))],
      outputs: [hidden('next length key', next?.L)],
    },
    {
      id: 'rekey-packet',
      source: 'BIP324, Rekeying wrappers: FSChaCha20Poly1305',
      inputs: [hidden('packet key', keys?.P), open('nonce', rekeyNonce(epoch))],
      outputs: [hidden('next packet key', next?.P)],
    },
  ];
  if (keys && next) {
    keys.L.set(next.L);
    keys.P.set(next.P);
  }
  return derivations;
}
