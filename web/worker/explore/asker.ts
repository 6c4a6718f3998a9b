import { filterMatches } from '../../../shared/chain/index.js';
import { inventoryTypes, serviceBits, type CFilter } from '../../../shared/messages/index.js';
import type { Peer } from '../../../shared/peer/index.js';
import type { SessionChain } from './chain.js';
import { patiently } from './fetch.js';
import { hashOf } from './header-view.js';
import type { Library } from './library.js';
import {
  failedQuestion,
  keepsFewBlocks,
  mayDisconnect,
  noFilters,
  notInSession,
  notReady,
  offChain,
  type Wanted,
} from './missing.js';
import type { OpenedBlock } from './opened-block.js';
import type { Check, Missing } from './protocol.js';

/** BIP159: a node of this kind promises so many blocks. */
const KEPT_BLOCKS = 288;
/** Scripts that a filter is held against: each reads all of it. */
const CHECKED_SCRIPTS = 50;
const OP_RETURN = 0x6a;

interface Session {
  readonly live: boolean;
  peer(): Peer | undefined;
}

/** Asks the node of a session for what is not here. What comes crosses the log like everything else. */
export class Asker {
  readonly #session: Session;
  readonly #chain: SessionChain;
  readonly #library: Library;

  constructor(session: Session, chain: SessionChain, library: Library) {
    this.#session = session;
    this.#chain = chain;
    this.#library = library;
  }

  /** The node, or why there is none to ask. */
  #node(wanted: Wanted): Peer | Missing {
    const peer = this.#session.peer();
    if (peer?.state === 'ready') return peer;
    const over = !this.#session.live || peer?.state === 'closed' || peer?.state === 'failed';
    return over ? notInSession(wanted, this.#session.live) : notReady(wanted);
  }

  async block(hash: string, anyway: boolean, signal: AbortSignal): Promise<Missing | undefined> {
    const peer = this.#node('block');
    if ('kind' in peer) return peer;
    const bytes = hashOf(hash)!;
    const height = this.#chain.headers.heightOf(bytes);
    const depth = height === undefined ? 0 : this.#chain.headers.height - height;
    if (!anyway && keepsFewBlocks(peer) && depth > KEPT_BLOCKS) return mayDisconnect(depth);
    try {
      // Whoever opens it checks it, in slices.
      await patiently(peer, signal, (options) => peer.ask.block(bytes, { ...options, check: false }));
    } catch (cause) {
      return failedQuestion('block', cause, bytes, inventoryTypes.witnessBlock);
    }
    return undefined;
  }

  /** BIP152: those that a compact block lacks. @param indexes ascending */
  async blockTransactions(
    hash: string,
    indexes: readonly number[],
    signal: AbortSignal,
  ): Promise<Missing | undefined> {
    const peer = this.#node('block');
    if ('kind' in peer) return peer;
    const bytes = hashOf(hash)!;
    try {
      await patiently(peer, signal, (options) => peer.ask.blockTransactions(bytes, indexes, options));
    } catch (cause) {
      return failedQuestion('block', cause, bytes, inventoryTypes.compactBlock);
    }
    return undefined;
  }

  async transaction(id: string, signal: AbortSignal): Promise<Missing | undefined> {
    const peer = this.#node('transaction');
    if ('kind' in peer) return peer;
    const by = this.#library.announced(id)?.by ?? 'txid';
    const bytes = hashOf(id)!;
    try {
      await patiently(peer, signal, (options) => peer.ask.transaction(bytes, { ...options, by }));
    } catch (cause) {
      return failedQuestion('transaction', cause, bytes, inventoryTypes.witnessTx);
    }
    return undefined;
  }

  /**
   * Whether a hash that nothing here knows is a block or a transaction. Below the network's easiest target it may be
   * either, and where that target is hard it is a block; a node says at once whether it has such a transaction.
   */
  async whatIs(hash: string, signal: AbortSignal): Promise<'block' | 'transaction'> {
    const { powLimit } = this.#chain.headers.network;
    if (BigInt(`0x${hash}`) > powLimit) return 'transaction';
    if (powLimit < 1n << 240n) return 'block';
    const peer = this.#node('transaction');
    if ('kind' in peer) return 'block';
    const none = await this.transaction(hash, signal);
    return none === undefined ? 'transaction' : 'block';
  }

  /** BIP157 */
  async filter(hash: string, signal: AbortSignal): Promise<Uint8Array | Missing> {
    const peer = this.#node('filter');
    if ('kind' in peer) return peer;
    if (((peer.theirVersion?.services ?? 0n) & serviceBits.COMPACT_FILTERS) === 0n) return noFilters();
    const bytes = hashOf(hash)!;
    const startHeight = this.#chain.headers.heightOf(bytes);
    if (startHeight === undefined) return offChain('filter');
    try {
      const filters: CFilter[] = await patiently(peer, signal, (options) =>
        peer.ask.filters({ startHeight, blockHashes: [bytes] }, options),
      );
      return filters[0]!.filter;
    } catch (cause) {
      return failedQuestion('filter', cause, bytes, 0);
    }
  }
}

/** A filter must match what its block pays to; what it spends from is not here. @throws {FilterError} */
export function filterCheck(filter: Uint8Array, { block, hash }: OpenedBlock): Check {
  const scripts: Uint8Array[] = [];
  for (const { outputs } of block.transactions) {
    for (const { scriptPubKey } of outputs)
      if (scriptPubKey.length > 0 && scriptPubKey[0] !== OP_RETURN) scripts.push(scriptPubKey);
    if (scripts.length >= CHECKED_SCRIPTS) break;
  }
  const checked = scripts.slice(0, CHECKED_SCRIPTS);
  const bytes = hashOf(hash)!;
  const absent = checked.filter((script) => !filterMatches(filter, bytes, [script])).length;
  if (absent > 0)
    return {
      outcome: 'fails',
      says: `${absent} of ${checked.length} scripts that the block pays to are not in it.`,
    };
  return {
    outcome: 'holds',
    says: `It matches ${checked.length === 1 ? 'the script' : `${checked.length} of the scripts`} that the block pays to.`,
  };
}
