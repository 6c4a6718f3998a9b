/** Transactions that wait for a block, and those of the latest block, which peers may still be asking for. */
import { toHex } from '../../shared/bytes.js';
import { transactionIds, transactionSize, type Transaction } from '../../shared/messages/index.js';

export interface Payment {
  readonly transaction: Transaction;
  /** Satoshi. */
  readonly fee: bigint;
  /** Of the outputs that it spends. */
  readonly spentScripts: readonly Uint8Array[];
}

export interface MempoolEntry extends Payment {
  /** 32 bytes in wire order. */
  readonly txid: Uint8Array;
  readonly wtxid: Uint8Array;
  /** Satoshi per 1000 virtual bytes, rounded down. */
  readonly feeRate: bigint;
}

export class Mempool {
  #waiting = new Set<MempoolEntry>();
  /** By txid and by wtxid. */
  #known = new Map<string, MempoolEntry>();

  get size(): number {
    return this.#waiting.size;
  }

  /** Oldest first. */
  get entries(): MempoolEntry[] {
    return [...this.#waiting];
  }

  add(payment: Payment): MempoolEntry {
    const { transaction, fee } = payment;
    const feeRate = (fee * 1000n) / BigInt(transactionSize(transaction).vsize);
    const entry = { ...payment, ...transactionIds(transaction), feeRate };
    this.#waiting.add(entry);
    this.#remember(entry);
    return entry;
  }

  /** All that waited went into a block. Those of the block before are forgotten. */
  confirmed(): void {
    this.#known = new Map();
    for (const entry of this.#waiting) this.#remember(entry);
    this.#waiting = new Set();
  }

  /** @param id a txid or a wtxid, in wire order */
  find(id: Uint8Array): MempoolEntry | undefined {
    return this.#known.get(toHex(id));
  }

  #remember(entry: MempoolEntry): void {
    this.#known.set(toHex(entry.txid), entry);
    this.#known.set(toHex(entry.wtxid), entry);
  }
}
