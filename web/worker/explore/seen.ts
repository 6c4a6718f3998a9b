import {
  blockHash,
  decodeBlockHeader,
  decodeMessage,
  hashToString,
  inventoryTypes,
  transactionIds,
  transactionSize,
  type BlockHeader,
  type CmpctBlock,
  type Transaction,
} from '../../../shared/messages/index.js';
import { MAX_SEEN, SEARCHED_AT_ONCE } from '../limits.js';
import { MAX_ANNOUNCED_BYTES, NewsHeaders } from './news-headers.js';
import { pause } from './pause.js';

/** The messages that a session keeps, by their index. */
export interface KeptMessages {
  readonly first: number;
  readonly end: number;
  at(index: number): KeptMessage | undefined;
}

export interface KeptMessage {
  readonly type: string | undefined;
  readonly payload: Uint8Array;
  readonly direction: 'sent' | 'received';
  /** Since the session's start, in ms. */
  readonly at: number;
}

export interface SeenBlock {
  readonly hash: string;
  /** Of one that was announced by its hash alone there is none, until the chain has it. */
  header?: BlockHeader;
  /** Of the message that held all of it. */
  message?: number;
  size?: number;
  transactions?: number;
  /** Of the message that held it as a compact block. */
  compact?: { readonly message: number; readonly shortIds: number; readonly prefilled: number };
}

export interface SeenTransaction {
  /** As it was announced, or its txid. */
  readonly id: string;
  readonly by: 'txid' | 'wtxid';
  /** When it first crossed, in ms since the session's start, and by whom. */
  readonly first: { readonly at: number; readonly direction: 'sent' | 'received' };
  /** Of the message that holds it, with its place there. */
  here?: {
    readonly message: number;
    readonly at: number;
    readonly wtxid: string;
    readonly value: bigint;
    readonly vsize: number;
  };
}

/** Who hears of headers and of whole blocks as they are found in the log. */
export interface SeenListener {
  headers(headers: readonly BlockHeader[]): void;
  block(seen: SeenBlock, message: number): Promise<unknown>;
  /** Whether the message with many headers need not be read: somebody else does. */
  readonly skipsHeaders: boolean;
}

const HEADER_BYTES = 80;
const READ: ReadonlySet<string> = new Set(['headers', 'getheaders', 'cmpctblock', 'tx', 'blocktxn', 'inv']);

/**
 * Blocks, headers and transactions that crossed in a session, or were announced in it: found in the log of messages,
 * which is read on from where it was. At most the latest 20,000 of each are known.
 */
export class Seen {
  readonly #kept: KeptMessages;
  readonly #listener: SeenListener;
  /** Oldest first, by hash. */
  readonly blocks = new Map<string, SeenBlock>();
  /** Oldest first, by txid; those that were announced alone by what they were announced by. */
  readonly transactions = new Map<string, SeenTransaction>();
  readonly #txidOf = new Map<string, string>();
  readonly #news = new NewsHeaders();
  #next = 0;
  #reading: Promise<void> | undefined;

  constructor(kept: KeptMessages, listener: SeenListener) {
    this.#kept = kept;
    this.#listener = listener;
  }

  /** Reads what came since, in pieces between which the worker does its other work. */
  catchUp(): Promise<void> {
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #read(): Promise<void> {
    this.#next = Math.max(this.#next, this.#kept.first);
    for (let bytes = 0; this.#next < this.#kept.end; this.#next++) {
      const message = this.#kept.at(this.#next);
      if (message === undefined) continue;
      if (message.type === 'block') await this.#takeBlock(message.payload, this.#next);
      else this.#take(message, this.#next);
      bytes += message.payload.length + HEADER_BYTES;
      if (bytes < SEARCHED_AT_ONCE) continue;
      bytes = 0;
      await pause();
    }
  }

