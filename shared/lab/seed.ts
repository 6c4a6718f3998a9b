import { sha256 } from '@noble/hashes/sha2.js';
import { ascii, ByteQueue, concatBytes } from '../bytes.js';
import type { RandomSource } from '../random.js';

/**
 * Bytes that look random and follow from `seed` and `label` alone: SHA-256 of both and a counter. For the lab's
 * sessions, which must be repeatable; never for a connection.
 */
export function seededRandom(seed: Uint8Array, label: string): RandomSource {
  const prefix = concatBytes(seed, ascii(label));
  const ready = new ByteQueue();
  let block = 0;
  return (length) => {
    while (ready.length < length) {
      const counter = Uint8Array.of(block >>> 24, block >>> 16, block >>> 8, block);
      ready.append(sha256(concatBytes(prefix, counter)));
      block++;
    }
    return ready.take(length);
  };
}
