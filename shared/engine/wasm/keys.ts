/** Keys by the compiled module (assembly/keys.ts): what it draws, answers and throws is exactly what noble/keys.ts does. */
import { concatBytes } from '../../bytes.js';
import { drawUntil, randomBytes, type RandomSource } from '../../random.js';
import { requireLength, type Engine, type EllswiftKeyPair } from '../engine.js';
import type { WasmExports } from './exports.js';

/** On an instance whose memory no other call uses at the same time; several drivers may share one. */
export function wasmKeys(wasm: WasmExports): Pick<Engine, 'ellswiftCreate' | 'ellswiftDecode' | 'xOnlyEcdh'> {
  const start = wasm.keysMemory();
  let slots = slotsOf(wasm.memory, start);
  let prepared = false;

  /** The slots; made anew when the memory has grown, which leaves the old ones empty. */
  function memory(): Slots {
    if (slots.secretKey.length === 0) slots = slotsOf(wasm.memory, start);
    return slots;
  }

  /** Nothing that comes of a secret stays in the module's memory, whichever way `use` ends. */
  function wiped<T>(use: () => T): T {
    try {
      return use();
    } finally {
      wasm.keysWipe();
    }
  }

  /** Uniform in 1 … n − 1, by rejection, with the x coordinate of its public key. */
  function randomSecretKey(random: RandomSource): { secretKey: Uint8Array; x: Uint8Array } {
    return drawUntil(() => {
      const secretKey = randomBytes(random, 32);
      return wiped(() => {
        memory().secretKey.set(secretKey);
        if (wasm.keysIsSecret() === 0) return undefined;
        wasm.keysPublicX();
        return { secretKey, x: memory().x.slice() };
      });
    });
  }

  /** Uniform in 1 … p − 1, by rejection. */
  function randomFieldElement(random: RandomSource): Uint8Array {
    return drawUntil(() => {
      const u = randomBytes(random, 32);
      memory().u.set(u);
      return wasm.keysIsU() === 0 ? undefined : u;
    });
  }

  function ellswiftCreate(random: RandomSource): EllswiftKeyPair {
    if (!prepared) wiped(() => wasm.keysPrepare());
    prepared = true;
    const { secretKey, x } = randomSecretKey(random);
    let attempts = 0;
    return drawUntil(() => {
      const u = randomFieldElement(random);
      const ellCase = randomBytes(random, 1)[0]! & 7;
      attempts++;
      // Whatever the source of randomness did in between, these are the values that count.
      memory().x.set(x);
      memory().u.set(u);
      if (wasm.keysEncode(ellCase) === 0) return undefined;
      return { secretKey, publicKey: concatBytes(u, memory().t), ellCase, attempts };
    });
  }

  function ellswiftDecode(encoding: Uint8Array): Uint8Array {
    requireLength('an encoding', encoding, 64);
    memory().u.set(encoding.subarray(0, 32));
    memory().t.set(encoding.subarray(32));
    wasm.keysDecode();
    return memory().x.slice();
  }

  function xOnlyEcdh(secretKey: Uint8Array, x: Uint8Array): Uint8Array {
    requireLength('a secret key', secretKey, 32);
    return wiped(() => {
      memory().secretKey.set(secretKey);
      if (wasm.keysIsSecret() === 0) throw new RangeError('the secret key must be in 1 … n − 1');
      if (x.length === 32) memory().x.set(x);
      if (x.length !== 32 || wasm.keysIsOnCurve() === 0)
        throw new RangeError('x is not the x coordinate of a point');
      wasm.keysEcdh();
      return memory().x.slice();
    });
  }

  return { ellswiftCreate, ellswiftDecode, xOnlyEcdh };
}

type Slots = ReturnType<typeof slotsOf>;

/** Views of the module's memory: four numbers of 32 bytes, big-endian. */
function slotsOf({ buffer }: WebAssembly.Memory, start: number) {
  return {
    secretKey: new Uint8Array(buffer, start, 32),
    x: new Uint8Array(buffer, start + 32, 32),
    u: new Uint8Array(buffer, start + 64, 32),
    t: new Uint8Array(buffer, start + 96, 32),
  };
}
