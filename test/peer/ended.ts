import { type Peer, type PeerError } from '../../shared/peer/index.js';

/** The error a session failed with. */
export async function peerErrorOf(peer: Peer): Promise<PeerError> {
  const end = await peer.ended;
  if (end.state !== 'failed') throw new Error(`the session did not fail, it ended: ${JSON.stringify(end)}`);
  return end.error;
}
