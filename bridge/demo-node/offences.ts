import { type DecodedType } from '../../shared/messages/index.js';
import { type PeerMessage } from '../../shared/peer/index.js';

/** The largest payload within the limits of each message whose limits a node enforces. */
const largest: Partial<Record<DecodedType, number>> = {
  inv: 3 + 50_000 * 36,
  getdata: 3 + 50_000 * 36,
  getheaders: 4 + 1 + 101 * 32 + 32,
  getblocks: 4 + 1 + 101 * 32 + 32,
  headers: 3 + 2000 * 81,
  addr: 3 + 1000 * 30,
};

/**
 * Whether a node disconnects for this message: too many entries, and all of them there. A count that only claims so
 * many is a message that does not parse, which a node ignores.
 */
export function isOffence(message: PeerMessage): boolean {
  if (message.kind !== 'malformed' || message.error.code !== 'limit-exceeded') return false;
  return message.payload.length > (largest[message.type] ?? Infinity);
}
