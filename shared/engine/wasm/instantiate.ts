import type { WasmExports } from './exports.js';
import { moduleBase64 } from './module.js';

/**
 * A fresh instance of the compiled module, with a memory of its own.
 * @returns undefined where this platform cannot run it: no WebAssembly, no SIMD, or a policy that forbids it
 */
export async function instantiate(): Promise<WasmExports | undefined> {
  if (typeof WebAssembly === 'undefined') return undefined;
  const bytes = Uint8Array.from(atob(moduleBase64), (character) => character.charCodeAt(0));
  if (!WebAssembly.validate(bytes)) return undefined;
  try {
    const { instance } = await WebAssembly.instantiate(bytes);
    return instance.exports as unknown as WasmExports;
  } catch {
    return undefined; // a content security policy without 'wasm-unsafe-eval' refuses here
  }
}
