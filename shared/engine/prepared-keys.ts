/** Key pairs made ahead, while there is nothing else to do: a connection that begins then need not wait for one. */
import { systemRandom, type RandomSource } from '../random.js';
import type { Engine, EllswiftKeyPair } from './engine.js';

export interface PreparedKeys {
  /** The same engine, but that it hands out what is ready, every pair once, oldest first. */
  readonly engine: Engine;
  /** Pairs that are ready. */
  readonly ready: number;
  /**
   * Makes one more pair, unless as many as may be are ready. It takes as long as `ellswiftCreate`: whoever calls chooses
   * the time.
   * @returns whether it made one
   */
  prepare(): boolean;
  /** Wipes and forgets what is ready. */
  drop(): void;
}

/**
 * @param most pairs that wait at a time: secrets that nobody uses should be few
 * @param random the only source for which pairs are made and handed out. Who asks with another, as a session that is
 *   replayed does, gets a pair of that source's
 */
export function prepareKeys(
  engine: Engine,
  { most = 2, random = systemRandom }: { most?: number; random?: RandomSource } = {},
): PreparedKeys {
  const pairs: EllswiftKeyPair[] = [];
  return {
    engine: {
      ...engine,
      ellswiftCreate: (source) =>
        (source === random ? pairs.shift() : undefined) ?? engine.ellswiftCreate(source),
    },
    get ready() {
      return pairs.length;
    },
    prepare() {
      if (pairs.length >= most) return false;
      pairs.push(engine.ellswiftCreate(random));
      return true;
    },
    drop() {
      for (const { secretKey } of pairs.splice(0)) secretKey.fill(0);
    },
  };
}
