/** What shows in a recording's bytes that they were changed, in words. */
import { ELLSWIFT_BYTES } from '../bip324/ellswift.js';
import { epochOf } from '../bip324/rekey.js';
import { LENGTH_BYTES, PACKET_EXPANSION, REKEY_INTERVAL, type PartialPacket } from '../engine/engine.js';
import type { StreamByte } from './places.js';
import type { Direction } from './types.js';

/** What the bytes do not bear out, and the byte from which on they do not. */
export interface Changed {
  readonly what: string;
  readonly at: StreamByte;
  /** Session keys that no packet of this direction has borne out yet may be what was changed. */
  readonly orKeys?: true;
}

/** @param at where it starts, or the garbage that it authenticates, which then may be what was changed */
export const counted = (packet: number, at?: number) =>
  `packet ${packet} (key epoch ${epochOf(packet)}, ${packet % REKEY_INTERVAL} of ${REKEY_INTERVAL})${
    packet === 0 && at === ELLSWIFT_BYTES ? ', which authenticates the garbage before it,' : ''
  }`;

export const neverWhole = (
  { index, length, received }: PartialPacket,
  direction: Direction,
  upTo: 'the recording ends' | 'its line in the clear stands',
) =>
  `${upTo} inside ${counted(index)} that was ${direction}: ${
    length === undefined ? 'its length' : `with its ${length} bytes of contents it`
  } takes ${length === undefined ? LENGTH_BYTES : length + PACKET_EXPANSION} bytes, and ${received} came`;
