import { type TransportEvent } from '../transport.js';

/** BIP324: 3 bytes of length, 1 of header, 16 of tag. */
const PACKET_EXPANSION = 20;
const SHORT_TYPE_BYTES = 1;
const LONG_TYPE_BYTES = 13;

/** What a received message took on the wire; undefined for a malformed type of v2, whose own length is not known. */
export function receivedWireBytes(event: TransportEvent & { type: 'message' }): number | undefined {
  if ('wireBytes' in event) return event.wireBytes;
  if (event.id !== undefined) return event.payload.length + SHORT_TYPE_BYTES + PACKET_EXPANSION;
  if (event.message !== undefined) return event.payload.length + LONG_TYPE_BYTES + PACKET_EXPANSION;
  return undefined;
}
