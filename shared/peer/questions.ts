import { equalBytes } from '../bytes.js';
import {
  type AddrEntry,
  type AddrV2Entry,
  addrV2EntryOf,
  BASIC_FILTER,
  type Block,
  type BlockHeader,
  blockHash,
  type CFCheckpt,
  type CFHeaders,
  type CFilter,
  checkMerkleRoot,
  checkWitnessCommitment,
  coinbaseHeight,
  type DecodedType,
  doubleSha256,
  type GetHeaders,
  hashToString,
  type Headers,
  type InventoryEntry,
  inventoryTypes,
  type KnownMessage,
  type MessageMap,
  type Transaction,
  txid,
  wtxid,
} from '../messages/index.js';
import { type Hashes } from '../hashes.js';
import { type Network } from '../networks.js';
import { peerErrors, PeerFailure } from './errors.js';
import { type RequestOptions, type Taken } from './requests.js';

/** What a question needs of a session. */
export interface Asker {
  readonly network: Network;
  readonly hashes: Hashes;
  send<T extends DecodedType>(type: T, value: MessageMap[T]): void;
  wait<T>(request: string, take: (message: KnownMessage) => Taken<T>, options?: RequestOptions): Promise<T>;
}

/** Nodes collect what they announce: an answer that goes the same way takes a random while, half a minute on average. */
const TRICKLE_MS = 120_000;
/** A thousand filters of full blocks take about 30 MB. */
const MAX_FILTER_BYTES = 1 << 26;
const ZEROS: Uint8Array = new Uint8Array(32);

const answer = <T>(value: T): Taken<T> => ({ answer: value });

/**
 * Questions to a peer, each paired with its answer by hash where the answer has one. All reject with a PeerFailure:
 * 'request-timed-out' where the peer stays silent, which is how nodes answer for a block that they do not have;
 * 'not-found' where it says so; 'invalid-answer' for something that is not what was asked for; 'aborted',
 * 'not-ready', 'session-ended'; and with an EncodeError for a value that no message carries. Hashes are 32 bytes in
 * wire order. Do not wait for an answer inside of a loop over the peer's messages: while that is behind nothing is read.
 */
export class Questions {
  readonly #asker: Asker;
  readonly #version: number;

  /** @param version our protocol version, which `getheaders` repeats */
  constructor(asker: Asker, version: number) {
    this.#asker = asker;
    this.#version = version;
  }

