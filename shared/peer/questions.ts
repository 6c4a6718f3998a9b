import { equalBytes, toHex } from '../bytes.js';
import {
  type AddrEntry,
  type AddrV2Entry,
  addrV2EntryOf,
  BASIC_FILTER,
  type Block,
  blockHash,
  type CFCheckpt,
  type CFHeaders,
  type CFilter,
  checkMerkleRoot,
  checkWitnessCommitment,
  type DecodedType,
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
import { peerErrors, PeerFailure } from './errors.js';
import { type RequestOptions, type Taken } from './requests.js';

/** What a question needs of a session. */
export interface Asker {
  send<T extends DecodedType>(type: T, value: MessageMap[T]): void;
  wait<T>(request: string, take: (message: KnownMessage) => Taken<T>, options?: RequestOptions): Promise<T>;
}

/** Nodes collect what they announce: an answer that goes the same way takes a random while, half a minute on average. */
const TRICKLE_MS = 120_000;
const ZEROS: Uint8Array = new Uint8Array(32);
/** A thousand filters of full blocks take about 30 MB. */
const MAX_FILTER_BYTES = 1 << 26;

const answer = <T>(value: T): Taken<T> => ({ answer: value });

/**
 * Questions to a peer, each paired with its answer by hash, else by type. All reject with a PeerFailure:
 * 'request-timed-out' where the peer stays silent, which is how nodes answer for a block that they do not have;
 * 'not-found' where it says so; 'invalid-answer' for something that is not what was asked for; 'aborted',
 * 'not-ready', 'session-ended'. Hashes are 32 bytes in wire order.
 */
export class Questions {
  readonly #asker: Asker;
  readonly #version: number;

  /** @param version our protocol version, which `getheaders` repeats */
  constructor(asker: Asker, version: number) {
    this.#asker = asker;
    this.#version = version;
  }

  /** The next `headers` message, at most 2000 headers: their work and their order are checked. */
  async headers(request: Partial<GetHeaders> = {}, options?: RequestOptions): Promise<Headers> {
    this.#asker.send('getheaders', { version: this.#version, locator: [], stop: ZEROS, ...request });
    return this.#next(
      'headers',
      (message) => (message.type === 'headers' ? message.value : undefined),
      options,
    );
  }

  /** A block with its witnesses, or without. That its transactions are the header's is checked. */
  async block(hash: Uint8Array, options: RequestOptions & { witness?: boolean } = {}): Promise<Block> {
    const { witness = true } = options;
    const request = `block ${hashToString(hash)}`;
    return this.#data(
      witness ? inventoryTypes.witnessBlock : inventoryTypes.block,
      hash,
      request,
      options,
      (message) =>
        message.type === 'block' && equalBytes(blockHash(message.value.header), hash)
          ? answer(checkedBlock(message.value, request, witness))
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
      if (message.type === 'block') checkedBlock(message.value, request, true);
      return answer(message);
    });
  }

  /** BIP152: the transactions at these places of a block, ascending. */
  async blockTransactions(
    hash: Uint8Array,
    indexes: readonly number[],
    options?: RequestOptions,
  ): Promise<Transaction[]> {
    const request = `transactions of block ${hashToString(hash)}`;
    this.#asker.send('getblocktxn', { blockHash: hash, indexes: [...indexes] });
    return this.#asker.wait<Transaction[]>(
      request,
      (message) => {
        if (message.type === 'blocktxn' && equalBytes(message.value.blockHash, hash)) {
          const { transactions } = message.value;
          if (transactions.length === indexes.length) return answer(transactions);
          throw invalid(request, `${transactions.length} transactions instead of ${indexes.length}`);
        }
        // Deep blocks come whole.
        if (message.type !== 'block' || !equalBytes(blockHash(message.value.header), hash)) return undefined;
        const { transactions } = checkedBlock(message.value, request, true);
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
   * BIP157: the filters of the blocks from `startHeight` to the one with `stopHash`, at most 1000, in that order. The
   * time-out counts from each filter anew.
   */
  async filters(
    { startHeight, stopHash, filterType = BASIC_FILTER }: FilterRange,
    options?: RequestOptions,
  ): Promise<CFilter[]> {
    const request = `filters up to ${hashToString(stopHash)}`;
    const filters: CFilter[] = [];
    const seen = new Set<string>();
    let bytes = 0;
    this.#asker.send('getcfilters', { filterType, startHeight, stopHash });
    return this.#asker.wait<CFilter[]>(
      request,
      (message) => {
        if (message.type !== 'cfilter' || message.value.filterType !== filterType) return undefined;
        const { blockHash: of, filter } = message.value;
        bytes += filter.length;
        if (bytes > MAX_FILTER_BYTES)
          throw invalid(request, `more than ${MAX_FILTER_BYTES} bytes of filters`);
        if (seen.size === seen.add(toHex(of)).size) throw invalid(request, 'one filter came twice');
        filters.push(message.value);
        return equalBytes(of, stopHash) ? answer(filters) : 'part';
      },
      options,
    );
  }

  /** BIP157: what chains the filters of the blocks from `startHeight` to the one with `stopHash`, at most 2000. */
  async filterHeaders(
    { startHeight, stopHash, filterType = BASIC_FILTER }: FilterRange,
    options?: RequestOptions,
  ): Promise<CFHeaders> {
    this.#asker.send('getcfheaders', { filterType, startHeight, stopHash });
    return this.#next(
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
    this.#asker.send('getcfcheckpt', { filterType, stopHash });
    return this.#next(
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
    this.#asker.send('getaddr', {});
    return this.#next(
      'addresses',
      (message) => {
        if (message.type !== 'addr' && message.type !== 'addrv2') return undefined;
        const all: (AddrEntry | AddrV2Entry)[] = message.value.addresses;
        return all.length === 1 ? undefined : all.map((one) => ('network' in one ? one : addrV2EntryOf(one)));
      },
      { timeoutMs: TRICKLE_MS, ...options },
    );
  }

  /** BIP35: what waits for a block; by default it waits two minutes. Nodes with nothing there stay silent. */
  async mempool(options: RequestOptions = {}): Promise<InventoryEntry[]> {
    this.#asker.send('mempool', {});
    return this.#next(
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
  #next<T>(
    request: string,
    find: (message: KnownMessage) => T | undefined,
    options?: RequestOptions,
  ): Promise<T> {
    return this.#asker.wait<T>(
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
    this.#asker.send('getdata', { inventory: [{ type, hash }] });
    return this.#asker.wait<T>(
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

/** The header is the right one; whether the rest belongs to it. */
function checkedBlock(block: Block, request: string, withWitness: boolean): Block {
  const problem = checkMerkleRoot(block) ?? (withWitness ? checkWitnessCommitment(block) : undefined);
  if (problem !== undefined) throw invalid(request, problem.message);
  return block;
}
