/** Random trees of headers: the chain is the one that a naive reading of all of them finds, however they come. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHex } from '../../shared/bytes.js';
import { HeaderChain, hasProofOfWork, targetOfBits } from '../../shared/chain/index.js';
import { HashIndex } from '../../shared/chain/header-index.js';
import { isAtMost, Targets } from '../../shared/chain/header-target.js';
import { blockHash, encodeBlockHeader, type BlockHeader } from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';
import { EASY, genesis, HARDER, headerOn } from './mined.js';

interface Plan {
  /** For each header how many places before it its parent stands: mostly 1. */
  readonly back: readonly number[];
  readonly hard: readonly boolean[];
  readonly asBytes: boolean;
  /** How many go into each batch, at most. */
  readonly sizes: readonly number[];
}

const plan: fc.Arbitrary<Plan> = fc.integer({ min: 1, max: 80 }).chain((length) =>
  fc.record({
    back: fc.array(
      fc.oneof(
        { weight: 7, arbitrary: fc.constant(1) },
        { weight: 1, arbitrary: fc.integer({ min: 2, max: 90 }) },
      ),
      { minLength: length, maxLength: length },
    ),
    hard: fc.array(
      fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      { minLength: length, maxLength: length },
    ),
    asBytes: fc.boolean(),
    sizes: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: length, maxLength: length }),
  }),
);

interface Block {
  readonly header: BlockHeader;
  readonly parent: Block | undefined;
  readonly work: bigint;
}

const workOf = (bits: number) => (1n << 256n) / (targetOfBits(bits)! + 1n);

/** In an order in which parents come first. */
function blocksOf({ back, hard }: Plan): Block[] {
  const blocks: Block[] = [{ header: genesis, parent: undefined, work: workOf(EASY) }];
  for (const [i, distance] of back.entries()) {
    const parent = blocks[Math.max(0, blocks.length - distance)]!;
    const bits = hard[i]! ? HARDER : EASY;
    blocks.push({ header: headerOn(parent.header, i, bits), parent, work: parent.work + workOf(bits) });
  }
  return blocks;
}

/** The first that has the most work, and everything below it. */
function bestOf(blocks: readonly Block[]): BlockHeader[] {
  let best = blocks[0]!;
  for (const block of blocks) if (block.work > best.work) best = block;
  const chain: BlockHeader[] = [];
  for (let at: Block | undefined = best; at !== undefined; at = at.parent) chain.push(at.header);
  return chain.reverse();
}

/** Pieces that are chains themselves, of these sizes at most. */
function batchesOf(blocks: readonly Block[], sizes: readonly number[]): BlockHeader[][] {
  const batches: BlockHeader[][] = [];
  let last: Block | undefined;
  for (const block of blocks.slice(1)) {
    const batch = batches.at(-1);
    const fits = batch !== undefined && last === block.parent && batch.length < sizes[batches.length - 1]!;
    if (fits) batch.push(block.header);
    else batches.push([block.header]);
    last = block;
  }
  return batches;
}

test('the chain is the best one of the tree, in batches of any size, as objects or bytes', () => {
  fc.assert(
    fc.property(plan, (one) => {
      const blocks = blocksOf(one);
      const chain = new HeaderChain(networks.regtest);
      const given: Block[] = [blocks[0]!];
      for (const batch of batchesOf(blocks, one.sizes)) {
        const before = bestOf(given);
        given.push(...blocks.slice(given.length, given.length + batch.length));
        const after = bestOf(given);
        const result = chain.add(one.asBytes ? batch.map(encodeBlockHeader) : batch);
        // What it says is what changed.
        let fork = 0;
        while (fork + 1 < Math.min(before.length, after.length) && before[fork + 1] === after[fork + 1])
          fork++;
        if (after === before || after.at(-1) === before.at(-1))
          expect(result).toEqual({ type: 'unchanged', added: batch.length });
        else if (fork === before.length - 1)
          expect(result).toEqual({ type: 'extended', by: after.length - before.length });
        else
          expect(result).toEqual({
            type: 'reorganised',
            forkHeight: fork,
            removed: before.length - 1 - fork,
            added: after.length - 1 - fork,
          });
      }
      const best = bestOf(blocks);
      expect(chain.height).toBe(best.length - 1);
      expect(best.map((_, height) => chain.headerAt(height))).toEqual(best);
      expect(chain.tip.work).toBe(best.reduce((sum, { bits }) => sum + workOf(bits), 0n));
      const heights = new Map(best.map((header, height) => [toHex(blockHash(header)), height]));
      for (const { header } of blocks) {
        const hash = blockHash(header);
        expect(chain.heightOf(hash)).toBe(heights.get(toHex(hash)));
        expect(chain.knownHeightOf(hash)).toBeDefined();
      }
      expect(chain.branchHeaders).toBe(blocks.length - best.length);
    }),
    { numRuns: 150 },
  );
});

