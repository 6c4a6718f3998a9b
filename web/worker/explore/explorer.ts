import { decodeFilter, filterHash, FilterError } from '../../../shared/chain/index.js';
import { encodeTransaction, hashToString } from '../../../shared/messages/index.js';
import type { Network } from '../../../shared/networks.js';
import type { Peer } from '../../../shared/peer/index.js';
import { Asker, filterCheck } from './asker.js';
import { SessionChain } from './chain.js';
import { hashOf, headerView, heightOf } from './header-view.js';
import { Library } from './library.js';
import { aboveTip, missing, notInSession } from './missing.js';
import type { OpenedBlock } from './opened-block.js';
import type {
  BlockView,
  ChainFacts,
  ExploreQuestion,
  FilterView,
  HeaderRow,
  HeaderView,
  Missing,
  TransactionRow,
  TransactionView,
} from './protocol.js';
import type { KeptMessages } from './seen.js';
import { hexView, sideOf, transactionRow, transactionView } from './transaction-view.js';

/** What the Explorer needs of the session that it looks into. */
export interface ExploreSource {
  readonly network: Network;
  readonly messages: KeptMessages;
  /** Whether it is, or was, a session with a node, and no recording. */
  readonly live: boolean;
  /** The node, from the first packet on. */
  peer(): Peer | undefined;
  tell(chain: ChainFacts): void;
}

const MAX_ROWS = 200;
const MAX_PAGE = 100;
const MAX_SEEN_SHOWN = 200;

/** Answers what somebody asks of a session's chain, from what crossed in it and, where it is live, from its node. */
export class Explorer {
  readonly #source: ExploreSource;
  readonly #chain: SessionChain;
  readonly #library: Library;
  readonly #asker: Asker;
  #stopped = false;

  constructor(source: ExploreSource) {
    this.#source = source;
    this.#chain = new SessionChain(source.network, source.tell);
    this.#library = new Library(source.network, source.messages, this.#chain);
    this.#asker = new Asker(source, this.#chain, this.#library);
  }

  async answer(question: ExploreQuestion, signal: AbortSignal): Promise<unknown> {
    await this.#library.catchUp();
    switch (question.about) {
      case 'exploreChain':
        return this.#sync(question.sync);
      case 'exploreHeaders':
        return this.#rows(question.from, question.count);
      case 'exploreHeader':
        return this.#header(question.at);
      case 'exploreBlock':
        return this.#block(question.hash, question.anyway === true, signal);
      case 'exploreBlockPage':
        return this.#page(question.hash, question.from, question.count);
      case 'exploreTransaction':
        return this.#transaction(question.id, signal);
      case 'exploreSide': {
        const transaction = this.#library.transaction(question.id);
        return transaction && sideOf(transaction, question.side, question.from, this.#context);
      }
      case 'exploreRaw':
        return this.#raw(question.of, question.id);
      case 'exploreFilter':
        return this.#filter(question.hash, signal);
      case 'exploreSeen':
        return this.#library.seen(Math.min(question.most, MAX_SEEN_SHOWN));
      case 'exploreFind':
        return { is: await this.#whatIs(question.hash, signal) };
    }
  }

  get #context() {
    return { network: this.#source.network, spent: this.#library.spent };
  }

  #sync(how: 'open' | 'start' | 'stop'): ChainFacts {
    const peer = this.#source.peer();
    if (how === 'stop') {
      this.#stopped = true;
      this.#chain.stop();
    } else if (peer?.state === 'ready' && (how === 'start' || !this.#stopped)) {
      this.#stopped = false;
      this.#chain.start(peer);
    }
    this.#source.tell(this.#chain.facts);
    return this.#chain.facts;
  }

  #rows(from: number, count: number): HeaderRow[] {
    const rows: HeaderRow[] = [];
    for (let at = 0; at < Math.min(count, MAX_ROWS); at++) {
      const row = this.#library.row(from + at);
      if (row) rows.push(row);
    }
    return rows;
  }

  #header(at: string): HeaderView | Missing {
    const header = this.#library.header(at);
    const height = heightOf(at);
    if (header === undefined && height !== undefined)
      return aboveTip(this.#chain.headers.height, height, this.#chain.syncing);
    if (header === undefined)
      return hashOf(at) === undefined ? badRequest() : notInSession('block', this.#source.live);
    const view = headerView(header, this.#chain.headers, undefined);
    return view.height === undefined ? this.#withCoinbaseHeight(view) : view;
  }

  /** Outside of the chain a block tells its height by itself (BIP34), if it is here. */
  #withCoinbaseHeight(view: HeaderView): HeaderView {
    const height = this.#library.block(view.hash)?.coinbaseHeight;
    return height === undefined ? view : { ...view, height };
  }

  async #block(hash: string, anyway: boolean, signal: AbortSignal): Promise<BlockView | Missing> {
    if (hashOf(hash) === undefined) return badRequest();
    const here = this.#library.block(hash);
    if (here) return blockView(here);
    const none = await this.#asker.block(hash, anyway, signal);
    if (none) return none;
    await this.#library.catchUp();
    const block = this.#library.block(hash);
    return block ? blockView(block) : letGo();
  }

  #page(hash: string, from: number, count: number): TransactionRow[] | undefined {
    const opened = this.#library.block(hash);
    return opened?.txids
      .slice(from, from + Math.min(count, MAX_PAGE))
      .map((txid, at) =>
        transactionRow(opened.block.transactions[from + at]!, from + at, txid, this.#source.network),
      );
  }

  async #transaction(id: string, signal: AbortSignal): Promise<TransactionView | Missing> {
    if (hashOf(id) === undefined) return badRequest();
    const here = this.#view(id);
    if (here) return here;
    const none = await this.#asker.transaction(id, signal);
    if (none) return none;
    await this.#library.catchUp();
    return this.#view(id) ?? letGo();
  }

