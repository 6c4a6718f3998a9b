/** What the page and its worker say to each other of the node at the other end. Types only. */

/** What a session has shown of its node so far: small, and replaced as a whole. Times: milliseconds since its start. */
export interface NodeFacts {
  /** What its version message says, and ours. */
  readonly theirs?: VersionFacts;
  readonly ours?: VersionFacts;
  readonly clock?: ClockFacts;
  readonly features: FeatureFacts;
  /** BIP133: the latest one, in satoshi per 1000 virtual bytes, as a decimal. */
  readonly feeFilter?: { readonly rate: string; readonly at: number };
  readonly tip?: TipFacts;
  /** What was said to agree on how to talk, in order. */
  readonly negotiation: readonly NegotiationRow[];
  /** Further ones that are not kept. */
  readonly negotiationDropped: number;
  readonly ping: PingFacts;
  readonly addresses: AddressFacts;
  readonly relay: RelayFacts;
  /** Messages that were not looked at, because there were too many at once. */
  readonly skipped: number;
}

export interface VersionFacts {
  /** Its row among the messages. */
  readonly message: number;
  readonly at: number;
  readonly version: number;
  readonly userAgent: string;
  /** By name; a bit that has none as 'bit 28'. */
  readonly services: readonly string[];
  /** -1 where it did not say. */
  readonly height: number;
  readonly relay: boolean;
}

/** Their clock against ours, in ms: how far it is ahead, and how wrong that may be either way. */
export interface ClockFacts {
  readonly aheadMs: number;
  readonly uncertaintyMs: number;
  /** What the uncertainty counts half of, beside the second that their time is rounded down to. */
  readonly roundTripMs: number;
}

export interface FeatureFacts {
  readonly wtxidrelay: boolean;
  readonly sendaddrv2: boolean;
  readonly sendheaders: boolean;
  readonly sendcmpct: readonly { readonly version: string; readonly announce: boolean }[];
  /** BIP330: the version that it offers. */
  readonly sendtxrcncl?: number;
  /** BIP434: at most a few; `hex` is the start of the data. */
  readonly announced: readonly { readonly id: string; readonly bytes: number; readonly hex: string }[];
}

/**
 * 'version': it said so when it came; 'counted': that, and one for each block announced since; 'chain': its header
 * follows a block whose height is known; 'coinbase': the block itself says so (BIP34).
 */
export interface TipFacts {
  readonly height: number;
  readonly how: 'version' | 'counted' | 'chain' | 'coinbase';
  readonly at: number;
  /** As people write it. */
  readonly hash?: string;
  /** With 'counted': how many blocks were. */
  readonly counted: number;
}

export interface NegotiationRow {
  /** Its row among the messages. */
  readonly message: number;
  readonly at: number;
  readonly direction: 'sent' | 'received';
  readonly type: string;
  readonly says: string;
}

export interface PingFacts {
  readonly count: number;
  readonly latest?: PingSample;
  /** The shortest, and the one in the middle of those that are kept, in ms. */
  readonly least?: number;
  readonly median?: number;
}

export interface PingSample {
  /** When the answer came. */
  readonly at: number;
  readonly ms: number;
  /** The round trip to the bridge, measured just before. */
  readonly bridgeMs?: number;
}

export interface AddressFacts {
  readonly kept: number;
  /** Let go for newer ones. */
  readonly dropped: number;
  /** Messages that brought some. */
  readonly messages: number;
  readonly networks: readonly { readonly name: string; readonly count: number }[];
  /** When we asked with getaddr, and when the first answer to it came. */
  readonly askedAt?: number;
  readonly answeredAt?: number;
  /** Changes whenever the table did. */
  readonly revision: number;
}

export interface RelayFacts {
  /** Different ones. */
  readonly transactions: number;
  readonly blocks: number;
  /** Announced once more. */
  readonly again: number;
  /** Of all, those that are kept: the latest. */
  readonly kept: number;
  /** One more than the number of the latest; they count from 0. */
  readonly end: number;
}

/** Some numbers over time, each bucket `widthMs` long, the first from the start. */
export interface Buckets {
  readonly widthMs: number;
  readonly first: readonly number[];
  readonly second: readonly number[];
}

export interface NodeSeries {
  readonly pings: readonly PingSample[];
  readonly pingsDropped: number;
  /** Bytes sent and received. */
  readonly traffic: Buckets;
  /** Transactions and blocks announced. */
  readonly announced: Buckets;
  /** When this was asked. */
  readonly until: number;
}

export type AddressSort = 'heard' | 'network' | 'address' | 'port' | 'services' | 'learned';

export interface AddressQuery {
  /** By its name; empty for all. */
  readonly network: string;
  readonly sort: AddressSort;
  readonly descending: boolean;
}

export interface AddressRow {
  readonly network: string;
  /** As people write it, without its port. */
  readonly host: string;
  readonly port: number;
  readonly services: readonly string[];
  /** When the node last heard of it, by its own account: seconds since 1970. */
  readonly heard: number;
  /** How long before it told us, in seconds, by our clock; negative for a time to come. */
  readonly ageS: number;
  /** When it told us. */
  readonly learned: number;
  /** Why nobody can use it. */
  readonly unusable?: string;
}

export interface AddressPage {
  readonly from: number;
  /** That fit the query. */
  readonly total: number;
  readonly rows: readonly AddressRow[];
}

export type RelayKind = 'tx' | 'block';

export interface RelayQuery {
  readonly kind: RelayKind | 'all';
  /** Only those before this number: so that what somebody reads stays. */
  readonly before?: number;
  /** How many of the latest to pass over. */
  readonly from: number;
}

export interface RelayedRow {
  /** Counts from 0. */
  readonly number: number;
  readonly at: number;
  readonly kind: RelayKind;
  /** As people write it; of a transaction by 'wtx' its wtxid. */
  readonly hash: string;
  readonly by: readonly ('tx' | 'wtx' | 'inv' | 'headers' | 'cmpctblock')[];
}

export interface RelayPage {
  readonly from: number;
  readonly total: number;
  readonly rows: readonly RelayedRow[];
}

export type Measured = { readonly nodeMs: number; readonly bridgeMs?: number } | { readonly problem: string };

/** What may be asked of a session about its node. `nodeMeasure` and `nodeAskAddresses` need a live one. */
export interface NodeQuestions {
  nodeSeries: { asks: object; answer: NodeSeries };
  /** A page of the addresses that it told. */
  nodeAddresses: { asks: AddressQuery & { readonly from: number }; answer: AddressPage };
  /** All that fit, as comma-separated values or as HOST:PORT, one a line. */
  nodeAddressText: {
    asks: AddressQuery & { readonly as: 'csv' | 'lines' };
    answer: { readonly text: string };
  };
  nodeRelayed: { asks: RelayQuery; answer: RelayPage };
  /** Pings the bridge, then the node. */
  nodeMeasure: { asks: object; answer: Measured };
  /** Sends getaddr. What comes of it, the facts tell. */
  nodeAskAddresses: { asks: object; answer: { readonly problem?: string } };
}
