import { count, lasting, number } from '../../format.js';
import { NAMED_PARTS, type Reply } from '../../store/reply.js';
import type { MessageRow } from '../../store/row-kinds.js';

/** The row that a row is paired with: of an answer its request, of a request the first that answers it. */
export const partnerOf = ({ answers, reply }: MessageRow): number | undefined =>
  answers?.[0]?.request ?? reply?.by[0];

/** In a row, where there is little room. */
export interface Brief {
  readonly verb: string;
  /** The row that is named. */
  readonly to?: number;
  readonly rest: string;
}

export function briefly({ answers, reply, waits }: MessageRow): Brief | undefined {
  const [first] = answers ?? [];
  if (first) {
    const more = answers!.length > 1 ? ` and ${answers!.length - 1} more` : '';
    return {
      verb: first.certain ? 'answers' : 'may answer',
      to: first.request,
      rest: `${more}, ${lasting(first.ms)}`,
    };
  }
  if (reply === undefined) return waits ? { verb: 'waits for an answer', rest: '' } : undefined;
  const { by, parts, ms = 0, done, of, silentMs = 0 } = reply;
  switch (reply.state) {
    case 'answered': {
      const found = reply.notFound && parts === 1 ? ', not found' : `, ${lasting(ms)}`;
      return {
        verb: reply.certain ? 'answered by' : 'may be answered by',
        to: by[0]!,
        rest: parts > 1 ? ` and ${number(parts - 1)} more` : found,
      };
    }
    case 'waits':
      return { verb: `${number(done)} of ${number(of)} came`, rest: '' };
    case 'silent':
      return done === 0
        ? { verb: `no answer after ${lasting(silentMs)}`, rest: '' }
        : { verb: `${number(of - done)} of ${number(of)} missing`, rest: '' };
    case 'ended':
      return {
        verb: done === 0 ? 'no answer to the end' : `${number(of - done)} of ${number(of)} missing`,
        rest: '',
      };
    case 'unfollowed':
      return { verb: 'followed no longer', rest: '' };
  }
}

/** Of an answer that is told by its type and its time alone. */
export const UNMARKED = 'Nothing marks it as the answer: an announcement would look the same.';

/** What became of a request, in sentences, without the rows that answer it. */
export function fateOf(reply: Reply | undefined): string {
  if (reply === undefined) return 'Waits for its answer.';
  const { state, parts, ms = 0, done, of, silentMs = 0, why = '' } = reply;
  const came = of > 1 ? `${number(done)} of ${number(of)} things came` : '';
  switch (state) {
    case 'answered':
      return `${parts > 1 ? `The last came after ${lasting(ms)}.` : `It took ${lasting(ms)}.`}${
        reply.notFound ? ' Some of it, or all, was not found.' : ''
      }${reply.certain ? '' : ` ${UNMARKED}`}`;
    case 'waits':
      return came === '' ? 'More is to come.' : `${came} so far.`;
    case 'silent':
      return done === 0
        ? `No answer after ${lasting(silentMs)}. ${why}`
        : `${came}, then nothing for ${lasting(silentMs)}. ${why}`;
    case 'ended':
      return done === 0 ? 'No answer came before the session ended.' : `${came} before the session ended.`;
    case 'unfollowed':
      return `Followed no longer: too many requests were open, and newer ones count more.${came === '' ? '' : ` ${came}.`}`;
  }
}

/** How many answering rows are not named. */
export const unnamed = ({ parts }: Reply): number => Math.max(0, parts - NAMED_PARTS);

export const answersFor = (done: number, of: number): string =>
  of > 1 ? `, ${number(done)} of ${count(of, 'thing')} asked for` : '';
