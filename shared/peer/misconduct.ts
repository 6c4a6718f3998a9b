import { hasProofOfWork } from '../chain/proof-of-work.js';
import { equalBytes } from '../bytes.js';
import { type DecodedMessage, type DecodedType, doubleSha256, type Headers } from '../messages/index.js';
import { type Network } from '../networks.js';
import { peerErrors, type PeerError } from './errors.js';

/**
 * What a real node disconnects a peer for, though every byte of the message was readable or nearly so. Other breaches
 * it only logs. Bitcoin Core, net_processing.cpp: Misbehaving and fDisconnect.
 * @param payload of the message
 */
export function misconduct(
  message: DecodedMessage,
  payload: Uint8Array,
  { powLimit }: Network,
): PeerError | undefined {
  if (message.kind === 'malformed') {
    const { type, error } = message;
    const broken = error.code === 'limit-exceeded' && limits[type]?.includes(error.field);
    return broken ? peerErrors.limitExceeded(type, error) : undefined;
  }
  return message.kind === 'decoded' && message.type === 'headers'
    ? headersMisconduct(message.value, payload, powLimit)
    : undefined;
}

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

const HEADER_BYTES = 80;
/** Behind each header stands a count of transactions: one byte, 0. */
const ENTRY_BYTES = HEADER_BYTES + 1;

/** Headers must have the work they claim, and each must build on the one before. */
function headersMisconduct(
  { headers }: Headers,
  payload: Uint8Array,
  powLimit: bigint,
): PeerError | undefined {
  const start = payload.length - headers.length * ENTRY_BYTES;
  let before: Uint8Array | undefined;
  for (const [index, { bits, previous }] of headers.entries()) {
    const at = start + index * ENTRY_BYTES;
    const hash = doubleSha256(payload.subarray(at, at + HEADER_BYTES));
    if (!hasProofOfWork(hash, bits, powLimit)) return peerErrors.badProofOfWork(index, hash);
    if (before !== undefined && !equalBytes(previous, before)) return peerErrors.discontinuousHeaders(index);
    before = hash;
  }
  return undefined;
}
