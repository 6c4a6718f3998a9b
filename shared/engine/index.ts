import type { Engine, EngineName } from './engine.js';
import { nobleEngine } from './noble/index.js';
import { wasmEngine } from './wasm/engine.js';
import { instanceOrReason } from './wasm/instantiate.js';

export type * from './engine.js';
export { nobleEngine };

/** Made once: its openers and sealers share one memory. */
let wasm: Promise<Engine | string> | undefined;

/**
 * The engine to give to `V2Transport`. Without a name: WebAssembly where this platform runs it, noble elsewhere.
 * @throws {RangeError} (rejects) when the named engine is not there, and says why
 */
export async function loadEngine(name?: EngineName): Promise<Engine> {
  if (name === 'noble') return nobleEngine;
  if (name !== undefined && name !== 'wasm') {
    throw new RangeError(`there is no engine ${JSON.stringify(name)}; leave the name out`);
  }
  wasm ??= wasmOrReason();
  const engine = await wasm;
  if (typeof engine !== 'string') return engine;
  if (name === undefined) return nobleEngine;
  throw new RangeError(`the engine "wasm" cannot run here: ${engine}; leave the name out for one that can`);
}

/** Whatever else a platform lacks, or has otherwise than others, is a reason as well: noble works there too. */
async function wasmOrReason(): Promise<Engine | string> {
  try {
    const instance = await instanceOrReason();
    return typeof instance === 'string' ? instance : wasmEngine(instance);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
