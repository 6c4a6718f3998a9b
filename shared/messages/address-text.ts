import { sha3_256 } from '@noble/hashes/sha3.js';
import { ascii, concatBytes, equalBytes } from '../bytes.js';
import { EncodeError } from './error.js';
import { unreadable } from './input.js';

const base32Alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** RFC 4648, in lower case and without padding, as Tor and I2P write it. */
function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += base32Alphabet[(held >> (bits - 5)) & 31];
  }
  return bits > 0 ? text + base32Alphabet[(held << (5 - bits)) & 31] : text;
}

/** The bytes of such a text; undefined where it is none, or not the one that `base32` makes. */
function parseBase32(text: string): Uint8Array | undefined {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const char of text) {
    const digit = base32Alphabet.indexOf(char);
    if (digit < 0) return undefined;
    held = ((held << 5) | digit) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 0xff);
  }
  const decoded = Uint8Array.from(bytes);
  return base32(decoded) === text ? decoded : undefined;
}

/** What stands before a name's ending, in bytes. @throws {EncodeError} unreadable-text */
function parseName(text: string, ending: string, length: number, hint: string): Uint8Array {
  const name = text.trim().toLowerCase();
  // Two digits hold at least one byte: longer names are not looked at.
  const fits = name.endsWith(ending) && name.length <= 2 * length + ending.length;
  const bytes = fits ? parseBase32(name.slice(0, -ending.length)) : undefined;
  if (bytes?.length !== length) throw unreadable(hint);
  return bytes;
}

const ONION_VERSION = Uint8Array.of(3);

/** The name of an onion service of version 3, from its public key (Tor's rend-spec-v3, Encoding onion addresses). */
export function torV3ToString(publicKey: Uint8Array): string {
  return `${base32(concatBytes(publicKey, onionChecksum(publicKey), ONION_VERSION))}.onion`;
}

function onionChecksum(publicKey: Uint8Array): Uint8Array {
  return sha3_256(concatBytes(ascii('.onion checksum'), publicKey, ONION_VERSION)).subarray(0, 2);
}

export const torV3Hint = 'the name of an onion service: 56 letters and digits, and .onion';

/** The public key in such a name. @throws {EncodeError} unreadable-text, invalid-value */
export function parseTorV3(text: string): Uint8Array {
  const bytes = parseName(text, '.onion', 35, torV3Hint);
  const publicKey = bytes.slice(0, 32);
  if (bytes[34] !== ONION_VERSION[0]) throw new EncodeError('invalid-value', 'it is not of version 3');
  if (!equalBytes(bytes.subarray(32, 34), onionChecksum(publicKey)))
    throw new EncodeError('invalid-value', 'it has a typing error: its checksum does not fit');
  return publicKey;
}

/** The name of an onion service of version 2, which the Tor network no longer has. @param id 10 bytes */
export function torV2ToString(id: Uint8Array): string {
  return `${base32(id)}.onion`;
}

export const torV2Hint = 'the name of an onion service of version 2: 16 letters and digits, and .onion';

/** @throws {EncodeError} unreadable-text */
export function parseTorV2(text: string): Uint8Array {
  return parseName(text, '.onion', 10, torV2Hint);
}

/** @param hash 32 bytes: the SHA-256 of an I2P destination */
export function i2pToString(hash: Uint8Array): string {
  return `${base32(hash)}.b32.i2p`;
}

export const i2pHint = 'an I2P name: 52 letters and digits, and .b32.i2p';

/** @throws {EncodeError} unreadable-text */
export function parseI2p(text: string): Uint8Array {
  return parseName(text, '.b32.i2p', 32, i2pHint);
}
