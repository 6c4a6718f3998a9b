/**
 * What a chain of blocks says beyond its messages: the chain of headers, block filters (BIP157, BIP158), Bloom filters
 * and proofs (BIP37), compact blocks made whole (BIP152). Also `peerglass/chain`.
 */
export { BloomFilter } from './bloom-filter.js';
export { reconstructBlock, type KnownTransaction, type Reconstruction } from './compact-block.js';
export { CompactBlockError, type CompactBlockErrorCode } from './compact-block-error.js';
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
export { MerkleProofError, type MerkleProofErrorCode } from './merkle-proof-error.js';
export { provenTransactions, type ProvenTransaction } from './merkle-verify.js';
export { hasProofOfWork, targetOfBits } from './proof-of-work.js';
