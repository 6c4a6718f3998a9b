import type { Break, Party } from '../../../shared/lab/index.js';

/** The lab's own places: '#/lab/mallory/STEP' and '#/lab/break/SENDER/OFFSET?mask=HEX', offsets counting from 0. */
export type Place =
  | { readonly experiment: 'mallory'; readonly step: number }
  | { readonly experiment: 'break'; readonly broken: Break | undefined };

export const DEFAULT_MASK = 0x01;

/** A link is input from outside: what cannot be read of it becomes NaN, and is refused by name later. */
export function placeOf(path: string, query: string): Place {
  const [, , experiment, sender, offset] = path.split('/');
  if (experiment === 'mallory') return { experiment, step: whole(sender, /^\d{1,3}$/, 10) || 1 };
  if (experiment !== 'break' || (sender !== 'alice' && sender !== 'bob'))
    return { experiment: 'break', broken: undefined };
  const mask = new URLSearchParams(query).get('mask');
  return {
    experiment: 'break',
    broken: {
      sender,
      offset: whole(offset, /^\d{1,9}$/, 10),
      mask: mask === null ? DEFAULT_MASK : whole(mask, /^[0-9a-fA-F]{1,2}$/, 16),
    },
  };
}

export function breakLink({ sender, offset, mask }: { sender: Party; offset: number; mask: number }): string {
  const query = mask === DEFAULT_MASK ? '' : `?mask=${mask.toString(16).padStart(2, '0')}`;
  return `/lab/break/${sender}/${offset}${query}`;
}

const whole = (text: string | undefined, form: RegExp, radix: number): number =>
  text !== undefined && form.test(text) ? parseInt(text, radix) : NaN;
