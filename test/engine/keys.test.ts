/** The module's keys against noble's, which are the reference: the same answers to the same bytes, and the same errors. */
import { expect, test } from 'vitest';
import { concatBytes, equalBytes, fromHex, toHex } from '../../shared/bytes.js';
import { nobleEngine } from '../../shared/engine/index.js';
import { seededRandom } from '../bip324/helpers.js';
import { bytesOf, GENERATOR_X, LAMBDA, loadKeys, ORDER, P } from './keys-support.js';

const { keys: wasm, exports: wasmExports } = await loadKeys();

/** What a call leads to: its value, or its error's name and message. */
function outcome<T>(call: () => T): T | string {
  try {
    return call();
  } catch (error) {
    return String(error);
  }
}

const edges = [0n, 1n, 2n, P - 2n, P - 1n, P, P + 1n, P + 2n, 2n ** 256n - 1n].map(bytesOf);

test('every pair of edge values as u and t decodes as with noble', () => {
  for (const u of edges) {
    for (const t of edges) {
      const encoding = concatBytes(u, t);
      expect(toHex(wasm.ellswiftDecode(encoding))).toBe(toHex(nobleEngine.ellswiftDecode(encoding)));
    }
  }
});

test('an edge value with random ones, and 3,000 random encodings, decode as with noble', () => {
  const random = seededRandom(71);
  const encodings: Uint8Array[] = edges.flatMap((edge) => [
    concatBytes(edge, random(32)),
    concatBytes(random(32), edge),
  ]);
  for (let i = 0; i < 3000; i++) encodings.push(random(64));
  for (const encoding of encodings) {
    expect(toHex(wasm.ellswiftDecode(encoding))).toBe(toHex(nobleEngine.ellswiftDecode(encoding)));
  }
});

test('1,500 key pairs from the same randomness are the same, with the same case and attempts', () => {
  const [ours, theirs] = [seededRandom(72), seededRandom(72)];
  const cases = new Set<number>();
  for (let i = 0; i < 1500; i++) {
    const pair = wasm.ellswiftCreate(ours);
    const expected = nobleEngine.ellswiftCreate(theirs);
    expect({ ...pair, secretKey: toHex(pair.secretKey), publicKey: toHex(pair.publicKey) }).toEqual({
      ...expected,
      secretKey: toHex(expected.secretKey),
      publicKey: toHex(expected.publicKey),
    });
    cases.add(pair.ellCase);
  }
  expect(cases.size).toBe(8);
});

/** A source that gives these answers first, and says what it was asked for. */
function scripted(answers: Uint8Array[], then = seededRandom(73)) {
  const asked: number[] = [];
  const waiting = [...answers];
  return {
    asked,
    random: (length: number) => {
      asked.push(length);
      return waiting.shift() ?? then(length);
    },
  };
}

test('secret keys and u outside their range are drawn again, as with noble', () => {
  const key = bytesOf(5n);
  for (const answers of [
    [0n, ORDER, ORDER + 1n, 2n ** 256n - 1n, ORDER - 1n].map(bytesOf),
    [key, ...[0n, P, P + 1n, 2n ** 256n - 1n, P - 1n].map(bytesOf)],
    // u = x, for which the cases with s = x − u have no inverse, and u = −x
    [bytesOf(1n), bytesOf(GENERATOR_X), Uint8Array.of(2)],
    [bytesOf(1n), bytesOf(GENERATOR_X), Uint8Array.of(0)],
    [bytesOf(1n), bytesOf(P - GENERATOR_X), Uint8Array.of(255)],
  ]) {
    const [ours, theirs] = [scripted(answers), scripted(answers)];
    const pair = wasm.ellswiftCreate(ours.random);
    expect(pair).toEqual(nobleEngine.ellswiftCreate(theirs.random));
    expect(ours.asked).toEqual(theirs.asked);
  }
});

test('a source of randomness that repeats itself is an error, as with noble', () => {
  for (const byte of [0, 255]) {
    const random = (length: number) => new Uint8Array(length).fill(byte);
    const expected = outcome(() => nobleEngine.ellswiftCreate(random));
    expect(expected).toMatch('the source of randomness repeats itself');
    expect(outcome(() => wasm.ellswiftCreate(random))).toBe(expected);
  }
});

