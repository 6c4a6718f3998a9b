/** Which fields the bytes of a step consist of. */
import { HEADER_BYTES, LENGTH_BYTES, TAG_BYTES } from '../engine/engine.js';
import { ELLSWIFT_BYTES } from './ellswift.js';
import { MAX_GARBAGE_SEARCH_BYTES } from './handshake.js';
import type { States } from './states.js';
import type { FieldKind, PacketFacts } from './trace.js';

/** A field to be laid down next: the tracer knows where. */
export interface Laid {
  name: string;
  kind: FieldKind;
  length: number;
  meaning: string;
  value?: number | Uint8Array;
  incomplete?: true;
}

/** A packet as the transport knows it; `contents` are the tracer's to keep. */
export interface TracedPacket {
  index: number;
  header: number;
  contents: Uint8Array;
  aad: Uint8Array;
  role: PacketFacts['role'];
}

export function ellswift(whose: 'our' | 'their'): Laid {
  return {
    name: 'key',
    kind: 'ellswift',
    length: ELLSWIFT_BYTES,
    meaning: `64 bytes that look random: ${whose} public key in disguise (ElligatorSwift).`,
  };
}

export function garbageField(whose: 'our' | 'their', length: number): Laid {
  return {
    name: 'garbage',
    kind: 'garbage',
    length,
    meaning: `Random bytes of a length that ${whose === 'our' ? 'we' : 'they'} chose, so that the connection has no fixed pattern.`,
  };
}

export function terminatorField(whose: 'our' | 'their', length: number): Laid {
  return {
    name: 'terminator',
    kind: 'terminator',
    length,
    meaning: `Ends ${whose} garbage: 16 bytes that only the two sides can compute.`,
  };
}

export function packetLayout({ index, header, contents, role }: TracedPacket): Laid[] {
  const at = `packet-${index}`;
  const what = {
    version: 'The version packet: empty today, ignored, kept for later versions of the transport.',
    decoy: 'A decoy: its contents are thrown away, but must authenticate.',
    message: 'The message: its type, then its payload.',
  }[role];
  return [
    {
      name: `${at}.length`,
      kind: 'length',
      length: LENGTH_BYTES,
      meaning: 'The length of the contents, encrypted on its own.',
      value: contents.length,
    },
    {
      name: `${at}.header`,
      kind: 'header',
      length: HEADER_BYTES,
      meaning: 'The header byte: its highest bit marks a decoy; the others are reserved.',
      value: header,
    },
    { name: `${at}.contents`, kind: 'contents', length: contents.length, meaning: what, value: contents },
    {
      name: `${at}.tag`,
      kind: 'tag',
      length: TAG_BYTES,
      meaning: 'Proves that nothing in the packet was changed, and that a holder of the key made it.',
    },
  ];
}

/** What whoever holds no keys sees after the two public keys. */
export const unreadable: Omit<Laid, 'name' | 'length'> = {
  kind: 'unread',
  meaning: 'Bytes that look random to whoever has no keys: nothing more can be said about them.',
};

/** Names for bytes that make no whole step. */
export function leftover(
  packet: { index: number; length: number | undefined } | undefined,
  state: States['receive'],
): Laid[] {
  const unread: Laid = {
    name: 'unread',
    kind: 'unread',
    length: Infinity,
    meaning: 'Bytes that nothing can be said about: the connection had failed before them.',
  };
  if (state === 'key' || state === 'key-or-v1') return [ellswift('their'), unread];
  if (state === 'garbage') return [garbageField('their', MAX_GARBAGE_SEARCH_BYTES), unread];
  if (packet === undefined) return [unread];
  const at = `packet-${packet.index}`;
  const length: Laid = {
    name: `${at}.length`,
    kind: 'length',
    length: LENGTH_BYTES,
    meaning: 'The length of the contents, encrypted on its own.',
  };
  if (packet.length === undefined) return [length, unread];
  return [
    { ...length, value: packet.length },
    {
      name: `${at}.header`,
      kind: 'header',
      length: HEADER_BYTES,
      meaning: 'The header byte, which could not be authenticated.',
    },
    {
      name: `${at}.contents`,
      kind: 'contents',
      length: packet.length,
      meaning: 'Contents that could not be authenticated.',
    },
    {
      name: `${at}.tag`,
      kind: 'tag',
      length: TAG_BYTES,
      meaning: 'The tag of a packet that did not authenticate or did not come whole.',
    },
    unread,
  ];
}

/** Cuts a layout to the bytes that are there; the field that the cut goes through is incomplete. */
export function fit(layout: Laid[], available: number): Laid[] {
  const fitted: Laid[] = [];
  for (const field of layout) {
    if (available <= 0) break;
    const length = Math.min(field.length, available);
    available -= length;
    fitted.push(
      length < field.length && field.length !== Infinity
        ? { ...field, length, incomplete: true }
        : { ...field, length },
    );
  }
  return fitted;
}
