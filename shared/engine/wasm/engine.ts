import type { Engine } from '../engine.js';
import { Arena } from './arena.js';
import type { WasmExports } from './exports.js';
import { wasmHashes } from './hashes.js';
import { wasmKeys } from './keys.js';
import { WasmOpener } from './opener.js';
import { WasmSealer } from './sealer.js';

/** The engine on one instance of the compiled module, which all its openers and sealers share. */
export function wasmEngine(wasm: WasmExports, arena = new Arena(wasm)): Engine {
  return {
    name: 'wasm',
    ...wasmKeys(wasm),
    ...wasmHashes(wasm),
    opener: (keyL, keyP, options) => new WasmOpener(arena, keyL, keyP, options),
    sealer: (keyL, keyP) => new WasmSealer(arena, keyL, keyP),
  };
}
