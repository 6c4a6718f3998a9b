import type { WasmExports } from '../../shared/engine/wasm/exports.js';
import { instantiate } from '../../shared/engine/wasm/instantiate.js';
import { wasmKeys } from '../../shared/engine/wasm/keys.js';

export const P = 2n ** 256n - 2n ** 32n - 977n;
export const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
/** A cube root of 1 modulo the order: λ(x, y) = (βx, y). */
export const LAMBDA = 0x5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72n;
export const GENERATOR_X = 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n;

/** 32 bytes, big-endian. */
export const bytesOf = (n: bigint): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, i) => Number((n >> BigInt(8 * (31 - i))) & 0xffn));

/** The module's keys on an instance of their own. */
export async function loadKeys(): Promise<{ keys: ReturnType<typeof wasmKeys>; exports: WasmExports }> {
  const exports = await instantiate();
  if (exports === undefined) throw new Error('this platform does not run the module');
  return { keys: wasmKeys(exports), exports };
}