/** Keys at which a window's digits, a half of the split, or an addition is special. */
const specialKeys = [
  ...[1n, 2n, 3n, 15n, 16n, 17n, 30n, 31n, 32n, 33n],
  ...[1n, 2n, 3n, 31n, 32n, 33n].map((k) => ORDER - k),
  ...Array.from({ length: 256 }, (_, i) => 2n ** BigInt(i)).filter((k) => k < ORDER),
  ...[1n, 2n, 3n, 16n, 31n, 32n, 2n ** 64n, 2n ** 127n, 2n ** 128n, 2n ** 129n - 1n, ORDER - 1n, ORDER - 31n]
    .flatMap((a) => [0n, 1n, 2n, 31n, ORDER - 1n, ORDER - 31n, 2n ** 128n - 1n].map((b) => a * LAMBDA + b))
    .flatMap((k) => [k % ORDER, (k * LAMBDA) % ORDER, (ORDER - (k % ORDER)) % ORDER]),
  // The recoding's offsets, and what makes all its bits 0 or 1: the digits are all −31 or 31.
  ...[260n, 130n, 129n].flatMap((bits) =>
    [2n ** bits - 1n, 2n ** bits, 2n ** (bits - 1n)].map((k) => k % ORDER),
  ),
  (ORDER - ((2n ** 260n - 1n) % ORDER)) % ORDER,
  ((2n ** 130n - 1n) * (1n + LAMBDA)) % ORDER,
  ORDER - (((2n ** 130n - 1n) * (1n + LAMBDA)) % ORDER),
  // Windows of zeros, of ones, and of both
  BigInt(`0x${'0000ffff'.repeat(8)}`),
  BigInt(`0x${'f0'.repeat(32)}`) % ORDER,
  BigInt(`0x${'00000001'.repeat(8)}`),
  BigInt(`0x80${'00'.repeat(30)}01`),
].filter((k) => k > 0n && k < ORDER);

test('special secret keys multiply as with noble, the generator and another point', () => {
  const other = nobleEngine.xOnlyEcdh(bytesOf(0xabcdefn), bytesOf(GENERATOR_X));
  for (const key of new Set(specialKeys)) {
    for (const x of [bytesOf(GENERATOR_X), other]) {
      expect(toHex(wasm.xOnlyEcdh(bytesOf(key), x)), `key ${key.toString(16)}`).toBe(
        toHex(nobleEngine.xOnlyEcdh(bytesOf(key), x)),
      );
    }
  }
});

test('special secret keys have the public keys that noble gives them', () => {
  for (const key of new Set(specialKeys)) {
    const [ours, theirs] = [scripted([bytesOf(key)]), scripted([bytesOf(key)])];
    expect(wasm.ellswiftCreate(ours.random), `key ${key.toString(16)}`).toEqual(
      nobleEngine.ellswiftCreate(theirs.random),
    );
  }
});

test('1,000 random secret keys multiply random points as with noble', () => {
  const random = seededRandom(74);
  for (let i = 0; i < 1000; i++) {
    const [key, x] = [random(32), nobleEngine.ellswiftDecode(random(64))];
    expect(toHex(wasm.xOnlyEcdh(key, x))).toBe(toHex(nobleEngine.xOnlyEcdh(key, x)));
  }
});

test('both sides of 2,000 exchanges come to the same secret', () => {
  const random = seededRandom(75);
  for (let i = 0; i < 2000; i++) {
    const [a, b] = [wasm.ellswiftCreate(random), wasm.ellswiftCreate(random)];
    expect(toHex(wasm.xOnlyEcdh(a.secretKey, wasm.ellswiftDecode(b.publicKey)))).toBe(
      toHex(wasm.xOnlyEcdh(b.secretKey, wasm.ellswiftDecode(a.publicKey))),
    );
  }
});

test('what is no secret key, and what is no x, fails with noble’s errors', () => {
  const key = bytesOf(7n);
  const x = bytesOf(GENERATOR_X);
  const off = [0n, 5n, P - 1n, P, P + 1n, GENERATOR_X + P, 2n ** 256n - 1n].map((n) =>
    bytesOf(n % 2n ** 256n),
  );
  const calls: [Uint8Array, Uint8Array][] = [
    ...[0n, ORDER, ORDER + 1n, 2n ** 256n - 1n].map((k): [Uint8Array, Uint8Array] => [bytesOf(k), x]),
    ...off.map((bytes): [Uint8Array, Uint8Array] => [key, bytes]),
    [bytesOf(0n), bytesOf(5n)],
    [key, x.subarray(1)],
    [key, concatBytes(x, x)],
    [key, new Uint8Array(0)],
    [fromHex('07'), x],
    [concatBytes(key, key), x],
  ];
  const outcomes = calls.map(([k, x]) => outcome(() => nobleEngine.xOnlyEcdh(k, x)));
  expect(outcomes.filter((result) => typeof result === 'string').length).toBeGreaterThan(12);
  expect(calls.map(([k, x]) => outcome(() => wasm.xOnlyEcdh(k, x)))).toEqual(outcomes);
});

