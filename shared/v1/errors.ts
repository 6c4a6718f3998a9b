/** What can go wrong on a v1 connection, as values: what Bitcoin Core refuses, and what the end of input cuts off. */
import { toHex } from '../bytes.js';
import { networkOfMagic, type Network } from '../networks.js';
import { HEADER_BYTES } from './header.js';

export type V1ErrorCode =
  | 'v1-wrong-network'
  | 'v1-wrong-magic'
  | 'message-too-large'
  /** The one that a connection survives: the message is dropped. */
  | 'wrong-checksum'
  | 'closed-during-header'
  | 'closed-during-payload';

export interface V1Error {
  readonly code: V1ErrorCode;
  /** What happened, one sentence. */
  readonly message: string;
  /** What a person can do about it. */
  readonly hint: string;
  /** Offset in the received stream of the byte at which it showed. */
  readonly at: number;
}

const named = (type: string | undefined) => type ?? 'a message of a malformed type';

export const v1Errors = {
  /** @param first whether it is the first header: later ones had the right magic before them */
  wrongMagic: (magic: Uint8Array, expected: Network, first: boolean, at: number): V1Error => {
    const other = networkOfMagic(magic);
    if (other !== undefined) {
      return {
        code: 'v1-wrong-network',
        message: `the peer speaks v1 with the magic of ${other.label}, ${toHex(magic)}; expected ${expected.label}`,
        hint: `Choose ${other.label}, or connect to a node of ${expected.label}.`,
        at,
      };
    }
    return {
      code: 'v1-wrong-magic',
      message: `a v1 message starts with ${toHex(expected.magic)} (${expected.label}), but ${toHex(magic)} came`,
      hint: first
        ? 'The other side is no v1 peer, or one of a network unknown here. Check address, port and network.'
        : 'The stream lost its framing: it is damaged, or the peer breaks the protocol. Connect anew.',
      at,
    };
  },
  messageTooLarge: (type: string | undefined, length: number, limit: number, at: number): V1Error => ({
    code: 'message-too-large',
    message: `${named(type)} announces a payload of ${length} bytes; the limit is ${limit}`,
    hint: 'The stream is damaged or the peer breaks the protocol: connect anew.',
    at,
  }),
  wrongChecksum: (
    type: string | undefined,
    announced: Uint8Array,
    computed: Uint8Array,
    at: number,
  ): V1Error => ({
    code: 'wrong-checksum',
    message: `${named(type)} has the checksum ${toHex(announced)}, but its payload gives ${toHex(computed)}`,
    hint: 'The message was dropped and the session goes on, as in a real node. If it happens again, something alters bytes on the way.',
    at,
  }),
  closedDuringHeader: (received: number, at: number): V1Error => ({
    code: 'closed-during-header',
    message: `the connection ended after ${received} of the ${HEADER_BYTES} bytes of a header`,
    hint: 'The connection was cut; everything before this message is whole.',
    at,
  }),
  closedDuringPayload: (
    type: string | undefined,
    received: number,
    expected: number,
    at: number,
  ): V1Error => ({
    code: 'closed-during-payload',
    message: `the connection ended inside ${named(type)}, after ${received} of ${expected} bytes of its payload`,
    hint: 'The connection was cut; everything before this message is whole.',
    at,
  }),
};
