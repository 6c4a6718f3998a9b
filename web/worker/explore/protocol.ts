/**
 * What the Explorer asks its worker. Types only. Hashes are text, as people write them; amounts are satoshi, times
 * seconds since 1970.
 */

export interface ExploreQuestions {
  /**
   * 'open': the Explorer was opened in this session, and from now on the chain of a live node is synced and followed,
   * unless a person stopped that; 'start': a person wants it again; 'stop': no more.
   */
  exploreChain: { asks: { readonly sync: 'open' | 'start' | 'stop' }; answer: ChainFacts };
  /** Headers of the chain from a height up, at most 200. */
  exploreHeaders: { asks: { readonly from: number; readonly count: number }; answer: readonly HeaderRow[] };
  /** What is known here without asking the node. @param at a height, or a hash */
  exploreHeader: { asks: { readonly at: string }; answer: HeaderView | Missing };
  /**
   * The whole block: the node is asked where it is not here. `anyway`: even where that may end the session. Of one that
   * came compact and is not complete, only once somebody wants 'missing' (BIP152), or all of it anew, 'whole'.
   */
  exploreBlock: {
    asks: { readonly hash: string; readonly anyway?: boolean; readonly how?: 'missing' | 'whole' };
    answer: BlockView | CompactView | Missing;
  };
  /** A page of the transactions of a block that is here, at most 100. */
  exploreBlockPage: {
    asks: { readonly hash: string; readonly from: number; readonly count: number };
    answer: readonly TransactionRow[];
  };
  /** By txid or wtxid: the node is asked where it is not here. */
  exploreTransaction: { asks: { readonly id: string }; answer: TransactionView | Missing };
  /** The node is asked for the transactions that one which is here spends from. */
  exploreParents: { asks: { readonly id: string }; answer: AskedFor | Missing };
  /** One block of the chain, asked for where it is not here, is looked into for these, or for the transaction. */
  exploreInto: {
    asks: { readonly id: string; readonly sought: 'parents' | 'itself'; readonly height: number };
    answer: LookedInto | Missing;
  };
  /** More inputs or outputs of a transaction that is here, at most 100. */
  exploreSide: {
    asks: { readonly id: string; readonly side: Side; readonly from: number };
    answer: readonly InputView[] | readonly OutputView[];
  };
  /** The bytes of what is here. */
  exploreRaw: { asks: { readonly of: 'block' | 'transaction'; readonly id: string }; answer: Uint8Array };
  /** BIP157: the node is asked for the block's filter. */
  exploreFilter: { asks: { readonly hash: string }; answer: FilterView | Missing };
  /** The latest of what was announced or crossed in this session. */
  exploreSeen: { asks: { readonly most: number }; answer: SeenView };
  /** Whether 64 hex digits are a block or a transaction, as far as that can be told; a node is asked shortly. */
  exploreFind: { asks: { readonly hash: string }; answer: { readonly is: 'block' | 'transaction' } };
}

export type ExploreQuestion = {
  [Q in keyof ExploreQuestions]: { readonly about: Q } & ExploreQuestions[Q]['asks'];
}[keyof ExploreQuestions];

export type Side = 'inputs' | 'outputs';

/** The chain of headers of one session, as it stands in this tab. */
export interface ChainFacts {
  /** Counts its changes: what was read of the chain before may be another now. */
  readonly revision: number;
  readonly height: number;
  readonly tip: string;
  /** Of the tip's header. */
  readonly tipTime: number;
  /** Bytes that it takes. */
  readonly memory: number;
  readonly sync: ChainSyncState;
  /** The tip when it last changed after the first sync. */
  readonly news?: { readonly height: number; readonly hash: string; readonly removed: number };
}

export type ChainSyncState =
  /** No live node: a recording, or a session that has ended. The headers that crossed are here. */
  | { readonly state: 'session' }
  /** `of`: how high the node says that its chain is. */
  | { readonly state: 'syncing'; readonly of: number }
  /** At the node’s tip; new blocks follow. */
  | { readonly state: 'synced' }
  /** By a person. */
  | { readonly state: 'stopped' }
  | { readonly state: 'failed'; readonly message: string; readonly hint: string };

/** Why there is no answer, for people. */
export interface Missing {
  readonly kind: 'missing';
  readonly code:
    | 'bad-request'
    | 'above-tip'
    | 'not-synced'
    | 'not-in-session'
    | 'silent'
    | 'not-found'
    | 'may-disconnect'
    | 'no-filters'
    | 'off-chain'
    | 'invalid'
    | 'ended';
  readonly title: string;
  /** The likely reason. */
  readonly text: string;
  /** What to do next. */
  readonly next: string;
  /** What a button may do about it. */
  readonly offers?: 'retry' | 'anyway';
}

export interface HeaderRow {
  readonly height: number;
  readonly hash: string;
  readonly time: number;
  /** Of a block that was here. */
  readonly size?: number;
  readonly transactions?: number;
}

export interface HeaderView {
  readonly kind: 'header';
  readonly hash: string;
  /** Undefined where neither the chain nor the coinbase tells. */
  readonly height?: number;
  /** 'chain': in the chain with the most work; 'branch': beside it; 'unknown': what it builds on is not here. */
  readonly stands: 'chain' | 'branch' | 'unknown';
  readonly confirmations?: number;
  readonly previous?: string;
  readonly next?: string;
  readonly version: number;
  readonly merkleRoot: string;
  readonly time: number;
  readonly bits: number;
  readonly nonce: number;
  readonly difficulty?: number;
  readonly work: Check;
  /** 80 bytes. */
  readonly hex: string;
}

