/** Chain, mempool and wallet, which change together. The fixed history and the live traffic both come from here. */
import { concatBytes, fromHex } from '../../shared/bytes.js';
import { decodeBlock } from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';
import { buildBlock } from './block-builder.js';
import { Chain, type ChainBlock } from './chain.js';
import { Mempool, type MempoolEntry } from './mempool.js';
import { relayedTypes, scriptTypes } from './scripts.js';
import { Wallet } from './wallet.js';

/** The miner is paid as miners were, by this many blocks each: to a key, to its hash, to its witness hash, to Taproot. */
const REWARD_NAMES = ['P2PK', 'P2PKH', 'P2WPKH', 'P2TR key path'];
const BLOCKS_A_REWARD_TYPE = 70;
const rewardScripts = REWARD_NAMES.map(
  (wanted) => scriptTypes.find(({ name }) => name === wanted)!.scriptPubKey,
);

export class Ledger {
  readonly chain = new Chain(genesis());
  readonly mempool = new Mempool();
  readonly #wallet = new Wallet();

  /** Puts the wallet's next payment into the mempool; undefined while no coin can be spent. */
  pay(types = relayedTypes): MempoolEntry | undefined {
    const payment = this.#wallet.pay(this.chain.height + 1, types);
    return payment === undefined ? undefined : this.mempool.add(payment);
  }

  /** Finds the next block, with everything that waits. @param time in seconds; later than allowed only if it must be */
  findBlock(time: number): ChainBlock {
    const { chain, mempool } = this;
    const height = chain.height + 1;
    const entries = mempool.entries;
    const era = Math.min(Math.floor(height / BLOCKS_A_REWARD_TYPE), rewardScripts.length - 1);
    const block = buildBlock({
      height,
      previous: chain.tip.hash,
      time: Math.max(time, chain.medianTimePast + 1),
      transactions: entries.map(({ transaction }) => transaction),
      fees: entries.reduce((sum, { fee }) => sum + fee, 0n),
      rewardScript: rewardScripts[era]!,
    });
    const found = chain.append(
      block,
      entries.flatMap(({ spentScripts }) => spentScripts),
    );
    this.#wallet.connect(block, height);
    mempool.confirmed();
    return found;
  }
}

/** The only transaction of the genesis block of every network but testnet4: nobody can spend what it pays. */
const GENESIS_TRANSACTION = fromHex(
  `0100000001${'00'.repeat(32)}ffffffff4d04ffff001d0104455468652054696d65732030332f4a616e2f32303039204368616e63656c6c6f` +
    '72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f722062616e6b73ffffffff0100f2052a0100000043410467' +
    '8afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d57' +
    '8a4c702b6bf11d5fac00000000',
);

function genesis() {
  const oneTransaction = Uint8Array.of(1);
  return decodeBlock(concatBytes(networks.regtest.genesis.header, oneTransaction, GENESIS_TRANSACTION));
}
