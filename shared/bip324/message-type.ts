import { concatBytes } from '../bytes.js';
import { decodeTypeField, encodeTypeField, TYPE_FIELD_BYTES } from '../type-field.js';

/** BIP324, Application messages: the types that one byte stands for. */
export const shortMessageIds = {
  addr: 1,
  block: 2,
  blocktxn: 3,
  cmpctblock: 4,
  feefilter: 5,
  filteradd: 6,
  filterclear: 7,
  filterload: 8,
  getblocks: 9,
  getblocktxn: 10,
  getdata: 11,
  getheaders: 12,
  headers: 13,
  inv: 14,
  mempool: 15,
  merkleblock: 16,
  notfound: 17,
  ping: 18,
  pong: 19,
  sendcmpct: 20,
  tx: 21,
  getcfilters: 22,
  cfilter: 23,
  getcfheaders: 24,
  cfheaders: 25,
  getcfcheckpt: 26,
  cfcheckpt: 27,
  addrv2: 28,
  // Proposed, and in nobody's way: BIP183 (29–36), BIP434 (37).
  uproof: 29,
  getuproof: 30,
  uttls: 31,
  getuttls: 32,
  usummary: 33,
  utreexotx: 34,
  uroot: 35,
  geturoot: 36,
  feature: 37,
} as const satisfies Record<string, number>;

/** Ids from here on are proposed: understood when they come, never sent unless asked for. */
export const FIRST_PROPOSED_ID = 29;

const idOfType = new Map<string, number>(Object.entries(shortMessageIds));
const typeOfId = new Map<number, string>(Object.entries(shortMessageIds).map(([type, id]) => [id, type]));

const LONG_FORM_BYTES = 1 + TYPE_FIELD_BYTES;

/**
 * The start of a message's contents: 1 byte, or 0x00 and the type in 12 bytes (BIP324, Application messages).
 * @param form 'short' insists on the one-byte form; by default settled ids are short and the rest long
 * @throws {TypeError} when the type is not 1–12 characters of printable ASCII, or has no short form
 */
export function encodeMessageType(type: string, form?: 'short' | 'long'): Uint8Array {
  const id = idOfType.get(type);
  if (form === 'short' && id === undefined)
    throw new TypeError(`the message type ${JSON.stringify(type)} has no short id`);
  if (id !== undefined && (form === 'short' || (form !== 'long' && id < FIRST_PROPOSED_ID)))
    return Uint8Array.of(id);
  return concatBytes(Uint8Array.of(0), encodeTypeField(type));
}

export interface DecodedMessageType {
  /** undefined for an unknown id and for contents that are no message at all */
  type: string | undefined;
  /** the short id, when there is one */
  id?: number;
  /** a view of what follows the type */
  payload: Uint8Array;
}

/** Splits a packet's contents. Both forms of a type are accepted alike; nothing throws. */
export function decodeMessageType(contents: Uint8Array): DecodedMessageType {
  const id = contents[0];
  if (id === undefined) return { type: undefined, payload: contents };
  if (id !== 0) return { type: typeOfId.get(id), id, payload: contents.subarray(1) };
  if (contents.length < LONG_FORM_BYTES) return { type: undefined, payload: contents };
  return { type: decodeTypeField(contents.subarray(1)), payload: contents.subarray(LONG_FORM_BYTES) };
}
