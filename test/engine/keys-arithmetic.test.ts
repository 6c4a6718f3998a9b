/** The module's field, scalars and points against BigInt and noble: at their edges, and with limbs as large as allowed. */
import fs from 'node:fs';
import path from 'node:path';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { expect, test } from 'vitest';
import { seededRandom } from '../bip324/helpers.js';
import { compileChanged } from './compile.js';
import { bytesOf, LAMBDA, ORDER, P } from './keys-support.js';

/** What the sources keep to themselves, exported. */
const wasm = await compileChanged((folder) => {
  const modules = ['field', 'field-product', 'field-powers', 'jacobi', 'scalar', 'group', 'memory'];
  fs.writeFileSync(
    path.join(folder, 'index.ts'),
    modules.map((name) => `export * from './${name}';\n`).join(''),
  );
});
const { instance } = await WebAssembly.instantiate(wasm);
const field = instance.exports as Record<string, (...values: (number | bigint)[]) => number & bigint>;
const { memory, RECODED, HALF_1, HALF_2, OFFSET_SPLIT, OFFSET_COMB } = instance.exports as unknown as Record<
  'RECODED' | 'HALF_1' | 'HALF_2' | 'OFFSET_SPLIT' | 'OFFSET_COMB',
  WebAssembly.Global<'i32'>
> & { memory: WebAssembly.Memory };

const start = field['memoryStart']!();
memory.grow(1);
const [A, B, OUT, BYTES] = [start, start + 72, start + 144, start + 512];
const view = new DataView(memory.buffer);

const mod = (n: bigint, m = P) => ((n % m) + m) % m;
const power = (base: bigint, exponent: bigint) => {
  let result = 1n;
  for (let b = mod(base), e = exponent; e > 0n; e >>= 1n, b = (b * b) % P)
    if (e & 1n) result = (result * b) % P;
  return result;
};

type Limbs = readonly bigint[];
const valueOf = (limbs: Limbs) => limbs.reduce((sum, limb, i) => sum + (limb << BigInt(29 * i)), 0n);
const limbsOf = (n: bigint): Limbs =>
  Array.from({ length: 9 }, (_, i) => (i === 8 ? n >> 232n : (n >> BigInt(29 * i)) & 0x1fffffffn));
function write(at: number, limbs: Limbs): bigint {
  limbs.forEach((limb, i) => view.setBigInt64(at + 8 * i, limb, true));
  return valueOf(limbs);
}
const read = (at: number): Limbs => Array.from({ length: 9 }, (_, i) => view.getBigInt64(at + 8 * i, true));
function writeBytes(at: number, n: bigint): void {
  new Uint8Array(memory.buffer, at, 32).set(bytesOf(n));
}
const readWords = (at: number, words: number) =>
  Array.from({ length: words }, (_, i) => BigInt(view.getUint32(at + 4 * i, true)) << BigInt(32 * i)).reduce(
    (a, b) => a + b,
  );

/** What a product may leave in a limb: size 1. */
const SIZE = 2n ** 28n + 2n ** 14n;
const TOP = 2n ** 23n + 2n ** 10n;
const abs = (n: bigint) => (n < 0n ? -n : n);
const isSize1 = (limbs: Limbs) => limbs.every((limb, i) => abs(limb) <= (i === 8 ? TOP : SIZE));

const random = seededRandom(701);
const randomNumber = () => BigInt(`0x${Buffer.from(random(32)).toString('hex')}`);
const edges = [0n, 1n, 2n, 7n, 2n ** 29n - 1n, 2n ** 232n, P - 2n, P - 1n, P, P + 1n, 2n ** 256n - 1n];
const numbers = [...edges, ...Array.from({ length: 200 }, randomNumber)];

/** Elements with every limb at the edge of a size, in signs that help each other, hinder each other, or are random. */
function extremes(size: bigint): Limbs[] {
  const limb = (i: number, sign: bigint) => sign * size * (i === 8 ? TOP : SIZE);
  const signs: ((i: number) => bigint)[] = [() => 1n, () => -1n, (i) => (i % 2 === 0 ? 1n : -1n)];
  for (let n = 0; n < 20; n++) signs.push(() => BigInt((random(1)[0]! % 3) - 1));
  return signs.map((sign) => Array.from({ length: 9 }, (_, i) => limb(i, sign(i))));
}

