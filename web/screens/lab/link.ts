import type { Break, BreakProblem, Party } from '../../../shared/lab/index.js';

/** The lab's own places: '#/lab/mallory/STEP' and '#/lab/break/SENDER/OFFSET?mask=HEX', offsets counting from 0. */
export type Place =
  /** `asked`: what a link has in a step's place. */
  | { readonly experiment: 'mallory'; readonly step: number; readonly asked?: string }
  | { readonly experiment: 'break'; readonly place: BreakPlace };

export type BreakPlace =
  | { readonly type: 'nothing-broken' }
  | { readonly type: 'byte'; readonly broken: Break }
  | { readonly type: 'problem'; readonly problem: BreakProblem };

export const DEFAULT_MASK = 0x01;

/** A link is input from outside: a number that cannot be read becomes NaN, and is refused by name later. */
export function placeOf(path: string, query: string): Place {
  const [, , experiment = '', sender, offset] = path.split('/');
  if (experiment === 'mallory')
    return {
      experiment,
      step: whole(sender, /^\d{1,3}$/, 10) || 1,
      ...(sender && { asked: sender.slice(0, 40) }),
    };
  return { experiment: 'break', place: breakPlace(experiment, sender, offset, query) };
}

function breakPlace(
  experiment: string,
  sender: string | undefined,
  offset: string | undefined,
  query: string,
): BreakPlace {
  if (experiment === '' || (experiment === 'break' && !sender)) return { type: 'nothing-broken' };
  if (experiment !== 'break' || (sender !== 'alice' && sender !== 'bob'))
    return { type: 'problem', problem: noSuchPlace };
  const mask = new URLSearchParams(query).get('mask');
  return {
    type: 'byte',
    broken: {
      sender,
      offset: whole(offset, /^\d{1,9}$/, 10),
      mask: mask === null ? DEFAULT_MASK : whole(mask, /^[0-9a-fA-F]{1,2}$/, 16),
    },
  };
}

const noSuchPlace: BreakProblem = {
  code: 'no-such-place',
  message:
    'This link leads to no experiment. Mallory in the middle is at /lab/mallory; links to a broken byte end in /lab/break/alice/ or /lab/break/bob/ and a number.',
  hint: 'Go to Mallory by the link above, or pick a byte of the session below.',
};

export function breakLink({ sender, offset, mask }: { sender: Party; offset: number; mask: number }): string {
  const query = mask === DEFAULT_MASK ? '' : `?mask=${mask.toString(16).padStart(2, '0')}`;
  return `/lab/break/${sender}/${offset}${query}`;
}

const whole = (text: string | undefined, form: RegExp, radix: number): number =>
  text !== undefined && form.test(text) ? parseInt(text, radix) : NaN;
