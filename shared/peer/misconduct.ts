import { hasProofOfWork } from '../chain/proof-of-work.js';
import { equalBytes } from '../bytes.js';
import {
  type DecodedMessage,
  type DecodedType,
  type Headers,
  serviceBits,
  type ServiceName,
} from '../messages/index.js';
import { HASH_BYTES, HEADER_BYTES, nobleHashes, type Hashes } from '../hashes.js';
import { type Network } from '../networks.js';
import { peerErrors, type PeerError } from './errors.js';

/**
 * What a real node disconnects a peer for once both are ready. Other breaches it only logs. Bitcoin Core,
 * net_processing.cpp: Misbehaving and fDisconnect.
 * @param payload of the message
 * @param ours what we offer: service bits
 * @param hashes hashes all headers of a message at once
 */
export function misconduct(
  message: DecodedMessage,
  payload: Uint8Array,
  { powLimit }: Network,
  ours: bigint,
  hashes: Hashes = nobleHashes,
): PeerError | undefined {
  const service = needs.get(message.type);
  if (service !== undefined && (ours & serviceBits[service]) === 0n)
    return peerErrors.serviceNotOffered(message.type, service);
  if (message.kind === 'malformed') {
    const { type, error } = message;
    const broken = error.code === 'limit-exceeded' && limits[type]?.includes(error.field);
    return broken ? peerErrors.limitExceeded(type, error) : undefined;
  }
  return message.kind === 'decoded' && message.type === 'headers'
    ? headersMisconduct(message.value, payload, powLimit, hashes)
    : undefined;
}

/** Questions that only some nodes answer: BIP111, BIP157. */
const needs: ReadonlyMap<string, ServiceName> = new Map([
  ['mempool', 'BLOOM'],
  ['filterload', 'BLOOM'],
  ['filteradd', 'BLOOM'],
  ['filterclear', 'BLOOM'],
  ['getcfilters', 'COMPACT_FILTERS'],
  ['getcfheaders', 'COMPACT_FILTERS'],
  ['getcfcheckpt', 'COMPACT_FILTERS'],
]);

/** The fields whose limits are meant. A hash or a script that is too long, for instance, is damage and no breach. */
const limits: { readonly [Type in DecodedType]?: readonly string[] } = {
  inv: ['inventory.count'],
  getdata: ['inventory.count'],
  addr: ['addresses.count'],
  addrv2: ['addresses.count'],
  getheaders: ['locator.count'],
  getblocks: ['locator.count'],
  headers: ['headers.count'],
  filterload: ['filter.length', 'hashFunctions'],
  filteradd: ['element.length'],
};

/** Behind each header stands a count of transactions: one byte, 0. */
const ENTRY_BYTES = HEADER_BYTES + 1;

/** Headers must have the work they claim, and each must build on the one before. */
function headersMisconduct(
  { headers }: Headers,
  payload: Uint8Array,
  powLimit: bigint,
  hashes: Hashes,
): PeerError | undefined {
  const start = payload.length - headers.length * ENTRY_BYTES;
  const rows = new Uint8Array(headers.length * HEADER_BYTES);
  for (let i = 0; i < headers.length; i++) {
    const at = start + i * ENTRY_BYTES;
    rows.set(payload.subarray(at, at + HEADER_BYTES), i * HEADER_BYTES);
  }
  const all = hashes.doubleSha256Of80(rows);
  let before: Uint8Array | undefined;
  for (const [index, { bits, previous }] of headers.entries()) {
    const hash = all.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);
    if (!hasProofOfWork(hash, bits, powLimit)) return peerErrors.badProofOfWork(index, hash);
    if (before !== undefined && !equalBytes(previous, before)) return peerErrors.discontinuousHeaders(index);
    before = hash;
  }
  return undefined;
}
