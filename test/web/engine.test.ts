import { expect, test } from 'vitest';
import { type loadEngine, nobleEngine, type Engine } from '../../shared/engine/index.js';
import { chooseEngine } from '../../web/worker/engine.js';

const wasmEngine: Engine = { ...nobleEngine, name: 'wasm' };
/** A platform that runs WebAssembly, and one that does not: what `loadEngine` promises for each. */
const withWasm: typeof loadEngine = (name) => Promise.resolve(name === 'noble' ? nobleEngine : wasmEngine);
const withoutWasm: typeof loadEngine = (name) =>
  name === 'wasm' ? Promise.reject(new RangeError('there is none')) : Promise.resolve(nobleEngine);

test.each([
  ['no name, WebAssembly runs', undefined, withWasm, { name: 'wasm', choice: 'fastest' }],
  ['no name, it does not run', undefined, withoutWasm, { name: 'noble', choice: 'fallback' }],
  ['noble', 'noble', withWasm, { name: 'noble', choice: 'asked' }],
  ['wasm', 'wasm', withWasm, { name: 'wasm', choice: 'asked' }],
  ['wasm, which does not run', 'wasm', withoutWasm, { name: 'noble', choice: 'fallback' }],
  ['an unknown name', 'junk', withWasm, { name: 'wasm', choice: 'unknown', asked: 'junk' }],
  ['an empty name', '', withWasm, { name: 'wasm', choice: 'unknown', asked: '' }],
  ['a name in other letters', 'Noble', withoutWasm, { name: 'noble', choice: 'unknown', asked: 'Noble' }],
] as const)('%s', async (_, asked, load, facts) => {
  const chosen = await chooseEngine(asked, load);
  expect(chosen.facts).toEqual(facts);
  expect(chosen.engine.name).toBe(facts.name);
});

test('of a name as long as an address can be, only the start is repeated', async () => {
  const { facts } = await chooseEngine('x'.repeat(100_000), withWasm);
  expect(facts).toEqual({ name: 'wasm', choice: 'unknown', asked: 'x'.repeat(24) });
});

test('where nothing loads it is noble', async () => {
  const { engine, facts } = await chooseEngine(undefined, () => Promise.reject(new Error('no')));
  expect(engine).toBe(nobleEngine);
  expect(facts).toEqual({ name: 'noble', choice: 'fallback' });
});