test('products of edge values and random ones', () => {
  for (const a of numbers) {
    for (const b of [...edges, randomNumber()]) {
      write(A, limbsOf(a));
      write(B, limbsOf(b));
      field['mul']!(OUT, A, B);
      expect(mod(valueOf(read(OUT)))).toBe(mod(a * b));
      expect(isSize1(read(OUT))).toBe(true);
    }
  }
});

test('products of the largest limbs that are allowed: sizes that multiply to 14', () => {
  for (const [one, other] of [
    [14n, 1n],
    [7n, 2n],
    [1n, 14n],
    [3n, 4n],
    [5n, 2n],
  ] as const) {
    // prettier-ignore
    for (const a of extremes(one)) {
      for (const b of extremes(other)) {
        const product = mod(write(A, a) * write(B, b));
        field['mul']!(OUT, A, B);
        expect(mod(valueOf(read(OUT)))).toBe(product);
        expect(isSize1(read(OUT))).toBe(true);
      }
    }
  }
  for (const a of extremes(3n)) {
    const square = mod(write(A, a) ** 2n);
    field['sqr']!(A, A);
    expect(mod(valueOf(read(A)))).toBe(square);
    expect(isSize1(read(A))).toBe(true);
  }
});

test('sums, halves, weakening, canonical form and bytes', () => {
  for (const limbs of [...numbers.map(limbsOf), ...extremes(1n), ...extremes(4n), ...extremes(7n)]) {
    const a = write(A, limbs);
    const b = write(B, limbsOf(randomNumber()));
    const results: [string, (number | bigint)[], bigint][] = [
      ['add', [OUT, A, B], a + b],
      ['sub', [OUT, A, B], a - b],
      ['scale', [OUT, A, -3n], -3n * a],
      ['addScaled', [OUT, B, A, -2n], b - 2n * a],
      ['half', [OUT, A], a * ((P + 1n) / 2n)],
      ['weaken', [OUT, A], a],
      ['choose', [OUT, A, B, 0n], a],
      ['choose', [OUT, A, B, -1n], b],
      ['normalise', [OUT, A], a],
    ];
    for (const [name, args, wanted] of results) {
      field[name]!(...args);
      expect(mod(valueOf(read(OUT))), name).toBe(mod(wanted));
    }
    expect(read(OUT)).toEqual(limbsOf(mod(a)));
    field['weaken']!(OUT, A);
    expect(isSize1(read(OUT))).toBe(true);
    field['toBytes']!(BYTES, A);
    expect(new Uint8Array(memory.buffer, BYTES, 32)).toEqual(bytesOf(mod(a)));
    field['fromBytes']!(OUT, BYTES);
    expect(valueOf(read(OUT))).toBe(mod(a));
  }
});

test('0 is told from everything else, whatever multiple of p it is', () => {
  for (let k = -6n; k <= 6n; k++) {
    for (const off of [0n, 1n, -1n, 2n ** 29n, -(2n ** 255n), 977n, 2n ** 32n + 977n]) {
      write(A, limbsOf(k * P + off));
      expect(field['isZero']!(A)).toBe(off === 0n ? -1n : 0n);
    }
  }
});

test('inverses, roots, and which numbers are squares, by both ways', () => {
  let squares = 0;
  for (const n of numbers) {
    const a = mod(write(A, limbsOf(n)));
    const square = a === 0n || power(a, (P - 1n) / 2n) === 1n;
    field['inverse']!(OUT, A);
    expect(mod(valueOf(read(OUT)))).toBe(power(a, P - 2n));
    expect(field['squareRoot']!(OUT, A)).toBe(square ? -1n : 0n);
    expect(mod(valueOf(read(OUT)))).toBe(power(a, (P + 1n) / 4n));
    expect(field['isSquare']!(A)).toBe(square ? 1 : 0);
    expect(field['isSquareByPower']!(A)).toBe(square ? 1 : 0);
    if (square) squares++;
  }
  expect(squares).toBeGreaterThan(60);
  expect(squares).toBeLessThan(numbers.length - 60);
});

