import type { Question, Questions } from './protocol.js';

/**
 * What of an answer crosses to the page without one more copy: arrays that were made for this answer alone, each in a
 * buffer of its own. A block of megabytes would hold up the page for as long as its copying takes.
 */
export function handedOver({ about }: Question, answer: unknown): ArrayBuffer[] {
  if (answer === undefined) return [];
  switch (about) {
    case 'message':
      return buffersOf((answer as Questions['message']['answer']).payload);
    case 'packet': {
      const packet = answer as Questions['packet']['answer'];
      return packet.kind === 'packet' ? buffersOf(packet.bytes, packet.contents) : buffersOf(packet.bytes);
    }
    default:
      return [];
  }
}

/** Only of arrays that fill theirs: what else lies in a buffer belongs to somebody else. */
function buffersOf(...arrays: readonly Uint8Array[]): ArrayBuffer[] {
  return arrays.flatMap(({ buffer, byteLength }) =>
    buffer instanceof ArrayBuffer && byteLength === buffer.byteLength && byteLength > 0 ? [buffer] : [],
  );
}
