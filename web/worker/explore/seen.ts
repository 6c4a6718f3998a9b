import {
  blockHash,
  decodeBlockHeader,
  decodeMessage,
  hashToString,
  inventoryTypes,
  transactionIds,
  transactionSize,
  type BlockHeader,
  type Transaction,
} from '../../../shared/messages/index.js';
import { MAX_SEEN, SEARCHED_AT_ONCE } from '../limits.js';
import { pause } from './pause.js';

/** The messages that a session keeps, by their index. */
export interface KeptMessages {
  readonly first: number;
  readonly end: number;
  at(index: number):
    | {
        readonly direction: 'sent' | 'received';
        readonly type: string | undefined;
        readonly payload: Uint8Array;
      }
    | undefined;
}

export interface SeenBlock {
  readonly hash: string;
  /** Of one that was announced by its hash alone there is none. */
  header?: BlockHeader;
  /** Of the message that held all of it. */
  message?: number;
  size?: number;
  transactions?: number;
}

export interface SeenTransaction {
  /** As it was announced, or its txid. */
  readonly id: string;
  readonly by: 'txid' | 'wtxid';
  /** Of the message that holds it, with its place there. */
  here?: { readonly message: number; readonly at: number; readonly value: bigint; readonly vsize: number };
}

/** Who hears of headers and of whole blocks as they are found in the log. */
export interface SeenListener {
  headers(headers: readonly BlockHeader[]): void;
  /** Whether the chain has it, so that it need not be kept here. */
  knows(header: BlockHeader): boolean;
  block(seen: SeenBlock, message: number): void;
  /** Whether answers to getheaders need not be read: somebody else does. */
  readonly skipsHeaders: boolean;
}

const HEADER_BYTES = 80;

/** Nodes announce so many blocks by their headers, and more by the hash of the last (BIP130; Bitcoin Core's limit). */
const MAX_ANNOUNCED_HEADERS = 8;

/** A count of one byte, and behind each header the number of its transactions, which is 0. */
const MAX_ANNOUNCEMENT_BYTES = 1 + MAX_ANNOUNCED_HEADERS * (HEADER_BYTES + 1);

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
  #next = 0;
  /** Our getheaders that no headers came for so far. */
  #headersAsked = 0;
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
      this.#take(message, this.#next);
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

  #take({ direction, type, payload }: NonNullable<ReturnType<KeptMessages['at']>>, message: number): void {
    if (direction === 'sent' && type === 'getheaders') this.#headersAsked++;
    const answersUs = type === 'headers' && direction === 'received' && this.#headersAsked > 0;
    if (answersUs) this.#headersAsked--;
    const announces = type === 'headers' && !answersUs && payload.length <= MAX_ANNOUNCEMENT_BYTES;
    switch (type) {
      case 'block':
        return this.#takeBlock(payload, message);
      case 'cmpctblock':
      case 'merkleblock':
        return void this.#takeHeader(payload);
      case 'headers':
        if (this.#listener.skipsHeaders && !announces) return;
    }
    if (type !== 'headers' && type !== 'inv' && type !== 'tx' && type !== 'blocktxn') return;
    const decoded = decodeMessage(type, payload);
    if (decoded.kind !== 'decoded') return;
    if (decoded.type === 'headers') this.#takeHeaders(decoded.value.headers, announces);
    else if (decoded.type === 'tx') this.#takeTransaction(decoded.value, message, 0);
    else if (decoded.type === 'blocktxn')
      decoded.value.transactions.forEach((transaction, at) =>
        this.#takeTransaction(transaction, message, at),
      );
    else if (decoded.type === 'inv')
      for (const { type, hash } of decoded.value.inventory) {
        if (type === inventoryTypes.tx) this.#announced(hash, 'txid');
        else if (type === inventoryTypes.wtx) this.#announced(hash, 'wtxid');
        else if (type === inventoryTypes.block) this.#announcedBlock(hashToString(hash));
      }
  }

  #announced(hash: Uint8Array, by: 'txid' | 'wtxid'): void {
    const id = hashToString(hash);
    if (this.transaction(id) === undefined) put(this.transactions, id, { id, by });
  }

  #announcedBlock(hash: string): void {
    if (!this.blocks.has(hash)) put(this.blocks, hash, { hash });
  }

  #takeTransaction(transaction: Transaction, message: number, at: number): void {
    const ids = transactionIds(transaction);
    const [txid, wtxid] = [hashToString(ids.txid), hashToString(ids.wtxid)];
    const value = transaction.outputs.reduce((sum, output) => sum + output.value, 0n);
    const here = { message, at, value, vsize: transactionSize(transaction).vsize };
    if (wtxid !== txid) {
      // What was announced by its wtxid has its own name now, at its place or as the latest.
      this.transactions.delete(wtxid);
      put(this.#txidOf, wtxid, txid);
    }
    const known = this.transactions.get(txid);
    if (known) known.here = here;
    else put(this.transactions, txid, { id: txid, by: 'txid', here });
  }

  /** Compact and filtered blocks begin with their header. */
  #takeHeader(payload: Uint8Array): SeenBlock | undefined {
    if (payload.length < HEADER_BYTES) return undefined;
    const header = decodeBlockHeader(payload.slice(0, HEADER_BYTES));
    this.#listener.headers([header]);
    return this.#note(header);
  }

  /** What was announced is kept as such; of the rest the chain has what stands in it: with the first one, all. */
  #takeHeaders(headers: readonly BlockHeader[], announced: boolean): void {
    this.#listener.headers(headers);
    const [first] = headers;
    if (first && (announced || !this.#listener.knows(first)))
      for (const header of headers) this.#note(header);
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

  #takeBlock(payload: Uint8Array, message: number): void {
    const seen = this.#takeHeader(payload);
    if (seen) this.#listener.block(seen, message);
  }
}

function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  const [oldest] = map.size > MAX_SEEN ? map.keys() : [];
  if (oldest !== undefined) map.delete(oldest);
}
