import type { AnswerTo, Unheard } from '../worker/replies.js';

/** What became of a request so far. */
export interface Reply {
  /**
   * 'waits' for more; 'silent': nothing, or not everything, came in time; 'ended': nor before the session ended;
   * 'unfollowed': it gave way to newer ones.
   */
  readonly state: 'waits' | 'answered' | 'silent' | 'ended' | 'unfollowed';
  /** The first rows that answer it, and how many do. */
  readonly by: readonly number[];
  readonly parts: number;
  /** The latest of them, and how long after the request it came, in ms. */
  readonly last?: number;
  readonly ms?: number;
  /** Things that came, or were said to be missing, of those asked for. */
  readonly done: number;
  readonly of: number;
  readonly notFound: boolean;
  readonly certain: boolean;
  /** How long nothing came, in ms, and the likely reason. */
  readonly silentMs?: number;
  readonly why?: string;
}

/** Rows that are named of an answer in parts: a range of filters has a thousand. */
export const NAMED_PARTS = 8;

const nothing: Reply = {
  state: 'waits',
  by: [],
  parts: 0,
  done: 0,
  of: 1,
  notFound: false,
  certain: true,
};

/** @param row that answers */
export function answered(before: Reply = nothing, row: number, answer: AnswerTo): Reply {
  const { ms, done, of, complete, notFound, certain } = answer;
  return {
    ...before,
    // What was late once stays so until everything is there.
    state: complete ? 'answered' : before.state,
    by: before.by.length < NAMED_PARTS ? [...before.by, row] : before.by,
    parts: before.parts + 1,
    ...{ last: row, ms, done, of },
    notFound: notFound || before.notFound,
    // Of the first, which the row names: what a merkleblock proves follows it without a mark of its own.
    certain: before.parts === 0 ? certain : before.certain,
  };
}

export function unheard(before: Reply = nothing, told: Unheard): Reply {
  // Something came after it was given up; and what was told once is told with its reason.
  if (before.state === 'answered' || (before.last !== undefined && before.last >= told.seen)) return before;
  if (told.kind === 'unfollowed') return { ...before, state: 'unfollowed' };
  if (before.state === 'silent') return before;
  const { kind, ms, missing, of, why } = told;
  return { ...before, state: kind, done: of - missing, of, silentMs: ms, why };
}

/** Nothing, or not everything, came. What became of one that is followed no longer nobody knows. */
export const isUnheard = (reply: Reply | undefined): boolean =>
  reply !== undefined && (reply.state === 'silent' || reply.state === 'ended');
