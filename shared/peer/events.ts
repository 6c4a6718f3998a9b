import { type DecodedMessage, type Feature } from '../messages/index.js';
import { type V1Error } from '../v1/errors.js';
import { type PeerError } from './errors.js';
import { type NegotiationNotice } from './negotiation.js';

/**
 *   handshaking ─▶ negotiating ─▶ ready          (any) ─▶ closed: by us, or by the peer once ready
 *   (v2 alone)                                   (any) ─▶ failed: with a PeerError
 */
export type PeerState = 'handshaking' | 'negotiating' | 'ready' | 'closed' | 'failed';

/** How a session ended. */
export type PeerEnd =
  | { readonly state: 'closed'; readonly by: 'us'; readonly reason?: string }
  | { readonly state: 'closed'; readonly by: 'peer' }
  | { readonly state: 'failed'; readonly error: PeerError };

/** A message, with what its codec says about it, when it came and what it took on the wire. */
export type PeerMessage = (
  | DecodedMessage
  /** A one-byte id that no registry has, or a malformed type: nodes ignore it, and so do we. */
  | { readonly kind: 'unknown'; readonly type: undefined; readonly id?: number }
) & {
  readonly payload: Uint8Array;
  /** So many bytes of the payload lie behind the end of the message: nobody reads them. */
  readonly trailing?: number;
  /** The clock's milliseconds. */
  readonly at: number;
  /** Framing and, with v2, encryption included; undefined for a message that waits for the keys. */
  readonly wireBytes?: number;
};

/** What the peer did against the protocol while the session went on. */
export type Misbehaviour =
  | NegotiationNotice
  | { readonly code: 'malformed-message'; readonly messageType: string; readonly error: Error }
  /** The message is whole, and bytes follow it: it counts, and they do not. */
  | { readonly code: 'trailing-bytes'; readonly messageType: string; readonly bytes: number }
  | { readonly code: 'unknown-message-type'; readonly id?: number }
  | { readonly code: 'unexpected-pong'; readonly nonce: bigint }
  /** A v1 message that arrived damaged: it was dropped. */
  | { readonly code: 'wrong-checksum'; readonly messageType: string | undefined; readonly error: V1Error };

export type PeerEvent = { readonly at: number } & (
  | { readonly type: 'state'; readonly state: PeerState; readonly previous: PeerState }
  /** The session keys are known. */
  | { readonly type: 'keys'; readonly sessionId: Uint8Array }
  /** The peer's version packet was authenticated; these are its contents. */
  | { readonly type: 'transport-ready'; readonly contents: Uint8Array }
  /** To our responder: the peer speaks v1, and v1 goes on with what it sent. Nothing is encrypted. */
  | { readonly type: 'v1' }
  | { readonly type: 'decoy'; readonly direction: 'sent' | 'received'; readonly length: number }
  | { readonly type: 'message'; readonly direction: 'sent' | 'received'; readonly message: PeerMessage }
  | { readonly type: 'feature'; readonly feature: Feature }
  | { readonly type: 'ping'; readonly nonce: bigint; readonly ms: number }
  | { readonly type: 'misbehaviour'; readonly misbehaviour: Misbehaviour }
  /** The last event. */
  | { readonly type: 'end'; readonly end: PeerEnd }
);