test('a secret key’s range', () => {
  for (const [n, valid] of [
    [0n, 0n],
    [1n, -1n],
    [ORDER - 1n, -1n],
    [ORDER, 0n],
    [ORDER + 1n, 0n],
    [2n ** 256n - 1n, 0n],
    [2n ** 255n, -1n],
  ] as const) {
    // prettier-ignore
    writeBytes(BYTES, n);
    expect(field['isSecretKey']!(BYTES), n.toString(16)).toBe(valid);
  }
});

test('a scalar’s digits sum to it, whole and split in two short halves', () => {
  const scalars = [1n, 2n, ORDER - 1n, ORDER - 2n, LAMBDA, ORDER - LAMBDA, 2n ** 255n, ...numbers.map((n) => mod(n, ORDER))]; // prettier-ignore
  for (const k of scalars.filter((k) => k > 0n)) {
    writeBytes(BYTES, k);
    field['recode']!(BYTES, OFFSET_COMB.value);
    const whole = readWords(RECODED.value, 8);
    expect(whole).toBeLessThan(ORDER);
    expect(mod(2n * whole - (2n ** 260n - 1n), ORDER)).toBe(k);
    field['recode']!(BYTES, OFFSET_SPLIT.value);
    field['split']!();
    const [one, two] = [HALF_1, HALF_2].map((half) => readWords(half.value, 6)) as [bigint, bigint];
    expect(one < 2n ** 129n && two < 2n ** 129n).toBe(true);
    const digits = (half: bigint) => 2n * half - (2n ** 130n - 1n);
    expect(mod(digits(one) + digits(two) * LAMBDA, ORDER)).toBe(k);
  }
});

type Affine = { x: bigint; y: bigint } | 'infinity';
const { Point } = secp256k1;

/** Writes a point with a Z that is not 1. */
function writePoint(point: Affine): void {
  const z = mod(randomNumber());
  const { x, y, z: Z } = point === 'infinity' ? { x: z, y: z + 5n, z: 0n } : { ...point, z };
  [x * z ** 2n, y * z ** 3n, Z].forEach((n, i) => {
    write(A + 72 * i, limbsOf(mod(n)));
    field['weaken']!(A + 72 * i, A + 72 * i);
  });
}

function readPoint(): Affine {
  const [x, y, z] = [0, 1, 2].map((i) => mod(valueOf(read(A + 72 * i)))) as [bigint, bigint, bigint];
  if (z === 0n) return 'infinity';
  const inverse = power(z, P - 2n);
  return { x: mod(x * inverse ** 2n), y: mod(y * inverse ** 3n) };
}

const multiple = (k: bigint): Affine =>
  mod(k, ORDER) === 0n ? 'infinity' : Point.BASE.multiply(mod(k, ORDER)).toAffine();

test('the addition is complete: infinity, the point itself, its negative, and λ-related points too', () => {
  const [X, Y] = [start + 1024, start + 1024 + 72];
  const k = 0x1234567n;
  for (const a of [0n, k, -k, k * LAMBDA, -k * LAMBDA, k * LAMBDA ** 2n, -k * LAMBDA ** 2n, 2n * k, 5n]) {
    const { x, y } = multiple(k) as { x: bigint; y: bigint };
    [
      [X, x],
      [Y, y],
    ].forEach(([at, n]) => {
      // prettier-ignore
      write(at as number, limbsOf(n as bigint));
      field['weaken']!(at as number, at as number);
    });
    writePoint(multiple(a));
    field['addAffine']!(A, X, Y);
    expect(readPoint()).toEqual(multiple(a + k));
    field['double']!(A);
    expect(readPoint()).toEqual(multiple(2n * (a + k)));
    field['double']!(A);
    field['addAffine']!(A, X, Y);
    expect(readPoint()).toEqual(multiple(4n * (a + k) + k));
  }
});
