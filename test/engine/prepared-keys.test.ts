import { expect, test } from 'vitest';
import { networks, V2Transport } from '../../shared/bip324/index.js';
import { toHex } from '../../shared/bytes.js';
import { nobleEngine, type EllswiftKeyPair, type Engine } from '../../shared/engine/index.js';
import { prepareKeys } from '../../shared/engine/prepared-keys.js';
import { systemRandom } from '../../shared/random.js';
import { seededRandom } from '../bip324/helpers.js';

/** noble's engine, and what it was asked to make. */
function counting() {
  const made: EllswiftKeyPair[] = [];
  const engine: Engine = {
    ...nobleEngine,
    ellswiftCreate: (random) => {
      const pair = nobleEngine.ellswiftCreate(random);
      made.push(pair);
      return pair;
    },
  };
  return { engine, made };
}

test('pairs that are ready are handed out once, oldest first, and then made as they are needed', () => {
  const { engine, made } = counting();
  const keys = prepareKeys(engine);
  expect([keys.prepare(), keys.prepare(), keys.prepare()]).toEqual([true, true, false]);
  expect(made).toHaveLength(2);
  expect(keys.ready).toBe(2);
  const taken = [1, 2, 3].map(() => keys.engine.ellswiftCreate(systemRandom));
  expect(made).toHaveLength(3);
  taken.forEach((pair, i) => expect(pair).toBe(made[i]));
  expect(keys.ready).toBe(0);
  expect(keys.prepare()).toBe(true);
});

test('another source of randomness gets pairs of its own', () => {
  const keys = prepareKeys(nobleEngine);
  keys.prepare();
  const pair = keys.engine.ellswiftCreate(seededRandom(9));
  expect(toHex(pair.publicKey)).toBe(toHex(nobleEngine.ellswiftCreate(seededRandom(9)).publicKey));
  expect(keys.ready).toBe(1);
});

test('a source that was given is the one for which pairs are made', () => {
  const random = seededRandom(10);
  const keys = prepareKeys(nobleEngine, { random, most: 1 });
  keys.prepare();
  const ahead = nobleEngine.ellswiftCreate(seededRandom(10));
  expect(toHex(keys.engine.ellswiftCreate(systemRandom).publicKey)).not.toBe(toHex(ahead.publicKey));
  expect(keys.engine.ellswiftCreate(random)).toEqual(ahead);
});

test('what is dropped is wiped and never handed out', () => {
  const { engine, made } = counting();
  const keys = prepareKeys(engine);
  keys.prepare();
  keys.prepare();
  keys.drop();
  expect(keys.ready).toBe(0);
  for (const { secretKey } of made) expect(secretKey.every((byte) => byte === 0)).toBe(true);
  const pair = keys.engine.ellswiftCreate(systemRandom);
  expect(pair).toBe(made[2]);
  expect(pair.secretKey.some((byte) => byte !== 0)).toBe(true);
});

test('a transport takes the pair that is ready, and one with randomness of its own does not', () => {
  const { engine, made } = counting();
  const keys = prepareKeys(engine);
  keys.prepare();
  const options = { network: networks.regtest, engine: keys.engine, garbage: 0 };
  const replayed = V2Transport.initiator({ ...options, random: seededRandom(11) });
  expect(keys.ready).toBe(1);
  expect(toHex(replayed.takeOutput())).toBe(toHex(made[1]!.publicKey));
  const live = V2Transport.initiator(options);
  expect(keys.ready).toBe(0);
  expect(toHex(live.takeOutput())).toBe(toHex(made[0]!.publicKey));
});
