/** How much a decoder does, by what it reads: a measure that no busy machine changes. */
import { ByteReader } from '../../shared/messages/reader.js';

const methods = ['take', 'skip', 'u8', 'u16be', 'u16', 'u32', 'i32', 'u48', 'u64', 'i64'] as const;
let reads = 0;

for (const name of methods) {
  const read = ByteReader.prototype[name] as (this: ByteReader, ...args: unknown[]) => never;
  ByteReader.prototype[name] = function (this: ByteReader, ...args: unknown[]): never {
    reads++;
    return read.apply(this, args);
  };
}

/** What `run` gives, and how often it read something from a payload. */
export function countReads<T>(run: () => T): { reads: number; result: T } {
  const before = reads;
  const result = run();
  return { reads: reads - before, result };
}
