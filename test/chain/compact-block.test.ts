import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockOf } from '../../bridge/demo-node/chain.js';
import { withHistory } from '../../bridge/demo-node/history.js';
import { CompactBlockError, reconstructBlock, type Reconstruction } from '../../shared/chain/index.js';
import {
  type Block,
  blockHash,
  blockWithoutWitness,
  checkMerkleRoot,
  type CmpctBlock,
  compactBlockOf,
  decodeBlock,
  decodeMessage,
  encodeMessage,
  hasWitness,
  merkleTree,
  shortIds,
  type Transaction,
  txid,
  wtxid,
} from '../../shared/messages/index.js';
import { describeWithPublishedVectors } from '../setup/tools.js';

function tx(seed: number, witness: Uint8Array[] = []): Transaction {
  const outpoint = { txid: new Uint8Array(32).fill(seed), vout: seed };
  return {
    version: 2,
    inputs: [{ outpoint, scriptSig: Uint8Array.of(seed), sequence: 1, witness }],
    outputs: [{ value: BigInt(seed), scriptPubKey: Uint8Array.of(0x51) }],
    lockTime: 0,
  };
}

function blockWith(...transactions: Transaction[]): Block {
  const merkleRoot = merkleTree(transactions.map(txid)).root;
  const header = { version: 4, previous: new Uint8Array(32), merkleRoot, time: 1, bits: 2, nonce: 3 };
  return { header, transactions };
}

const block = blockWith(tx(0), tx(1), tx(2), tx(3), tx(4));
const compact = compactBlockOf(block, 77n);
const pool = (...transactions: Transaction[]) => transactions.map((transaction) => ({ transaction }));

function missing(result: Reconstruction): Reconstruction & { state: 'missing' } {
  if (result.state !== 'missing') throw new Error(result.state);
  return result;
}

function errorOf(run: () => unknown): CompactBlockError {
  try {
    run();
  } catch (error) {
    if (error instanceof CompactBlockError && error.hint !== '') return error;
    throw error;
  }
  throw new Error('it became a block');
}

describe('a compact block becomes the block', () => {
  test('from what is known, in any order, among others', () => {
    const known = pool(tx(9), ...block.transactions.toReversed(), tx(8));
    expect(reconstructBlock(compact, known)).toEqual({ state: 'complete', block });
  });

  test('with ids that are known already', () => {
    const known = block.transactions.map((transaction) => ({ transaction, id: wtxid(transaction) }));
    expect(reconstructBlock(compact, known)).toEqual({ state: 'complete', block });
  });

  test('the missing are named for getblocktxn, and complete it', () => {
    const result = missing(reconstructBlock(compact, pool(tx(1), tx(3))));
    expect(result.request).toEqual({ blockHash: blockHash(block.header), indexes: [2, 4] });
    // It is what goes over the wire.
    const payload = encodeMessage('getblocktxn', result.request);
    expect(decodeMessage('getblocktxn', payload)).toMatchObject({ value: result.request });
    const answer = { blockHash: result.request.blockHash, transactions: [tx(2), tx(4)] };
    expect(result.complete(answer)).toEqual(block);
    // An answer that was wrong spoils nothing.
    expect(errorOf(() => result.complete({ ...answer, transactions: [tx(4), tx(2)] })).code).toBe(
      'not-the-block',
    );
    expect(result.complete(answer)).toEqual(block);
  });

  test('whatever part of it is known', () => {
    const { chain } = withHistory();
    const real = Array.from({ length: 60 }, (_, i) => blockOf(chain.at(chain.height - i)!)).find(
      ({ transactions }) => transactions.some(hasWitness) && transactions.length > 1,
    )!;
    fc.assert(
      fc.property(
        fc.infiniteStream(fc.boolean()),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        (known, nonce) => {
          const some = real.transactions.filter(() => known.next().value as boolean);
          const result = reconstructBlock(compactBlockOf(real, nonce), pool(...some));
          const whole =
            result.state === 'complete'
              ? result.block
              : result.complete({
                  blockHash: result.request.blockHash,
                  transactions: result.request.indexes.map((i) => real.transactions[i]!),
                });
          expect(whole).toEqual(real);
        },
      ),
    );
  });

  test('several prefilled, where they belong', () => {
    const shortId = shortIds({ header: block.header, nonce: 5n });
    const of: CmpctBlock = {
      header: block.header,
      nonce: 5n,
      shortIds: [1, 3].map((i) => shortId(wtxid(block.transactions[i]!))),
      prefilled: [0, 2, 4].map((index) => ({ index, transaction: block.transactions[index]! })),
    };
    expect(missing(reconstructBlock(of, [])).request.indexes).toEqual([1, 3]);
    expect(reconstructBlock(of, pool(tx(3), tx(1)))).toEqual({ state: 'complete', block });
  });
});

describe('versions', () => {
  const nonce = new Uint8Array(32);
  const segwit = blockWith(tx(0), tx(1, [nonce]), tx(2));

  test('2 finds by wtxid: the same transaction with another witness is another', () => {
    const of = compactBlockOf(segwit, 1n);
    expect(missing(reconstructBlock(of, pool(tx(1, [nonce, nonce]), tx(2)))).request.indexes).toEqual([1]);
  });

  test('1 finds by txid, and knows no witnesses', () => {
    const bare = blockWithoutWitness(segwit);
    const shortId = shortIds({ header: segwit.header, nonce: 1n });
    const of: CmpctBlock = {
      header: segwit.header,
      nonce: 1n,
      shortIds: bare.transactions.slice(1).map((one) => shortId(txid(one))),
      prefilled: [{ index: 0, transaction: bare.transactions[0]! }],
    };
    expect(reconstructBlock(of, pool(...bare.transactions), 1)).toEqual({ state: 'complete', block: bare });
  });

  test('2 holds the witnesses against what the coinbase commits to', () => {
    // Here it commits to none.
    const error = errorOf(() => reconstructBlock(compactBlockOf(segwit, 1n), pool(...segwit.transactions)));
    expect(error).toMatchObject({ code: 'not-the-block', problem: { code: 'unexpected-witness' } });
  });
});

