import { type HeaderError } from '../chain/header-error.js';
import { type DecodeError, hashToString, type ServiceName } from '../messages/index.js';
import { type TransportError } from '../transport.js';

/** What ended a session, or made one request fail. A value, told apart by `code`. */
export type PeerError = {
  /** What happened, one sentence. */
  readonly message: string;
  /** What a person can do about it. */
  readonly hint: string;
} & (
  | {
      readonly code:
        /** The peer closed and sent no byte at all: the one cue that it may speak only v1. */
        | 'closed-before-any-byte'
        | 'timed-out-without-bytes'
        | 'closed-while-negotiating'
        | 'ping-timed-out'
        /** It took none of our bytes for too long. */
        | 'stalled'
        /** A call came before `ready`. */
        | 'not-ready'
        /** A call came after the end, or the end came before the answer. */
        | 'session-ended'
        | 'aborted'
        /** The transport has no decoys (v1). */
        | 'no-decoys'
        /** The transport has no packets whose contents could be chosen (v1). */
        | 'no-packets'
        /** It closed before any byte, though its service bits say v2: v1 was not tried. */
        | 'downgrade-refused';
    }
  | { readonly code: 'timed-out-handshaking'; readonly bytesReceived: number }
  | { readonly code: 'timed-out-negotiating'; readonly awaiting: 'version' | 'verack' }
  | { readonly code: 'transport'; readonly error: TransportError }
  /** The duplex failed: `cause` is what it failed with. */
  | { readonly code: 'connection-lost'; readonly cause: unknown }
  /** A fault of ours: `cause` is what was thrown. */
  | { readonly code: 'internal'; readonly cause: unknown }
  /** To our responder. `buffered`: everything the peer sent. */
  | { readonly code: 'peer-speaks-v1'; readonly buffered: Uint8Array }
  | { readonly code: 'obsolete-version'; readonly version: number }
  | { readonly code: 'negotiation-after-verack'; readonly type: string }
  /** A message has more entries, or bytes, than the protocol allows; see `misconduct`. */
  | { readonly code: 'limit-exceeded'; readonly type: string; readonly error: DecodeError }
  /** A header claims work that its hash does not show. `index` in its message; `hash`: 32 bytes in wire order. */
  | { readonly code: 'bad-proof-of-work'; readonly index: number; readonly hash: Uint8Array }
  | { readonly code: 'discontinuous-headers'; readonly index: number }
  /** The peer asked for something that our version message does not offer. */
  | { readonly code: 'service-not-offered'; readonly type: string; readonly service: ServiceName }
  | { readonly code: 'request-timed-out'; readonly request: string }
  /** The peer answered `notfound`. */
  | { readonly code: 'not-found'; readonly request: string }
  /** An answer came that is none: it does not hold what was asked for. `reason` says how. */
  | { readonly code: 'invalid-answer'; readonly request: string; readonly reason: string }
  /** The chain of headers refused one of the peer's. */
  | { readonly code: 'invalid-headers'; readonly error: HeaderError }
  /** The peer's headers build on blocks that it does not show. `previous`: such a one, 32 bytes in wire order. */
  | { readonly code: 'unconnected-headers'; readonly previous: Uint8Array }
  /** The peer sends, or announces, headers without end, and the chain gets no further. */
  | { readonly code: 'headers-without-progress' }
);

export type PeerErrorCode = PeerError['code'];

/** A `PeerError` as what promises reject with and calls throw. */
export class PeerFailure extends Error {
  override readonly name = 'PeerFailure';
  readonly error: PeerError;

  constructor(error: PeerError) {
    super(error.message);
    this.error = error;
  }

  get code(): PeerErrorCode {
    return this.error.code;
  }

  get hint(): string {
    return this.error.hint;
  }
}

const theConnection = { v1: 'the connection', v2: 'the encrypted connection' };

const seconds = (ms: number) => `${ms / 1000} s`;

