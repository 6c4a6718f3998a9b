/**
 * What stands before every v1 payload, 24 bytes: magic (4) ‖ type (12, padded with zeros) ‖ length of the payload
 * (4, little-endian) ‖ checksum (4: how the double SHA-256 of the payload begins).
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '../bytes.js';
import type { Network } from '../networks.js';
import { decodeTypeField, encodeTypeField, TYPE_FIELD_BYTES } from '../type-field.js';

export const MAGIC_BYTES = 4;
export const LENGTH_BYTES = 4;
export const CHECKSUM_BYTES = 4;
export const HEADER_BYTES = MAGIC_BYTES + TYPE_FIELD_BYTES + LENGTH_BYTES + CHECKSUM_BYTES;
/** Bitcoin Core's limit on a payload: it refuses a header that announces more. */
export const DEFAULT_MAX_PAYLOAD = 4_000_000;

const TYPE_AT = MAGIC_BYTES;
const LENGTH_AT = TYPE_AT + TYPE_FIELD_BYTES;
const CHECKSUM_AT = LENGTH_AT + LENGTH_BYTES;

export interface Header {
  readonly magic: Uint8Array;
  /** undefined for 12 bytes that are no type */
  readonly type: string | undefined;
  /** of the payload, in bytes */
  readonly length: number;
  readonly checksum: Uint8Array;
}

/** @throws {TypeError} when the type is not 1–12 characters of printable ASCII */
export function encodeHeader({ magic }: Network, type: string, payload: Uint8Array): Uint8Array {
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setUint32(0, payload.length, true);
  return concatBytes(magic, encodeTypeField(type), length, checksumOf(payload));
}

/** @param bytes 24 of them; what it returns holds copies. */
export function decodeHeader(bytes: Uint8Array): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  return {
    magic: bytes.slice(0, MAGIC_BYTES),
    type: decodeTypeField(bytes.subarray(TYPE_AT, LENGTH_AT)),
    length: view.getUint32(LENGTH_AT, true),
    checksum: bytes.slice(CHECKSUM_AT, HEADER_BYTES),
  };
}

/** 4 bytes. */
export function checksumOf(payload: Uint8Array): Uint8Array {
  return sha256(sha256(payload)).subarray(0, CHECKSUM_BYTES);
}
