import { type TransportError } from '../transport.js';
import { peerErrors } from './errors.js';
import { type PeerEnd } from './events.js';

/** What a session knows of itself when its connection ends. */
export interface Ending {
  readonly role: 'initiator' | 'responder';
  readonly protocol: 'v1' | 'v2';
  readonly bytesReceived: number;
  /** What the negotiation still waits for. */
  readonly awaiting: 'version' | 'verack' | undefined;
}

/** The peer closed; `error` says what that cut off in the transport. */
export function closedByPeer(ending: Ending, error: TransportError | undefined): PeerEnd {
  const { role, protocol, bytesReceived, awaiting } = ending;
  if (bytesReceived === 0) return { state: 'failed', error: peerErrors.closedBeforeAnyByte(role, protocol) };
  if (error !== undefined) return { state: 'failed', error: peerErrors.transport(error) };
  if (awaiting !== undefined)
    return { state: 'failed', error: peerErrors.closedWhileNegotiating(awaiting, protocol) };
  return { state: 'closed', by: 'peer' };
}

/** The duplex failed with `cause`. */
export function connectionFailed({ role, protocol, bytesReceived }: Ending, cause: unknown): PeerEnd {
  // A peer that closes with our bytes unread resets the connection: to us that is the same as closing.
  if (bytesReceived === 0 && isReset(cause))
    return { state: 'failed', error: peerErrors.closedBeforeAnyByte(role, protocol) };
  return { state: 'failed', error: peerErrors.connectionLost(cause) };
}

/** How the TCP duplex, the tunnel and Node's own sockets say that the other side reset the connection. */
const resetCodes: readonly unknown[] = ['reset', 'target-reset', 'ECONNRESET', 'EPIPE'];

function isReset(cause: unknown): boolean {
  return typeof cause === 'object' && cause !== null && 'code' in cause && resetCodes.includes(cause.code);
}
