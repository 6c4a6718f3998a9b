/**
 * What a chain of blocks says beyond its messages: the chain of headers, block filters (BIP157, BIP158), Bloom filters
 * and proofs (BIP37). Also `peerglass/chain`.
 */
export { BloomFilter } from './bloom-filter.js';
export { FilterError, type FilterErrorCode } from './error.js';
export {
  basicFilter,
  decodeFilter,
  encodeFilter,
  filterHash,
  filterHeader,
  filterMatches,
} from './gcs-filter.js';
export {
  HeaderChain,
  type ChainHeader,
  type HeaderChainOptions,
  type HeaderChange,
  type HeaderResult,
  type HeaderTip,
} from './header-chain.js';
export { type HeaderError, type HeaderErrorCode } from './header-error.js';
export { merkleProof } from './merkle-proof.js';
export { hasProofOfWork, targetOfBits } from './proof-of-work.js';