/** One maker for each error, so that its words stand in one place. */
export const peerErrors = {
  closedBeforeAnyByte: (role: 'initiator' | 'responder', protocol: 'v1' | 'v2'): PeerError => ({
    code: 'closed-before-any-byte',
    message: 'the peer closed the connection without sending a single byte',
    hint:
      role === 'initiator'
        ? protocol === 'v1'
          ? 'It did not answer v1 either: its slots may be full, it may have banned this address, or be on another network.'
          : 'A node that speaks only v1 does this; so does one whose slots are full, or that has banned this address. Retrying with v1 is possible, unencrypted.'
        : 'Something connected and left at once: a port scan, or a client that changed its mind.',
  }),
  timedOut: (ms: number, bytesReceived: number): PeerError =>
    bytesReceived === 0
      ? {
          code: 'timed-out-without-bytes',
          message: `the connection stands, but the peer sent no byte in ${seconds(ms)}`,
          hint: 'The port accepts connections and says nothing: it may be no Bitcoin node, or one that is stuck. Check address and port.',
        }
      : {
          code: 'timed-out-handshaking',
          message: `the handshake was not finished after ${seconds(ms)}, though ${bytesReceived} bytes came`,
          hint: 'The peer may be on another network (its magic is part of the keys), or not speak BIP324 at all. Check the network.',
          bytesReceived,
        },
  timedOutNegotiating: (
    ms: number,
    awaiting: 'version' | 'verack',
    protocol: 'v1' | 'v2',
    unreadable?: Error,
  ): PeerError => ({
    code: 'timed-out-negotiating',
    message:
      unreadable === undefined
        ? `${theConnection[protocol]} stands, but the peer’s ${awaiting} did not come within ${seconds(ms)}`
        : `${theConnection[protocol]} stands, but the peer’s ${awaiting} could not be read: ${unreadable.message}`,
    hint:
      unreadable === undefined
        ? 'The peer speaks the protocol but does not finish the Bitcoin handshake. It may be overloaded; try again or another node.'
        : 'The peer’s version message breaks the protocol. Try another node.',
    awaiting,
  }),
  closedWhileNegotiating: (awaiting: 'version' | 'verack', protocol: 'v1' | 'v2'): PeerError => ({
    code: 'closed-while-negotiating',
    message: `the peer closed ${theConnection[protocol]} before its ${awaiting}`,
    hint: 'It did not want this session: its slots may be full, or it refuses our version or services. Try again later, or another node.',
  }),
  transport: (error: TransportError): PeerError => ({
    code: 'transport',
    message: error.message,
    hint: error.hint,
    error,
  }),
  connectionLost: (cause: unknown): PeerError => ({
    code: 'connection-lost',
    message: cause instanceof Error ? `the connection failed: ${cause.message}` : 'the connection failed',
    hint:
      typeof cause === 'object' && cause !== null && 'hint' in cause && typeof cause.hint === 'string'
        ? cause.hint
        : 'Connect again; if it keeps failing, check that the node is reachable.',
    cause,
  }),
  internal: (cause: unknown): PeerError => ({
    code: 'internal',
    message:
      cause instanceof Error ? `something of ours failed: ${cause.message}` : 'something of ours failed',
    hint: 'This is a fault of this software, not of the peer or the way to it. Please report it.',
    cause,
  }),
  stalled: (ms: number): PeerError => ({
    code: 'stalled',
    message: `the peer took none of our bytes for ${seconds(ms)}`,
    hint: 'It asks and does not read, or the way to it is blocked. Connect again.',
  }),
  peerSpeaksV1: (buffered: Uint8Array): PeerError => ({
    code: 'peer-speaks-v1',
    message: 'the peer speaks the v1 protocol',
    hint: 'It began with this network’s magic and a v1 version message. Serve it with v1, or let it retry with v2.',
    buffered,
  }),
  obsoleteVersion: (version: number): PeerError => ({
    code: 'obsolete-version',
    message: `the peer’s protocol version ${version} is too old`,
    hint: 'Versions from 31800 on are supported.',
    version,
  }),
  negotiationAfterVerack: (type: string): PeerError => ({
    code: 'negotiation-after-verack',
    message: `the peer sent ${type} after its verack`,
    hint: `${type} belongs between version and verack; a node disconnects whoever sends it later.`,
    type,
  }),
  pingTimedOut: (ms: number): PeerError => ({
    code: 'ping-timed-out',
    message: `the peer did not answer a ping within ${seconds(ms)}`,
    hint: 'The node may have gone, or the way to it is blocked. Connect again.',
  }),
  limitExceeded: (type: string, error: DecodeError): PeerError => ({
    code: 'limit-exceeded',
    message: `the peer sent a ${type} message beyond its limit: ${error.message}`,
    hint: 'A node disconnects whoever does that, and so do we. Take another peer.',
    type,
    error,
  }),
  badProofOfWork: (index: number, hash: Uint8Array): PeerError => ({
    code: 'bad-proof-of-work',
    message: `the peer sent a header without proof of work: number ${index + 1} of its message, ${hashToString(hash)}`,
    hint: 'Nobody who follows this network’s rules sends one: the peer is broken, hostile or on another chain. Take another peer.',
    index,
    hash,
  }),
  discontinuousHeaders: (index: number): PeerError => ({
    code: 'discontinuous-headers',
    message: `header number ${index + 1} of the peer’s message does not build on the one before it`,
    hint: 'The headers of one message are a chain; the peer is broken or hostile. Take another peer.',
    index,
  }),
  serviceNotOffered: (type: string, service: ServiceName): PeerError => ({
    code: 'service-not-offered',
    message: `the peer sent ${type}, which needs the service ${service}; we do not offer it`,
    hint: 'A node disconnects whoever does that, and so do we: the peer has not looked at our version message.',
    type,
    service,
  }),
  requestTimedOut: (request: string, ms: number, readingPaused: boolean): PeerError => ({
    code: 'request-timed-out',
    message: `no ${request} came within ${seconds(ms)}`,
    hint: readingPaused
      ? 'Nothing is read while a loop over this peer’s messages is behind: do not wait for an answer inside of that loop.'
      : 'Nodes answer some requests with silence, such as for a block they do not have. The session goes on.',
    request,
  }),
  notFound: (request: string): PeerError => ({
    code: 'not-found',
    message: `the peer does not have the ${request}`,
    hint: 'Nodes hand out transactions only while they wait for a block, and blocks only if they keep them. Ask another peer.',
    request,
  }),
  invalidAnswer: (request: string, reason: string): PeerError => ({
    code: 'invalid-answer',
    message: `what the peer sent as the ${request} is not it: ${reason}`,
    hint: 'The peer is broken or hostile; another may have the real one.',
    request,
    reason,
  }),
  invalidHeaders: (error: HeaderError): PeerError => ({
    code: 'invalid-headers',
    message: `the peer’s headers were not taken: ${error.message}`,
    hint: error.hint,
    error,
  }),
  unconnectedHeaders: (previous: Uint8Array): PeerError => ({
    code: 'unconnected-headers',
    message: `the peer’s headers build on a block that it does not show, ${hashToString(previous)}`,
    hint: 'It was asked for what lies between and did not send it: it is broken or hostile. Take another peer.',
    previous,
  }),
  headersWithoutProgress: (): PeerError => ({
    code: 'headers-without-progress',
    message: 'the peer goes on about headers, and the chain gets no further by them',
    hint: 'It repeats itself, or announces blocks that it does not have: it is broken or hostile. Take another peer.',
  }),
  notReady: (): PeerError => ({
    code: 'not-ready',
    message: 'the session is still being negotiated',
    hint: 'Wait for `ready` before sending messages.',
  }),
  sessionEnded: (): PeerError => ({
    code: 'session-ended',
    message: 'the session has ended',
    hint: 'Open a new connection: a session cannot be resumed.',
  }),
  aborted: (): PeerError => ({
    code: 'aborted',
    message: 'the caller gave up waiting',
    hint: 'Nothing failed: the AbortSignal was used.',
  }),
  noDecoys: (): PeerError => ({
    code: 'no-decoys',
    message: 'this transport has no decoys',
    hint: 'Decoys are part of BIP324 (v2); this session speaks v1.',
  }),
  noPackets: (): PeerError => ({
    code: 'no-packets',
    message: 'this transport has no packets to fill',
    hint: 'Packets are part of BIP324 (v2); in v1 every message has a type in twelve characters.',
  }),
  downgradeRefused: (): PeerError => ({
    code: 'downgrade-refused',
    message: 'the node is known to speak v2, yet it closed without a byte; v1 was not tried',
    hint: 'Its slots may be full: try again later. Somebody on the way may also have cut the connection, to have the next one unencrypted: allow v1 only if that is all right.',
  }),
};
