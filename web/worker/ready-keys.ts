import type { Engine } from '../../shared/engine/index.js';
import { prepareKeys } from '../../shared/engine/prepared-keys.js';

/** So long after a connection began it has other things to wait for than this thread; a pair takes less than 1 ms. */
const PAUSE_MS = 250;

/** The same engine, with key pairs made between the connections: the first of a page, too, finds one. */
export function withReadyKeys(engine: Engine): Engine {
  const keys = prepareKeys(engine);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (keys.prepare()) later();
    }, PAUSE_MS);
  };
  later();
  return {
    ...keys.engine,
    ellswiftCreate: (random) => {
      later();
      return keys.engine.ellswiftCreate(random);
    },
  };
}