/** Something that this tab has verified by itself. */
export interface Check {
  readonly outcome: 'holds' | 'fails' | 'none';
  readonly says: string;
}

export interface BlockView {
  readonly kind: 'block';
  readonly hash: string;
  readonly transactions: number;
  readonly size: number;
  readonly weight: number;
  /** Of all outputs together. */
  readonly value: bigint;
  /** What the coinbase pays out: new coins and fees. */
  readonly reward: bigint;
  /** BIP34 */
  readonly coinbaseHeight?: number;
  readonly composed?: Composition;
  readonly merkleRoot: Check;
  readonly witness: Check;
  /** The row among the messages. */
  readonly message?: number;
}

/** What a block that came compact was put together from (BIP152). */
export interface Composition {
  readonly shortIds: number;
  readonly prefilled: number;
}

/** A compact block of which transactions are not here. */
export interface CompactView extends Composition {
  readonly kind: 'compact';
  readonly hash: string;
  /** Short ids whose transactions this session knows. */
  readonly known: number;
  /** Why it can only be had whole. */
  readonly problem?: string;
  readonly message: number;
}

/** @see ExploreQuestions */
export interface AskedFor {
  readonly kind: 'asked';
  readonly asked: number;
  /** Those that are still not here. */
  readonly left: number;
}

export interface LookedInto {
  readonly kind: 'looked';
  readonly height: number;
  /** Of the block, in bytes. */
  readonly size: number;
  /** What is still sought. */
  readonly left: number;
}

export interface TransactionRow {
  readonly index: number;
  readonly txid: string;
  readonly coinbase: boolean;
  readonly inputs: number;
  readonly outputs: number;
  readonly value: bigint;
  readonly vsize: number;
  /** Of its outputs, the first few. */
  readonly to: readonly { readonly name: string; readonly value: bigint }[];
}

export interface TransactionView {
  readonly kind: 'transaction';
  readonly txid: string;
  readonly wtxid: string;
  readonly coinbase: boolean;
  readonly version: number;
  readonly size: number;
  readonly vsize: number;
  readonly weight: number;
  readonly lockTime: string;
  readonly replaceable: boolean;
  readonly value: bigint;
  /** Where every output that it spends is here. */
  readonly fee?: { readonly fee: bigint; readonly rate: number };
  /** How many of the inputs that were looked at have what they spend here. */
  readonly spent: { readonly known: number; readonly of: number };
  /** When it first crossed or was announced by itself, in ms since the session's start, and by whom. */
  readonly first?: { readonly at: number; readonly direction: 'sent' | 'received' };
  /** The block that holds it, where that was here. */
  readonly block?: {
    readonly hash: string;
    readonly stands: HeaderView['stands'];
    readonly height?: number;
    readonly confirmations?: number;
    readonly index?: number;
  };
  /** The chain's height, and from where down what it spends is to be found. */
  readonly tip: number;
  readonly below: number | undefined;
  readonly counts: { readonly [S in Side]: number };
  /** The first of each. */
  readonly inputs: readonly InputView[];
  readonly outputs: readonly OutputView[];
  readonly message?: number;
}

/** Bytes that may be many: as hex, cut where they are too many to show. */
export interface HexView {
  readonly hex: string;
  readonly bytes: number;
}

export interface InputView {
  readonly index: number;
  /** Undefined in a coinbase, which spends nothing. */
  readonly outpoint?: { readonly txid: string; readonly vout: number };
  readonly sequence: number;
  readonly sequenceSays: string;
  readonly script: HexView & { readonly asm: string };
  readonly witness: readonly HexView[];
  /** How many more items its witness has. */
  readonly moreWitness: number;
  /** What it spends, where that is here. */
  readonly spends?: { readonly value: bigint; readonly name: string };
}

export interface OutputView {
  readonly index: number;
  readonly value: bigint;
  /** As in shared/script. */
  readonly type: string;
  /** The same in Bitcoin Core's words. */
  readonly coreType: string;
  readonly address?: string;
  readonly script: HexView & { readonly asm: string };
}

export interface FilterView {
  readonly kind: 'filter';
  readonly filter: HexView;
  readonly elements: number;
  readonly hash: string;
  /** Whether it matches what the block pays to; undefined where the block is not here. */
  readonly check?: Check;
}

export interface SeenView {
  readonly transactions: readonly SeenTransaction[];
  readonly totalTransactions: number;
  readonly blocks: readonly HeaderRowSeen[];
  readonly totalBlocks: number;
}

export interface SeenTransaction {
  /** The txid; of one that was only announced, what it was announced by. */
  readonly id: string;
  readonly by: 'txid' | 'wtxid';
  /** Of one that is here. */
  readonly value?: bigint;
  readonly vsize?: number;
}

/** A block that was announced, or crossed, whole or as its header. */
export interface HeaderRowSeen {
  /** It stands beside the chain. */
  readonly aside?: true;
  readonly compact?: Composition;
  readonly hash: string;
  readonly height?: number;
  readonly time?: number;
  readonly size?: number;
  readonly transactions?: number;
}
