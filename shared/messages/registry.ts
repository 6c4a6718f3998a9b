import { shortMessageIds } from '../bip324/message-type.js';
import { isDecodedType } from './codecs.js';

/** What is known of a message type. */
export interface MessageInfo {
  readonly type: string;
  /** BIP324's one-byte form; undefined for types that always go in long form. */
  readonly shortId: number | undefined;
  /** Settled, still a proposal (its short id too), or no longer sent. */
  readonly status: 'settled' | 'proposed' | 'legacy';
  /** The BIP that defines it, where one does. */
  readonly bip: number | undefined;
  /** Whether it is decoded; otherwise it passes as opaque bytes. */
  readonly decoded: boolean;
  /** What it is for, in one sentence. */
  readonly purpose: string;
}

type Row = readonly [bip: number | undefined, purpose: string];

const none = undefined;

const settled: Readonly<Record<string, Row>> = {
  version: [none, 'Opens the conversation: who speaks, what they offer, and the height of their chain.'],
  verack: [none, 'Confirms the other side’s version; after both, the connection is ready.'],
  wtxidrelay: [
    339,
    'Asks, before verack, for transactions to be announced by a hash that covers their witnesses.',
  ],
  sendaddrv2: [155, 'Asks, before verack, for addresses in the form that holds Tor, I2P and CJDNS too.'],
  sendtxrcncl: [330, 'Offers, before verack, to reconcile sets of transactions instead of announcing each.'],
  sendheaders: [130, 'Asks for new blocks to be announced by their headers.'],
  sendcmpct: [152, 'Says whether and in which version new blocks may come as compact blocks.'],
  feefilter: [133, 'Asks not to be told of transactions that pay less than a fee rate.'],
  ping: [31, 'Asks whether the peer is still there; the pong must return its nonce.'],
  pong: [31, 'Answers a ping with its nonce.'],
  getaddr: [none, 'Asks for addresses of other nodes.'],
  addr: [none, 'Lists addresses of nodes, IPv4 and IPv6.'],
  addrv2: [155, 'Lists addresses of nodes on any network.'],
  inv: [none, 'Announces transactions or blocks by their hashes.'],
  getdata: [none, 'Asks for the transactions or blocks with these hashes.'],
  notfound: [none, 'Answers getdata for what the peer does not have.'],
  getheaders: [none, 'Asks for the block headers that follow the last block both sides know.'],
  headers: [none, 'Brings up to 2000 block headers.'],
  getblocks: [none, 'Asks for the hashes of the blocks that follow the last block both sides know.'],
  tx: [144, 'Brings a transaction.'],
  block: [144, 'Brings a whole block.'],
  mempool: [35, 'Asks for the hashes of the transactions that wait for a block.'],
  filterload: [37, 'Sets a Bloom filter, so that only matching transactions are sent.'],
  filteradd: [37, 'Adds an element to the Bloom filter.'],
  filterclear: [37, 'Removes the Bloom filter.'],
  merkleblock: [37, 'Brings a header with a proof of which matching transactions are in the block.'],
  cmpctblock: [152, 'Brings a block as short ids of transactions that the receiver has probably seen.'],
  getblocktxn: [152, 'Asks for the transactions of a compact block that were missing.'],
  blocktxn: [152, 'Brings the transactions of a compact block that were missing.'],
  getcfilters: [157, 'Asks for the compact filters of a range of blocks.'],
  cfilter: [157, 'Brings the compact filter of one block.'],
  getcfheaders: [157, 'Asks for the headers that chain the compact filters of a range of blocks.'],
  cfheaders: [157, 'Brings filter hashes from which the chain of filter headers follows.'],
  getcfcheckpt: [157, 'Asks for every thousandth filter header.'],
  cfcheckpt: [157, 'Brings every thousandth filter header.'],
};

const proposed: Readonly<Record<string, Row>> = {
  uproof: [183, 'Brings a Utreexo proof of a block’s inputs.'],
  getuproof: [183, 'Asks for a Utreexo proof of a block’s inputs.'],
  uttls: [183, 'Brings how long the outputs of blocks stay unspent, for Utreexo caches.'],
  getuttls: [183, 'Asks how long the outputs of blocks stay unspent.'],
  usummary: [183, 'Brings a summary of the Utreexo leaves that a block touches.'],
  utreexotx: [183, 'Brings a transaction with the Utreexo proof of its inputs.'],
  uroot: [183, 'Brings the roots of the Utreexo accumulator at a block.'],
  geturoot: [183, 'Asks for the roots of the Utreexo accumulator at a block.'],
  feature: [434, 'Names, between version and verack, a feature that the sender supports.'],
  sendpackages: [331, 'Says which kinds of transaction packages the sender understands.'],
  ancpkginfo: [331, 'Lists the unconfirmed ancestors of a transaction.'],
  getpkgtxns: [331, 'Asks for several transactions to be judged as one package.'],
  pkgtxns: [331, 'Brings several transactions to be judged as one package.'],
  reqrecon: [330, 'Starts a reconciliation of the transactions both sides would announce.'],
  sketch: [330, 'Brings a sketch of a set of transactions, from which the differences can be computed.'],
  reqsketchext: [330, 'Asks for a longer sketch when the first one was too small.'],
  reconcildiff: [330, 'Ends a reconciliation and asks for the transactions that were missing.'],
};

const legacy: Readonly<Record<string, Row>> = {
  reject: [61, 'Told why a message was refused; nodes no longer send it.'],
  alert: [none, 'Carried signed warnings to all users; retired, and its key is public.'],
};

const shortIds = new Map<string, number>(Object.entries(shortMessageIds));

function rows(status: MessageInfo['status'], table: Readonly<Record<string, Row>>): [string, MessageInfo][] {
  return Object.entries(table).map(([type, [bip, purpose]]) => [
    type,
    { type, shortId: shortIds.get(type), status, bip, decoded: isDecodedType(type), purpose },
  ]);
}

/** Every message type that has a name here, in the order people meet them. */
export const messageRegistry: ReadonlyMap<string, MessageInfo> = new Map([
  ...rows('settled', settled),
  ...rows('proposed', proposed),
  ...rows('legacy', legacy),
]);
