/** What the page and its worker say to each other of requests and their answers. Types only. */

/** A message answers an earlier one. */
export interface AnswerTo {
  /** The row of the request. */
  readonly request: number;
  readonly requestType: string;
  /** Since the request, in ms. */
  readonly ms: number;
  /** Things that came so far, or were said to be missing, of those asked for: 1 of 1 for most. */
  readonly done: number;
  readonly of: number;
  /** Nothing more is waited for. */
  readonly complete: boolean;
  readonly notFound: boolean;
  /** Otherwise an announcement could look the same. */
  readonly certain: boolean;
}

/** A request that is not waited for any longer, though nothing, or not everything, came. */
export type Unheard = {
  /** Its row. */
  readonly request: number;
  /** How many rows there were when it was given up: what a later one says counts more. */
  readonly seen: number;
} & (
  | {
      /** 'silent': nothing came in time; 'ended': nor before the session ended. */
      readonly kind: 'silent' | 'ended';
      /** Since the request, or since the latest part of its answer. */
      readonly ms: number;
      /** Things that did not come, of those asked for. */
      readonly missing: number;
      readonly of: number;
      /** Why, as likely as not, in a sentence or two. */
      readonly why: string;
    }
  /** There are more open requests than are followed. */
  | { readonly kind: 'unfollowed' }
);
