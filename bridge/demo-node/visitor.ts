import { type Socket } from 'node:net';
import { V2Transport } from '../../shared/bip324/index.js';
import { type Engine } from '../../shared/engine/index.js';
import {
  compactBlockOf,
  inventoryTypes,
  serviceBits,
  type DecodedType,
  type KnownMessage,
  type MessageMap,
} from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';
import {
  Peer,
  V1Transport,
  type BulkType,
  type Clock,
  type PeerEvent,
  type PeerMessage,
} from '../../shared/peer/index.js';
import { randomBelow, type RandomSource } from '../../shared/random.js';
import { duplexOfSocket } from '../tcp.js';
import { packageVersion } from '../version.js';
import { blockOf } from './chain.js';
import { type Ledger } from './ledger.js';
import { type MempoolEntry } from './mempool.js';
import { paced, type PacedDuplex } from './pacing.js';
import { serveAddresses } from './serve-addresses.js';
import { BloomService } from './serve-bloom.js';
import { randomU64, serveData, serveMissing } from './serve-data.js';
import { serveFilterCheckpoints, serveFilterHeaders, serveFilters } from './serve-filters.js';
import { BlockHashes, serveHeaders } from './serve-headers.js';
import { announceTransaction, serveMempool } from './serve-mempool.js';
import { type Visit } from './visit.js';

const network = networks.regtest;
const { NETWORK, BLOOM, WITNESS, COMPACT_FILTERS, P2P_V2 } = serviceBits;
const SERVICES = NETWORK | BLOOM | WITNESS | COMPACT_FILTERS | P2P_V2;
/** BIP14, with a comment. */
const DEMO_USER_AGENT = `/Peerglass:${packageVersion()}(demo)/`;
/** Satoshi per 1000 virtual bytes: a node's default. */
const FEE_RATE = 1000n;
/** Often, so that a page has something to show. */
const PING_INTERVAL_MS = 20_000;
const PING_TIMEOUT_MS = 60_000;
/** Whoever asks and does not read keeps its slot no longer. */
const STALL_MS = 60_000;
/** Whoever has more than this unread gets no further answer until some of it is read; nor news. */
const MAX_UNREAD = 65_536;
/** Questions that wait for their turn; while there are more, nothing is read. */
const MAX_WAITING = { messages: 32, bytes: 65_536 };
/** What a node takes from others, up to 4 MB each, and this one does not: it has all it needs. */
const UNUSED = new Set<BulkType>([
  'tx',
  'block',
  'cmpctblock',
  'blocktxn',
  'merkleblock',
  'cfilter',
  'cfheaders',
  'cfcheckpt',
]);
/** BIP152: the version of compact blocks that everybody speaks, with wtxids. */
const COMPACT_VERSION = 2n;
/** A node announces more blocks at once than this by the hash of the last. */
const MAX_HEADERS_TO_ANNOUNCE = 8;
const MAX_DECOYS = 3;
const MAX_DECOY_LENGTH = 100;

export interface VisitorOptions {
  ledger: Ledger;
  clock: Clock;
  random: RandomSource;
  engine: Engine;
}

/** One connection to the demo node, served as a real node would: one question after the other. */
export class Visitor {
  readonly #peer: Peer;
  readonly #ledger: Ledger;
  readonly #random: RandomSource;
  readonly #paced: PacedDuplex;
  readonly #visit: Visit;
  readonly #blockHashes: BlockHashes;
  readonly #bloom: BloomService;
  /** The height up to which the visitor has heard of blocks. */
  #announced = 0;
  #highBandwidth = false;
  #gotAddresses = false;

  constructor(socket: Socket, { ledger, clock, random, engine }: VisitorOptions) {
    this.#ledger = ledger;
    this.#random = random;
    this.#paced = paced(duplexOfSocket(socket));
    const decoys = Array.from({ length: 1 + randomBelow(MAX_DECOYS, random) }, () => this.#decoyLength());
    const peer = new Peer({
      role: 'responder',
      transport: V2Transport.responder({ network, decoys, random, engine }),
      acceptV1: () => V1Transport.responder({ network }),
      duplex: this.#paced.duplex,
      clock,
      random,
      hashes: engine,
      version: {
        services: SERVICES,
        userAgent: DEMO_USER_AGENT,
        startHeight: ledger.chain.height,
        relay: true,
      },
      timeouts: { pingIntervalMs: PING_INTERVAL_MS, pingTimeoutMs: PING_TIMEOUT_MS, stallMs: STALL_MS },
      // In turn: a pong tells that what was asked before has been answered.
      pong: 'by-caller',
      inbox: MAX_WAITING,
      opaque: UNUSED,
      onEvent: (event) => this.#onEvent(event),
    });
    this.#peer = peer;
    this.#visit = {
      ledger,
      clock,
      random,
      get wantsAddrV2() {
        return peer.features.sendaddrv2;
      },
      get wantsWtxids() {
        return peer.features.wtxidrelay;
      },
      wantsFeeRate: (feeRate) => feeRate >= (peer.features.feefilter ?? 0n),
      send: (type, value) => this.#send(type, value),
      sendBytes: (type, payload) => this.#ifOpen(() => peer.sendRaw(type, payload)),
      room: () => this.#room(),
      disconnect: (reason) => peer.close(reason),
    };
    this.#blockHashes = new BlockHashes(this.#visit);
    this.#bloom = new BloomService(this.#visit);
    void this.#serve();
  }

