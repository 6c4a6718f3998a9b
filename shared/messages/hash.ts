import { copyBytes, fromHex, toHex } from '../bytes.js';
import { unreadable } from './input.js';
import { bytes } from './leaves.js';

const HASH_BYTES = 32;

/** A hash as people write it: the bytes of the wire from last to first, in hex. */
export function hashToString(hash: Uint8Array): string {
  return toHex(copyBytes(hash).reverse());
}

/**
 * The 32 bytes in wire order of a hash as people write it.
 * @throws {TypeError} when the text is not 64 hex digits
 */
export function hashFromString(text: string): Uint8Array {
  if (text.length !== 2 * HASH_BYTES) throw new TypeError('a hash is 64 hex digits');
  return fromHex(text).reverse();
}

/** 32 bytes in wire order. */
export const hash = bytes(HASH_BYTES, 'hash', hashToString, {
  hint: '64 hex digits, as block explorers show a hash',
  initial: new Uint8Array(HASH_BYTES),
  parse(text) {
    if (!/^[0-9a-f]{64}$/i.test(text.trim())) throw unreadable(this.hint);
    return hashFromString(text.trim());
  },
  print: hashToString,
});
