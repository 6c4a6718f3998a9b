import type { Row } from './shown.js';

export interface Filter {
  readonly direction: 'both' | 'sent' | 'received';
  /** As the row's own `kind` says it (row-kinds.ts), 'problem' or 'unanswered'; empty for every kind. */
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

/** What a filter asks of a row. */
export interface Saying<R extends Row> {
  kind(row: R): string;
  /** What words are looked for in. */
  text(row: R): string;
  problem(row: R): boolean;
  /** A request that nothing, or not everything, came for; it may turn out to be one later, or be one no longer. */
  unanswered?(row: R): boolean;
}

/** Whether a row fits. @param inBytes the indexes of rows whose bytes hold `hexOf` the filter */
export function matcher<R extends Row>(
  filter: Filter,
  inBytes: ReadonlySet<number>,
  says: Saying<R>,
): (row: R) => boolean {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const { direction, kind } = filter;
  const isOf = (kind: string, row: R): boolean => {
    if (kind === 'problem') return says.problem(row);
    if (kind === 'unanswered' && says.unanswered) return says.unanswered(row);
    return says.kind(row) === kind;
  };
  return (row) => {
    if (direction !== 'both' && row.direction !== direction) return false;
    if (kind !== '' && !isOf(kind, row)) return false;
    if (words.length === 0 || inBytes.has(row.index)) return true;
    const text = `${says.text(row)} ${says.kind(row)} ${row.direction}`.toLowerCase();
    return words.every((word) => text.includes(word));
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