describe('short ids that collide', () => {
  const shortId = shortIds(compact);
  const colliding = (as: Transaction, other: Transaction) => ({ transaction: other, id: wtxid(as) });

  test('two known transactions with one short id: neither counts, and the block’s own is asked for', () => {
    // Found by trying 2²⁵ ids with this block's key.
    const [first, second] = [23_888_571, 31_818_662].map((n) => {
      const id = new Uint8Array(32);
      new DataView(id.buffer).setUint32(0, n);
      return id;
    }) as [Uint8Array, Uint8Array];
    expect([shortId(first), shortId(second)]).toEqual([61_755_610_768_936, 61_755_610_768_936]);
    const of = { ...compact, shortIds: compact.shortIds.with(1, shortId(first)) };
    const rest = pool(tx(1), tx(3), tx(4));
    const right = { transaction: tx(2), id: first };
    const wrong = { transaction: tx(9), id: second };
    expect(reconstructBlock(of, [...rest, right, right])).toEqual({ state: 'complete', block });
    for (const both of [
      [right, wrong],
      [wrong, right],
      [right, wrong, right],
    ]) {
      const result = missing(reconstructBlock(of, [...rest, ...both]));
      expect(result.request.indexes).toEqual([2]);
      expect(result.complete({ blockHash: result.request.blockHash, transactions: [tx(2)] })).toEqual(block);
    }
  });

  test('a known transaction that only looks right: the whole block is to be asked for', () => {
    const known = [...pool(tx(1), tx(3), tx(4)), colliding(tx(2), tx(9))];
    const error = errorOf(() => reconstructBlock(compact, known));
    expect(error).toMatchObject({
      code: 'not-the-block',
      problem: { code: 'merkle-root-mismatch' },
      askForBlock: true,
    });
    expect(error.hint).toContain('getdata');
  });

  test('two of the block’s own with one short id', () => {
    const twice = { ...compact, shortIds: [...compact.shortIds.slice(0, 3), compact.shortIds[0]!] };
    expect(errorOf(() => reconstructBlock(twice, []))).toMatchObject({
      code: 'repeated-short-ids',
      askForBlock: true,
    });
  });
});

describe('what is no block', () => {
  test.each<[string, Partial<CmpctBlock>]>([
    ['no-transactions', { shortIds: [], prefilled: [] }],
    ['too-many-transactions', { shortIds: Array.from({ length: 65_535 }, (_, i) => i) }],
    ['bad-index', { prefilled: [{ index: 5, transaction: tx(0) }] }],
    [
      'bad-index',
      {
        prefilled: [
          { index: 0, transaction: tx(0) },
          { index: 0, transaction: tx(0) },
        ],
      },
    ],
  ])('%s', (code, change) => {
    const error = errorOf(() => reconstructBlock({ ...compact, ...change }, []));
    expect(error).toMatchObject({ code, askForBlock: false });
  });

  test('repeated transactions (CVE-2012-2459)', () => {
    const three = blockWith(tx(0), tx(1), tx(2));
    const repeated: CmpctBlock = {
      header: three.header,
      nonce: 1n,
      shortIds: [],
      prefilled: [0, 1, 2, 3].map((index) => ({ index, transaction: tx(Math.min(index, 2)) })),
    };
    expect(checkMerkleRoot({ ...three, transactions: [tx(0), tx(1), tx(2), tx(2)] })).toBeDefined();
    expect(errorOf(() => reconstructBlock(repeated, []))).toMatchObject({
      code: 'not-the-block',
      problem: { code: 'repeated-transactions' },
    });
  });

  test('answers that are none', () => {
    const result = missing(reconstructBlock(compact, pool(tx(1), tx(3))));
    const { blockHash: hash } = result.request;
    const answered = (transactions: Transaction[], blockHash = hash) =>
      errorOf(() => result.complete({ blockHash, transactions })).code;
    expect(answered([tx(2)])).toBe('wrong-count');
    expect(answered([tx(2), tx(4), tx(4)])).toBe('wrong-count');
    expect(answered([tx(2), tx(4)], new Uint8Array(32))).toBe('other-block');
    expect(answered([tx(2), tx(5)])).toBe('not-the-block');
  });
});

describeWithPublishedVectors('a real block of the main network', (folder) => {
  test('becomes itself again from half of its transactions and the other half', () => {
    const real = decodeBlock(new Uint8Array(fs.readFileSync(path.join(folder, 'mainnet_block_300025.raw'))));
    const half = real.transactions.filter((_, i) => i % 2 === 0);
    const result = missing(reconstructBlock(compactBlockOf(real, 300_025n), pool(...half)));
    expect(result.request.indexes).toHaveLength(Math.floor(real.transactions.length / 2));
    const transactions = real.transactions.filter((_, i) => i % 2 === 1);
    expect(result.complete({ blockHash: result.request.blockHash, transactions })).toEqual({
      header: real.header,
      transactions: [...real.transactions],
    });
  });
});
