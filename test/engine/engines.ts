/** Both engines side by side, for tests that say the same of each or compare the two. */
import { loadEngine, nobleEngine, type Engine } from '../../shared/engine/index.js';
import { Arena } from '../../shared/engine/wasm/arena.js';
import { wasmEngine } from '../../shared/engine/wasm/engine.js';
import { instantiate } from '../../shared/engine/wasm/instantiate.js';

export const engines: readonly Engine[] = [nobleEngine, await loadEngine('wasm')];

/** An instance of its own: its memory can be looked at. */
export async function freshArena(): Promise<{ arena: Arena; engine: Engine }> {
  const instance = await instantiate();
  if (instance === undefined) throw new Error('this platform runs no WebAssembly');
  const arena = new Arena(instance);
  return { arena, engine: wasmEngine(instance, arena) };
}

/** Bytes that tell places apart, of any length, always the same. */
export function pattern(length: number, salt = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let word = (salt + 1) * 0x9e3779b1;
  for (let i = 0; i < length; i++) {
    word = (Math.imul(word, 1664525) + 1013904223) | 0;
    bytes[i] = word >>> 24;
  }
  return bytes;
}
