import type { HeaderChain } from '../../../shared/chain/index.js';
import type { Hashes } from '../../../shared/hashes.js';
import {
  DecodeError,
  hashToString,
  type BlockHeader,
  type Transaction,
  type TxOutput,
} from '../../../shared/messages/index.js';
import type { Network } from '../../../shared/networks.js';
import { compose, type Composed } from './compact.js';
import { Found } from './found.js';
import { hashOf, heightOf } from './header-view.js';
import { openBlock, type OpenedBlock } from './opened-block.js';
import { OpenedBlocks } from './opened-blocks.js';
import type { CompactView, Composition, HeaderRow, SeenView } from './protocol.js';
import { Seen, type KeptMessages, type SeenBlock, type SeenTransaction } from './seen.js';

/** The chain that headers which crossed are offered to. */
interface Chain {
  readonly headers: HeaderChain;
  readonly follows: boolean;
  take(headers: readonly BlockHeader[]): void;
}

/** Where it looks, and what it computes with. */
interface Source {
  readonly network: Network;
  readonly messages: KeptMessages;
  readonly hashes: Hashes;
}

/** All that is here without asking a node: the chain, and what crossed in the session. */
export class Library {
  readonly #network: Network;
  readonly #hashes: Hashes;
  readonly #chain: Chain;
  readonly #seen: Seen;
  readonly #opened = new OpenedBlocks();
  readonly found = new Found();

