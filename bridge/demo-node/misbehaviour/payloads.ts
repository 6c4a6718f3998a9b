/** Payloads that no codec makes: above a message's limit, or against consensus. */
import { concatBytes } from '../../../shared/bytes.js';
import {
  doubleSha256,
  encodeBlock,
  encodeBlockHeader,
  encodeMessage,
  encodeTransaction,
  MAX_ADDRESSES,
  MAX_BLOOM_FILTER_BYTES,
  MAX_HEADERS,
  MAX_INVENTORY_ENTRIES,
  MAX_LOCATOR_HASHES,
  txid,
  type BlockHeader,
  type Transaction,
} from '../../../shared/messages/index.js';
import { networks } from '../../../shared/networks.js';

const INVENTORY_ENTRY_BYTES = 36;
const ADDR_ENTRY_BYTES = 30;
const HEADERS_ENTRY_BYTES = 81;
const HASH_BYTES = 32;

/** One entry too many, each of zeros: nobody reads beyond the count. */
const oneTooMany = (limit: number, entryBytes: number): Uint8Array =>
  concatBytes(compactSize(limit + 1), new Uint8Array((limit + 1) * entryBytes));

export const inventoryOverLimit = () => oneTooMany(MAX_INVENTORY_ENTRIES, INVENTORY_ENTRY_BYTES);
export const addrOverLimit = () => oneTooMany(MAX_ADDRESSES, ADDR_ENTRY_BYTES);
export const headersOverLimit = () => oneTooMany(MAX_HEADERS, HEADERS_ENTRY_BYTES);

/** version ‖ locator ‖ stop */
export const locatorOverLimit = () =>
  concatBytes(new Uint8Array(4), oneTooMany(MAX_LOCATOR_HASHES, HASH_BYTES), new Uint8Array(HASH_BYTES));

/** filter ‖ one hash function (4) ‖ tweak (4) ‖ flags (1) */
export const filterloadOverLimit = () =>
  concatBytes(oneTooMany(MAX_BLOOM_FILTER_BYTES, 1), Uint8Array.of(1, 0, 0, 0), new Uint8Array(5));

/** Well formed, and refused by every node: money may not vanish into no output. */
export const invalidTransaction = () =>
  encodeTransaction({
    version: 2,
    inputs: [
      {
        outpoint: { txid: new Uint8Array(HASH_BYTES).fill(7), vout: 0 },
        scriptSig: new Uint8Array(0),
        sequence: 0xffffffff,
        witness: [],
      },
    ],
    outputs: [],
    lockTime: 0,
  });

/** The first block above regtest's genesis block, valid. */
export function blockAfterGenesis(): Uint8Array {
  return encodeBlock({ header: headerAfterGenesis('below the target'), transactions: [coinbase] });
}

export const badProofOfWork = () =>
  encodeMessage('headers', { headers: [headerAfterGenesis('above the target')] });

/** BIP34: height 1, then a byte, since a coinbase's script has at least two. Anyone may spend it. */
const coinbase: Transaction = {
  version: 2,
  inputs: [
    {
      outpoint: { txid: new Uint8Array(HASH_BYTES), vout: 0xffffffff },
      scriptSig: Uint8Array.of(0x51, 0),
      sequence: 0xffffffff,
      witness: [],
    },
  ],
  outputs: [{ value: 5_000_000_000n, scriptPubKey: Uint8Array.of(0x51) }],
  lockTime: 0,
};

/** Regtest's target is every number whose highest bit is 0: half of all nonces will do, and half will not. */
function headerAfterGenesis(hash: 'below the target' | 'above the target'): BlockHeader {
  const header: BlockHeader = {
    version: 0x20000000,
    previous: doubleSha256(networks.regtest.genesis.header),
    merkleRoot: txid(coinbase),
    time: 1_704_067_800,
    bits: 0x207fffff,
    nonce: 0,
  };
  const isAbove = () => doubleSha256(encodeBlockHeader(header))[HASH_BYTES - 1]! >= 0x80;
  while (isAbove() !== (hash === 'above the target')) header.nonce++;
  return header;
}

/** A count below 65,536. */
function compactSize(n: number): Uint8Array {
  return n < 0xfd ? Uint8Array.of(n) : Uint8Array.of(0xfd, n & 0xff, n >> 8);
}
