import { blockHash, headerHash } from './block.js';
import { DecodeError, EncodeError } from './error.js';
import { hash, hashToString } from './hash.js';
import { blockHeader, type BlockHeader } from './headers.js';
import { compactSize, MAX_SIZE } from './counts.js';
import { shown, type Composite, type Layout, type Leaf } from './layout.js';
import { numberInput, unreadable } from './input.js';
import { u48, u64 } from './leaves.js';
import { chainedList, lazyList, list } from './lists.js';
import { dependent, struct } from './struct.js';
import { transaction, type Transaction } from './transaction.js';

/** BIP152: a transaction that the sender thinks the receiver does not have. */
export interface PrefilledTransaction {
  /** Its place in the block. On the wire: how many places after the one before. */
  index: number;
  transaction: Transaction;
}

/** BIP152: a block as short ids, in the order of the block and without the prefilled transactions. */
export interface CmpctBlock {
  header: BlockHeader;
  /** Part of the key of the short ids. */
  nonce: bigint;
  /** 48 bits each; shortIds computes them. */
  shortIds: number[];
  /** In ascending order; the coinbase is always among them. */
  prefilled: PrefilledTransaction[];
}

/** BIP152: which transactions of a compact block are missing. */
export interface GetBlockTxn {
  /** 32 bytes in wire order. */
  blockHash: Uint8Array;
  /** Places in the block, ascending. On the wire each is written as its distance to the one before. */
  indexes: number[];
}

/** BIP152: the transactions that were missing, in the order in which they were asked for. */
export interface BlockTxn {
  blockHash: Uint8Array;
  /** Decoded when somebody asks for them, as those of a block. */
  transactions: Transaction[];
}

/** Bitcoin Core: an index has 16 bits, so a block has no more transactions than this. */
export const MAX_COMPACT_BLOCK_TRANSACTIONS = 65_535;
const MAX_INDEX = 65_535;

/** BIP152, Differentially encoded: an index as the number of places between it and the one before. */
function indexAfter(previous: number | undefined, max: number): Leaf<number> {
  const first = previous === undefined ? 0 : previous + 1;
  const difference = compactSize(Number.MAX_SAFE_INTEGER);
  return {
    form: 'leaf',
    kind: 'differentialIndex',
    // Whether it ascends, only writing tells.
    input: numberInput(0, MAX_INDEX),
    read(reader) {
      const start = reader.position;
      const index = first + difference.read(reader);
      if (index > max) throw new DecodeError('limit-exceeded', start, beyond(index, max));
      return index;
    },
    write(writer, index) {
      if (!Number.isSafeInteger(index) || index < first)
        throw new EncodeError('invalid-value', `indexes ascend: one of at least ${first} is needed`);
      if (index > max) throw new EncodeError('limit-exceeded', beyond(index, max));
      difference.write(writer, index - first);
    },
    text: (index) => `${index} (+${index - first})`,
  };
}

const beyond = (index: number, max: number) => `index ${index} is beyond the last one there can be, ${max}`;

function prefilledTransaction(previous: number | undefined, max: number): Layout<PrefilledTransaction> {
  return shown<PrefilledTransaction>(struct({ index: indexAfter(previous, max), transaction }), {
    kind: 'prefilledTransaction',
    text: ({ index, transaction: { inputs, outputs } }) =>
      `at ${index}: ${inputs.length} in, ${outputs.length} out`,
  });
}

/** The places that the short ids leave free are those of the prefilled transactions: none may leave a gap. */
function prefilledList(shortIdCount: number): Composite<PrefilledTransaction[]> {
  return chainedList(
    compactSize(Math.max(0, MAX_COMPACT_BLOCK_TRANSACTIONS - shortIdCount)),
    (i, previous: PrefilledTransaction | undefined) =>
      prefilledTransaction(previous?.index, shortIdCount + i),
  );
}

const shortIdText = (id: number) => id.toString(16).padStart(12, '0');
const shortId = shown(u48, {
  kind: 'shortId',
  text: shortIdText,
  input: {
    hint: '12 hex digits',
    initial: 0,
    parse(text) {
      if (!/^[0-9a-f]{12}$/i.test(text.trim())) throw unreadable(this.hint);
      return parseInt(text, 16);
    },
    print: shortIdText,
  },
});
const shortIdList = list(shortId, MAX_COMPACT_BLOCK_TRANSACTIONS);

export const cmpctBlock: Composite<CmpctBlock> = shown<CmpctBlock>(
  struct({
    header: blockHeader,
    nonce: u64,
    shortIds: shortIdList,
    prefilled: dependent('shortIds', (ids: { length: number } | undefined) =>
      prefilledList(ids?.length ?? 0),
    ),
  }),
  {
    kind: 'compactBlock',
    text: ({ header }) => hashToString(blockHash(header)),
    glance: headerHash,
  },
);

export const getBlockTxn: Layout<GetBlockTxn> = struct({
  blockHash: hash,
  indexes: chainedList(compactSize(MAX_INDEX + 1), (_, previous: number | undefined) =>
    indexAfter(previous, MAX_INDEX),
  ),
});

export const blockTxn: Layout<BlockTxn> = struct({
  blockHash: hash,
  transactions: lazyList(compactSize(MAX_SIZE), transaction),
});