  constructor({ network, messages, hashes }: Source, chain: Chain) {
    this.#network = network;
    this.#hashes = hashes;
    this.#chain = chain;
    this.#seen = new Seen(messages, {
      headers: (headers) => chain.take(headers),
      block: (seen, message) => this.#open(seen, message),
      get skipsHeaders() {
        return chain.follows;
      },
    });
  }

  /** Reads what crossed since. */
  catchUp(): Promise<void> {
    return this.#seen.catchUp();
  }

  /** @param at a height of the chain, or a hash */
  header(at: string): BlockHeader | undefined {
    const height = heightOf(at);
    if (height !== undefined) return this.#chain.headers.headerAt(height);
    const hash = hashOf(at);
    return (hash && this.#chain.headers.headerOf(hash)) ?? this.#seen.blocks.get(at.toLowerCase())?.header;
  }

  /** The whole block, where it crossed and is still kept, or came compact and all of it is here. */
  async block(hash: string): Promise<OpenedBlock | undefined> {
    const opened = this.#opened.get(hash);
    if (opened) return opened;
    const seen = this.#seen.blocks.get(hash);
    if (seen === undefined) return undefined;
    const whole = seen.message === undefined ? undefined : await this.#open(seen, seen.message);
    if (whole || seen.compact === undefined) return whole;
    const composed = await this.#compose(seen.compact.message);
    if (composed?.state !== 'whole') return undefined;
    const { shortIds, prefilled, message } = seen.compact;
    return this.#keep(seen, composed.bytes, message, { shortIds, prefilled });
  }

  /** The block, where it was looked at of late. */
  opened(hash: string): OpenedBlock | undefined {
    return this.#opened.get(hash);
  }

  /** A compact block that is not complete, and the places of what it lacks: none where it can only be had whole. */
  async compact(hash: string): Promise<{ view: CompactView; missing: readonly number[] } | undefined> {
    const compact = this.#seen.blocks.get(hash)?.compact;
    const composed = compact && (await this.#compose(compact.message));
    if (compact === undefined || composed === undefined || composed.state === 'whole') return undefined;
    const known = composed.state === 'parts' ? composed.known : 0;
    return {
      view: {
        kind: 'compact',
        hash,
        ...compact,
        known,
        ...(composed.state === 'no' && { problem: composed.why }),
      },
      missing: composed.state === 'parts' ? composed.indexes : [],
    };
  }

  async #compose(message: number): Promise<Composed | undefined> {
    const payload = this.#seen.payloadOf(message);
    return payload && compose(payload, this.#seen.wtxids(), (id) => this.transaction(id), this.#hashes);
  }

  /** @param id txid or wtxid */
  transaction(id: string): Transaction | undefined {
    const held = this.#opened.holding(id);
    if (held) return held.block.block.transactions[held.index];
    const seen = this.#seen.transaction(id);
    return seen && this.#seen.transactionOf(seen);
  }

  blockHolding(id: string): { readonly block: OpenedBlock; readonly index: number } | undefined {
    return this.#opened.holding(id);
  }

  announced(id: string): SeenTransaction | undefined {
    return this.#seen.transaction(id);
  }

  /** Finds what is spent, for one question: each transaction is read once. */
  spending(): (txid: string, vout: number) => TxOutput | undefined {
    const read = new Map<string, Transaction | undefined>();
    return (txid, vout) => {
      const found = this.found.output(txid, vout);
      if (found) return found;
      if (!read.has(txid)) read.set(txid, this.transaction(txid));
      return read.get(txid)?.outputs[vout];
    };
  }

  row(height: number): HeaderRow | undefined {
    const header = this.#chain.headers.headerAt(height);
    const hash = this.#chain.headers.hashAt(height);
    if (header === undefined || hash === undefined) return undefined;
    const text = hashToString(hash);
    return { height, hash: text, time: header.time, ...sizes(this.#seen.blocks.get(text)) };
  }

  seen(most: number): SeenView {
    const { blocks, transactions } = this.#seen;
    return {
      totalBlocks: blocks.size,
      totalTransactions: transactions.size,
      blocks: latest(blocks, most).map((seen) => {
        const height =
          this.#chain.headers.knownHeightOf(hashOf(seen.hash)!) ??
          this.#opened.peek(seen.hash)?.coinbaseHeight;
        const time = this.header(seen.hash)?.time;
        const bytes = hashOf(seen.hash)!;
        const { headers } = this.#chain;
        const aside = headers.heightOf(bytes) === undefined && headers.knownHeightOf(bytes) !== undefined;
        return {
          hash: seen.hash,
          ...(time !== undefined && { time }),
          ...(height !== undefined && { height }),
          ...(aside && { aside }),
          ...(seen.compact && { compact: seen.compact }),
          ...sizes(seen),
        };
      }),
      transactions: latest(transactions, most).map(({ id, by, here }) => ({
        id,
        by,
        ...(here && { value: here.value, vsize: here.vsize }),
      })),
    };
  }

  /** Undefined where the log has let the bytes go. */
  async #open(seen: SeenBlock, message: number): Promise<OpenedBlock | undefined> {
    const payload = this.#seen.payloadOf(message);
    const opened = payload && (await this.#keep(seen, payload, message));
    if (opened) seen.message = message;
    return opened;
  }

  /** Undefined for bytes that are no block. */
  async #keep(
    seen: SeenBlock,
    bytes: Uint8Array,
    message: number,
    composed?: Composition,
  ): Promise<OpenedBlock | undefined> {
    try {
      const opened = await openBlock(seen.hash, bytes, message, this.#network, this.#hashes);
      seen.size = opened.bytes.length;
      seen.transactions = opened.txids.length;
      this.#opened.add(composed ? { ...opened, composed } : opened);
      return this.#opened.get(seen.hash);
    } catch (error) {
      // Malformed: the screen Messages says how.
      if (error instanceof DecodeError) return undefined;
      throw error;
    }
  }
}

const sizes = (seen: SeenBlock | undefined): Pick<HeaderRow, 'size' | 'transactions'> =>
  seen?.size === undefined || seen.transactions === undefined
    ? {}
    : { size: seen.size, transactions: seen.transactions };

/** The last entries of a map, newest first. */
function latest<T>(map: ReadonlyMap<string, T>, most: number): T[] {
  const all = [...map.values()];
  return all.slice(Math.max(0, all.length - most)).reverse();
}
