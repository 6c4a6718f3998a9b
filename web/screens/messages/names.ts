import type { KindChoice } from '../../components/log/FilterBar.js';
import type { MessageRow } from '../../store/row-kinds.js';

export function nameOf({ role, type, id }: MessageRow): string {
  if (role === 'decoy' || role === 'unread') return role;
  return type ?? (id === undefined ? 'malformed type' : `unknown id ${id}`);
}

/** What a kind of row (`kindOfMessage`) is called where it is no message type. */
const kindLabels: { readonly [kind: string]: string } = {
  decoy: 'decoys',
  unknown: 'unknown types',
  problem: 'with a problem',
  unanswered: 'unanswered requests',
  dropped: 'wrong checksum',
  unread: 'unread',
};

/** Not messages, or messages that are not what they should be: always offered, so that nobody has to wait for one. */
const always = {
  v2: ['decoy', 'unknown', 'problem', 'unanswered'],
  v1: ['unknown', 'problem', 'unanswered', 'dropped'],
};

/** @param kinds those that came so far */
export const messageKinds = (kinds: readonly string[]): KindChoice => choice(kinds, always.v2);
/** Over v1 there are no decoys. */
export const messageKindsV1 = (kinds: readonly string[]): KindChoice => choice(kinds, always.v1);

function choice(kinds: readonly string[], always: readonly string[]): KindChoice {
  const others = [...always, ...kinds.filter((kind) => kindLabels[kind] && !always.includes(kind))];
  return {
    types: kinds.filter((kind) => kindLabels[kind] === undefined),
    others: others.map((kind) => [kind, kindLabels[kind]!] as const),
  };
}
