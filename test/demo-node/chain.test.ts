import { describe, expect, test } from 'vitest';
import { pushHeight, subsidyAt } from '../../bridge/demo-node/block-builder.js';
import { blockOf } from '../../bridge/demo-node/chain.js';
import { INITIAL_HEIGHT, withHistory } from '../../bridge/demo-node/history.js';
import { equalBytes, toHex } from '../../shared/bytes.js';
import {
  blockHash,
  checkMerkleRoot,
  checkWitnessCommitment,
  hashToString,
  transactionSize,
  txid,
  type Block,
  type OutPoint,
  type Transaction,
} from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';

const zeros: Uint8Array = new Uint8Array(32);
const { chain, mempool } = withHistory();
const hash = (height: number) => chain.at(height)!.hash;

/** The consensus rules on amounts, spends and maturity, from genesis up. */
class Rules {
  readonly #coins = new Map<string, { value: bigint; height: number; coinbase: boolean }>();

  connect({ transactions }: Block, height: number): void {
    const [coinbase, ...payments] = transactions as [Transaction, ...Transaction[]];
    const fees = payments.map((payment) => this.#spend(payment, height)).reduce((a, b) => a + b, 0n);
    const claimed = coinbase.outputs.reduce((sum, { value }) => sum + value, 0n);
    expect(claimed).toBe((5_000_000_000n >> BigInt(Math.floor(height / 150))) + fees);
    for (const [i, transaction] of transactions.entries()) {
      for (const [vout, { value }] of transaction.outputs.entries())
        this.#coins.set(keyOf({ txid: txid(transaction), vout }), { value, height, coinbase: i === 0 });
    }
  }

  /** @returns the fee */
  #spend({ inputs, outputs, lockTime }: Transaction, height: number): bigint {
    expect(lockTime).toBeLessThan(height);
    let fee = -outputs.reduce((sum, { value }) => sum + value, 0n);
    for (const { outpoint } of inputs) {
      const coin = this.#coins.get(keyOf(outpoint))!;
      expect(coin).toBeDefined();
      expect(height - coin.height).toBeGreaterThanOrEqual(coin.coinbase ? 100 : 0);
      fee += coin.value;
      this.#coins.delete(keyOf(outpoint));
    }
    expect(fee).toBeGreaterThan(0n);
    for (const { value } of outputs) expect(value).toBeGreaterThanOrEqual(0n);
    return fee;
  }
}
const keyOf = ({ txid: id, vout }: OutPoint) => `${toHex(id)}:${vout}`;

describe('what the demo node starts with', () => {
  test('is the same at every start, chain and mempool', () => {
    const again = withHistory();
    expect(again.mempool.entries).toEqual(mempool.entries);
    expect(again.chain.tip).toEqual(chain.tip);
    expect(hashToString(chain.tip.hash)).toBe(
      '165c63be5fe6e0d786babbee60b06b09950e971e7cf4ae606c7577aa5c882136',
    );
  });

  test('starts at regtest’s genesis block; each block builds on the one before and has the work it claims', () => {
    expect(hashToString(hash(0))).toBe(networks.regtest.genesis.hash);
    expect(checkMerkleRoot(blockOf(chain.at(0)!))).toBeUndefined();
    for (let height = 1; height <= chain.height; height++) {
      const { header, hash } = chain.at(height)!;
      const before = chain.at(height - 1)!;
      expect(equalBytes(header.previous, before.hash)).toBe(true);
      expect(header.time).toBeGreaterThan(before.header.time);
      expect(hash).toEqual(blockHash(header));
      // 0x207fffff: the hash, as a number, is below 0x7fffff00…
      expect(header.bits).toBe(0x207fffff);
      expect(hash[31]!).toBeLessThan(0x80);
    }
  });

  test('goes past more than one halving, and keeps the rules on amounts and maturity', () => {
    expect(chain.height).toBe(INITIAL_HEIGHT);
    expect(chain.height).toBeGreaterThanOrEqual(2 * 150);
    const rules = new Rules();
    rules.connect(blockOf(chain.at(0)!), 0);
    for (let height = 1; height <= chain.height; height++) {
      const block = blockOf(chain.at(height)!);
      rules.connect(block, height);
      expect(checkMerkleRoot(block)).toBeUndefined();
      expect(checkWitnessCommitment(block)).toBeUndefined();
      expect(toHex(block.transactions[0]!.inputs[0]!.scriptSig)).toBe(`${toHex(pushHeight(height))}00`);
    }
  });
});

