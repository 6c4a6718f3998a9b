import { type DecodedMessage, type Feature } from '../messages/index.js';
import { type PeerError } from './errors.js';
import { type NegotiationNotice } from './negotiation.js';

/**
 *   handshaking ─▶ negotiating ─▶ ready          (any) ─▶ closed: by us, or by the peer once ready
 *                                                (any) ─▶ failed: with a PeerError
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
  /** The clock's milliseconds. */
  readonly at: number;
  /** Encryption and framing included; undefined where it cannot be told. */
  readonly wireBytes?: number;
};

/** What the peer did against the protocol while the session went on. */
export type Misbehaviour =
  | NegotiationNotice
  | { readonly code: 'malformed-message'; readonly messageType: string; readonly error: Error }
  | { readonly code: 'unknown-message-type'; readonly id?: number }
  | { readonly code: 'unexpected-pong'; readonly nonce: bigint };

export type PeerEvent = { readonly at: number } & (
  | { readonly type: 'state'; readonly state: PeerState; readonly previous: PeerState }
  /** The session keys are known. */
  | { readonly type: 'keys'; readonly sessionId: Uint8Array }
  /** The peer's version packet was authenticated; these are its contents. */
  | { readonly type: 'transport-ready'; readonly contents: Uint8Array }
  | { readonly type: 'decoy'; readonly direction: 'sent' | 'received'; readonly length: number }
  | { readonly type: 'message'; readonly direction: 'sent' | 'received'; readonly message: PeerMessage }
  | { readonly type: 'feature'; readonly feature: Feature }
  | { readonly type: 'ping'; readonly nonce: bigint; readonly ms: number }
  | { readonly type: 'misbehaviour'; readonly misbehaviour: Misbehaviour }
  /** The last event. */
  | { readonly type: 'end'; readonly end: PeerEnd }
);
