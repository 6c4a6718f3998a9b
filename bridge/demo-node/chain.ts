/** The best chain, from genesis up: blocks as bytes, their filters, and what a node looks up in them. */
import { toHex } from '../../shared/bytes.js';
import { basicFilter, filterHash, filterHeader } from '../../shared/chain/index.js';
import {
  blockHash,
  decodeBlock,
  encodeBlock,
  MAX_HEADERS,
  type Block,
  type BlockHeader,
  type GetHeaders,
} from '../../shared/messages/index.js';

/** How many block times the median is of that the next block must be later than. */
const MEDIAN_TIME_SPAN = 11;

export interface ChainBlock {
  readonly height: number;
  /** 32 bytes, in wire order. */
  readonly hash: Uint8Array;
  readonly header: BlockHeader;
  /** With witnesses. Kept as bytes, which take a fraction of the memory of what they say. */
  readonly bytes: Uint8Array;
  /** BIP158, basic. */
  readonly filter: Uint8Array;
  readonly filterHash: Uint8Array;
  readonly filterHeader: Uint8Array;
}

type Locator = Pick<GetHeaders, 'locator' | 'stop'>;

export class Chain {
  readonly #blocks: ChainBlock[];
  readonly #heights: Map<string, number>;

  constructor(genesis: Block) {
    this.#blocks = [];
    this.#heights = new Map();
    this.append(genesis, []);
  }

  get tip(): ChainBlock {
    return this.#blocks.at(-1)!;
  }

  get height(): number {
    return this.tip.height;
  }

  at(height: number): ChainBlock | undefined {
    return this.#blocks[height];
  }

  /** @param hash 32 bytes in wire order */
  find(hash: Uint8Array): ChainBlock | undefined {
    const height = this.#heights.get(toHex(hash));
    return height === undefined ? undefined : this.#blocks[height];
  }

  /** The time that the next block must be later than. */
  get medianTimePast(): number {
    const times = this.#blocks.slice(-MEDIAN_TIME_SPAN).map(({ header }) => header.time);
    return times.sort((a, b) => a - b)[times.length >> 1]!;
  }

  /** @param spentScripts of the outputs that the block spends */
  append(block: Block, spentScripts: Iterable<Uint8Array>): ChainBlock {
    const hash = blockHash(block.header);
    const filter = basicFilter(block, hash, spentScripts);
    const ownHash = filterHash(filter);
    const previous = this.#blocks.at(-1)?.filterHeader ?? new Uint8Array(32);
    const added: ChainBlock = {
      height: this.#blocks.length,
      hash,
      header: block.header,
      bytes: encodeBlock(block),
      filter,
      filterHash: ownHash,
      filterHeader: filterHeader(ownHash, previous),
    };
    this.#blocks.push(added);
    this.#heights.set(toHex(hash), added.height);
    return added;
  }

  /** What a node answers to `getheaders`: up to 2000 after the first block of the locator that it has. */
  headersAfter({ locator, stop }: Locator): ChainBlock[] {
    // Without a locator the request is for the one block that `stop` names.
    if (locator.length === 0) return [this.find(stop)].filter((block) => block !== undefined);
    const from = this.#firstAfter(locator);
    const stopHeight = this.find(stop)?.height ?? Infinity;
    const to = stopHeight >= from ? stopHeight + 1 : Infinity;
    return this.#blocks.slice(from, Math.min(to, from + MAX_HEADERS));
  }

  /** What a node answers to `getblocks`: up to `count` blocks, and unlike headers without the one to stop at. */
  blocksAfter({ locator, stop }: Locator, count: number): ChainBlock[] {
    const from = this.#firstAfter(locator);
    const stopHeight = this.find(stop)?.height ?? Infinity;
    const to = stopHeight >= from ? stopHeight : Infinity;
    return this.#blocks.slice(from, Math.min(to, from + count));
  }

  #firstAfter(locator: readonly Uint8Array[]): number {
    for (const hash of locator) {
      const known = this.find(hash);
      if (known !== undefined) return known.height + 1;
    }
    return 1;
  }
}

export function blockOf({ bytes }: ChainBlock): Block {
  return decodeBlock(bytes);
}