test.each([
  [1, '51'],
  [16, '60'],
  [17, '0111'],
  [127, '017f'],
  [128, '028000'],
  [300, '022c01'],
  [32768, '03008000'],
])('a coinbase of block %i starts with its height (BIP34): %s', (height, script) => {
  expect(toHex(pushHeight(height))).toBe(script);
});

describe('what comes later', () => {
  test('keeps the rules too, and the wallet does not run dry', () => {
    const ledger = withHistory();
    const rules = new Rules();
    for (let height = 0; height <= ledger.chain.height; height++)
      rules.connect(blockOf(ledger.chain.at(height)!), height);
    for (let i = 0; i < 20; i++) {
      for (let payments = 0; payments < 7; payments++) {
        // What a node relays at least.
        expect(ledger.pay()!.feeRate).toBeGreaterThanOrEqual(1000n);
      }
      const block = ledger.findBlock(1_800_000_000 + i);
      rules.connect(blockOf(block), block.height);
    }
  });

  test.each([
    [149, 5_000_000_000n],
    [150, 2_500_000_000n],
    [33 * 150 - 1, 1n],
    [33 * 150, 0n],
    [10_310, 0n],
  ])('the subsidy of block %i is %i satoshi', (height, subsidy) => {
    expect(subsidyAt(height)).toBe(subsidy);
  });

  test('a fee rate is the fee by the size of the transaction', () => {
    for (const { fee, feeRate, transaction } of mempool.entries)
      expect(feeRate).toBe((fee * 1000n) / BigInt(transactionSize(transaction).vsize));
  });

  test('a block carries the time it was found, or one that is later than the median of eleven', () => {
    const { chain, findBlock } = bound(withHistory());
    expect(findBlock(1_800_000_000)).toMatchObject({
      height: INITIAL_HEIGHT + 1,
      header: { time: 1_800_000_000 },
    });
    // A clock that went far back.
    for (let i = 0; i < 30; i++) {
      const median = chain.medianTimePast;
      expect(findBlock(1_000_000_000).header.time).toBe(median + 1);
    }
    expect(chain.tip.header.time).toBeLessThanOrEqual(1_800_000_000 + 30);
  });
});

function bound(ledger: ReturnType<typeof withHistory>) {
  return { chain: ledger.chain, findBlock: ledger.findBlock.bind(ledger) };
}

describe('look-ups', () => {
  const asked = (locator: Uint8Array[], stop = zeros) =>
    chain.headersAfter({ locator, stop }).map(({ height }) => height);
  const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

  test('getheaders: from the first block of the locator that is known, else from genesis', () => {
    expect(asked([hash(0)])).toEqual(from(1, INITIAL_HEIGHT));
    expect(asked([zeros])).toEqual(from(1, INITIAL_HEIGHT));
    expect(asked([zeros, hash(10), hash(5)])).toEqual(from(11, INITIAL_HEIGHT));
    expect(asked([chain.tip.hash])).toEqual([]);
    expect(asked([hash(3)], hash(5))).toEqual([4, 5]);
    expect(asked([hash(9)], hash(5))).toEqual(from(10, INITIAL_HEIGHT));
    expect(asked([], hash(7))).toEqual([7]);
    expect(asked([])).toEqual([]);
  });

  test('getblocks: the same, up to the block to stop at, and no more than asked for', () => {
    const blocks = (locator: Uint8Array[], stop: Uint8Array, count = 500) =>
      chain.blocksAfter({ locator, stop }, count).map(({ height }) => height);
    expect(blocks([hash(0)], zeros)).toEqual(from(1, INITIAL_HEIGHT));
    expect(blocks([hash(3)], hash(6))).toEqual([4, 5]);
    expect(blocks([hash(3)], zeros, 2)).toEqual([4, 5]);
    expect(blocks([], zeros, 2)).toEqual([1, 2]);
  });
});
