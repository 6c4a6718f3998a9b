/** Bitcoin's P2P messages: what their bytes say (also `peerglass/messages`). */
export { addressNetworks, type AddressNetwork } from './address-networks.js';
export {
  addressFromString,
  addressToString,
  addrV2EntryOf,
  MAX_ADDRESSES,
  unusableAddress,
  type Addr,
  type AddrEntry,
  type AddrV2,
  type AddrV2Entry,
} from './addresses.js';
export { blockHash, blockWithoutWitness, decodeBlock, encodeBlock, type Block } from './block.js';
export {
  blockMerkleTree,
  checkMerkleRoot,
  checkWitnessCommitment,
  coinbaseHeight,
  witnessCommitment,
  witnessMerkleRoot,
  type BlockProblem,
  type BlockProblemCode,
} from './block-checks.js';
export {
  MAX_BLOCK_TRANSACTIONS,
  MAX_BLOOM_FILTER_BYTES,
  MAX_BLOOM_HASH_FUNCTIONS,
  MAX_FILTER_ELEMENT_BYTES,
  type FilterAdd,
  type FilterLoad,
  type MerkleBlock,
} from './bloom.js';
export {
  decodeMessage,
  encodeMessage,
  fieldsOf,
  isDecodedType,
  type DecodedMessage,
  type DecodedType,
  type KnownMessage,
  type MessageMap,
} from './codecs.js';
export {
  MAX_COMPACT_BLOCK_TRANSACTIONS,
  type BlockTxn,
  type CmpctBlock,
  type GetBlockTxn,
  type PrefilledTransaction,
} from './compact-blocks.js';
export {
  BASIC_FILTER,
  MAX_FILTER_HASHES,
  MAX_FILTERS,
  type CFCheckpt,
  type CFHeaders,
  type CFilter,
  type GetCFCheckpt,
  type GetFilters,
} from './compact-filters.js';
export { doubleSha256 } from './double-sha256.js';
export { DecodeError, EncodeError, type DecodeErrorCode, type EncodeErrorCode } from './error.js';
export { type FieldNode } from './fields.js';
export {
  draftOf,
  formOf,
  initialDraft,
  payloadOf,
  valueOf,
  type Draft,
  type Form,
  type FormField,
  type LeafForm,
  type ListForm,
  type StructForm,
} from './form.js';
export { hashFromString, hashToString } from './hash.js';
export { type Hashes } from '../hashes.js';
export {
  decodeBlockHeader,
  encodeBlockHeader,
  MAX_HEADERS,
  MAX_LOCATOR_HASHES,
  type BlockHeader,
  type GetHeaders,
  type Headers,
} from './headers.js';
export {
  inventoryTypeName,
  inventoryTypes,
  MAX_INVENTORY_ENTRIES,
  type InventoryEntry,
  type InventoryMessage,
} from './inventory.js';
export { merkleTree, type MerkleTree } from './merkle.js';
export {
  type EmptyMessage,
  type Feature,
  type FeeFilter,
  type SendCmpct,
  type SendTxRcncl,
} from './negotiation.js';
export { ipToString } from './ip.js';
export { unspecifiedAddress, type NetAddress } from './net-address.js';
export { type PingMessage } from './ping.js';
export { type Flag } from './leaves.js';
export { messageRegistry, type MessageInfo } from './registry.js';
export { serviceBits, serviceNames, type ServiceName } from './services.js';
export { compactBlockOf, shortIds } from './short-ids.js';
export { sipHash24, sipHashKey, type SipHashKey } from './siphash.js';
export { escapeBytes } from './text.js';
export { timeToString } from './time.js';
export {
  decodeTransaction,
  encodeTransaction,
  hasWitness,
  withoutWitness,
  type OutPoint,
  type Transaction,
  type TxInput,
  type TxOutput,
} from './transaction.js';
export {
  feeOf,
  isCoinbase,
  transactionFacts,
  type Fee,
  type LockTime,
  type TransactionFacts,
} from './transaction-facts.js';
export {
  relativeLockText,
  sequenceMeaning,
  type RelativeLock,
  type SequenceMeaning,
} from './transaction-leaves.js';
export { transactionIds, transactionSize, txid, wtxid, type TransactionSize } from './transaction-ids.js';
export { type VersionMessage } from './version.js';
