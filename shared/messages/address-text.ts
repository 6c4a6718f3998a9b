import { sha3_256 } from '@noble/hashes/sha3.js';
import { ascii, concatBytes } from '../bytes.js';

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

const ONION_VERSION = Uint8Array.of(3);

/** The name of an onion service of version 3, from its public key (Tor's rend-spec-v3, Encoding onion addresses). */
export function torV3ToString(publicKey: Uint8Array): string {
  const checksum = sha3_256(concatBytes(ascii('.onion checksum'), publicKey, ONION_VERSION)).subarray(0, 2);
  return `${base32(concatBytes(publicKey, checksum, ONION_VERSION))}.onion`;
}

/** The name of an onion service of version 2, which the Tor network no longer has. @param id 10 bytes */
export function torV2ToString(id: Uint8Array): string {
  return `${base32(id)}.onion`;
}

/** @param hash 32 bytes: the SHA-256 of an I2P destination */
export function i2pToString(hash: Uint8Array): string {
  return `${base32(hash)}.b32.i2p`;
}
