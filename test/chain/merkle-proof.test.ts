import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes } from '../../shared/bytes.js';
import { merkleProof, MerkleProofError, provenTransactions } from '../../shared/chain/index.js';
import {
  decodeBlock,
  decodeMessage,
  doubleSha256,
  encodeMessage,
  type MerkleBlock,
  merkleTree,
  txid,
} from '../../shared/messages/index.js';
import { describeWithPublishedVectors } from '../setup/tools.js';

const leaf = (seed: number) => new Uint8Array(32).map((_, i) => (seed * 31 + i * 7 + 1) & 0xff);
const leaves = (count: number) => Array.from({ length: count }, (_, i) => leaf(i));
const pair = (left: Uint8Array, right: Uint8Array) => doubleSha256(concatBytes(left, right));

function merkleBlock(txids: readonly Uint8Array[], matches: readonly boolean[]): MerkleBlock {
  const merkleRoot = merkleTree(txids).root;
  const header = { version: 1, previous: leaf(0), merkleRoot, time: 1, bits: 2, nonce: 3 };
  return { header, ...merkleProof(txids, matches) };
}

function codeOf(proof: MerkleBlock): string {
  try {
    provenTransactions(proof);
  } catch (error) {
    if (error instanceof MerkleProofError && error.hint !== '') return error.code;
    throw error;
  }
  return 'holds';
}

test('a proof shows which transactions are in the block, and where', () => {
  const subset = fc
    .integer({ min: 1, max: 40 })
    .chain((count) => fc.array(fc.boolean(), { minLength: count, maxLength: count }));
  fc.assert(
    fc.property(subset, (matches) => {
      const txids = leaves(matches.length);
      const proof = merkleBlock(txids, matches);
      const proven = matches.flatMap((match, index) => (match ? [{ txid: txids[index], index }] : []));
      expect(provenTransactions(proof)).toEqual(proven);
      // Also as it goes over the wire.
      const message = decodeMessage('merkleblock', encodeMessage('merkleblock', proof));
      expect(message.kind === 'decoded' && provenTransactions(message.value as MerkleBlock)).toEqual(proven);
    }),
  );
});

test.each<[string, string, unknown, unknown]>([
  ['places for matches', 'invalid-matches', leaves(3), [0, 2, 1]],
  ['a set of places', 'invalid-matches', leaves(3), new Set([1])],
  ['too few booleans', 'invalid-matches', leaves(3), [true, false]],
  ['too many booleans', 'invalid-matches', leaves(3), [true, false, false, true]],
  ['an array with a gap', 'invalid-matches', leaves(3), Object.assign(new Array(3), { 1: true })],
  ['nothing', 'invalid-matches', leaves(3), undefined],
  ['no transactions', 'invalid-txids', [], []],
  ['an id as text', 'invalid-txids', ['ab'.repeat(32)], [true]],
  ['an id of 31 bytes', 'invalid-txids', [new Uint8Array(31)], [true]],
])('no proof is made of %s', (_, code, txids, matches) => {
  let error: unknown;
  try {
    merkleProof(txids as Uint8Array[], matches as boolean[]);
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(MerkleProofError);
  expect(error).toMatchObject({ code, hint: expect.stringMatching(/array|has/) as string });
});

describe('a proof that does not hold', () => {
  const [a, b, c, d, e] = leaves(5) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const good = merkleBlock([a, b, c, d, e], [false, true, false, false, false]);

  test.each<[string, Partial<MerkleBlock>]>([
    ['no-transactions', { transactionCount: 0 }],
    ['too-many-transactions', { transactionCount: 16_667 }],
    ['too-many-transactions', { transactionCount: 0xffff_ffff }],
    ['too-many-hashes', { hashes: leaves(6) }],
    ['hashes-missing', { hashes: good.hashes.slice(0, -1) }],
    ['hashes-missing', { hashes: [] }],
    ['hashes-left', { hashes: [...good.hashes, leaf(9)] }],
    ['bits-missing', { flags: new Uint8Array() }],
    ['bits-left', { flags: concatBytes(good.flags, Uint8Array.of(0)) }],
    ['root-mismatch', { header: { ...good.header, merkleRoot: leaf(9) } }],
    ['root-mismatch', { hashes: good.hashes.toReversed() }],
  ])('%s', (code, change) => {
    expect(codeOf(good)).toBe('holds');
    expect(codeOf({ ...good, ...change })).toBe(code);
  });

  test('a repeated end, which has the same root (CVE-2012-2459)', () => {
    // The block has a, b, c. Who claims a fourth that equals the third has a tree of the same root.
    const header = { ...good.header, merkleRoot: merkleTree([a, b, c]).root };
    expect(merkleTree([a, b, c, c]).root).toEqual(header.merkleRoot);
    const proof = { header, ...merkleProof([a, b, c, c], [false, false, false, true]) };
    expect(codeOf(proof)).toBe('repeated-hashes');
    expect(codeOf({ header, ...merkleProof([a, b, c], [false, false, true]) })).toBe('holds');
  });

  test('any changed bit of it', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 7 }), (at, bit) => {
        const index = at % good.hashes.length;
        const changed = good.hashes[index]!.slice();
        changed[at % 32]! ^= 1 << bit;
        expect(codeOf({ ...good, hashes: good.hashes.with(index, changed) })).toBe('root-mismatch');
      }),
    );
  });

  test('whatever comes, it ends with a typed error', () => {
    const hostile = fc.record({
      transactionCount: fc.oneof(fc.nat({ max: 50 }), fc.nat({ max: 0xffff_ffff })),
      hashes: fc.array(fc.integer({ min: 0, max: 3 }).map(leaf), { maxLength: 60 }),
      flags: fc.uint8Array({ maxLength: 30 }),
    });
    fc.assert(
      fc.property(hostile, (proof) => {
        expect(codeOf({ header: good.header, ...proof })).not.toBe('holds');
      }),
    );
  });

  test('the whole tree in one hash proves nothing of any transaction', () => {
    const root = pair(a, b);
    const header = { ...good.header, merkleRoot: root };
    const proof = { header, transactionCount: 2, hashes: [root], flags: Uint8Array.of(0) };
    expect(provenTransactions(proof)).toEqual([]);
  });
});

describeWithPublishedVectors('a real block of the main network', (folder) => {
  test('proves its own transactions', () => {
    const raw = new Uint8Array(fs.readFileSync(path.join(folder, 'mainnet_block_300025.raw')));
    const { header, transactions } = decodeBlock(raw);
    const txids = transactions.map(txid);
    const matches = txids.map((_, i) => i % 50 === 7);
    const proven = provenTransactions({ header, ...merkleProof(txids, matches) });
    expect(proven.map(({ index }) => index)).toEqual(matches.flatMap((match, i) => (match ? [i] : [])));
    for (const { txid: id, index } of proven) expect(id).toEqual(txids[index]);
  });
});
