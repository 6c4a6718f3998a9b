import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { nobleEngine, type Engine } from '../../shared/engine/index.js';
import { systemRandom } from '../../shared/random.js';
import { withReadyKeys } from '../../web/worker/ready-keys.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('pairs are made in the pauses, two at most, and what a connection takes is made up for', () => {
  let made = 0;
  const counting: Engine = {
    ...nobleEngine,
    ellswiftCreate: (random) => {
      made++;
      return nobleEngine.ellswiftCreate(random);
    },
  };
  const engine = withReadyKeys(counting);
  expect(made).toBe(0);
  vi.advanceTimersByTime(10_000);
  expect(made).toBe(2);
  expect(vi.getTimerCount()).toBe(0);

  const [one, other] = [engine.ellswiftCreate(systemRandom), engine.ellswiftCreate(systemRandom)];
  expect(made).toBe(2);
  expect(one.publicKey).not.toEqual(other.publicKey);
  vi.advanceTimersByTime(10_000);
  expect(made).toBe(4);
});
