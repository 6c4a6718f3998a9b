import { ascii } from './bytes.js';

/** A message type spelled out, as v1's header and BIP324's long form carry it: 12 bytes. */
export const TYPE_FIELD_BYTES = 12;

/**
 * The type's characters, padded with zeros.
 * @throws {TypeError} when the type is not 1–12 characters of printable ASCII
 */
export function encodeTypeField(type: string): Uint8Array {
  if (!/^[\x20-\x7e]{1,12}$/.test(type))
    throw new TypeError('a message type is 1 to 12 characters of printable ASCII');
  const field = new Uint8Array(TYPE_FIELD_BYTES);
  field.set(ascii(type));
  return field;
}

/** As Bitcoin Core has it: printable ASCII, then zeros to the end; undefined for anything else. */
export function decodeTypeField(field: Uint8Array): string | undefined {
  let length = 0;
  while (length < TYPE_FIELD_BYTES && field[length] !== 0) length++;
  const name = field.subarray(0, length);
  const printable = length > 0 && name.every((byte) => byte >= 0x20 && byte <= 0x7e);
  const padded = field.subarray(length, TYPE_FIELD_BYTES).every((byte) => byte === 0);
  return printable && padded ? String.fromCharCode(...name) : undefined;
}