  /**
   * At most 2000 headers after the first block of the locator that the peer has, genesis at the latest; without a
   * locator and with a stop, that block's alone. Their work and their order are checked, and that they follow what was
   * asked for. By default: the first 2000.
   */
  async headers(request: Partial<GetHeaders> = {}, options?: RequestOptions): Promise<Headers> {
    const genesis = doubleSha256(this.#asker.network.genesis.header);
    const { stop = ZEROS, locator = request.stop === undefined ? [genesis] : [] } = request;
    const follows = ({ previous }: BlockHeader) =>
      [...locator, genesis].some((hash) => equalBytes(hash, previous));
    return this.#next(
      'getheaders',
      { version: this.#version, ...request, locator, stop },
      'headers',
      (message) => {
        if (message.type !== 'headers') return undefined;
        const [first] = message.value.headers;
        const fits =
          first === undefined || (locator.length === 0 ? equalBytes(blockHash(first), stop) : follows(first));
        return fits ? message.value : undefined;
      },
      options,
    );
  }

  /**
   * A block with its witnesses, or without. That its transactions are the header's is checked, in one go: a full block
   * takes a fifth of a second. With `check: false` that is the caller's to do.
   */
  async block(
    hash: Uint8Array,
    options: RequestOptions & { witness?: boolean; check?: boolean } = {},
  ): Promise<Block> {
    const { witness = true, check = true } = options;
    const request = `block ${hashToString(hash)}`;
    return this.#data(
      witness ? inventoryTypes.witnessBlock : inventoryTypes.block,
      hash,
      request,
      options,
      (message) =>
        message.type === 'block' && equalBytes(blockHash(message.value.header), hash)
          ? answer(check ? this.#checked(message.value, request, witness) : message.value)
          : undefined,
    );
  }

  /** BIP152. For a block more than a few below the tip nodes send all of it. */
  async compactBlock(
    hash: Uint8Array,
    options: RequestOptions = {},
  ): Promise<KnownMessage & { type: 'cmpctblock' | 'block' }> {
    const request = `compact block ${hashToString(hash)}`;
    return this.#data(inventoryTypes.compactBlock, hash, request, options, (message) => {
      if (message.type !== 'cmpctblock' && message.type !== 'block') return undefined;
      if (!equalBytes(blockHash(message.value.header), hash)) return undefined;
      if (message.type === 'block') this.#checked(message.value, request, true);
      return answer(message);
    });
  }

  /** BIP152: the transactions at these places of a block, ascending. Nothing proves that they are the block's. */
  async blockTransactions(
    hash: Uint8Array,
    indexes: readonly number[],
    options?: RequestOptions,
  ): Promise<Transaction[]> {
    const request = `transactions of block ${hashToString(hash)}`;
    return this.#ask<'getblocktxn', Transaction[]>(
      'getblocktxn',
      { blockHash: hash, indexes: [...indexes] },
      request,
      (message) => {
        if (message.type === 'blocktxn' && equalBytes(message.value.blockHash, hash)) {
          const { transactions } = message.value;
          if (transactions.length === indexes.length) return answer(transactions);
          throw invalid(request, `${transactions.length} transactions instead of ${indexes.length}`);
        }
        // Deep blocks come whole.
        if (message.type !== 'block' || !equalBytes(blockHash(message.value.header), hash)) return undefined;
        const { transactions } = this.#checked(message.value, request, true);
        if (indexes.some((index) => index >= transactions.length))
          throw invalid(request, `the block has ${transactions.length} transactions`);
        return answer(indexes.map((index) => transactions[index]!));
      },
      options,
    );
  }

  /** A transaction that waits for a block, with its witnesses. @param options.by what the hash is: the txid by default */
  async transaction(
    hash: Uint8Array,
    options: RequestOptions & { by?: 'txid' | 'wtxid' } = {},
  ): Promise<Transaction> {
    const { by = 'txid' } = options;
    const type = by === 'txid' ? inventoryTypes.witnessTx : inventoryTypes.wtx;
    const idOf = by === 'txid' ? txid : wtxid;
    return this.#data(type, hash, `transaction ${hashToString(hash)}`, options, (message) =>
      message.type === 'tx' && equalBytes(idOf(message.value), hash) ? answer(message.value) : undefined,
    );
  }

  /**
   * BIP157: the filters of these blocks, at most 1000 that follow each other in the chain. The time-out counts from
   * each filter anew. That a filter is the right one the filter headers tell.
   */
  async filters(
    { startHeight, blockHashes, filterType = BASIC_FILTER }: FilterQuestion,
    options?: RequestOptions,
  ): Promise<CFilter[]> {
    const stopHash = blockHashes.at(-1);
    if (stopHash === undefined) return [];
    const request = `filters up to ${hashToString(stopHash)}`;
    const filters: CFilter[] = [];
    let bytes = 0;
    return this.#ask<'getcfilters', CFilter[]>(
      'getcfilters',
      { filterType, startHeight, stopHash },
      request,
      (message) => {
        if (message.type !== 'cfilter' || message.value.filterType !== filterType) return undefined;
        if (!equalBytes(message.value.blockHash, blockHashes[filters.length]!)) return undefined;
        bytes += message.value.filter.length;
        if (bytes > MAX_FILTER_BYTES)
          throw invalid(request, `more than ${MAX_FILTER_BYTES} bytes of filters`);
        filters.push(message.value);
        return filters.length === blockHashes.length ? answer(filters) : 'part';
      },
      options,
    );
  }

  /** BIP157: what chains the filters of the blocks from `startHeight` to the one with `stopHash`, at most 2000. */
  async filterHeaders(
    { startHeight, stopHash, filterType = BASIC_FILTER }: FilterRange,
    options?: RequestOptions,
  ): Promise<CFHeaders> {
    return this.#next(
      'getcfheaders',
      { filterType, startHeight, stopHash },
      `filter headers up to ${hashToString(stopHash)}`,
      (message) =>
        message.type === 'cfheaders' && isOf(message.value, filterType, stopHash) ? message.value : undefined,
      options,
    );
  }

  /** BIP157: every thousandth filter header up to a block. */
  async filterCheckpoints(
    { stopHash, filterType = BASIC_FILTER }: Omit<FilterRange, 'startHeight'>,
    options?: RequestOptions,
  ): Promise<CFCheckpt> {
    return this.#next(
      'getcfcheckpt',
      { filterType, stopHash },
      `filter checkpoints up to ${hashToString(stopHash)}`,
      (message) =>
        message.type === 'cfcheckpt' && isOf(message.value, filterType, stopHash) ? message.value : undefined,
      options,
    );
  }

  /**
   * Addresses of other nodes, once per connection; by default it waits two minutes. Nothing marks the answer: a
   * message with one address is taken for the peer's announcement of its own, and waited past.
   */
  async addresses(options: RequestOptions = {}): Promise<AddrV2Entry[]> {
    return this.#next(
      'getaddr',
      {},
      'addresses',
      (message) => {
        if (message.type !== 'addr' && message.type !== 'addrv2') return undefined;
        const all: (AddrEntry | AddrV2Entry)[] = message.value.addresses;
        return all.length === 1 ? undefined : all.map((one) => ('network' in one ? one : addrV2EntryOf(one)));
      },
      { timeoutMs: TRICKLE_MS, ...options },
    );
  }

  /**
   * BIP35: what waits for a block; by default it waits two minutes. Nodes with nothing there stay silent. Nothing marks
   * the answer: to who wants transactions announced (`relay`), an announcement looks the same.
   */
  async mempool(options: RequestOptions = {}): Promise<InventoryEntry[]> {
    return this.#next(
      'mempool',
      {},
      'mempool',
      (message) => {
        if (message.type !== 'inv') return undefined;
        const { inventory } = message.value;
        return inventory.every(({ type }) => type === inventoryTypes.tx || type === inventoryTypes.wtx)
          ? inventory
          : undefined;
      },
      { timeoutMs: TRICKLE_MS, ...options },
    );
  }

  /** The first value that `find` finds. */
  #next<Q extends DecodedType, T>(
    type: Q,
    value: MessageMap[Q],
    request: string,
    find: (message: KnownMessage) => T | undefined,
    options?: RequestOptions,
  ): Promise<T> {
    return this.#ask<Q, T>(
      type,
      value,
      request,
      (message) => {
        const found = find(message);
        return found === undefined ? undefined : answer(found);
      },
      options,
    );
  }

  /** Asks with getdata, which a peer may answer with notfound. */
  #data<T>(
    type: number,
    hash: Uint8Array,
    request: string,
    options: RequestOptions,
    take: (message: KnownMessage) => Taken<T>,
  ): Promise<T> {
    return this.#ask<'getdata', T>(
      'getdata',
      { inventory: [{ type, hash }] },
      request,
      (message) => {
        if (
          message.type === 'notfound' &&
          message.value.inventory.some((entry) => entry.type === type && equalBytes(entry.hash, hash))
        )
          throw new PeerFailure(peerErrors.notFound(request));
        return take(message);
      },
      options,
    );
  }

  #ask<Q extends DecodedType, T>(
    type: Q,
    value: MessageMap[Q],
    request: string,
    take: (message: KnownMessage) => Taken<T>,
    options?: RequestOptions,
  ): Promise<T> {
    // A question that nobody waits for would leave an answer without one.
    if (options?.signal?.aborted === true) throw new PeerFailure(peerErrors.aborted());
    this.#asker.send(type, value);
    return this.#asker.wait<T>(request, take, options);
  }

  /** The header is the right one; whether the rest belongs to it. */
  #checked(block: Block, request: string, withWitness: boolean): Block {
    const { network, hashes } = this.#asker;
    const { segwitHeight } = network;
    // Before its activation some coinbases committed to witnesses, without the nonce that it takes now.
    const commits = withWitness && (coinbaseHeight(block) ?? 0) >= segwitHeight;
    const problem =
      checkMerkleRoot(block, hashes) ?? (commits ? checkWitnessCommitment(block, hashes) : undefined);
    if (problem !== undefined) throw invalid(request, problem.message);
    return block;
  }
}

export interface FilterQuestion {
  /** Of the first block. */
  startHeight: number;
  /** Ascending. */
  blockHashes: readonly Uint8Array[];
  /** BIP158's basic filter by default. */
  filterType?: number;
}

export interface FilterRange {
  startHeight: number;
  stopHash: Uint8Array;
  /** BIP158's basic filter by default. */
  filterType?: number;
}

const isOf = (
  value: { filterType: number; stopHash: Uint8Array },
  filterType: number,
  stopHash: Uint8Array,
) => value.filterType === filterType && equalBytes(value.stopHash, stopHash);

const invalid = (request: string, reason: string) =>
  new PeerFailure(peerErrors.invalidAnswer(request, reason));
