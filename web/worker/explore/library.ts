import type { HeaderChain } from '../../../shared/chain/index.js';
import {
  blockHash,
  hashToString,
  type BlockHeader,
  type Transaction,
  type TxOutput,
} from '../../../shared/messages/index.js';
import type { Network } from '../../../shared/networks.js';
import { hashOf, heightOf } from './header-view.js';
import { openBlock, type OpenedBlock } from './opened-block.js';
import { OpenedBlocks } from './opened-blocks.js';
import type { HeaderRow, SeenView } from './protocol.js';
import { Seen, type KeptMessages, type SeenBlock, type SeenTransaction } from './seen.js';

/** The chain that headers which crossed are offered to. */
interface Chain {
  readonly headers: HeaderChain;
  readonly follows: boolean;
  take(headers: readonly BlockHeader[]): void;
}

/** All that is here without asking a node: the chain, and what crossed in the session. */
export class Library {
  readonly #network: Network;
  readonly #chain: Chain;
  readonly #seen: Seen;
  readonly #opened = new OpenedBlocks();

  constructor(network: Network, messages: KeptMessages, chain: Chain) {
    this.#network = network;
    this.#chain = chain;
    this.#seen = new Seen(messages, {
      headers: (headers) => chain.take(headers),
      knows: (header) => chain.headers.knownHeightOf(blockHash(header)) !== undefined,
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

  /** The whole block, where it crossed and is still kept. */
  block(hash: string): OpenedBlock | undefined {
    const opened = this.#opened.get(hash);
    if (opened) return opened;
    const seen = this.#seen.blocks.get(hash);
    return seen?.message === undefined ? undefined : this.#open(seen, seen.message);
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

  readonly spent = (txid: string, vout: number): TxOutput | undefined =>
    this.transaction(txid)?.outputs[vout];

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
        return {
          hash: seen.hash,
          ...(time !== undefined && { time }),
          ...(height !== undefined && { height }),
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

  /** Undefined for bytes that are no block, and where the log has let them go. */
  #open(seen: SeenBlock, message: number): OpenedBlock | undefined {
    const payload = this.#seen.payloadOf(message);
    if (payload === undefined) return undefined;
    try {
      const opened = openBlock(seen.hash, payload, message, this.#network);
      seen.message = message;
      seen.size = opened.bytes.length;
      seen.transactions = opened.txids.length;
      this.#opened.add(opened);
      return opened;
    } catch {
      // Malformed: the screen Messages says how.
      return undefined;
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
