import { kindOf } from '../../store/row-log.js';
import type { MessageRow } from '../../worker/protocol.js';

export interface Filter {
  readonly direction: 'both' | 'sent' | 'received';
  /** As `kindOf` says it, or 'problem'; empty for every kind. */
  readonly kind: string;
  readonly text: string;
}

export const noFilter: Filter = { direction: 'both', kind: '', text: '' };

/** Characters of the text, and of the kind: a link may hold anything. */
export const MAX_TEXT = 200;
const MAX_KIND = 20;
/** A shorter run of bytes is in too many messages to say anything. */
const MIN_HEX = 8;

export const filters = ({ direction, kind, text }: Filter): boolean =>
  direction !== 'both' || kind !== '' || text.trim() !== '';

/** The text as bytes to look for in the payloads, where it can be: hex of four bytes and more, gaps allowed. */
export function hexOf({ text }: Filter): string | undefined {
  const digits = text.toLowerCase().replace(/^\s*0x|\s+/g, '');
  if (digits.length < MIN_HEX || !/^[0-9a-f]+$/.test(digits)) return undefined;
  return digits.slice(0, digits.length & ~1);
}

/** Whether a row fits. @param inBytes the indexes of messages whose payload holds `hexOf` the filter */
export function matcher(filter: Filter, inBytes: ReadonlySet<number>): (row: MessageRow) => boolean {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const { direction, kind } = filter;
  return (row) => {
    if (direction !== 'both' && row.direction !== direction) return false;
    if (kind === 'problem' ? row.problem === undefined : kind !== '' && kindOf(row) !== kind) return false;
    if (words.length === 0 || inBytes.has(row.index)) return true;
    const said =
      `${row.type ?? ''} ${kindOf(row)} ${row.direction} ${row.summary} ${row.problem ?? ''}`.toLowerCase();
    return words.every((word) => said.includes(word));
  };
}

export function filterOf(query: string): Filter {
  const asked = new URLSearchParams(query);
  const direction = asked.get('direction');
  return {
    direction: direction === 'sent' || direction === 'received' ? direction : 'both',
    kind: (asked.get('kind') ?? '').slice(0, MAX_KIND),
    text: (asked.get('text') ?? '').slice(0, MAX_TEXT),
  };
}

export function queryOf({ direction, kind, text }: Filter): string {
  const query = new URLSearchParams();
  if (direction !== 'both') query.set('direction', direction);
  if (kind !== '') query.set('kind', kind);
  if (text.trim() !== '') query.set('text', text);
  return query.toString();
}
