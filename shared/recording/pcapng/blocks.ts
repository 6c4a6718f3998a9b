/** pcapng (draft-ietf-opsawg-pcapng): blocks of a little-endian file with one Ethernet interface, times in microseconds. */
import { concatBytes } from '../../bytes.js';

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const ETHERNET = 1;
const OPTION_COMMENT = 1;
const OPTION_USER_APPLICATION = 4;
const OPTION_TIME_RESOLUTION = 9;

export function sectionHeader(application: string, comment: string): Uint8Array {
  const fixed = new Uint8Array(16);
  const view = new DataView(fixed.buffer);
  view.setUint32(0, BYTE_ORDER_MAGIC, true);
  view.setUint16(4, 1, true);
  // The section's length is not said: -1.
  fixed.fill(0xff, 8);
  return block(
    SECTION_HEADER,
    fixed,
    options([OPTION_COMMENT, text(comment)], [OPTION_USER_APPLICATION, text(application)]),
  );
}

export function interfaceDescription(): Uint8Array {
  const fixed = new Uint8Array(8);
  new DataView(fixed.buffer).setUint16(0, ETHERNET, true);
  return block(INTERFACE_DESCRIPTION, fixed, options([OPTION_TIME_RESOLUTION, Uint8Array.of(6)]));
}

/** @param timeUs microseconds since 1970 */
export function enhancedPacket(frame: Uint8Array, timeUs: number, comment?: string): Uint8Array {
  const fixed = new Uint8Array(20);
  const view = new DataView(fixed.buffer);
  view.setUint32(4, Math.floor(timeUs / 2 ** 32), true);
  view.setUint32(8, timeUs % 2 ** 32, true);
  view.setUint32(12, frame.length, true);
  view.setUint32(16, frame.length, true);
  const said = comment === undefined ? [] : [options([OPTION_COMMENT, text(comment)])];
  return block(ENHANCED_PACKET, fixed, padded(frame), ...said);
}

function block(type: number, ...body: readonly Uint8Array[]): Uint8Array {
  const content = concatBytes(...body);
  const bytes = new Uint8Array(content.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, bytes.length, true);
  bytes.set(content, 8);
  view.setUint32(bytes.length - 4, bytes.length, true);
  return bytes;
}

function options(...entries: readonly (readonly [code: number, value: Uint8Array])[]): Uint8Array {
  const parts = entries.flatMap(([code, value]) => {
    const head = new Uint8Array(4);
    const view = new DataView(head.buffer);
    view.setUint16(0, code, true);
    view.setUint16(2, value.length, true);
    return [head, padded(value)];
  });
  return concatBytes(...parts, new Uint8Array(4)); // opt_endofopt
}

/** To 32 bits. */
function padded(bytes: Uint8Array): Uint8Array {
  return concatBytes(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4));
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}
