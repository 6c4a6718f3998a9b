import { decodeMessage, type DecodedMessage } from '../messages/index.js';

/**
 * As real nodes read: bytes behind the end of a message do not matter, since a later version of it may have more
 * fields. The codecs are strict; a session is not.
 */
export function decodeLeniently(
  type: string,
  payload: Uint8Array,
): DecodedMessage & { readonly trailing?: number } {
  const strict = decodeMessage(type, payload);
  if (strict.kind !== 'malformed' || strict.error.code !== 'trailing-bytes') return strict;
  const { offset } = strict.error;
  return { ...decodeMessage(type, payload.subarray(0, offset)), trailing: payload.length - offset };
}
