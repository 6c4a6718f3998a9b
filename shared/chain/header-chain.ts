import { copyBytes, equalBytes, fromHex } from '../bytes.js';
import { HASH_BYTES, nobleHashes, type Hashes } from '../hashes.js';
import { decodeBlockHeader, encodeBlockHeader, EncodeError, type BlockHeader } from '../messages/index.js';
import { type Network, type NetworkName } from '../networks.js';
import { HeaderBranches, type BranchHeader } from './header-branches.js';
import { headerError, type HeaderError, type HeaderErrorCode } from './header-error.js';
import { bitsOf, HEADER_BYTES, HeaderRows, previousOf } from './header-rows.js';
import { isAtMost, Targets } from './header-target.js';

export interface HeaderChainOptions {
  /** The highest block that is taken. */
  maxHeight?: number;
  /** Headers off the chain that are kept. */
  maxBranchHeaders?: number;
  /** Hashes many headers at once: an engine may be faster than the default. */
  hashes?: Pick<Hashes, 'doubleSha256Of80'>;
}

/** What a batch did to the chain. */
export type HeaderChange =
  /** The tip is so many blocks higher. */
  | { readonly type: 'extended'; readonly by: number }
  /** Another branch has more work: `removed` blocks above `forkHeight` made way for `added` others. */
  | {
      readonly type: 'reorganised';
      readonly forkHeight: number;
      readonly removed: number;
      readonly added: number;
    }
  /** All were known, or stand on a branch with no more work than the chain; `added`: to such branches. */
  | { readonly type: 'unchanged'; readonly added: number };

export type HeaderResult =
  | HeaderChange
  /** The first one builds on a block that is not known here: 32 bytes in wire order. Nothing was taken. */
  | { readonly type: 'unconnected'; readonly previous: Uint8Array }
  /** Those before `error.index` were taken: `before` is what they did. */
  | { readonly type: 'invalid'; readonly error: HeaderError; readonly before: HeaderChange };

export interface HeaderTip {
  readonly height: number;
  /** 32 bytes in wire order. */
  readonly hash: Uint8Array;
  /** Hashes that the chain up to here took on average. */
  readonly work: bigint;
}

export interface ChainHeader {
  readonly height: number;
  /** 32 bytes in wire order. */
  readonly hash: Uint8Array;
  readonly header: BlockHeader;
}

/** More than any of these chains has in the 2040s; testnet3's blocks come faster than elsewhere. */
const MAX_HEIGHTS: { readonly [Name in NetworkName]?: number } = { testnet3: 8_000_000 };
const MAX_HEIGHT = 2_000_000;
const MAX_BRANCH_HEADERS = 10_000;

/** Few enough that a batch which is wrong from its start costs little. */
const HASHED_AT_ONCE = 256;
const MAX_AROUND = 1000;
/** Locator: so many without a gap, then each gap twice the one before. */
const DENSE = 10;

/**
 * The chain of headers with the most work, from the network's genesis block on; of two with the same work the one that
 * was there first.
 *
 * Checked are the proof of work that each header claims, that the claim is no easier than the network's easiest, and
 * that each builds on one that is known. NOT checked are the rules that look at the blocks before: that the target is
 * the one which the retargeting (and the testnets' twenty-minute rule) asks for, that the time is later than the
 * median of eleven and not in the future, versions, a signet's signatures, and the least work that a network's chain
 * has by now. So a peer can make up a chain at the network's easiest target, which costs 2³² hashes a header on mainnet
 * and the testnets and nothing on regtest. It gains no more than this:
 *
 * Memory is bounded whatever comes. Each header of the chain takes 80 bytes and 8 to 16 in the index (with the old
 * index while it grows half as much again), up to `maxHeight` (2,000,000, on testnet3 8,000,000); off the chain at most
 * `maxBranchHeaders` (10,000) are kept, of some 600 bytes, and what is dropped there can be sent again. Time is
 * that of two SHA-256 a header, and, where branches have to make room, linear in their number once in 5000 headers.
 */
export class HeaderChain {
  readonly network: Network;
  readonly maxHeight: number;
  readonly maxBranchHeaders: number;
  readonly #hashes: Pick<Hashes, 'doubleSha256Of80'>;
  readonly #targets: Targets;
  readonly #main: HeaderRows;
  readonly #branches: HeaderBranches;

