import type { MessageRow, StreamRow } from '../worker/protocol.js';

/** What a row is filed under: its type, where a registry has it, else why it has none. */
export const kindOfMessage = ({ role, type }: MessageRow): string =>
  role === 'message' && type !== undefined ? type : role;

/** The same of the stream, whose version packets must not be taken for version messages. */
export function kindOfStream(row: StreamRow): string {
  if (row.kind !== 'packet') return row.kind;
  if (row.role === 'version') return 'version-packet';
  return row.role === 'message' && row.type !== undefined ? row.type : row.role;
}
