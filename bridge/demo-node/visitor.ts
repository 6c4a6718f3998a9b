import { type Socket } from 'node:net';
import { V2Transport } from '../../shared/bip324/index.js';
import { inventoryTypes } from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';
import { Peer, type Clock, type PeerEvent, type PeerMessage } from '../../shared/peer/index.js';
import { randomBelow, type RandomSource } from '../../shared/random.js';
import { duplexOfSocket } from '../tcp.js';
import { type Chain, type ChainBlock } from './chain.js';

/** BIP324. Nothing else is claimed, since headers are all that is served. */
const NODE_P2P_V2 = 1n << 11n;
/** BIP14, with a comment. */
const DEMO_USER_AGENT = '/Peerglass:0.1.0(demo)/';
/** Satoshi per 1000 virtual bytes: a node's default. */
const FEE_RATE = 1000n;
/** Often, so that a page has something to show. */
const PING_INTERVAL_MS = 20_000;
const PING_TIMEOUT_MS = 60_000;
/** Whoever has more than this unread hears of nothing new. */
const MAX_UNREAD = 65_536;
const MAX_DECOYS = 3;
const MAX_DECOY_LENGTH = 100;

export interface VisitorOptions {
  chain: Chain;
  clock: Clock;
  random: RandomSource;
}

/** One connection to the demo node, served as a real node would. */
export class Visitor {
  /** Settles when the session is over. */
  readonly ended: Promise<unknown>;
  readonly #peer: Peer;
  readonly #chain: Chain;
  readonly #random: RandomSource;

  constructor(socket: Socket, { chain, clock, random }: VisitorOptions) {
    this.#chain = chain;
    this.#random = random;
    const decoys = Array.from({ length: 1 + randomBelow(MAX_DECOYS, random) }, () => this.#decoyLength());
    this.#peer = new Peer({
      role: 'responder',
      transport: V2Transport.responder({ network: networks.regtest, decoys, random }),
      duplex: duplexOfSocket(socket),
      clock,
      random,
      version: { services: NODE_P2P_V2, userAgent: DEMO_USER_AGENT, startHeight: chain.height, relay: true },
      timeouts: { pingIntervalMs: PING_INTERVAL_MS, pingTimeoutMs: PING_TIMEOUT_MS },
      onEvent: (event) => this.#onEvent(event),
    });
    this.ended = this.#peer.ended;
  }

  close(reason: string): void {
    this.#peer.close(reason);
  }

  /** Tells of a transaction that nobody has seen; whoever asks for it gets `notfound`. @param id 32 bytes */
  announceTransaction(id: Uint8Array): void {
    if (!this.#listens) return;
    const type = this.#peer.features.wtxidrelay ? inventoryTypes.wtx : inventoryTypes.tx;
    this.#peer.send('inv', { inventory: [{ type, hash: id }] });
  }

  /** By `headers` to those who asked for that, else by `inv` (BIP130). */
  announceBlock({ hash, header }: ChainBlock): void {
    if (!this.#listens) return;
    if (this.#peer.features.sendheaders) this.#peer.send('headers', { headers: [header] });
    else this.#peer.send('inv', { inventory: [{ type: inventoryTypes.block, hash }] });
  }

  sendDecoy(): void {
    if (this.#listens) this.#peer.sendDecoy(this.#decoyLength());
  }

  get #listens(): boolean {
    return this.#peer.state === 'ready' && this.#peer.pendingOutput < MAX_UNREAD;
  }

  #decoyLength(): number {
    return randomBelow(MAX_DECOY_LENGTH, this.#random);
  }

  #onEvent(event: PeerEvent): void {
    try {
      if (event.type === 'state' && event.state === 'ready') this.#greet();
      if (event.type === 'message' && event.direction === 'received') this.#answer(event.message);
    } catch (error) {
      // One visitor's trouble ends that visit, not the node.
      this.#peer.close(error instanceof Error ? error.message : 'internal error');
    }
  }

  /** What a real node says after verack, in its order. */
  #greet(): void {
    this.#peer.send('sendcmpct', { announce: false, version: 2n });
    this.#peer.ping().catch(() => {});
    this.#peer.send('feefilter', { feeRate: FEE_RATE });
  }

  #answer(message: PeerMessage): void {
    if (message.kind !== 'decoded' || this.#peer.state !== 'ready') return;
    if (message.type === 'getheaders') {
      this.#peer.send('headers', { headers: this.#chain.headersAfter(message.value) });
    } else if (message.type === 'getdata') {
      this.#peer.send('notfound', message.value);
    }
  }
}
