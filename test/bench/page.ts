/** What runs in the browser: the same cases as in Node. browser.ts calls it. */
import { ownEngines, type Environment, type NativeAead } from './environment.js';
import { measureGroups, type GroupResult } from './groups.js';
import type { Settings } from './measure.js';

export interface BenchPage {
  bench(only: readonly string[], settings: Settings): Promise<GroupResult[]>;
}

(globalThis as unknown as BenchPage).bench = async (only, settings) => {
  const aead = await webCrypto();
  const environment: Environment = { engines: await ownEngines(), ...(aead && { aead }) };
  return measureGroups(environment, only, settings, (text) => console.info(text));
};

/** Where the browser has ChaCha20-Poly1305. */
async function webCrypto(): Promise<Environment['aead']> {
  const algorithm = 'ChaCha20-Poly1305';
  const imported = (key: Uint8Array) =>
    crypto.subtle.importKey('raw-secret' as 'raw', new Uint8Array(key), algorithm, false, [
      'encrypt',
      'decrypt',
    ]);
  try {
    await imported(new Uint8Array(32));
  } catch {
    return undefined;
  }
  return (rawKey, nonce): NativeAead => {
    const key = imported(rawKey);
    const parameters = { name: algorithm, iv: new Uint8Array(nonce) };
    const owned = (bytes: Uint8Array) => bytes as Uint8Array<ArrayBuffer>;
    return {
      name: 'WebCrypto',
      seal: async (plaintext) =>
        new Uint8Array(await crypto.subtle.encrypt(parameters, await key, owned(plaintext))),
      open: async (ciphertext) =>
        new Uint8Array(await crypto.subtle.decrypt(parameters, await key, owned(ciphertext))),
    };
  };
}
