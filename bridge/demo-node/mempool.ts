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
  #byTxid = new Map<string, MempoolEntry>();
  #byWtxid = new Map<string, MempoolEntry>();

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
    this.#byTxid = new Map();
    this.#byWtxid = new Map();
    for (const entry of this.#waiting) this.#remember(entry);
    this.#waiting = new Set();
  }

  /** @param txid in wire order */
  byTxid(txid: Uint8Array): MempoolEntry | undefined {
    return this.#byTxid.get(toHex(txid));
  }

  /** @param wtxid in wire order */
  byWtxid(wtxid: Uint8Array): MempoolEntry | undefined {
    return this.#byWtxid.get(toHex(wtxid));
  }

  #remember(entry: MempoolEntry): void {
    this.#byTxid.set(toHex(entry.txid), entry);
    this.#byWtxid.set(toHex(entry.wtxid), entry);
  }
}
