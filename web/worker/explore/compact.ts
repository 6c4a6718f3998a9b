import { CompactBlockError, reconstructBlock, type KnownTransaction } from '../../../shared/chain/index.js';
import type { Hashes } from '../../../shared/hashes.js';
import {
  decodeMessage,
  encodeBlock,
  shortIds,
  type CmpctBlock,
  type Transaction,
} from '../../../shared/messages/index.js';
import { hashOf } from './header-view.js';
import { pause } from './pause.js';

/** What became of putting a compact block together from what this session knows. */
export type Composed =
  | { readonly state: 'whole'; readonly bytes: Uint8Array; readonly known: number }
  /** `indexes`: of the transactions that are not here. */
  | { readonly state: 'parts'; readonly known: number; readonly indexes: readonly number[] }
  /** It cannot be put together: it must be had whole. */
  | { readonly state: 'no'; readonly why: string };

/** Ids that are hashed before the worker turns to its connections. */
const AT_ONCE = 2000;

/**
 * BIP152, from the transactions of a session.
 * @param wtxids of all that are here
 * @param transaction gets one of them
 */
export async function compose(
  payload: Uint8Array,
  wtxids: Iterable<string>,
  transaction: (wtxid: string) => Transaction | undefined,
  hashes: Hashes,
): Promise<Composed> {
  const decoded = decodeMessage('cmpctblock', payload);
  if (decoded.kind !== 'decoded') return { state: 'no', why: 'Its bytes are no compact block.' };
  const compact = decoded.value as CmpctBlock;
  const wanted = new Set(compact.shortIds);
  const shortId = shortIds(compact);
  const known: KnownTransaction[] = [];
  let hashed = 0;
  for (const wtxid of wtxids) {
    if (++hashed % AT_ONCE === 0) await pause();
    const id = hashOf(wtxid)!;
    // Only those that fit are read from the log.
    const found = wanted.has(shortId(id)) ? transaction(wtxid) : undefined;
    if (found) known.push({ transaction: found, id });
  }
  try {
    const result = reconstructBlock(compact, known, 2, hashes);
    if (result.state === 'complete')
      return { state: 'whole', bytes: encodeBlock(result.block), known: known.length };
    return {
      state: 'parts',
      indexes: result.request.indexes,
      known: compact.shortIds.length - result.request.indexes.length,
    };
  } catch (error) {
    if (!(error instanceof CompactBlockError)) throw error;
    return { state: 'no', why: `${error.message[0]!.toUpperCase()}${error.message.slice(1)}.` };
  }
}
