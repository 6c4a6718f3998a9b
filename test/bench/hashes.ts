/** Double SHA-256 of many: of headers, and of a level of a merkle tree. */
import { sha256 } from '@noble/hashes/sha2.js';
import { createSHA256 } from 'hash-wasm';
import { wasmHashes } from '../../shared/engine/wasm/hashes.js';
import { instantiate } from '../../shared/engine/wasm/instantiate.js';
import { HEADER_BYTES, PAIR_BYTES, type Hashes } from '../../shared/hashes.js';
import { fill, nameOf, type Environment } from './environment.js';
import type { Candidate, Contest } from './measure.js';

/** Few enough that all of them fit a slice, one by one too. */
const COUNT = 500;
const HASH_BYTES = 32;

export async function hashes({ sha256: native }: Environment): Promise<Contest[]> {
  const hasher = await createSHA256();
  const exports = await instantiate();
  const own = exports && wasmHashes(exports);
  const contest = (name: string, size: number, many: keyof Hashes): Contest => {
    const messages = fill(COUNT * size, size);
    const candidate = (name: string, all: () => Uint8Array): Candidate => ({
      name,
      amount: COUNT,
      run: () => void all(),
      sample: all,
    });
    const oneByOne = (name: string, hash: (message: Uint8Array) => Uint8Array): Candidate =>
      candidate(name, () => {
        const results = new Uint8Array(COUNT * HASH_BYTES);
        for (let i = 0; i < COUNT; i++) {
          results.set(hash(hash(messages.subarray(i * size, (i + 1) * size))), i * HASH_BYTES);
        }
        return results;
      });
    const candidates = [
      oneByOne('@noble/hashes', (message) => sha256(message)),
      oneByOne('hash-wasm', (message) => hasher.init().update(message).digest('binary')),
      ...(native ? [oneByOne(native.name, native.hash)] : []),
      ...(own ? [candidate(nameOf('wasm'), () => own[many](messages))] : []),
    ];
    return { rows: [{ name, unit: 'operations', candidates }] };
  };
  return [
    contest('headers of 80 bytes', HEADER_BYTES, 'doubleSha256Of80'),
    contest('pairs of 64 bytes', PAIR_BYTES, 'doubleSha256OfPairs'),
  ];
}
