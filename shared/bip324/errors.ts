/** What can go wrong on a v2 connection, as values (BIP324, and how Bitcoin Core ends a connection). */
import { toHex } from '../bytes.js';

export type V2ErrorCode =
  | 'v1-wrong-network'
  | 'missing-garbage-terminator'
  | 'packet-too-large'
  | 'packet-authentication-failed'
  | 'closed-before-key'
  | 'closed-during-key'
  | 'closed-during-garbage'
  | 'closed-before-version'
  | 'closed-during-packet';

export interface V2Error {
  readonly code: V2ErrorCode;
  /** What happened, one sentence. */
  readonly message: string;
  /** What a person can do about it. */
  readonly hint: string;
  /** Offset in the received stream of the byte at which it showed. */
  readonly at: number;
}

/** Thrown by `send` and `sendDecoy` once the connection has ended. */
export class TransportClosedError extends Error {
  override readonly name = 'TransportClosedError';
  readonly code = 'transport-closed';
  readonly hint = 'Open a new connection: a session cannot be resumed.';

  constructor() {
    super('the transport has ended; nothing more can be sent');
  }
}

const CHECK_NETWORK =
  'Check that both sides are on the same network: another network’s magic gives other keys.';

export const v2Errors = {
  v1WrongNetwork: (magic: Uint8Array, label: string | undefined, at: number): V2Error => ({
    code: 'v1-wrong-network',
    message: `the peer speaks v1 with another network's magic, ${toHex(magic)}${label === undefined ? '' : ` (${label})`}`,
    hint: `Choose ${label ?? 'the network that it belongs to'}, or connect to a node of this network.`,
    at,
  }),
  missingGarbageTerminator: (searched: number, at: number): V2Error => ({
    code: 'missing-garbage-terminator',
    message: `no garbage terminator in the ${searched} bytes after the key`,
    hint: `The peer is on another network, or does not speak v2. ${CHECK_NETWORK}`,
    at,
  }),
  packetTooLarge: (index: number, length: number, limit: number, at: number): V2Error => ({
    code: 'packet-too-large',
    message: `packet ${index} announces ${length} bytes of contents; the limit is ${limit}`,
    hint: 'The stream is damaged or the peer breaks the protocol: connect anew.',
    at,
  }),
  packetAuthenticationFailed: (index: number, at: number): V2Error => ({
    code: 'packet-authentication-failed',
    message: `packet ${index} does not authenticate: its bytes${index === 0 ? ', or the garbage before it,' : ''} were changed on the way`,
    hint: 'Nothing after this packet can be read: connect anew. If it happens again, something between you and the node alters bytes.',
    at,
  }),
  closedBeforeKey: (): V2Error => ({
    code: 'closed-before-key',
    message: 'the peer closed the connection without sending a byte',
    hint: 'It probably speaks only v1, has no free slot, or does not want this connection. Retrying with v1 is possible.',
    at: 0,
  }),
  closedDuringKey: (at: number): V2Error => ({
    code: 'closed-during-key',
    message: `the peer closed the connection after ${at} of the 64 bytes of its key`,
    hint: 'The connection was cut, or this is no Bitcoin node that speaks v2.',
    at,
  }),
  closedDuringGarbage: (searched: number, at: number): V2Error => ({
    code: 'closed-during-garbage',
    message: `the peer closed the connection before its garbage terminator; ${searched} bytes came after the key`,
    hint: `It did not find our terminator either, or it does not speak v2. ${CHECK_NETWORK}`,
    at,
  }),
  closedBeforeVersion: (at: number): V2Error => ({
    code: 'closed-before-version',
    message: 'the peer closed the connection before its version packet',
    hint: 'The handshake did not finish: connect anew.',
    at,
  }),
  closedDuringPacket: (received: number, expected: number | undefined, at: number): V2Error => ({
    code: 'closed-during-packet',
    message: `the connection ended inside a packet, after ${received} of ${expected ?? 'an unknown number of'} bytes`,
    hint: 'The connection was cut; everything before this packet is whole.',
    at,
  }),
};
