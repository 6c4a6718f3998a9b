import { sha256 } from '@noble/hashes/sha2.js';
import { type Block } from './block.js';
import { type CmpctBlock } from './compact-blocks.js';
import { encodeBlockHeader, type BlockHeader } from './headers.js';
import { sipHash24, sipHashKey } from './siphash.js';
import { wtxid } from './transaction-ids.js';

/**
 * BIP152, Short transaction IDs: the function from a wtxid (version 2; in version 1 it is the txid) to 48 bits.
 * @throws {EncodeError} for a header or nonce out of range
 */
export function shortIds({
  header,
  nonce,
}: {
  header: BlockHeader;
  nonce: bigint;
}): (id: Uint8Array) => number {
  const keyed = new Uint8Array(88);
  keyed.set(encodeBlockHeader(header));
  new DataView(keyed.buffer).setBigUint64(80, nonce, true);
  const key = sipHashKey(sha256(keyed).subarray(0, 16));
  return (id) => {
    const [low, high] = sipHash24(key, id);
    return low + (high & 0xffff) * 2 ** 32;
  };
}

/** A block as a compact block of version 2 with only the coinbase prefilled. @throws {EncodeError} */
export function compactBlockOf({ header, transactions }: Block, nonce: bigint): CmpctBlock {
  const shortId = shortIds({ header, nonce });
  const [coinbase, ...rest] = transactions;
  return {
    header,
    nonce,
    shortIds: rest.map((tx) => shortId(wtxid(tx))),
    prefilled: coinbase === undefined ? [] : [{ index: 0, transaction: coinbase }],
  };
}
