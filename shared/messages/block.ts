import { doubleSha256 } from './double-sha256.js';
import { hashToString } from './hash.js';
import { blockHeader, encodeBlockHeader, type BlockHeader } from './headers.js';
import { compactSize, MAX_SIZE } from './counts.js';
import { decode, encode, readValue, shown, type Layout } from './layout.js';
import { lazyList } from './lists.js';
import { type ByteReader } from './reader.js';
import { struct } from './struct.js';
import { transaction, withoutWitness, type Transaction } from './transaction.js';

/** BIP144: with the witnesses where they were asked for. */
export interface Block {
  header: BlockHeader;
  /** The first is the coinbase. In a decoded block each is decoded when somebody asks for it (see lazyArray). */
  transactions: Transaction[];
}

export const block: Layout<Block> = shown<Block>(
  struct({ header: blockHeader, transactions: lazyList(compactSize(MAX_SIZE), transaction) }),
  { kind: 'block', text: ({ header }) => hashToString(blockHash(header)), glance: headerHash },
);

/** The hash, as people write it, of the header where the reader stands. @throws {DecodeError} */
export function headerHash(reader: ByteReader): string {
  return hashToString(blockHash(readValue(blockHeader, reader)));
}

/** 32 bytes in wire order. @throws {EncodeError} */
export function blockHash(header: BlockHeader): Uint8Array {
  return doubleSha256(encodeBlockHeader(header));
}

/** The same block as a peer gets it who did not ask for witnesses. */
export function blockWithoutWitness({ header, transactions }: Block): Block {
  return { header, transactions: transactions.map(withoutWitness) };
}

/** @throws {DecodeError} unless the bytes are one block. It reads them later too: they must not change meanwhile. */
export function decodeBlock(bytes: Uint8Array): Block {
  return decode(block, bytes);
}

/** @throws {EncodeError} for a value out of range */
export function encodeBlock(value: Block): Uint8Array {
  return encode(block, value);
}
