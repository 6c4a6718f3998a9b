/** BIP37: a visitor that loads a Bloom filter hears only of transactions that match it, and gets blocks as proofs. */
import { BloomFilter, merkleProof } from '../../shared/chain/index.js';
import {
  type FilterAdd,
  type FilterLoad,
  type Transaction,
  txid,
  withoutWitness,
} from '../../shared/messages/index.js';
import { blockOf, type ChainBlock } from './chain.js';
import { type Visit } from './visit.js';

export class BloomService {
  readonly #visit: Visit;
  #filter: BloomFilter | undefined;
  /** A filter, or taking it back, says that transactions are wanted, whatever the version message said. */
  #wanted = false;

  constructor(visit: Visit) {
    this.#visit = visit;
  }

  get wantsTransactions(): boolean {
    return this.#wanted;
  }

  load(filter: FilterLoad): void {
    this.#filter = new BloomFilter(filter);
    this.#wanted = true;
  }

  add({ element }: FilterAdd): void {
    if (this.#filter === undefined) return this.#visit.disconnect('filteradd without a filter');
    this.#filter.add(element);
  }

  clear(): void {
    this.#filter = undefined;
    this.#wanted = true;
  }

  /** Without a filter everything matches. */
  matches(transaction: Transaction): boolean {
    return this.#filter?.matches(transaction) ?? true;
  }

  /** The proof, then the transactions that it shows. Silence without a filter. */
  serveBlock(block: ChainBlock): void {
    const filter = this.#filter;
    if (filter === undefined) return;
    const { header, transactions } = blockOf(block);
    const matches = transactions.map((transaction) => filter.matches(transaction));
    this.#visit.send('merkleblock', { header, ...merkleProof(transactions.map(txid), matches) });
    for (const [i, transaction] of transactions.entries())
      if (matches[i] === true) this.#visit.send('tx', withoutWitness(transaction));
  }
}
