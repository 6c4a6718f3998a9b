import { decodeFilter, filterHash, FilterError } from '../../../shared/chain/index.js';
import type { Hashes } from '../../../shared/hashes.js';
import { encodeTransaction, hashToString } from '../../../shared/messages/index.js';
import type { Network } from '../../../shared/networks.js';
import type { Peer } from '../../../shared/peer/index.js';
import { Asker, filterCheck } from './asker.js';
import { SessionChain } from './chain.js';
import { hashOf, headerView, heightOf } from './header-view.js';
import { Library } from './library.js';
import { LookBack } from './look-back.js';
import { aboveTip, badRequest, letGo, missing, notInSession } from './missing.js';
import type { OpenedBlock } from './opened-block.js';
import type {
  BlockView,
  ChainFacts,
  CompactView,
  ExploreQuestion,
  ExploreQuestions,
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
  /** The worker's engine. */
  readonly hashes: Hashes;
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
  readonly #lookBack: LookBack;
  #stopped = false;

  constructor(source: ExploreSource) {
    this.#source = source;
    this.#chain = new SessionChain(source.network, source.hashes, source.tell);
    this.#library = new Library(source, this.#chain);
    this.#asker = new Asker(source, this.#chain, this.#library);
    this.#lookBack = new LookBack(this.#chain.headers, this.#library, this.#asker);
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
        return this.#block(question, signal);
      case 'exploreBlockPage':
        return this.#page(question.hash, question.from, question.count);
      case 'exploreTransaction':
        return this.#transaction(question.id, signal);
      case 'exploreParents':
        return this.#lookBack.askForParents(question.id, signal);
      case 'exploreInto':
        return this.#lookBack.into(question.id, question.sought, question.height, signal);
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
    return { network: this.#source.network, spent: this.#library.spending() };
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
    // Outside of the chain a block tells its height by itself (BIP34), if it is here.
    const own = view.height ?? this.#library.opened(view.hash)?.coinbaseHeight;
    return own === undefined ? view : { ...view, height: own };
  }

  async #block(
    { hash, anyway = false, how }: ExploreQuestions['exploreBlock']['asks'],
    signal: AbortSignal,
  ): Promise<BlockView | CompactView | Missing> {
    if (hashOf(hash) === undefined) return badRequest();
    const here = await this.#library.block(hash);
    if (here) return blockView(here);
    const compact = how === 'whole' ? undefined : await this.#library.compact(hash);
    if (compact && how !== 'missing') return compact.view;
    const none = await (compact && compact.missing.length > 0
      ? this.#asker.blockTransactions(hash, compact.missing, signal)
      : this.#asker.block(hash, anyway, signal));
    if (none) return none;
    await this.#library.catchUp();
    const block = await this.#library.block(hash);
    return block ? blockView(block) : ((await this.#library.compact(hash))?.view ?? letGo());
  }

  #page(hash: string, from: number, count: number): TransactionRow[] | undefined {
    const opened = this.#library.opened(hash);
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
    // Where a search found the block that holds it, that is had; the node has no other look-up.
    const block = this.#library.found.blockOf(id);
    const none = await (block === undefined
      ? this.#asker.transaction(id, signal)
      : this.#library.block(block).then((at) => (at ? undefined : this.#asker.block(block, false, signal))));
    if (none) return none;
    await this.#library.catchUp();
    if (block !== undefined) await this.#library.block(block);
    return this.#view(id) ?? letGo();
  }

  #view(id: string): TransactionView | undefined {
    const transaction = this.#library.transaction(id);
    if (transaction === undefined) return undefined;
    const held = this.#library.blockHolding(id);
    const announced = this.#library.announced(id);
    const message = held?.block.message ?? announced?.here?.message;
    const view = transactionView(transaction, this.#context);
    const block = this.#placeOf(held?.block.hash ?? this.#library.found.blockOf(view.txid));
    const { height } = this.#chain.headers;
    return {
      ...view,
      ...(announced && { first: announced.first }),
      ...(block && { block: { ...block, ...(held && { index: held.index }) } }),
      ...(message !== undefined && { message }),
      // What it spends stands below it.
      tip: height,
      below: block?.stands === 'chain' ? block.height : height,
    };
  }

  /** Where a block stands in the chain. */
  #placeOf(hash: string | undefined): Omit<NonNullable<TransactionView['block']>, 'index'> | undefined {
    if (hash === undefined) return undefined;
    const { headers } = this.#chain;
    const [inChain, known] = [headers.heightOf(hashOf(hash)!), headers.knownHeightOf(hashOf(hash)!)];
    const height = known ?? this.#library.opened(hash)?.coinbaseHeight;
    return {
      hash,
      stands: inChain !== undefined ? 'chain' : known !== undefined ? 'branch' : 'unknown',
      ...(height !== undefined && { height }),
      ...(inChain !== undefined && { confirmations: headers.height - inChain + 1 }),
    };
  }

  async #raw(of: 'block' | 'transaction', id: string): Promise<Uint8Array | undefined> {
    if (of === 'block') return (await this.#library.block(id))?.bytes.slice();
    const transaction = this.#library.transaction(id);
    return transaction && encodeTransaction(transaction);
  }

  async #filter(hash: string, signal: AbortSignal): Promise<FilterView | Missing> {
    if (hashOf(hash) === undefined) return badRequest();
    const filter = await this.#asker.filter(hash, signal);
    if ('kind' in filter) return filter;
    const block = this.#library.opened(hash);
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
  const { hash, bytes, weight, value, coinbaseHeight, txids, merkleRoot, witness, message, block, composed } =
    opened;
  const reward = block.transactions[0]?.outputs.reduce((sum, output) => sum + output.value, 0n) ?? 0n;
  return {
    kind: 'block',
    ...{ hash, weight, value, reward, merkleRoot, witness, message },
    transactions: txids.length,
    size: bytes.length,
    ...(coinbaseHeight !== undefined && { coinbaseHeight }),
    ...(composed && { composed }),
  };
}