  constructor(network: Network, options: HeaderChainOptions = {}) {
    this.network = network;
    this.maxHeight = options.maxHeight ?? MAX_HEIGHTS[network.name] ?? MAX_HEIGHT;
    this.maxBranchHeaders = options.maxBranchHeaders ?? MAX_BRANCH_HEADERS;
    this.#hashes = options.hashes ?? nobleHashes;
    this.#targets = new Targets(network.powLimit);
    this.#main = new HeaderRows(this.#targets);
    this.#branches = new HeaderBranches(this.maxBranchHeaders);
    this.#main.append(network.genesis.header, fromHex(network.genesis.hash).reverse());
  }

  get height(): number {
    return this.#main.count - 1;
  }

  get tip(): HeaderTip {
    return { height: this.height, hash: copyBytes(this.#main.lastHash), work: this.#main.work };
  }

  /** Headers that are kept off the chain. */
  get branchHeaders(): number {
    return this.#branches.size;
  }

  /** Bytes that the chain and its index take; branches come on top. */
  get memory(): number {
    return this.#main.memory;
  }

  /** @param hash 32 bytes in wire order; undefined for a block that is not in the chain */
  heightOf(hash: Uint8Array): number | undefined {
    return this.#main.heightOf(hash);
  }

  /** The same for every header that is known, on a branch too. */
  knownHeightOf(hash: Uint8Array): number | undefined {
    return this.heightOf(hash) ?? this.#branches.get(hash)?.height;
  }

  /** Of every block that is known, on a branch too. @param hash 32 bytes in wire order */
  headerOf(hash: Uint8Array): BlockHeader | undefined {
    const height = this.heightOf(hash);
    if (height !== undefined) return this.headerAt(height);
    const row = this.#branches.get(hash)?.row;
    return row && decodeBlockHeader(copyBytes(row));
  }

  /** 32 bytes in wire order, a copy. */
  hashAt(height: number): Uint8Array | undefined {
    return this.#holds(height) ? copyBytes(this.#main.hashAt(height)) : undefined;
  }

  headerAt(height: number): BlockHeader | undefined {
    return this.#holds(height) ? decodeBlockHeader(copyBytes(this.#main.rowAt(height))) : undefined;
  }

  /** Hashes that the chain up to this block took on average. */
  workAt(height: number): bigint | undefined {
    return this.#holds(height) ? this.#main.workAt(height) : undefined;
  }

  /** The block at `height` and up to `n` on either side, at most 1000, ascending; fewer, or none, where the chain ends. */
  around(height: number, n: number): ChainHeader[] {
    if (!Number.isInteger(height)) return [];
    const side = Math.max(0, Math.floor(Math.min(n, MAX_AROUND)));
    const first = Math.max(0, height - side);
    const last = Math.min(this.height, height + side);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => ({
      height: first + i,
      hash: this.hashAt(first + i)!,
      header: this.headerAt(first + i)!,
    }));
  }

  /**
   * Where this chain is, for `getheaders`: some thirty hashes, newest first, genesis last.
   * @param from the height to start at: the tip's by default
   */
  locator(from = this.height): Uint8Array[] {
    const hashes: Uint8Array[] = [];
    for (let height = Math.min(from, this.height), gap = 1; height > 0; height -= gap) {
      hashes.push(this.hashAt(height)!);
      if (hashes.length >= DENSE) gap *= 2;
    }
    return [...hashes, this.hashAt(0)!];
  }

  /**
   * Takes a batch that is a chain itself, as of one `headers` message; of any size. What it keeps it copies.
   * @param headers decoded, or as 80 bytes each
   */
  add(headers: readonly (BlockHeader | Uint8Array)[]): HeaderResult {
    const batch: Batch = { start: this.height, onBranch: 0 };
    let before: Uint8Array | undefined;
    for (let first = 0; first < headers.length; first += HASHED_AT_ONCE) {
      const rows = rowsOf(headers.slice(first, first + HASHED_AT_ONCE));
      const hashes = this.#hashes.doubleSha256Of80(rows);
      for (let at = 0; at < rows.length / HEADER_BYTES; at++) {
        const row = rows.subarray(at * HEADER_BYTES, (at + 1) * HEADER_BYTES);
        const hash = hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);
        const problem =
          before !== undefined && !equalBytes(previousOf(row), before)
            ? 'discontinuous'
            : this.#check(row, hash);
        const index = first + at;
        if (problem !== undefined) return invalid(problem, index, batch, this.height, hash);
        const refused = this.#take(row, hash, batch);
        if (refused === 'unconnected') return { type: 'unconnected', previous: copyBytes(previousOf(row)) };
        if (refused !== undefined) return invalid(refused, index, batch, this.height, hash);
        before = hash;
      }
      const read = first + rows.length / HEADER_BYTES;
      if (read < Math.min(headers.length, first + HASHED_AT_ONCE))
        return invalid('not-a-header', read, batch, this.height);
    }
    return changeOf(batch, this.height);
  }

