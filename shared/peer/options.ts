import { type UnsentMessage } from '../bip324/events.js';
import { type Duplex } from '../duplex.js';
import { type Hashes } from '../hashes.js';
import { type DecodedType, type Feature } from '../messages/index.js';
import { type RandomSource } from '../random.js';
import { type Transport } from '../transport.js';
import { type Clock } from './clock.js';
import { type PeerEvent } from './events.js';
import { type InboxMark } from './inbox.js';
import { type decodeLeniently } from './lenient.js';
import { type LocalVersion } from './local-version.js';

export interface PeerOptions {
  role: 'initiator' | 'responder';
  transport: PeerTransport;
  /**
   * To a v2 responder: makes the transport that takes over when a peer speaks v1, unencrypted. Without it such a
   * peer ends the session with 'peer-speaks-v1'.
   */
  acceptV1?: () => PeerTransport;
  duplex: Duplex;
  clock: Clock;
  /** For nonces; the platform's by default. */
  random?: RandomSource;
  /** What our version message says. */
  version?: LocalVersion;
  /** BIP434: features to announce to peers that know them; none by default. */
  features?: readonly Feature[];
  timeouts?: Partial<PeerTimeouts>;
  /** Who answers pings: the session, at once (default), or the caller, after what was asked before. */
  pong?: 'at-once' | 'by-caller';
  inbox?: Partial<InboxMark>;
  /** Hashes headers and merkle trees: an engine may be faster than the default. */
  hashes?: Hashes;
  /** Types that the caller has no use for: their messages are 'opaque', so that large ones cost no decoding. */
  opaque?: ReadonlySet<BulkType>;
  /**
   * What a received payload says, where the caller has decoded it already (its transport's observer hears of it first);
   * undefined lets the peer decode it.
   */
  decoded?: (type: string, payload: Uint8Array) => ReturnType<typeof decodeLeniently> | undefined;
  /** Called for each event, in order, while the session runs: it must not throw. */
  onEvent?: (event: PeerEvent) => void;
  /** Closes the session. */
  signal?: AbortSignal;
}

/** Types of messages that a session passes on without looking at them. */
export type BulkType = Extract<
  DecodedType,
  'tx' | 'block' | 'cmpctblock' | 'blocktxn' | 'merkleblock' | 'cfilter' | 'cfheaders' | 'cfcheckpt'
>;

/** Packets are v2's alone, decoys among them, and so is what it leaves to a transport that takes over. */
export type PeerTransport = Transport & {
  sendDecoy?(length: number): void;
  sendContents?(contents: Uint8Array): void;
  readonly unsent?: readonly UnsentMessage[];
};

/** Milliseconds; Infinity for never. */
export interface PeerTimeouts {
  /** From the start until `ready`, all in. 60 s, as a real node's. */
  handshakeMs: number;
  /** How long after an answered ping the next one goes out. */
  pingIntervalMs: number;
  /** A keep-alive ping without an answer for this long fails the session. */
  pingTimeoutMs: number;
  /** The peer takes none of our bytes for this long. 20 minutes, as a real node's. */
  stallMs: number;
  /** How long a request waits for its answer by default. */
  requestMs: number;
}

export const defaultTimeouts: PeerTimeouts = {
  handshakeMs: 60_000,
  pingIntervalMs: 120_000,
  pingTimeoutMs: 120_000,
  stallMs: 1_200_000,
  requestMs: 30_000,
};

export const defaultMark: InboxMark = { messages: 256, bytes: 1 << 20 };
