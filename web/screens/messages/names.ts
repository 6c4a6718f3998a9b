import type { MessageRow } from '../../worker/protocol.js';

export function nameOf({ role, type, id }: MessageRow): string {
  if (role === 'decoy' || role === 'unread') return role;
  return type ?? (id === undefined ? 'malformed type' : `unknown id ${id}`);
}

/** What a kind of row (`kindOf`) is called where it is no message type. */
export const kindLabels: { readonly [kind: string]: string } = {
  decoy: 'decoys',
  unknown: 'unknown types',
  problem: 'with a problem',
  dropped: 'wrong checksum',
  unread: 'unread',
};
