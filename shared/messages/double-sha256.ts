import { sha256 } from '@noble/hashes/sha2.js';

/** What Bitcoin calls a hash of something, unless it says otherwise: 32 bytes in wire order. */
export function doubleSha256(bytes: Uint8Array): Uint8Array {
  return sha256(sha256(bytes));
}
