import { hash } from './hash.js';
import { compactSize } from './counts.js';
import { decode, encode, shown, type Layout } from './layout.js';
import { hex32, hexNumberInput } from './input.js';
import { i32, u32 } from './leaves.js';
import { completeList, list } from './lists.js';
import { constant, struct } from './struct.js';
import { time32, timeToString } from './time.js';

export const MAX_LOCATOR_HASHES = 101;
export const MAX_HEADERS = 2000;

/**
 * Asks for what follows the first block of `locator` that the peer has, up to `stop`: `getheaders` for headers,
 * `getblocks` for hashes (as `inv`).
 */
export interface GetHeaders {
  /** A protocol version; nobody reads it. */
  version: number;
  /** At most 101 block hashes, newest first. */
  locator: Uint8Array[];
  /** 32 bytes; zeros for as many as the peer gives. */
  stop: Uint8Array;
}

/** The 80 bytes whose double SHA-256 is the block's hash. */
export interface BlockHeader {
  version: number;
  /** The hash of the block before: 32 bytes in wire order. */
  previous: Uint8Array;
  merkleRoot: Uint8Array;
  /** Seconds since 1970. */
  time: number;
  /** The target of the proof of work, in its compact form. */
  bits: number;
  nonce: number;
}

export interface Headers {
  /** At most 2000. On the wire each is followed by a count of transactions, always 0. */
  headers: BlockHeader[];
}

const headerFields = {
  version: i32,
  previous: hash,
  merkleRoot: hash,
  time: time32,
  bits: shown(u32, { kind: 'bits', text: hex32, input: hexNumberInput(u32) }),
  nonce: u32,
};
const headerText = { kind: 'blockHeader', text: (header: BlockHeader) => timeToString(header.time) };

export const blockHeader: Layout<BlockHeader> = shown<BlockHeader>(struct(headerFields), headerText);
const headersEntry: Layout<BlockHeader> = shown<BlockHeader>(
  struct({ ...headerFields, txCount: constant(compactSize(Number.MAX_SAFE_INTEGER), 0) }),
  headerText,
);

export const getHeaders: Layout<GetHeaders> = struct({
  version: u32,
  locator: completeList(hash, MAX_LOCATOR_HASHES),
  stop: hash,
});
export const headers: Layout<Headers> = struct({ headers: list(headersEntry, MAX_HEADERS) });

/** @throws {DecodeError} unless it is 80 bytes */
export function decodeBlockHeader(bytes: Uint8Array): BlockHeader {
  return decode(blockHeader, bytes);
}

/** The 80 bytes. @throws {EncodeError} for a value out of range */
export function encodeBlockHeader(header: BlockHeader): Uint8Array {
  return encode(blockHeader, header);
}
