import { useEffect, useRef, useState } from 'react';
import { ask } from '../../store/client.js';
import type { Missing } from '../../worker/explore/protocol.js';
import { notLoaded } from './MissingNotice.js';

/** A search rests after so much, and asks whether to go on. */
export const BLOCKS_AT_ONCE = 144;
const BYTES_AT_ONCE = 64_000_000;

/** How far a search through the blocks below a height has come. */
export interface Progress {
  /** The block that is looked into next; below 0 there is none. */
  readonly next: number;
  readonly blocks: number;
  readonly bytes: number;
}

export type LookingBack =
  | { readonly at: 'start' }
  | { readonly at: 'asking' }
  | { readonly at: 'looking'; readonly progress: Progress }
  /** `asked`: of so many the node was asked, and has `left` not. */
  | { readonly at: 'asked'; readonly asked: number; readonly left: number }
  /** At its bound, or cancelled. */
  | { readonly at: 'rests'; readonly progress: Progress }
  | { readonly at: 'missing'; readonly missing: Missing; readonly progress?: Progress }
  | { readonly at: 'found'; readonly progress?: Progress };

/**
 * Looks for what a transaction spends, or for the block that holds it: in the blocks of the chain, downwards.
 * @param onFound called whenever something was found
 */
export function useLookBack(id: string, sought: 'parents' | 'itself', onFound: () => void) {
  const [state, setState] = useState<LookingBack>({ at: 'start' });
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), []);

  const begin = (): AbortSignal => {
    abort.current?.abort();
    abort.current = new AbortController();
    return abort.current.signal;
  };

  const askNode = async () => {
    const signal = begin();
    setState({ at: 'asking' });
    const answer = (await ask('exploreParents', { id }, signal)) ?? notLoaded;
    if (signal.aborted) return;
    if (answer.kind === 'missing') return setState({ at: 'missing', missing: answer });
    const { asked, left } = answer;
    setState(left === 0 ? { at: 'found' } : { at: 'asked', asked, left });
    onFound();
  };

  const search = async (from: Progress) => {
    const signal = begin();
    let progress = from;
    let left: number | undefined;
    const [blocks, bytes] = [from.blocks + BLOCKS_AT_ONCE, from.bytes + BYTES_AT_ONCE];
    while (progress.next >= 0 && progress.blocks < blocks && progress.bytes < bytes) {
      setState({ at: 'looking', progress });
      const answer = (await ask('exploreInto', { id, sought, height: progress.next }, signal)) ?? notLoaded;
      if (signal.aborted) return;
      if (answer.kind === 'missing') return setState({ at: 'missing', missing: answer, progress });
      progress = {
        next: progress.next - 1,
        blocks: progress.blocks + 1,
        bytes: progress.bytes + answer.size,
      };
      if (left !== undefined && answer.left < left) onFound();
      left = answer.left;
      if (left > 0) continue;
      setState({ at: 'found', progress });
      return onFound();
    }
    setState({ at: 'rests', progress });
  };

  const cancel = () => {
    abort.current?.abort();
    setState(state.at === 'looking' ? { at: 'rests', progress: state.progress } : { at: 'start' });
  };
  return { state, askNode, search, cancel };
}