test('wrong lengths are said, and nothing is answered; as with noble', () => {
  const x = bytesOf(GENERATOR_X);
  for (const engine of [nobleEngine, wasm]) {
    for (const length of [0, 1, 32, 63, 65, 128])
      expect(outcome(() => engine.ellswiftDecode(new Uint8Array(length)))).toBe(
        `TypeError: an encoding has 64 bytes, not ${length}`,
      );
    // Also where a number would be the same.
    for (const key of [new Uint8Array(0), Uint8Array.of(7), concatBytes(Uint8Array.of(0), bytesOf(7n))])
      expect(outcome(() => engine.xOnlyEcdh(key, x))).toBe(
        `TypeError: a secret key has 32 bytes, not ${key.length}`,
      );
  }
});

test('a source of randomness that gives more or fewer bytes makes no keys, as with noble', () => {
  for (const engine of [nobleEngine, wasm])
    for (const [at, asked] of [32, 32, 1].entries())
      for (const given of [0, asked - 1, asked + 1]) {
        let call = 0;
        const random = (length: number) => new Uint8Array(call++ === at ? given : length).fill(5);
        expect(outcome(() => engine.ellswiftCreate(random))).toBe(
          `TypeError: the source of randomness gave ${given} bytes; asked for were ${asked}`,
        );
      }
});

test('whether 2,000 random x are on the curve is as noble says', () => {
  const random = seededRandom(76);
  const key = bytesOf(1n);
  let on = 0;
  for (let i = 0; i < 2000; i++) {
    const x = random(32);
    const result = outcome(() => toHex(wasm.xOnlyEcdh(key, x)));
    expect(result).toBe(outcome(() => toHex(nobleEngine.xOnlyEcdh(key, x))));
    if (result === toHex(x)) on++;
  }
  expect(on).toBeGreaterThan(800);
  expect(on).toBeLessThan(1200);
});

/** The module's whole memory. */
const image = () => new Uint8Array(wasmExports.memory.buffer).slice();

test('which secret key it was cannot be told from the module’s memory: all that comes of one is wiped', () => {
  const x = bytesOf(GENERATOR_X);
  const [one, other] = [seededRandom(77)(32), seededRandom(78)(32)];
  wasm.ellswiftCreate(seededRandom(79)); // makes the comb, which is public
  for (const multiply of [() => wasmExports.keysEcdh(), () => wasmExports.keysPublicX()]) {
    const images = [one, other].map((key) => {
      const slots = new Uint8Array(wasmExports.memory.buffer, wasmExports.keysMemory(), 64);
      slots.set(key);
      slots.set(x, 32);
      multiply();
      const before = image();
      wasmExports.keysWipe();
      return { before, after: image() };
    });
    expect(equalBytes(images[0]!.before, images[1]!.before)).toBe(false);
    expect(equalBytes(images[0]!.after, images[1]!.after)).toBe(true);
  }
});

test('the driver wipes after a success and after an error', () => {
  const x = bytesOf(GENERATOR_X);
  const [one, other] = [seededRandom(77)(32), seededRandom(78)(32)];
  const after = (key: Uint8Array, x: Uint8Array) => {
    outcome(() => wasm.xOnlyEcdh(key, x));
    return image();
  };
  expect(equalBytes(after(one, x), after(other, x))).toBe(true);
  expect(equalBytes(after(one, bytesOf(5n)), after(other, bytesOf(5n)))).toBe(true);
  expect(equalBytes(after(bytesOf(0n), x), after(bytesOf(ORDER + 5n), x))).toBe(true);
  const { secretKey } = wasm.ellswiftCreate(seededRandom(80));
  const slot = new Uint8Array(wasmExports.memory.buffer, wasmExports.keysMemory(), 32);
  expect(slot.every((byte) => byte === 0)).toBe(true);
  expect(secretKey.some((byte) => byte !== 0)).toBe(true);
});

test('the module’s memory may grow between calls', () => {
  const random = seededRandom(81);
  const pair = wasm.ellswiftCreate(random);
  wasmExports.memory.grow(1);
  expect(toHex(wasm.ellswiftDecode(pair.publicKey))).toBe(toHex(nobleEngine.ellswiftDecode(pair.publicKey)));
});
