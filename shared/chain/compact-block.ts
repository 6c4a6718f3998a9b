/** BIP152: the block that a compact block stands for, from transactions that are known and those that had to be asked for. */
import { equalBytes } from '../bytes.js';
import type { Hashes } from '../hashes.js';
import {
  blockHash,
  checkMerkleRoot,
  checkWitnessCommitment,
  MAX_COMPACT_BLOCK_TRANSACTIONS,
  shortIds,
  txid,
  wtxid,
  type Block,
  type BlockTxn,
  type CmpctBlock,
  type GetBlockTxn,
  type Transaction,
} from '../messages/index.js';
import { CompactBlockError } from './compact-block-error.js';

export interface KnownTransaction {
  readonly transaction: Transaction;
  /** Its wtxid, or for version 1 its txid: 32 bytes in wire order. Computed where it is absent. */
  readonly id?: Uint8Array;
}

export type Reconstruction =
  | { readonly state: 'complete'; readonly block: Block }
  | {
      readonly state: 'missing';
      /** What to ask for, as `getblocktxn`. */
      readonly request: GetBlockTxn;
      /** The block, with the answer. @throws {CompactBlockError} */
      complete(answer: BlockTxn): Block;
    };

/**
 * BIP152, short transaction ids. A known transaction counts where its short id is one of the block's; where two have the
 * same one, neither counts, and the block's own is asked for.
 * @param known such as what waits for a block. Only those whose short id fits are kept
 * @param version of compact blocks, as `sendcmpct` agreed on it: 2 has wtxids, 1 has txids and no witnesses
 * @param hashes hashes the block's merkle trees: an engine may be faster than the default
 * @throws {CompactBlockError} when it can't be the block, or must be asked for whole
 */
export function reconstructBlock(
  compact: CmpctBlock,
  known: Iterable<KnownTransaction>,
  version: 1 | 2 = 2,
  hashes?: Hashes,
): Reconstruction {
  const places = placesOf(compact);
  const free = new Map<number, number>();
  for (const [i, place] of emptyPlaces(places).entries()) free.set(compact.shortIds[i]!, place);
  // BIP152: as likely as a collision of 48 bits, so the block is asked for whole.
  if (free.size < compact.shortIds.length) throw new CompactBlockError('repeated-short-ids');

  const idOf = version === 2 ? wtxid : txid;
  const shortId = shortIds(compact);
  const found = new Map<number, { readonly id: Uint8Array; readonly transaction: Transaction }>();
  const ambiguous = new Set<number>();
  for (const { transaction, id = idOf(transaction) } of known) {
    const place = free.get(shortId(id));
    if (place === undefined) continue;
    const before = found.get(place);
    if (before === undefined) found.set(place, { id, transaction });
    else if (!equalBytes(before.id, id)) ambiguous.add(place);
  }
  for (const [place, { transaction }] of found) if (!ambiguous.has(place)) places[place] = transaction;

  const missing = emptyPlaces(places);
  if (missing.length === 0) return { state: 'complete', block: checked(compact, places, version, hashes) };
  const hash = blockHash(compact.header);
  return {
    state: 'missing',
    request: { blockHash: hash, indexes: missing },
    complete({ blockHash: answered, transactions }) {
      if (!equalBytes(answered, hash)) throw new CompactBlockError('other-block');
      if (transactions.length !== missing.length) throw new CompactBlockError('wrong-count');
      const whole = [...places];
      for (const [i, place] of missing.entries()) whole[place] = transactions[i];
      return checked(compact, whole, version, hashes);
    },
  };
}

/** As many as the block has transactions, with the prefilled ones where they belong. */
function placesOf({ shortIds, prefilled }: CmpctBlock): (Transaction | undefined)[] {
  const count = shortIds.length + prefilled.length;
  if (count === 0) throw new CompactBlockError('no-transactions');
  if (count > MAX_COMPACT_BLOCK_TRANSACTIONS) throw new CompactBlockError('too-many-transactions');
  const places = Array<Transaction | undefined>(count).fill(undefined);
  for (const { index, transaction } of prefilled) {
    if (index >= count || places[index] !== undefined) throw new CompactBlockError('bad-index');
    places[index] = transaction;
  }
  return places;
}

function emptyPlaces(places: readonly (Transaction | undefined)[]): number[] {
  return places.flatMap((transaction, place) => (transaction === undefined ? [place] : []));
}

/** @param places none of them empty */
function checked(
  { header }: CmpctBlock,
  places: readonly (Transaction | undefined)[],
  version: 1 | 2,
  hashes: Hashes | undefined,
): Block {
  const block = { header, transactions: [...places] as Transaction[] };
  const problem =
    checkMerkleRoot(block, hashes) ?? (version === 2 ? checkWitnessCommitment(block, hashes) : undefined);
  if (problem !== undefined) throw new CompactBlockError('not-the-block', problem);
  return block;
}