  #view(id: string): TransactionView | undefined {
    const transaction = this.#library.transaction(id);
    if (transaction === undefined) return undefined;
    const held = this.#library.blockHolding(id);
    const height =
      held && (this.#chain.headers.knownHeightOf(hashOf(held.block.hash)!) ?? held.block.coinbaseHeight);
    const message = held?.block.message ?? this.#library.announced(id)?.here?.message;
    return {
      ...transactionView(transaction, this.#context),
      ...(held && {
        block: { hash: held.block.hash, index: held.index, ...(height !== undefined && { height }) },
      }),
      ...(message !== undefined && { message }),
    };
  }

  #raw(of: 'block' | 'transaction', id: string): Uint8Array | undefined {
    if (of === 'block') return this.#library.block(id)?.bytes.slice();
    const transaction = this.#library.transaction(id);
    return transaction && encodeTransaction(transaction);
  }

  async #filter(hash: string, signal: AbortSignal): Promise<FilterView | Missing> {
    if (hashOf(hash) === undefined) return badRequest();
    const filter = await this.#asker.filter(hash, signal);
    if ('kind' in filter) return filter;
    const block = this.#library.block(hash);
    try {
      return {
        kind: 'filter',
        filter: hexView(filter),
        elements: decodeFilter(filter).length,
        hash: hashToString(filterHash(filter)),
        ...(block && { check: filterCheck(filter, block) }),
      };
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
      return missing({
        code: 'invalid',
        title: 'What the node sent is no filter',
        text: `${error.message}.`,
        next: 'Ask another node.',
      });
    }
  }

  async #whatIs(hash: string, signal: AbortSignal): Promise<'block' | 'transaction'> {
    if (this.#library.header(hash)) return 'block';
    if (this.#library.transaction(hash) ?? this.#library.announced(hash)) return 'transaction';
    return this.#asker.whatIs(hash, signal);
  }
}

function blockView(opened: OpenedBlock): BlockView {
  const { hash, bytes, weight, value, coinbaseHeight, txids, merkleRoot, witness, message, block } = opened;
  const reward = block.transactions[0]?.outputs.reduce((sum, output) => sum + output.value, 0n) ?? 0n;
  return {
    kind: 'block',
    ...{ hash, weight, value, reward, merkleRoot, witness, message },
    transactions: txids.length,
    size: bytes.length,
    ...(coinbaseHeight !== undefined && { coinbaseHeight }),
  };
}

const badRequest = (): Missing =>
  missing({
    code: 'bad-request',
    title: 'This is no height and no hash',
    text: 'A height is a whole number; a block hash or a transaction id is 64 hex digits.',
    next: 'Correct it in the field above.',
  });

const letGo = (): Missing =>
  missing({
    code: 'ended',
    title: 'It came, and is no longer kept',
    text: 'So many other messages came that this one had to go from memory.',
    next: 'Ask once more.',
    offers: 'retry',
  });