  #holds(height: number): boolean {
    return Number.isInteger(height) && height >= 0 && height < this.#main.count;
  }

  /** By itself, without what it builds on. */
  #check(row: Uint8Array, hash: Uint8Array): HeaderErrorCode | undefined {
    const target = this.#targets.of(bitsOf(row));
    if (!target.valid) return target.code;
    return isAtMost(hash, target.bytes) ? undefined : 'bad-proof-of-work';
  }

  #take(row: Uint8Array, hash: Uint8Array, batch: Batch): HeaderErrorCode | 'unconnected' | undefined {
    const previous = previousOf(row);
    if (equalBytes(previous, this.#main.lastHash)) {
      if (this.height >= this.maxHeight) return 'chain-too-long';
      this.#main.append(row, hash);
      return undefined;
    }
    if (this.knownHeightOf(hash) !== undefined) return undefined;
    const parent = this.#parent(previous);
    if (parent === undefined) return 'unconnected';
    if (parent.height >= this.maxHeight) return 'chain-too-long';
    const work = parent.work + this.#targets.workOf(bitsOf(row));
    const header = { row, hash, height: parent.height + 1, work };
    if (work > this.#main.work) this.#reorganise(header, batch);
    else if (this.#branches.add(header)) batch.onBranch++;
    else return 'branch-too-long';
    return undefined;
  }

  #parent(hash: Uint8Array): { height: number; work: bigint } | undefined {
    const height = this.heightOf(hash);
    return height === undefined ? this.#branches.get(hash) : { height, work: this.#main.workAt(height) };
  }

  /** `tip` becomes the chain's; what it replaces is kept as a branch, as far as there is room. */
  #reorganise(tip: BranchHeader, batch: Batch): void {
    const path = this.#branches.pathTo(tip);
    const forkHeight = path[0]!.height - 1;
    const removed = this.height - forkHeight;
    for (const { hash } of path) this.#branches.delete(hash);
    this.#keepAsBranch(forkHeight);
    this.#main.truncate(forkHeight + 1);
    for (const { row, hash } of path) this.#main.append(row, hash);
    batch.reorganised = { forkHeight, removed };
  }

  /** What stands above the fork, from there up, as much as there is room for: then no other branch is left. */
  #keepAsBranch(forkHeight: number): void {
    let work = this.#main.workAt(forkHeight);
    for (let height = forkHeight + 1; height <= this.height; height++) {
      const row = this.#main.rowAt(height);
      work += this.#targets.workOf(bitsOf(row));
      if (!this.#branches.add({ row, hash: this.#main.hashAt(height), height, work })) return;
    }
  }
}

/** What a batch has done so far. It is a chain, so it leaves the chain for a branch at most once. */
interface Batch {
  /** The height before. */
  readonly start: number;
  onBranch: number;
  reorganised?: { readonly forkHeight: number; readonly removed: number };
}

function changeOf({ start, onBranch, reorganised }: Batch, height: number): HeaderChange {
  if (reorganised !== undefined)
    return { type: 'reorganised', ...reorganised, added: height - reorganised.forkHeight };
  if (height > start) return { type: 'extended', by: height - start };
  return { type: 'unchanged', added: onBranch };
}

function invalid(
  code: HeaderErrorCode,
  index: number,
  batch: Batch,
  height: number,
  hash?: Uint8Array,
): HeaderResult {
  return {
    type: 'invalid',
    error: headerError(code, index, hash && copyBytes(hash)),
    before: changeOf(batch, height),
  };
}

/** 80 bytes each, side by side, up to the first that is no header. */
function rowsOf(headers: readonly (BlockHeader | Uint8Array)[]): Uint8Array {
  const rows = new Uint8Array(headers.length * HEADER_BYTES);
  for (const [i, header] of headers.entries()) {
    const row = rowOf(header);
    if (row === undefined) return rows.subarray(0, i * HEADER_BYTES);
    rows.set(row, i * HEADER_BYTES);
  }
  return rows;
}

function rowOf(header: BlockHeader | Uint8Array): Uint8Array | undefined {
  if (header instanceof Uint8Array) return header.length === HEADER_BYTES ? header : undefined;
  try {
    return encodeBlockHeader(header);
  } catch (error) {
    if (error instanceof EncodeError) return undefined;
    throw error;
  }
}
