import { addr, addrV2, type Addr, type AddrV2 } from './addresses.js';
import { block, type Block } from './block.js';
import {
  filterAdd,
  filterLoad,
  merkleBlock,
  type FilterAdd,
  type FilterLoad,
  type MerkleBlock,
} from './bloom.js';
import {
  blockTxn,
  cmpctBlock,
  getBlockTxn,
  type BlockTxn,
  type CmpctBlock,
  type GetBlockTxn,
} from './compact-blocks.js';
import {
  cFCheckpt,
  cFHeaders,
  cFilter,
  getCFCheckpt,
  getFilters,
  type CFCheckpt,
  type CFHeaders,
  type CFilter,
  type GetCFCheckpt,
  type GetFilters,
} from './compact-filters.js';
import { DecodeError, EncodeError } from './error.js';
import { fieldTree, type FieldNode } from './fields.js';
import { getHeaders, headers, type GetHeaders, type Headers } from './headers.js';
import { inventoryMessage, type InventoryMessage } from './inventory.js';
import { decode, encode, type Layout } from './layout.js';
import {
  empty,
  feature,
  feeFilter,
  sendCmpct,
  sendTxRcncl,
  type EmptyMessage,
  type Feature,
  type FeeFilter,
  type SendCmpct,
  type SendTxRcncl,
} from './negotiation.js';
import { ping, type PingMessage } from './ping.js';
import { transaction, type Transaction } from './transaction.js';
import { version, type VersionMessage } from './version.js';

/** The messages that have a codec, by type. */
export interface MessageMap {
  version: VersionMessage;
  verack: EmptyMessage;
  wtxidrelay: EmptyMessage;
  sendaddrv2: EmptyMessage;
  sendheaders: EmptyMessage;
  sendtxrcncl: SendTxRcncl;
  sendcmpct: SendCmpct;
  feefilter: FeeFilter;
  feature: Feature;
  ping: PingMessage;
  pong: PingMessage;
  getaddr: EmptyMessage;
  addr: Addr;
  addrv2: AddrV2;
  inv: InventoryMessage;
  getdata: InventoryMessage;
  notfound: InventoryMessage;
  getheaders: GetHeaders;
  headers: Headers;
  getblocks: GetHeaders;
  tx: Transaction;
  block: Block;
  cmpctblock: CmpctBlock;
  getblocktxn: GetBlockTxn;
  blocktxn: BlockTxn;
  mempool: EmptyMessage;
  filterload: FilterLoad;
  filteradd: FilterAdd;
  filterclear: EmptyMessage;
  merkleblock: MerkleBlock;
  getcfilters: GetFilters;
  cfilter: CFilter;
  getcfheaders: GetFilters;
  cfheaders: CFHeaders;
  getcfcheckpt: GetCFCheckpt;
  cfcheckpt: CFCheckpt;
}

export type DecodedType = keyof MessageMap;

/** The one description of each message. */
export const layouts: { readonly [Type in DecodedType]: Layout<MessageMap[Type]> } = {
  version,
  verack: empty,
  wtxidrelay: empty,
  sendaddrv2: empty,
  sendheaders: empty,
  sendtxrcncl: sendTxRcncl,
  sendcmpct: sendCmpct,
  feefilter: feeFilter,
  feature,
  ping,
  pong: ping,
  getaddr: empty,
  addr,
  addrv2: addrV2,
  inv: inventoryMessage,
  getdata: inventoryMessage,
  notfound: inventoryMessage,
  getheaders: getHeaders,
  headers,
  getblocks: getHeaders,
  tx: transaction,
  block,
  cmpctblock: cmpctBlock,
  getblocktxn: getBlockTxn,
  blocktxn: blockTxn,
  mempool: empty,
  filterload: filterLoad,
  filteradd: filterAdd,
  filterclear: empty,
  merkleblock: merkleBlock,
  getcfilters: getFilters,
  cfilter: cFilter,
  getcfheaders: getFilters,
  cfheaders: cFHeaders,
  getcfcheckpt: getCFCheckpt,
  cfcheckpt: cFCheckpt,
};

/** Whether messages of this type are decoded, rather than passed on as bytes. */
export function isDecodedType(type: string): type is DecodedType {
  return Object.hasOwn(layouts, type);
}

/** A decoded message of any type that has a codec; `type` tells what `value` is. */
export type KnownMessage = {
  [Type in DecodedType]: { readonly kind: 'decoded'; readonly type: Type; readonly value: MessageMap[Type] };
}[DecodedType];

export type DecodedMessage =
  | KnownMessage
  /** No codec: the bytes as they came. */
  | { readonly kind: 'opaque'; readonly type: string; readonly payload: Uint8Array }
  | {
      readonly kind: 'malformed';
      readonly type: DecodedType;
      readonly payload: Uint8Array;
      readonly error: DecodeError;
    };

/**
 * What a payload says. Never throws. Byte arrays in the result are views: they hold as long as the payload does,
 * and keep it in memory; slice what is to live longer.
 */
export function decodeMessage(type: string, payload: Uint8Array): DecodedMessage {
  if (!isDecodedType(type)) return { kind: 'opaque', type, payload };
  try {
    return { kind: 'decoded', type, value: decode<unknown>(layouts[type], payload) } as KnownMessage;
  } catch (error) {
    if (error instanceof DecodeError) return { kind: 'malformed', type, payload, error };
    throw error;
  }
}

/**
 * The payload that says `value`.
 * @throws {EncodeError} naming the field whose value is out of range
 */
export function encodeMessage<Type extends DecodedType>(type: Type, value: MessageMap[Type]): Uint8Array {
  if (!isDecodedType(type)) throw new EncodeError('unknown-type', `no codec for ${JSON.stringify(type)}`);
  return encode(layouts[type] as Layout<MessageMap[Type]>, value);
}

/**
 * The fields of a payload and where their bytes are; undefined for types without a codec. Never throws: a
 * malformed payload gives the tree up to the damage, and the rest as unread. The payload must not change meanwhile.
 */
export function fieldsOf(type: string, payload: Uint8Array): FieldNode | undefined {
  return isDecodedType(type) ? fieldTree(type, layouts[type] as Layout<unknown>, payload) : undefined;
}
