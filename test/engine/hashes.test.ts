/** Many double SHA-256 at once: the WASM engine against @noble/hashes, one by one. */
import { sha256 } from '@noble/hashes/sha2.js';
import { expect, test } from 'vitest';
import { concatBytes, equalBytes } from '../../shared/bytes.js';
import { HeaderChain, merkleProof, provenTransactions } from '../../shared/chain/index.js';
import { wasmHashes } from '../../shared/engine/wasm/hashes.js';
import { instantiate } from '../../shared/engine/wasm/instantiate.js';
import { nobleHashes, type Hashes } from '../../shared/hashes.js';
import { encodeBlockHeader, hashToString, merkleTree } from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';
import { chainOn, EASY, genesis, withoutWork } from '../chain/mined.js';

const exports = (await instantiate())!;
const wasm = wasmHashes(exports);

const expected = (messages: Uint8Array, size: number) =>
  concatBytes(
    ...Array.from({ length: messages.length / size }, (_, i) =>
      sha256(sha256(messages.subarray(i * size, (i + 1) * size))),
    ),
  );

/** Which of the hashes are not as expected, the first few: of megabytes a report would take minutes. */
function wrongOnes(got: Uint8Array, wanted: Uint8Array): number[] {
  expect(got.length).toBe(wanted.length);
  const all = Array.from({ length: wanted.length / 32 }, (_, i) => i);
  const differs = (i: number) =>
    !equalBytes(got.subarray(32 * i, 32 * i + 32), wanted.subarray(32 * i, 32 * i + 32));
  return all.filter(differs).slice(0, 5);
}

/** The same each time: each byte is one of a hash. */
function bytes(length: number, seed: string): Uint8Array {
  const all = new Uint8Array(Math.ceil(length / 32) * 32);
  let hash = sha256(new TextEncoder().encode(seed));
  for (let at = 0; at < all.length; at += 32) all.set((hash = sha256(hash)), at);
  return all.subarray(0, length);
}

const sizes = [
  { what: 'headers of 80 bytes', size: 80, of: (hashes: Hashes) => hashes.doubleSha256Of80 },
  { what: 'pairs of 64 bytes', size: 64, of: (hashes: Hashes) => hashes.doubleSha256OfPairs },
];

for (const [name, hashes] of Object.entries({ wasm, noble: nobleHashes })) {
  for (const { what, size, of } of sizes) {
    // 2048 headers and 2560 pairs fill the module's buffer.
    const counts = [
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 19, 20, 21, 2000, 2047, 2048, 2049, 2559, 2560, 2561, 6001,
    ];
    test.each(counts)(`${name}: %i ${what}`, (count) => {
      const messages = bytes(count * size, `${what} ${count}`);
      const before = messages.slice();
      expect(wrongOnes(of(hashes)(messages), expected(messages, size))).toEqual([]);
      expect(equalBytes(messages, before)).toBe(true);
    });

    test(`${name}: ${what} may start anywhere in a larger array`, () => {
      const around = bytes(7 * size + 3, what);
      expect(of(hashes)(around.subarray(3))).toEqual(expected(around.subarray(3), size));
    });

    test.each([1, size - 1, size + 1, 2 * size - 1, 5 * size + 32])(
      `${name}: %i bytes are no ${what}`,
      (length) => {
        expect(() => of(hashes)(new Uint8Array(length))).toThrow(RangeError);
      },
    );
  }

  test(`${name}: real headers have their real hashes`, () => {
    const all = Object.values(networks).map(({ genesis }) => genesis);
    const got = hashes.doubleSha256Of80(concatBytes(...all.map(({ header }) => header)));
    const texts = all.map((_, i) => hashToString(got.subarray(32 * i, 32 * i + 32)));
    expect(texts).toEqual(all.map(({ hash }) => hash));
  });
}

test('words of all zeros and all ones carry through every addition', () => {
  for (const fill of [0x00, 0xff, 0x80, 0x7f]) {
    const headers = new Uint8Array(5 * 80).fill(fill);
    expect(wasm.doubleSha256Of80(headers)).toEqual(expected(headers, 80));
    const pairs = new Uint8Array(5 * 64).fill(fill);
    expect(wasm.doubleSha256OfPairs(pairs)).toEqual(expected(pairs, 64));
  }
});

test('memory that has grown in between is found again, and none is taken for many messages', async () => {
  const own = (await instantiate())!;
  const hashes = wasmHashes(own);
  hashes.doubleSha256Of80(bytes(80, 'before'));
  own.memory.grow(3);
  const size = own.memory.buffer.byteLength;
  const many = bytes(80 * 20_000, 'many');
  expect(wrongOnes(hashes.doubleSha256Of80(many), nobleHashes.doubleSha256Of80(many))).toEqual([]);
  expect(own.memory.buffer.byteLength).toBe(size);
});

test('a chain synced with either is the same, and so is what either refuses', () => {
  const headers = chainOn(genesis, 2000);
  const branch = chainOn(headers[1496]!, 510, 7);
  const [a, b] = [nobleHashes, wasm].map((hashes) => new HeaderChain(networks.regtest, { hashes }));
  const lazy = headers.slice(0, 900).with(700, withoutWork(headers[700]!));
  const broken = [...headers.slice(0, 300), ...headers.slice(301, 400)];
  const short = [...headers.slice(0, 600), new Uint8Array(79), headers[601]!];
  const batches = [
    lazy,
    broken,
    short,
    headers.slice(0, 1000),
    headers.slice(900).map(encodeBlockHeader),
    branch,
  ];
  const outcomes = batches.map((batch) => [a!.add(batch), b!.add(batch)]);
  for (const [one, other] of outcomes) expect(other).toEqual(one);
  expect(outcomes.map(([one]) => one!.type)).toEqual([
    'invalid',
    'invalid',
    'invalid',
    'extended',
    'extended',
    'reorganised',
  ]);
  expect(b!.tip).toEqual(a!.tip);
  expect(b!.locator()).toEqual(a!.locator());
  expect(headers[0]!.bits).toBe(EASY);
});

test.each([1, 2, 3, 5, 8, 9, 31, 1000])('a merkle tree of %i leaves, and a proof', (count) => {
  const leaves = Array.from({ length: count }, (_, i) => bytes(32, `leaf ${i}`));
  const tree = merkleTree(leaves, wasm);
  expect(tree).toEqual(merkleTree(leaves));
  const matches = leaves.map((_, i) => i % 3 === 1 || i === count - 1);
  const proof = merkleProof(leaves, matches, wasm);
  expect(proof).toEqual(merkleProof(leaves, matches));
  const proven = provenTransactions({ header: { ...genesis, merkleRoot: tree.root }, ...proof }, wasm);
  expect(proven.map(({ index }) => index)).toEqual(leaves.flatMap((_, i) => (matches[i] ? [i] : [])));
});

test('a list with its end repeated is told apart with either', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((one) => bytes(32, one)) as [Uint8Array, Uint8Array, Uint8Array];
  expect(merkleTree([a, b, c, c], wasm)).toEqual({ root: merkleTree([a, b, c]).root, mutated: true });
  expect(merkleTree([a, b, c], wasm).mutated).toBe(false);
});
