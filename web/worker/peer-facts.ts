import { serviceNames, type VersionMessage } from '../../shared/messages/index.js';
import type { PeerFacts } from './protocol.js';

/** What a node says of itself in its version message. */
export function peerFacts({ userAgent, version, services, startHeight }: VersionMessage): PeerFacts {
  return { userAgent, version, services: serviceNames(services), height: startHeight };
}
