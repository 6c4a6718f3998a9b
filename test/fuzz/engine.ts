/**
 * The engines with their arithmetic done beforehand: key pairs come from a small stock and what was
 * multiplied once is remembered, so that a million handshakes cost no million scalar multiplications. Keys that
 * are not in the stock are computed as ever.
 */
import { type EllswiftKeyPair, type Engine } from '../../shared/bip324/index.js';
import { loadEngine, nobleEngine } from '../../shared/engine/index.js';
import { Rng } from './rng.js';

const PAIRS = 6;
const MOST_REMEMBERED = 2000;

const chance = new Rng(324, 0);
/** The same in every run. */
const stock: readonly EllswiftKeyPair[] = Array.from({ length: 2 * PAIRS }, () =>
  nobleEngine.ellswiftCreate((length) => chance.bytes(length)),
);
/** Ours, and those of the peers that the fuzz plays. */
export const ourPairs = stock.slice(0, PAIRS);
export const theirPairs = stock.slice(PAIRS);

/** The start of most streams of random bytes: as a key it is multiplied but once. */
const strangers = Array.from({ length: 100 }, () => chance.bytes(64));

/** Random bytes; one in four starts with a key that nobody has seen. */
export function noise(length: number, rng: Rng): Uint8Array {
  const bytes = rng.bytes(length);
  if (!rng.oneIn(4)) bytes.set(rng.pick(strangers).subarray(0, length));
  return bytes;
}

const ellswiftDecode = remembered(nobleEngine.ellswiftDecode.bind(nobleEngine));
const xOnlyEcdh = remembered(nobleEngine.xOnlyEcdh.bind(nobleEngine));

/** What seals and opens packets. */
export const engines: readonly [Engine, Engine] = [nobleEngine, await loadEngine('wasm')];

/** An engine whose next key pair is known. */
export function engineWith(pair: EllswiftKeyPair, rng: Rng): Engine {
  return {
    ...rng.pick(engines),
    ellswiftDecode,
    xOnlyEcdh,
    ellswiftCreate: () => ({
      ...pair,
      secretKey: pair.secretKey.slice(),
      publicKey: pair.publicKey.slice(),
    }),
  };
}

/** Results are copies, since they are wiped once used. */
function remembered(compute: (...parts: Uint8Array[]) => Uint8Array) {
  const known = new Map<string, Uint8Array>();
  return (...parts: Uint8Array[]): Uint8Array => {
    const key = parts.map((part) => Buffer.from(part).toString('latin1')).join();
    let result = known.get(key);
    if (result === undefined) {
      if (known.size >= MOST_REMEMBERED) known.clear();
      result = compute(...(parts as Parameters<typeof compute>));
      known.set(key, result);
    }
    return result.slice();
  };
}
