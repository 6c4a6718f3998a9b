import { hash } from './hash.js';
import { MAX_SIZE } from './counts.js';
import { namedInput } from './input.js';
import { shown, type Layout } from './layout.js';
import { u32, u8, varBytes } from './leaves.js';
import { list } from './lists.js';
import { struct } from './struct.js';

/** BIP157: a `cfheaders` holds no more filter hashes. */
export const MAX_FILTER_HASHES = 2000;
/** BIP157: a `getcfilters` asks for no more blocks. */
export const MAX_FILTERS = 1000;
/** BIP158. */
export const BASIC_FILTER = 0;

const HEIGHTS = 2 ** 32;
const CHECKPOINT_INTERVAL = 1000;

/** `getcfilters` asks for filters, at most 1000; `getcfheaders` for what chains them, at most 2000. */
export interface GetFilters {
  filterType: number;
  startHeight: number;
  /** The last block of the range: 32 bytes in wire order. */
  stopHash: Uint8Array;
}

export interface CFilter {
  filterType: number;
  blockHash: Uint8Array;
  /** BIP158: a count, and the Golomb-Rice coded set. */
  filter: Uint8Array;
}

export interface CFHeaders {
  filterType: number;
  stopHash: Uint8Array;
  /** The filter header of the block before the range. */
  previousFilterHeader: Uint8Array;
  /** At most 2000, one for each block of the range. */
  filterHashes: Uint8Array[];
}

export interface GetCFCheckpt {
  filterType: number;
  stopHash: Uint8Array;
}

export interface CFCheckpt {
  filterType: number;
  stopHash: Uint8Array;
  /** Of the blocks 1000, 2000, … */
  filterHeaders: Uint8Array[];
}

const filterTypeName = (type: number) => (type === BASIC_FILTER ? 'basic' : `type ${type}`);
const filterType = shown(u8, {
  kind: 'filterType',
  text: filterTypeName,
  input: namedInput(u8.input!, new Map([[BASIC_FILTER, 'basic']]), 'type', filterTypeName),
});

export const getFilters: Layout<GetFilters> = struct({ filterType, startHeight: u32, stopHash: hash });
export const cFilter: Layout<CFilter> = struct({ filterType, blockHash: hash, filter: varBytes(MAX_SIZE) });
export const cFHeaders: Layout<CFHeaders> = struct({
  filterType,
  stopHash: hash,
  previousFilterHeader: hash,
  filterHashes: list(hash, MAX_FILTER_HASHES),
});
export const getCFCheckpt: Layout<GetCFCheckpt> = struct({ filterType, stopHash: hash });
export const cFCheckpt: Layout<CFCheckpt> = struct({
  filterType,
  stopHash: hash,
  filterHeaders: list(hash, Math.floor(HEIGHTS / CHECKPOINT_INTERVAL)),
});
