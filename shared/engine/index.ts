import type { Engine, EngineName } from './engine.js';
import { nobleEngine } from './noble/index.js';

export type * from './engine.js';
export { nobleEngine };

/**
 * The engine to give to `V2Transport`. Without a name: the fastest that this platform runs.
 * @throws {RangeError} (rejects) when the named engine is not there
 */
export function loadEngine(name?: EngineName): Promise<Engine> {
  if (name === undefined || name === 'noble') return Promise.resolve(nobleEngine);
  return Promise.reject(
    new RangeError(`there is no engine ${JSON.stringify(name)} in this build; leave the name out`),
  );
}