test('with little room for branches it stays within it, and what it follows is a chain with its work', () => {
  fc.assert(
    fc.property(plan, fc.integer({ min: 1, max: 6 }), (one, maxBranchHeaders) => {
      const chain = new HeaderChain(networks.regtest, { maxBranchHeaders });
      let work = chain.tip.work;
      for (const batch of batchesOf(blocksOf(one), one.sizes)) {
        chain.add(batch);
        expect(chain.branchHeaders).toBeLessThanOrEqual(maxBranchHeaders);
        expect(chain.tip.work >= work).toBe(true);
        work = chain.tip.work;
      }
      let sum = 0n;
      for (let height = 0; height <= chain.height; height++) {
        const header = chain.headerAt(height)!;
        sum += workOf(header.bits);
        expect(chain.hashAt(height)).toEqual(blockHash(header));
        expect(chain.heightOf(chain.hashAt(height)!)).toBe(height);
        if (height > 0) expect(header.previous).toEqual(chain.hashAt(height - 1));
      }
      expect(chain.tip.work).toBe(sum);
    }),
    { numRuns: 100 },
  );
});

test('the cached targets say what proof-of-work.ts says', () => {
  const { powLimit } = networks.regtest;
  const targets = new Targets(powLimit);
  const bits = fc.oneof(
    fc.integer({ min: 0, max: 0xffff_ffff }),
    fc
      .tuple(fc.integer({ min: 0, max: 34 }), fc.integer({ min: 0, max: 0xff_ffff }))
      .map(([e, m]) => e * 2 ** 24 + m),
  );
  fc.assert(
    fc.property(
      bits,
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.integer({ min: 0, max: 32 }),
      (n, hash, zeros) => {
        hash.fill(0, 32 - zeros);
        const target = targets.of(n);
        expect(target.valid && isAtMost(hash, target.bytes)).toBe(hasProofOfWork(hash, n, powLimit));
      },
    ),
    { numRuns: 5000 },
  );
});

test('the index finds what is in it and nothing else, however crowded the slots', () => {
  const step = fc.record({ remove: fc.integer({ min: 0, max: 500 }), add: fc.integer({ min: 0, max: 300 }) });
  // Few words, so that many heights want the same slots; at the end of the table too, where it goes round.
  const words = fc.array(fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 960, max: 1100 })), {
    minLength: 50,
    maxLength: 500,
    size: 'max',
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), words, (steps, words) => {
      const wordAt = (height: number) => words[(7 * height) % words.length]!;
      const hashOf = (height: number) => {
        const hash = new Uint8Array(32);
        new DataView(hash.buffer).setUint32(0, wordAt(height), true);
        new DataView(hash.buffer).setUint32(4, height, true);
        return hash;
      };
      const hashes = Array.from({ length: 12 * 300 + 5 }, (_, height) => hashOf(height));
      const index = new HashIndex({
        wordAt,
        isAt: (height, hash) => new DataView(hash.buffer).getUint32(4, true) === height,
      });
      let count = 0;
      for (const { remove, add } of steps) {
        for (let i = 0; i < add; i++) index.add(count++);
        for (let i = 0; i < remove && count > 0; i++) index.remove(--count);
        const found = hashes.slice(0, count + 5).map((hash) => index.find(hash));
        expect(found).toEqual(found.map((_, height) => (height < count ? height : undefined)));
      }
    }),
    { numRuns: 40 },
  );
});
