import { toHex } from '../../../shared/bytes.js';
import {
  blockHash,
  coinbaseHeight,
  decodeBlockHeader,
  inventoryTypes,
  MAX_HEADERS,
  type BlockHeader,
  type CmpctBlock,
  type InventoryEntry,
} from '../../../shared/messages/index.js';
import { ANSWER_AWAITED_MS, MAX_ASKED } from '../limits.js';
import type { Buckets, RelayFacts, RelayPage, RelayQuery } from './protocol.js';
import { Relayed, type Way } from './relayed.js';
import { TimeBuckets } from './time-buckets.js';
import type { Tip } from './tip.js';

const HEADER_BYTES = 80;
/** With the number of its transactions, which is always 0. */
const ENTRY_BYTES = HEADER_BYTES + 1;
/** Bitcoin Core announces no more blocks than these by their headers. */
const MAX_ANNOUNCED_HEADERS = 8;

const transactionWays = new Map<number, Way>([
  [inventoryTypes.tx, 'tx'],
  [inventoryTypes.wtx, 'wtx'],
]);

/** What the node passes on: transactions and blocks as it announces them, and what that says of its chain. */
export class Announcements {
  readonly #tip: Tip;
  readonly #relayed = new Relayed();
  readonly #perMinute = new TimeBuckets({ widthMs: 60_000, buckets: 120 });
  /** When we asked for headers whose answer has not come. */
  readonly #askedHeaders: number[] = [];
  /** Compact blocks that we asked for, by their hash as hex. */
  readonly #askedBlocks = new Set<string>();

  constructor(tip: Tip) {
    this.#tip = tip;
  }

  get facts(): RelayFacts {
    return this.#relayed.facts;
  }

  get perMinute(): Buckets {
    return this.#perMinute.all;
  }

  page(query: RelayQuery): RelayPage {
    return this.#relayed.page(query);
  }

  inv(entries: readonly InventoryEntry[], at: number): void {
    for (const { type, hash } of entries) {
      const way = transactionWays.get(type);
      if (way !== undefined) this.#add(hash, way, at);
      else if (type === inventoryTypes.block) {
        this.#add(hash, 'inv', at);
        this.#tip.hash(hash, at);
      }
    }
  }

  cmpctblock({ header, prefilled }: CmpctBlock, at: number): void {
    const hash = blockHash(header);
    const unasked = !this.#askedBlocks.delete(toHex(hash));
    if (unasked) this.#add(hash, 'cmpctblock', at);
    const [first] = prefilled;
    const height =
      first?.index === 0 ? coinbaseHeight({ header, transactions: [first.transaction] }) : undefined;
    if (height === undefined) this.#tip.chain(header, 1, [hash], at, unasked);
    else this.#tip.coinbase(hash, height, at, unasked);
  }

  /** By our getdata: a compact block that answers it is none that the node announces. */
  askedBlocks(entries: readonly InventoryEntry[]): void {
    for (const { type, hash } of entries) {
      if (type !== inventoryTypes.compactBlock) continue;
      if (this.#askedBlocks.size >= MAX_ASKED) this.#askedBlocks.clear();
      this.#askedBlocks.add(toHex(hash));
    }
  }

  askedHeaders(at: number): void {
    if (this.#askedHeaders.length < MAX_ASKED) this.#askedHeaders.push(at);
  }

  /**
   * Answers have up to 2000: each header names the one before, so the first and the last few tell all that matters
   * here, and the others are not decoded.
   */
  headers(payload: Uint8Array, at: number): void {
    const asked = this.#wasAsked(at);
    const length = Math.floor(payload.length / ENTRY_BYTES);
    const start = payload.length - length * ENTRY_BYTES;
    // Whatever its count says: a payload that is not as long as its headers says nothing.
    if (length === 0 || length > MAX_HEADERS || start !== (length < 0xfd ? 1 : 3)) return;
    const headerAt = (index: number): BlockHeader => {
      const from = start + index * ENTRY_BYTES;
      return decodeBlockHeader(payload.subarray(from, from + HEADER_BYTES));
    };
    const last = Array.from({ length: Math.min(length, MAX_ANNOUNCED_HEADERS) }, (_, index) =>
      headerAt(length - Math.min(length, MAX_ANNOUNCED_HEADERS) + index),
    );
    const hashes = last.map((header, index) => last[index + 1]?.previous ?? blockHash(header));
    this.#tip.chain(headerAt(0), length, hashes, at, !asked);
    if (!asked) for (const hash of hashes) this.#add(hash, 'headers', at);
  }

  #wasAsked(at: number): boolean {
    while (this.#askedHeaders.length > 0)
      if (at - this.#askedHeaders.shift()! < ANSWER_AWAITED_MS) return true;
    return false;
  }

  #add(hash: Uint8Array, way: Way, at: number): void {
    if (!this.#relayed.add(hash, way, at)) return;
    const isTransaction = way === 'tx' || way === 'wtx';
    this.#perMinute.add(at, isTransaction ? 1 : 0, isTransaction ? 0 : 1);
  }
}
