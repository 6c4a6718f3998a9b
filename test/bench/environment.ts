/** Who takes part: this project's engines, and what only Node or only a browser has. */
import { loadEngine, nobleEngine, type Engine } from '../../shared/engine/index.js';

/** ChaCha20-Poly1305 with the platform's own means, for one key and nonce. */
export interface NativeAead {
  readonly name: string;
  seal(plaintext: Uint8Array): Uint8Array | Promise<Uint8Array>;
  open(ciphertext: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

export interface Environment {
  /** The plain one first. */
  readonly engines: readonly { readonly name: string; readonly engine: Engine }[];
  readonly aead?: (key: Uint8Array, nonce: Uint8Array) => NativeAead;
  readonly sha256?: { readonly name: string; hash(message: Uint8Array): Uint8Array };
}

export async function ownEngines(): Promise<Environment['engines']> {
  const best = await loadEngine();
  const engines = best.name === nobleEngine.name ? [nobleEngine] : [nobleEngine, best];
  return engines.map((engine) => ({ name: nameOf(engine.name), engine }));
}

/** As the table says it. */
export const nameOf = (engine: Engine['name']): string => `Peerglass, ${engine}`;

/** Bytes that are the same in each run. */
export function fill(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed | 1;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}
