/**
 * The demo's money: every coin of its chain. It pays itself, from each type of script to others in turn, and its miner
 * gets the fees back, so that it never runs dry. Only confirmed coins are spent: any part of the mempool can be mined.
 */
import { toHex } from '../../shared/bytes.js';
import { txid, type Block } from '../../shared/messages/index.js';
import { type Payment } from './mempool.js';
import { buildPayment, total, type Coin } from './payment.js';
import { scriptTypes, type ScriptType } from './scripts.js';

const COINBASE_MATURITY = 100;
/** With more spendable coins than this, payments join coins instead of dividing them. */
const MANY_COINS = 240;
/** An input more than needed, so often. */
const TWO_INPUTS_EVERY = 6;
/** Satoshi. With less in its inputs, a payment takes the largest coin as well. */
const LEAST_TOTAL = 100_000n;

interface OwnedCoin extends Coin {
  readonly height: number;
  readonly coinbase: boolean;
}

const typeOfScript = new Map(scriptTypes.map((type) => [toHex(type.scriptPubKey), type]));

export class Wallet {
  /** Unspent, oldest first. */
  readonly #coins = new Set<OwnedCoin>();
  #turn = 0;

  /** Takes in what a block pays. What it spends went out with the payment. */
  connect({ transactions }: Block, height: number): void {
    for (const [i, transaction] of transactions.entries()) {
      const id = txid(transaction);
      for (const [vout, output] of transaction.outputs.entries()) {
        const type = typeOfScript.get(toHex(output.scriptPubKey));
        if (type === undefined) continue;
        this.#coins.add({ outpoint: { txid: id, vout }, output, type, height, coinbase: i === 0 });
      }
    }
  }

  /**
   * The next payment, final and valid in a block of this height; undefined while no coin can be spent.
   * Its coins count as spent from here on.
   * @param types what it may pay to, in turn
   */
  pay(height: number, types: readonly ScriptType[]): Payment | undefined {
    const spendable = [...this.#coins].filter((coin) => isSpendable(coin, height));
    const turn = this.#turn;
    const coins = chooseCoins(spendable, turn);
    if (coins.length === 0) return undefined;
    this.#turn++;
    for (const coin of coins) this.#coins.delete(coin);
    return buildPayment({ coins, height, turn, types, joining: spendable.length > MANY_COINS });
  }
}

function isSpendable(
  { coinbase, height: born, type: { minLockTime = 0, minAge = 0 } }: OwnedCoin,
  height: number,
) {
  return height - born >= (coinbase ? COINBASE_MATURITY : minAge) && height - 1 >= minLockTime;
}

/** The oldest of the type whose turn it is, and more where one is not enough or there are many. */
function chooseCoins(spendable: readonly OwnedCoin[], turn: number): OwnedCoin[] {
  const [oldest] = spendable;
  if (oldest === undefined) return [];
  const wanted = scriptTypes[turn % scriptTypes.length];
  const chosen = new Set([spendable.find(({ type }) => type === wanted) ?? oldest]);
  const more = spendable.length > MANY_COINS ? 2 : turn % TWO_INPUTS_EVERY === 0 ? 1 : 0;
  for (const coin of spendable) {
    if (chosen.size > more) break;
    chosen.add(coin);
  }
  if (total(chosen) < LEAST_TOTAL) {
    chosen.add(spendable.reduce((a, b) => (b.output.value > a.output.value ? b : a)));
  }
  return [...chosen];
}