  /** By txid or wtxid. */
  transaction(id: string): SeenTransaction | undefined {
    return this.transactions.get(this.#txidOf.get(id) ?? id);
  }

  /** Of all transactions that crossed by themselves. */
  *wtxids(): Generator<string> {
    for (const { here } of [...this.transactions.values()]) if (here) yield here.wtxid;
  }

  /** The transaction itself, where the log still has it. */
  transactionOf({ here }: SeenTransaction): Transaction | undefined {
    const message = here && this.#kept.at(here.message);
    if (here === undefined || message === undefined) return undefined;
    const decoded = decodeMessage(message.type!, message.payload);
    if (decoded.kind !== 'decoded') return undefined;
    if (decoded.type === 'tx') return decoded.value;
    return decoded.type === 'blocktxn' ? decoded.value.transactions[here.at] : undefined;
  }

  payloadOf(message: number): Uint8Array | undefined {
    return this.#kept.at(message)?.payload;
  }

  #take(kept: KeptMessage, message: number): void {
    const { type, payload, direction } = kept;
    switch (type) {
      case 'merkleblock':
        return void this.#takeHeader(payload);
      case 'headers':
        // Somebody else reads what a chain is made of; what a node announces is read here.
        if (!this.#listener.skipsHeaders || payload.length <= MAX_ANNOUNCED_BYTES) break;
        return this.#news.pass(Math.floor(payload.length / (HEADER_BYTES + 1)));
      case 'getheaders':
        if (direction === 'sent') break;
        return;
    }
    if (type === undefined || !READ.has(type)) return;
    const decoded = decodeMessage(type, payload);
    if (decoded.kind !== 'decoded') return;
    switch (decoded.type) {
      case 'headers':
        return this.#takeHeaders(decoded.value.headers);
      case 'getheaders':
        return this.#news.ask(decoded.value);
      case 'cmpctblock':
        return this.#takeCompact(decoded.value, message);
      case 'tx':
        return this.#takeTransaction(decoded.value, kept, message, 0);
      case 'blocktxn':
        return decoded.value.transactions.forEach((transaction, at) =>
          this.#takeTransaction(transaction, kept, message, at),
        );
      case 'inv':
        for (const { type, hash } of decoded.value.inventory) {
          if (type === inventoryTypes.tx) this.#announced(hash, 'txid', kept);
          else if (type === inventoryTypes.wtx) this.#announced(hash, 'wtxid', kept);
          else if (type === inventoryTypes.block) this.#announcedBlock(hashToString(hash));
        }
    }
  }

  #announced(hash: Uint8Array, by: 'txid' | 'wtxid', { at, direction }: KeptMessage): void {
    const id = hashToString(hash);
    if (this.transaction(id) === undefined) put(this.transactions, id, { id, by, first: { at, direction } });
  }

  #announcedBlock(hash: string): void {
    if (!this.blocks.has(hash)) put(this.blocks, hash, { hash });
  }

  #takeTransaction(
    transaction: Transaction,
    { at: time, direction }: KeptMessage,
    message: number,
    at: number,
  ): void {
    const ids = transactionIds(transaction);
    const [txid, wtxid] = [hashToString(ids.txid), hashToString(ids.wtxid)];
    const value = transaction.outputs.reduce((sum, output) => sum + output.value, 0n);
    const here = { message, at, wtxid, value, vsize: transactionSize(transaction).vsize };
    const first = (this.transactions.get(wtxid) ?? this.transactions.get(txid))?.first ?? {
      at: time,
      direction,
    };
    if (wtxid !== txid) {
      // What was announced by its wtxid has its own name now, at its place or as the latest.
      this.transactions.delete(wtxid);
      put(this.#txidOf, wtxid, txid);
    }
    const known = this.transactions.get(txid);
    if (known) known.here = here;
    else put(this.transactions, txid, { id: txid, by: 'txid', first, here });
  }

  /** Compact and filtered blocks begin with their header. */
  #takeHeader(payload: Uint8Array): SeenBlock | undefined {
    if (payload.length < HEADER_BYTES) return undefined;
    const header = decodeBlockHeader(payload.slice(0, HEADER_BYTES));
    this.#listener.headers([header]);
    return this.#note(header);
  }

  /** One message is a chain. What was asked for is the chain's; what a node announced is news as well. */
  #takeHeaders(headers: readonly BlockHeader[]): void {
    this.#listener.headers(headers);
    if (this.#news.areNews(headers)) for (const header of headers) this.#note(header);
  }

  #takeCompact(compact: CmpctBlock, message: number): void {
    this.#listener.headers([compact.header]);
    const seen = this.#note(compact.header);
    seen.compact = { message, shortIds: compact.shortIds.length, prefilled: compact.prefilled.length };
  }

  #note(header: BlockHeader): SeenBlock {
    const hash = hashToString(blockHash(header));
    const known = this.blocks.get(hash);
    if (known) {
      known.header = header;
      return known;
    }
    const seen: SeenBlock = { hash, header };
    put(this.blocks, hash, seen);
    return seen;
  }

  async #takeBlock(payload: Uint8Array, message: number): Promise<void> {
    const seen = this.#takeHeader(payload);
    if (seen) await this.#listener.block(seen, message);
  }
}

function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  const [oldest] = map.size > MAX_SEEN ? map.keys() : [];
  if (oldest !== undefined) map.delete(oldest);
}
