import { encryptPacketAt, type EpochKeys } from '../../../shared/bip324/packet-at.js';
import { epochOf, packetNonce } from '../../../shared/bip324/rekey.js';
import { packetLayout } from '../../../shared/bip324/trace-layout.js';
import type { TraceField } from '../../../shared/bip324/trace.js';
import { concatBytes } from '../../../shared/bytes.js';
import { messageRegistry } from '../../../shared/messages/index.js';
import type { Network } from '../../../shared/networks.js';
import { encodeHeader } from '../../../shared/v1/header.js';
import type { Built } from './build.js';
import type { NoPacket, PacketPreview, Sized } from './protocol.js';

const PACKET_EXPANSION = 20;
const V1_HEADER_BYTES = 24;
const MAX_SHOWN_CONTENTS = 4_000_013;
const NOTHING = new Uint8Array();

/** What the next packet of ours is encrypted with. */
export interface Next {
  readonly index: number;
  readonly keys: EpochKeys;
}

export function v1Preview(built: Built & { kind: 'message' }, network: Network): PacketPreview {
  const { type = '', payload } = built;
  const bytes = concatBytes(encodeHeader(network, type, payload), payload);
  const pieces: readonly (readonly [string, TraceField['kind'], number, string])[] = [
    ['magic', 'magic', 4, `The magic of ${network.label}.`],
    ['type', 'type', 12, `“${type}”, padded with zeros.`],
    ['length', 'length', 4, 'The length of the payload, little-endian.'],
    ['checksum', 'checksum', 4, 'How the double SHA-256 of the payload begins.'],
    ['payload', 'contents', payload.length, 'The payload, for everyone on the way to read.'],
  ];
  let start = 0;
  const fields: TraceField[] = [];
  for (const [name, kind, length, meaning] of pieces) {
    if (length > 0)
      fields.push({ id: `preview.${name}`, kind, start, end: start + length, meaning, secret: false });
    start += length;
  }
  return { ...sizesOf(built, V1_HEADER_BYTES + payload.length), state: 'v1', bytes, fields };
}

/** @param next or why there is none */
export function v2Preview(built: Built, next: Next | NoPacket): PacketPreview {
  const typeBytes = built.kind === 'decoy' ? NOTHING : built.typeBytes;
  const length = built.kind === 'decoy' ? built.length : typeBytes.length + built.payload.length;
  const sizes = sizesOf(built, length + PACKET_EXPANSION);
  if (typeof next === 'string') return { ...sizes, state: 'none', why: next };
  if (length > MAX_SHOWN_CONTENTS) return { ...sizes, state: 'none', why: 'too-large' };
  const contents = built.kind === 'decoy' ? new Uint8Array(length) : concatBytes(typeBytes, built.payload);
  const { index, keys } = next;
  const ignore = built.kind === 'decoy';
  const bytes = encryptPacketAt(keys, index, contents, { ignore });
  const header = ignore ? 0x80 : 0;
  const role = ignore ? 'decoy' : 'message';
  const fields: TraceField[] = [];
  let start = 0;
  for (const piece of packetLayout({ index, header, contents, aad: NOTHING, role })) {
    const { name, kind, length, meaning } = piece;
    if (length > 0)
      fields.push({ id: `preview.${name}`, kind, start, end: start + length, meaning, secret: false });
    start += length;
  }
  const { type, id, wireBytes, payloadBytes } = sizes;
  return {
    ...sizes,
    state: 'sealed',
    epoch: epochOf(index),
    row: {
      kind: 'packet',
      index: 0,
      at: 0,
      direction: 'sent',
      packet: index,
      role: sizes.role,
      type,
      header,
      wireBytes,
      payloadBytes,
      encryptedLength: 0,
      tagStart: 0,
      ...(id !== undefined && { id }),
    },
    detail: {
      kind: 'packet',
      offset: 0,
      bytes,
      fields,
      sameSize: [],
      contents,
      typeBytes: typeBytes.length,
      nonce: packetNonce(index),
      aad: NOTHING,
      derivations: [],
    },
  };
}

function sizesOf(built: Built, wireBytes: number): Sized {
  if (built.kind === 'decoy')
    return { role: 'decoy', type: undefined, wireBytes, payloadBytes: built.length };
  const { type, id, payload } = built;
  const known = type !== undefined && messageRegistry.has(type);
  return {
    role: known ? 'message' : 'unknown',
    type,
    wireBytes,
    payloadBytes: payload.length,
    ...(id !== undefined && { id }),
  };
}
