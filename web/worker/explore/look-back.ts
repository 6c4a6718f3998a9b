import type { HeaderChain } from '../../../shared/chain/index.js';
import { hashToString, isCoinbase, type Transaction } from '../../../shared/messages/index.js';
import type { Asker } from './asker.js';
import type { Library } from './library.js';
import { letGo, missing } from './missing.js';
import type { AskedFor, LookedInto, Missing } from './protocol.js';

/** Questions that wait for their answers at one time. */
const AT_ONCE = 8;
/** Parents that a node is asked for: a transaction may have thousands. */
const MAX_ASKED = 100;

/**
 * P2P has no look-up of a mined transaction by its id. What a transaction spends is found among those that a node hands
 * out, or in the blocks below, one after the other; and so is the block that holds it.
 */
export class LookBack {
  readonly #chain: HeaderChain;
  readonly #library: Library;
  readonly #asker: Asker;

  constructor(chain: HeaderChain, library: Library, asker: Asker) {
    this.#chain = chain;
    this.#library = library;
    this.#asker = asker;
  }

  /** Asks the node for the transactions that one spends from: it has those that wait for a block as well. */
  async askForParents(id: string, signal: AbortSignal): Promise<AskedFor | Missing> {
    const transaction = this.#library.transaction(id);
    if (transaction === undefined) return letGo();
    const parents = [...this.#unknown(transaction).keys()].slice(0, MAX_ASKED);
    for (let at = 0; at < parents.length && !signal.aborted; at += AT_ONCE) {
      const answers = await Promise.all(
        parents.slice(at, at + AT_ONCE).map((parent) => this.#asker.transaction(parent, signal)),
      );
      const none = answers.find((answer) => answer !== undefined && answer.code !== 'not-found');
      if (none) return none;
    }
    await this.#library.catchUp();
    return { kind: 'asked', asked: parents.length, left: this.#unknown(transaction).size };
  }

  /** Looks into one block, at a height, for what a transaction spends, or for itself. */
  async into(
    id: string,
    sought: 'parents' | 'itself',
    height: number,
    signal: AbortSignal,
  ): Promise<LookedInto | Missing> {
    const bytes = this.#chain.hashAt(height);
    if (bytes === undefined) return gone();
    const hash = hashToString(bytes);
    if ((await this.#library.block(hash)) === undefined) {
      const none = await this.#asker.block(hash, false, signal);
      if (none) return none;
      await this.#library.catchUp();
    }
    const block = await this.#library.block(hash);
    if (block === undefined) return letGo();
    if (block.merkleRoot.outcome === 'fails') return altered();
    const looked = { kind: 'looked', height, size: block.bytes.length } as const;
    if (sought === 'itself') {
      const found = block.places.has(id);
      if (found) this.#library.found.putBlock(block.txids[block.places.get(id)!]!, hash);
      return { ...looked, left: found ? 0 : 1 };
    }
    const transaction = this.#library.transaction(id);
    if (transaction === undefined) return letGo();
    const unknown = this.#unknown(transaction);
    for (const [parent, vouts] of unknown) {
      const at = block.places.get(parent);
      if (at === undefined) continue;
      const { outputs } = block.block.transactions[at]!;
      for (const vout of vouts) if (outputs[vout]) this.#library.found.putOutput(parent, vout, outputs[vout]);
      this.#library.found.putBlock(parent, hash);
      unknown.delete(parent);
    }
    return { ...looked, left: unknown.size };
  }

  /** The transactions that it spends from and that are not here, each with the outputs. */
  #unknown(transaction: Transaction): Map<string, number[]> {
    const unknown = new Map<string, number[]>();
    if (isCoinbase(transaction)) return unknown;
    const spent = this.#library.spending();
    for (const { outpoint } of transaction.inputs) {
      const txid = hashToString(outpoint.txid);
      if (spent(txid, outpoint.vout)) continue;
      const vouts = unknown.get(txid);
      if (vouts) vouts.push(outpoint.vout);
      else unknown.set(txid, [outpoint.vout]);
    }
    return unknown;
  }
}

const gone = (): Missing =>
  missing({
    code: 'above-tip',
    title: 'The chain has changed meanwhile',
    text: 'There is no block at this height any more.',
    next: 'Look once more.',
    offers: 'retry',
  });

const altered = (): Missing =>
  missing({
    code: 'invalid',
    title: 'What the node sent is not this block',
    text: 'Its transactions do not give the merkle root in the header, so nothing was looked for in it.',
    next: 'Ask another node.',
  });
