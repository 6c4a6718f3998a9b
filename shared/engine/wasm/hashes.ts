import { checkedCount, HASH_BYTES, HEADER_BYTES, PAIR_BYTES, type Hashes } from '../../hashes.js';
import type { WasmExports } from './exports.js';

type Exports = Pick<
  WasmExports,
  'memory' | 'hashBuffer' | 'hashBufferBytes' | 'doubleSha256Of80' | 'doubleSha256OfPairs'
>;

/** Double SHA-256 of ten messages at once, as many as fit the module's buffer (160 KiB) in a call. */
export function wasmHashes(exports: Exports): Hashes {
  return {
    doubleSha256Of80: (headers) => inBatches(exports, headers, HEADER_BYTES, exports.doubleSha256Of80),
    doubleSha256OfPairs: (pairs) => inBatches(exports, pairs, PAIR_BYTES, exports.doubleSha256OfPairs),
  };
}

function inBatches(
  { memory, hashBuffer, hashBufferBytes }: Exports,
  messages: Uint8Array,
  size: number,
  hash: (count: number) => void,
): Uint8Array {
  const count = checkedCount(messages, size);
  const hashes = new Uint8Array(count * HASH_BYTES);
  const most = Math.floor(hashBufferBytes() / size);
  for (let first = 0; first < count; first += most) {
    const last = Math.min(count, first + most);
    // Anew each time: memory that has grown has another buffer.
    const buffer = new Uint8Array(memory.buffer, hashBuffer(), hashBufferBytes());
    buffer.set(messages.subarray(first * size, last * size));
    hash(last - first);
    hashes.set(buffer.subarray(0, (last - first) * HASH_BYTES), first * HASH_BYTES);
  }
  return hashes;
}
