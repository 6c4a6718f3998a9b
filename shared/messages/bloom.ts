import { hash, hashToString } from './hash.js';
import { blockHash, headerHash } from './block.js';
import { blockHeader, type BlockHeader } from './headers.js';
import { checked, MAX_SIZE } from './counts.js';
import { shown, type Layout } from './layout.js';
import { completeBytes, u32, u8, varBytes } from './leaves.js';
import { list } from './lists.js';
import { struct } from './struct.js';

export const MAX_BLOOM_FILTER_BYTES = 36_000;
export const MAX_BLOOM_HASH_FUNCTIONS = 50;
/** A script's largest element: nothing longer can be in a filter. */
export const MAX_FILTER_ELEMENT_BYTES = 520;

/** BIP37: sends only transactions that match from here on. `filterclear` takes it back. */
export interface FilterLoad {
  /** At most 36,000 bytes. */
  filter: Uint8Array;
  /** At most 50. */
  hashFunctions: number;
  tweak: number;
  /** 0, 1 or 2: whether a match adds the outpoints that it made to the filter. */
  flags: number;
}

/** BIP37: one more element for the filter. */
export interface FilterAdd {
  /** At most 520 bytes. */
  element: Uint8Array;
}

/** BIP37: a header, and the part of its merkle tree that proves which matching transactions are in the block. */
export interface MerkleBlock {
  header: BlockHeader;
  transactionCount: number;
  /** In the order of a depth-first walk. At most 16,666: a block of 4,000,000 weight units has no more leaves. */
  hashes: Uint8Array[];
  /** The bits of that walk, lowest first: whether it went deeper at each node. */
  flags: Uint8Array;
}

const MAX_BLOCK_WEIGHT = 4_000_000;
const MIN_TRANSACTION_WEIGHT = 4 * 60;
/** No valid transaction is so small that a block has room for more. */
export const MAX_BLOCK_TRANSACTIONS = Math.floor(MAX_BLOCK_WEIGHT / MIN_TRANSACTION_WEIGHT);

const hashFunctions = checked(
  u32,
  (n) =>
    n > MAX_BLOOM_HASH_FUNCTIONS ? `${n} is more than the ${MAX_BLOOM_HASH_FUNCTIONS} allowed` : undefined,
  'limit-exceeded',
);

export const filterLoad: Layout<FilterLoad> = struct({
  filter: completeBytes(MAX_BLOOM_FILTER_BYTES),
  hashFunctions,
  tweak: u32,
  flags: u8,
});

export const filterAdd: Layout<FilterAdd> = struct({ element: completeBytes(MAX_FILTER_ELEMENT_BYTES) });

export const merkleBlock: Layout<MerkleBlock> = shown<MerkleBlock>(
  struct({
    header: blockHeader,
    transactionCount: u32,
    hashes: list(hash, MAX_BLOCK_TRANSACTIONS),
    flags: varBytes(MAX_SIZE),
  }),
  { text: ({ header }) => hashToString(blockHash(header)), glance: headerHash },
);
