import type { WasmExports } from './exports.js';
import { moduleBase64 } from './module.js';

/**
 * A fresh instance of the compiled module, with a memory of its own.
 * @returns undefined where this platform cannot run it: no WebAssembly, no SIMD, or a policy that forbids it
 */
export async function instantiate(): Promise<WasmExports | undefined> {
  const instance = await instanceOrReason();
  return typeof instance === 'string' ? undefined : instance;
}

/** As `instantiate`, but says in words why there is none. */
export async function instanceOrReason(): Promise<WasmExports | string> {
  if (typeof WebAssembly === 'undefined') return 'this platform has no WebAssembly';
  const bytes = Uint8Array.from(atob(moduleBase64), (character) => character.charCodeAt(0));
  if (!WebAssembly.validate(bytes)) return 'this platform’s WebAssembly has no SIMD';
  try {
    const { instance } = await WebAssembly.instantiate(bytes);
    return instance.exports as unknown as WasmExports;
  } catch (error) {
    // A content security policy without 'wasm-unsafe-eval' refuses here; so does a lack of memory.
    return `WebAssembly was refused: ${error instanceof Error ? error.message : String(error)}`;
  }
}
