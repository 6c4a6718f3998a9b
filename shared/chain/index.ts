/** What a chain of blocks says beyond its messages: block filters (BIP157, BIP158). */
export { FilterError, type FilterErrorCode } from './error.js';
export {
  basicFilter,
  decodeFilter,
  encodeFilter,
  filterHash,
  filterHeader,
  filterMatches,
} from './gcs-filter.js';
