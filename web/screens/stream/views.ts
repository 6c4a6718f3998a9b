import { concatBytes } from '../../../shared/bytes.js';
import type { TraceField } from '../../../shared/bip324/trace.js';
import { count } from '../../format.js';
import { decoy, kinds, type Kind } from '../../kinds.js';
import type { PacketDetail, PacketRow, UnreadRow } from '../../worker/protocol.js';
import type { FieldName } from './place.js';

/** Three ways to look at the same bytes. */
export const views = ['wire', 'observer', 'decrypted'] as const;
export type View = (typeof views)[number];

export const viewNames: { readonly [V in View]: string } = {
  wire: 'On the wire',
  observer: 'As an observer sees it',
  decrypted: 'Decrypted',
};

export interface ViewField extends TraceField {
  readonly look: Kind;
  /** undefined for bytes that are no field. */
  readonly name: FieldName | undefined;
  /** What it says, where it says something; else what it is for. */
  readonly says: string;
}

export interface Seen {
  readonly bytes: Uint8Array;
  readonly fields: readonly ViewField[];
}

const anyBytes: Kind = { letter: '?', label: 'bytes', look: 'plain' };
const typeOfMessage: Kind = { ...kinds.type, look: 'header' };

/** A packet's bytes in one view: of the same number, in the same order. */
export function seen(row: PacketRow | UnreadRow, detail: PacketDetail, view: View): Seen {
  const { bytes, offset } = detail;
  if (view === 'observer') {
    const id = `${row.direction}.bytes`;
    const says = 'No lengths, no types, no borders between packets: bytes that look random.';
    const field = { id, kind: 'unread', start: offset, end: offset + bytes.length, secret: false } as const;
    return { bytes, fields: [{ ...field, meaning: says, look: anyBytes, name: undefined, says }] };
  }
  if (view === 'decrypted' && detail.kind === 'packet' && row.kind === 'packet')
    return decrypted(row, detail);
  const fields = detail.fields.map((field) => ({
    ...field,
    look:
      row.kind === 'packet' && row.role === 'decoy' && field.kind === 'contents' ? decoy : kinds[field.kind],
    name: fieldName(field.kind),
    says: field.meaning,
  }));
  return { bytes, fields };
}

const fieldName = (kind: ViewField['kind']): FieldName | undefined =>
  kind === 'length' || kind === 'header' || kind === 'contents' || kind === 'tag' ? kind : undefined;

function decrypted(row: PacketRow, detail: PacketDetail & { kind: 'packet' }): Seen {
  const { contents, typeBytes, offset, bytes } = detail;
  const length = contents.length;
  const plain = Uint8Array.of(length & 0xff, (length >>> 8) & 0xff, length >>> 16, row.header);
  const parts: readonly (readonly [FieldName, ViewField['kind'], Kind, number, string])[] = [
    [
      'length',
      'length',
      kinds.length,
      3,
      `${count(length, 'byte')} of contents, little-endian. The header is not counted.`,
    ],
    ['header', 'header', kinds.header, 1, headerSays(row.header)],
    ['type', 'type', typeOfMessage, typeBytes, typeSays(row, typeBytes)],
    [
      typeBytes > 0 ? 'payload' : 'contents',
      'contents',
      row.role === 'decoy' ? decoy : { ...kinds.contents, label: typeBytes > 0 ? 'payload' : 'contents' },
      length - typeBytes,
      contentsSay(row),
    ],
    [
      'tag',
      'tag',
      kinds.tag,
      16,
      'Verified: computed from header, contents and additional data under the packet key, it came out the same. A tag has no plaintext; these are its bytes as they were sent.',
    ],
  ];
  const fields: ViewField[] = [];
  let start = offset;
  for (const [name, kind, look, size, says] of parts) {
    const id = `${row.direction}.packet-${row.packet}.${name}`;
    if (size > 0)
      fields.push({ id, kind, start, end: start + size, meaning: says, secret: false, look, name, says });
    start += size;
  }
  return { bytes: concatBytes(plain, contents, bytes.subarray(bytes.length - 16)), fields };
}

export function headerSays(header: number): string {
  const ignore = (header & 0x80) !== 0;
  const others = header & 0x7f;
  const bits = header.toString(2).padStart(8, '0');
  return `${bits}: the ignore bit, the highest, is ${ignore ? 'set: a decoy, thrown away once it has authenticated' : 'not set'}. The other seven are reserved, ${others === 0 ? 'and zero' : 'but not all zero: they are not looked at'}.`;
}

function typeSays({ type, id }: PacketRow, typeBytes: number): string {
  if (id !== undefined)
    return type === undefined
      ? `Short id ${id}, which stands for no message that is known here.`
      : `Short id ${id} stands for ${type}: one byte in place of twelve.`;
  return typeBytes > 1
    ? `A zero byte, then ${type === undefined ? 'twelve bytes that are no type' : `“${type}” in twelve bytes`}: this type has no short id, or it was not used.`
    : 'The contents are too short to name a type.';
}

function contentsSay({ role, payloadBytes }: PacketRow): string {
  if (role === 'version') return 'Kept for later versions of the transport, and ignored today.';
  if (role === 'decoy') return `${count(payloadBytes, 'byte')} that mean nothing.`;
  return `${count(payloadBytes, 'byte')} that the type says how to read.`;
}

/** The field of a view that stands for a name from another view; the first for none. */
export function indexOfField(fields: readonly ViewField[], name: FieldName | undefined): number {
  const exact = fields.findIndex((field) => field.name === name);
  if (exact >= 0) return exact;
  const whole = (field: FieldName | undefined) =>
    field === 'type' || field === 'payload' ? 'contents' : field;
  const close = fields.findIndex((field) => field.name && whole(field.name) === whole(name));
  return Math.max(0, close);
}