  close(reason: string): void {
    this.#peer.close(reason);
  }

  /** Tells of a transaction, unless the visitor said that it wants none, or not this one (BIP37), or none so cheap (BIP133). */
  announceTransaction(entry: MempoolEntry): void {
    const wanted = Boolean(this.#peer.theirVersion?.relay) || this.#bloom.wantsTransactions;
    if (this.#listens && wanted) announceTransaction(this.#visit, this.#bloom, entry);
  }

  /**
   * Tells of the blocks that the visitor has not heard of: as a compact block to those who asked for that (BIP152,
   * high bandwidth), by `headers` to those who asked for that (BIP130), else by `inv`.
   */
  announceBlocks(): void {
    if (!this.#listens) return;
    const { chain } = this.#ledger;
    const count = chain.height - this.#announced;
    if (count === 0) return;
    const { tip } = chain;
    if (count === 1 && this.#highBandwidth) {
      this.#send('cmpctblock', compactBlockOf(blockOf(tip), randomU64(this.#random)));
    } else if (count <= MAX_HEADERS_TO_ANNOUNCE && this.#peer.features.sendheaders) {
      const blocks = Array.from({ length: count }, (_, i) => chain.at(this.#announced + 1 + i)!);
      this.#send('headers', { headers: blocks.map(({ header }) => header) });
    } else {
      this.#send('inv', { inventory: [{ type: inventoryTypes.block, hash: tip.hash }] });
    }
    this.#announced = chain.height;
  }

  sendDecoy(): void {
    // v1 has none.
    if (this.#listens && this.#peer.protocol === 'v2') this.#peer.sendDecoy(this.#decoyLength());
  }

  get #listens(): boolean {
    return this.#peer.state === 'ready' && this.#peer.pendingOutput < MAX_UNREAD;
  }

  #decoyLength(): number {
    return randomBelow(MAX_DECOY_LENGTH, this.#random);
  }

  #send<T extends DecodedType>(type: T, value: MessageMap[T]): void {
    this.#ifOpen(() => this.#peer.send(type, value));
  }

  /** The visit may end while an answer is on its way. */
  #ifOpen(send: () => void): void {
    if (this.#peer.state === 'ready') send();
  }

  async #room(): Promise<boolean> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#peer.state === 'ready' && this.#peer.pendingOutput > MAX_UNREAD) await this.#paced.written();
    return this.#peer.state === 'ready';
  }

  #onEvent(event: PeerEvent): void {
    if (event.type === 'state' && event.state === 'ready') this.#greet();
    if (event.type === 'end') this.#paced.end();
  }

  /** What a real node says after verack, in its order. */
  #greet(): void {
    this.#announced = this.#ledger.chain.height;
    this.#peer.send('sendcmpct', { announce: false, version: COMPACT_VERSION });
    this.#peer.ping().catch(() => {});
    this.#peer.send('feefilter', { feeRate: FEE_RATE });
  }

  async #serve(): Promise<void> {
    try {
      let greeted = false;
      for await (const message of this.#peer) {
        // What came before verack is ignored, also if it is looked at later.
        if (greeted) await this.#answer(message);
        else greeted = message.type === 'verack';
      }
    } catch (error) {
      // One visitor's trouble ends that visit, not the node.
      this.#peer.close(error instanceof Error ? error.message : 'internal error');
    }
  }

  async #answer(message: PeerMessage): Promise<void> {
    if (message.kind === 'decoded' && (await this.#visit.room())) await this.#answerTo(message);
  }

  /**
   * Everything else is taken without an answer. That includes transactions: a node takes into its mempool only what
   * it has validated, and there is no script interpreter here.
   */
  async #answerTo({ type, value }: KnownMessage): Promise<void> {
    const visit = this.#visit;
    switch (type) {
      case 'ping':
        return this.#send('pong', value);
      case 'getheaders':
        return serveHeaders(visit, value);
      case 'getblocks':
        return this.#blockHashes.serve(value);
      case 'getdata':
        return serveData(visit, value.inventory, this.#bloom, (hash) => this.#blockHashes.sent(hash));
      case 'getblocktxn':
        return serveMissing(visit, value);
      case 'getcfilters':
        return serveFilters(visit, value);
      case 'getcfheaders':
        return serveFilterHeaders(visit, value);
      case 'getcfcheckpt':
        return serveFilterCheckpoints(visit, value);
      case 'mempool':
        return serveMempool(visit, this.#bloom);
      case 'filterload':
        return this.#bloom.load(value);
      case 'filteradd':
        return this.#bloom.add(value);
      case 'filterclear':
        return this.#bloom.clear();
      case 'sendcmpct':
        if (value.version === COMPACT_VERSION) this.#highBandwidth = Boolean(value.announce);
        return;
      case 'getaddr':
        // Once, as a node: asking again would tell what is new to it.
        if (!this.#gotAddresses) serveAddresses(visit);
        this.#gotAddresses = true;
    }
  }
}
