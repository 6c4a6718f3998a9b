import { afterEach, expect, test, vi } from 'vitest';
import { loadEngine, nobleEngine } from '../../shared/engine/index.js';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** `loadEngine` as a platform finds it that has never loaded one. */
async function fresh() {
  vi.resetModules();
  return import('../../shared/engine/index.js');
}

test('without a name: WebAssembly where it runs, and always the same engine', async () => {
  const engine = await loadEngine();
  expect(engine.name).toBe('wasm');
  expect(await loadEngine('wasm')).toBe(engine);
});

test('noble by name', async () => {
  expect(await loadEngine('noble')).toBe(nobleEngine);
});

test('a name that no engine has', async () => {
  await expect(loadEngine('openssl' as 'noble')).rejects.toThrow(
    new RangeError('there is no engine "openssl"; leave the name out'),
  );
});

const refuses = (): Promise<never> => Promise.reject(new Error('the policy forbids it'));
const compile = { validate: (): boolean => true, instantiate: refuses };

test.each([
  { platform: undefined, why: 'this platform has no WebAssembly' },
  { platform: { validate: (): boolean => false }, why: 'this platform’s WebAssembly has no SIMD' },
  { platform: compile, why: 'WebAssembly was refused: the policy forbids it' },
])('noble where $why, and an error that says so for "wasm"', async ({ platform, why }) => {
  const { loadEngine: load, nobleEngine: noble } = await fresh();
  vi.stubGlobal('WebAssembly', platform);
  expect(await load()).toBe(noble);
  await expect(load('wasm')).rejects.toThrow(
    new RangeError(`the engine "wasm" cannot run here: ${why}; leave the name out for one that can`),
  );
});

test.each([
  { lack: 'WebAssembly.validate', stub: 'WebAssembly', value: {} },
  { lack: 'FinalizationRegistry', stub: 'FinalizationRegistry', value: undefined },
  { lack: 'atob', stub: 'atob', value: undefined },
])('noble where there is no $lack', async ({ stub, value }) => {
  const { loadEngine: load, nobleEngine: noble } = await fresh();
  vi.stubGlobal(stub, value);
  expect(await load()).toBe(noble);
  await expect(load('wasm')).rejects.toThrow(/^the engine "wasm" cannot run here: /);
});
