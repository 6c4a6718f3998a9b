import type { StreamRow, MessageRow as ToldRow } from '../worker/protocol.js';
import type { Reply } from './reply.js';

/** A message as the page has it: with what became of it later. */
export interface MessageRow extends ToldRow {
  /** Of a request, once there is something to say. */
  readonly reply?: Reply;
}

/** What a row is filed under: its type, where a registry has it, else why it has none. */
export const kindOfMessage = ({ role, type }: MessageRow): string =>
  role === 'message' && type !== undefined ? type : role;

/** The same of the stream, whose version packets must not be taken for version messages. */
export function kindOfStream(row: StreamRow): string {
  if (row.kind !== 'packet') return row.kind;
  if (row.role === 'version') return 'version-packet';
  return row.role === 'message' && row.type !== undefined ? row.type : row.role;
}
