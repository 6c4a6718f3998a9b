import type { Engine, EngineName } from '../../shared/engine/index.js';
import { nobleEngine } from '../../shared/engine/noble/index.js';
import type { EngineFacts } from './protocol.js';

/** Of what was asked for, so much is repeated. */
const MAX_ASKED = 24;
const names: readonly EngineName[] = ['wasm', 'noble'];

/** A file of its own, so that the compiled module keeps nothing waiting that shows before the first connection. */
async function loadEngine(name?: EngineName): Promise<Engine> {
  const engines = await import('../../shared/engine/index.js');
  return engines.loadEngine(name);
}

export interface ChosenEngine {
  readonly engine: Engine;
  readonly facts: EngineFacts;
}

/**
 * The engine for every session of this worker. It never fails: what is not there, or has no such name, is said, and
 * the work goes on with the fastest that there is.
 * @param asked what the page's address says after `engine=`
 * @param load for tests
 */
export async function chooseEngine(asked: string | undefined, load = loadEngine): Promise<ChosenEngine> {
  if (asked === undefined) return fastest(load);
  const name = names.find((known) => known === asked);
  if (name === undefined) {
    const { engine } = await fastest(load);
    return { engine, facts: { name: engine.name, choice: 'unknown', asked: asked.slice(0, MAX_ASKED) } };
  }
  try {
    const engine = await load(name);
    return { engine, facts: { name: engine.name, choice: 'asked' } };
  } catch {
    return fastest(load);
  }
}

async function fastest(load: typeof loadEngine): Promise<ChosenEngine> {
  let engine: Engine;
  try {
    engine = await load();
  } catch {
    engine = nobleEngine; // the reference runs wherever this script does
  }
  // Only where WebAssembly cannot run is noble the fastest.
  return { engine, facts: { name: engine.name, choice: engine.name === 'wasm' ? 'fastest' : 'fallback' } };
}
