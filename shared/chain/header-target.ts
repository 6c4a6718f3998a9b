import { targetOfBits } from './proof-of-work.js';

/** What the compact target of a header asks for, in the forms that many headers are checked with. */
export type Target =
  | { readonly valid: false; readonly code: 'invalid-bits' | 'target-too-easy' }
  | {
      readonly valid: true;
      /** 32 bytes in the order of the wire: lowest first, as hashes stand. */
      readonly bytes: Uint8Array;
      /** Hashes that it takes on average: 2²⁵⁶ ÷ (target + 1). */
      readonly work: bigint;
    };

const HASH_BYTES = 32;
const ALL_HASHES = 1n << 256n;
/** Neighbours share their target; a peer that makes up a new one for each header gets no more memory than this. */
const MAX_CACHED = 1024;

/** Targets by their compact form: the arithmetic is done once for all headers that share one. */
export class Targets {
  readonly #powLimit: bigint;
  readonly #cache = new Map<number, Target>();

  /** @param powLimit the network's easiest target (networks.ts) */
  constructor(powLimit: bigint) {
    this.#powLimit = powLimit;
  }

  of(bits: number): Target {
    const cached = this.#cache.get(bits);
    if (cached !== undefined) return cached;
    const target = this.#read(bits);
    if (this.#cache.size >= MAX_CACHED) this.#cache.clear();
    this.#cache.set(bits, target);
    return target;
  }

  /** 0 for a target that is none. */
  workOf(bits: number): bigint {
    const target = this.of(bits);
    return target.valid ? target.work : 0n;
  }

  #read(bits: number): Target {
    const target = targetOfBits(bits);
    if (target === undefined) return { valid: false, code: 'invalid-bits' };
    if (target > this.#powLimit) return { valid: false, code: 'target-too-easy' };
    const bytes = new Uint8Array(HASH_BYTES);
    for (let at = 0, rest = target; rest > 0n; at++, rest >>= 8n) bytes[at] = Number(rest & 0xffn);
    return { valid: true, bytes, work: ALL_HASHES / (target + 1n) };
  }
}

/** Whether the number that `hash` is, lowest byte first, is no larger than the one that `target` is. */
export function isAtMost(hash: Uint8Array, target: Uint8Array): boolean {
  for (let at = HASH_BYTES - 1; at >= 0; at--) {
    if (hash[at]! !== target[at]!) return hash[at]! < target[at]!;
  }
  return true;
}
