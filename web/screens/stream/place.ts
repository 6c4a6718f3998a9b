import type { StreamRow } from '../../worker/protocol.js';

/** A row of the stream by name, as the trace names it, and a field of it: `received.packet-12/tag`. */
export interface StreamPlace {
  readonly direction: 'sent' | 'received';
  readonly kind: 'packet' | 'rekey';
  /** Of the packet in its direction, or of the epoch that a rekeying ended. */
  readonly number: number;
  readonly field?: FieldName;
}

/** Fields as the trace has them, and the two that contents consist of. */
export const fieldNames = ['length', 'header', 'contents', 'type', 'payload', 'tag'] as const;
export type FieldName = (typeof fieldNames)[number];

const ROUTE = '/stream';
/** Digits of a number: no session has more packets. */
const NAMED = /^(sent|received)\.(packet|rekey)-(0|[1-9]\d{0,8})$/;

/** What the link leads to. 'nowhere' for the whole stream, 'broken' for a link that names nothing. */
export function placeOf(path: string): StreamPlace | 'nowhere' | 'broken' {
  const [name = '', field = '', ...more] = path.slice(ROUTE.length + 1).split('/');
  if (name === '') return 'nowhere';
  const [, direction, kind, digits] = NAMED.exec(name) ?? [];
  const known = fieldNames.find((one) => one === field);
  if (digits === undefined || more.length > 0 || (field !== '' && (known === undefined || kind === 'rekey')))
    return 'broken';
  return {
    direction: direction as StreamPlace['direction'],
    kind: kind as StreamPlace['kind'],
    number: Number(digits),
    ...(known && { field: known }),
  };
}

/** The link to a row; to the whole stream for none, and for what has no name. */
export function pathOf(row: StreamRow | undefined, field?: FieldName): string {
  const name = row && nameOfRow(row);
  if (name === undefined) return ROUTE;
  return `${ROUTE}/${name}${field === undefined || row?.kind === 'rekey' ? '' : `/${field}`}`;
}

export function nameOfRow(row: StreamRow): string | undefined {
  if (row.kind === 'rekey') return `${row.direction}.rekey-${row.epoch}`;
  return row.packet === undefined ? undefined : `${row.direction}.packet-${row.packet}`;
}

export function isAt(row: StreamRow, { direction, kind, number }: StreamPlace): boolean {
  if (row.direction !== direction) return false;
  if (row.kind === 'rekey') return kind === 'rekey' && row.epoch === number;
  return kind === 'packet' && row.packet === number;
}
