import {
  encodeMessage,
  type DecodedType,
  type KnownMessage,
  type MessageMap,
  type VersionMessage,
} from '../messages/index.js';
import { peerErrors, PeerFailure } from './errors.js';
import { type PeerEnd, type PeerMessage, type PeerState } from './events.js';
import { KeepAlive } from './keep-alive.js';
import { randomNonce } from './local-version.js';
import { type NegotiatedFeatures } from './negotiation.js';
import { type PeerOptions } from './options.js';
import { Questions } from './questions.js';
import { type RequestOptions, type Taken } from './requests.js';
import { Session } from './session.js';

/**
 * A session with a Bitcoin node over any transport and any duplex. It starts by itself in the next turn,
 * negotiates, answers pings, and hands on every message:
 *
 *     const peer = new Peer({ role: 'initiator', transport, duplex, clock });
 *     const theirVersion = await peer.ready;
 *     for await (const message of peer) { … }
 *
 * An iterator gets every message received after it was opened (the first also the latest ones before it), and
 * while it is behind nothing more is read. Errors are values: see `ended`.
 */
export class Peer implements AsyncIterable<PeerMessage> {
  /** The peer's version message, once `ready`. Rejects with a PeerFailure when the session ends before. */
  readonly ready: Promise<VersionMessage>;
  /** How the session ended. Never rejects. */
  readonly ended: Promise<PeerEnd>;
  readonly ourVersion: VersionMessage;
  /** Questions whose answers it waits for. */
  readonly ask: Questions;

  readonly #session: Session;

  constructor(options: PeerOptions) {
    const session = new Session(options);
    this.#session = session;
    this.ready = session.ready;
    this.ended = session.ended;
    this.ourVersion = session.ourVersion;
    this.ask = new Questions(
      {
        network: options.transport.network,
        hashes: session.hashes,
        send: (type, value) => this.send(type, value),
        wait: (request, take, options) => this.#wait(request, take, options),
      },
      this.ourVersion.version,
    );
    const { pingIntervalMs, pingTimeoutMs } = session.timeouts;
    const keepAlive = new KeepAlive(session.timers, pingIntervalMs, {
      ping: () => this.ping(),
      readingPaused: () => session.pump.paused,
      lost: () => session.fail(peerErrors.pingTimedOut(pingTimeoutMs)),
    });
    this.ready.then(
      () => keepAlive.start(),
      () => {},
    );
  }

  get state(): PeerState {
    return this.#session.state;
  }
  /** The peer's version message, as soon as it came. */
  get theirVersion(): VersionMessage | undefined {
    return this.#session.negotiation.theirVersion;
  }
  /** What the peer told us that it wants or supports. */
  get features(): Readonly<NegotiatedFeatures> {
    return this.#session.negotiation.features;
  }
  /** What the session speaks now: a v2 responder that accepts v1 may still change. */
  get protocol(): 'v1' | 'v2' {
    return this.#session.transport.protocol;
  }
  /** 32 bytes; v1 has none. */
  get sessionId(): Uint8Array | undefined {
    return this.#session.transport.sessionId;
  }
  get bytesReceived(): number {
    return this.#session.pump.bytesReceived;
  }
  /** Bytes that the duplex has taken. */
  get bytesSent(): number {
    return this.#session.pump.bytesSent;
  }
  /** Bytes of messages sent that the duplex has not taken: wait while it is large. */
  get pendingOutput(): number {
    return this.#session.pump.pendingOutput;
  }

  /**
   * @throws {PeerFailure} 'not-ready' before `ready`, 'session-ended' after the end
   * @throws {EncodeError} for a value that the message cannot carry
   */
  send<T extends DecodedType>(type: T, value: MessageMap[T]): void {
    this.#assertReady();
    this.#session.send(type, encodeMessage(type, value));
  }

  /** Sends bytes as they are, also before `ready`: whoever sends raw knows what the peer makes of it. */
  sendRaw(type: string, payload: Uint8Array, options?: { form?: 'short' | 'long' }): void {
    this.#assertOpen();
    this.#session.send(type, payload, options);
  }

  /**
   * Sends a packet with these contents as they are, also such as no type and no registry has.
   * @throws {PeerFailure} 'no-packets' on v1, 'session-ended'
   * @throws {RangeError} for more than the transport sends in one packet
   */
  sendContents(contents: Uint8Array): void {
    this.#assertOpen();
    this.#session.sendContents(contents);
  }

  /**
   * Sends a packet that the peer authenticates and ignores.
   * @param length of its contents, in bytes
   * @throws {PeerFailure} 'no-decoys' on v1, 'session-ended'
   * @throws {RangeError} for more than the transport sends in one packet
   */
  sendDecoy(length: number): void {
    this.#assertOpen();
    this.#session.sendDecoy(length);
  }

  /** The time to the answer, in milliseconds. Rejects with a PeerFailure; the session goes on. */
  async ping(options: RequestOptions = {}): Promise<number> {
    const nonce = randomNonce(this.#session.random);
    const start = this.#session.clock.now();
    this.send('ping', { nonce });
    const { timeoutMs = this.#session.timeouts.pingTimeoutMs } = options;
    await this.expect('pong', (pong) => pong.nonce === nonce, { ...options, timeoutMs });
    const ms = this.#session.clock.now() - start;
    this.#session.emit({ type: 'ping', nonce, ms });
    return ms;
  }

  /** The next message of this type that fits. Rejects with a PeerFailure: silence is an answer, too. */
  expect<T extends DecodedType>(
    type: T,
    fits: (value: MessageMap[T]) => boolean = () => true,
    options: RequestOptions = {},
  ): Promise<MessageMap[T]> {
    return this.#wait(
      type,
      (message) => {
        if (message.type !== type) return undefined;
        const value = message.value as MessageMap[T];
        return fits(value) ? { answer: value } : undefined;
      },
      options,
    );
  }

  /**
   * Calls `listener` with each message from `ready` on that no question took as its answer: announcements, and the
   * peer's own questions. Unlike an iterator it holds nothing up, so it must be quick. @returns what ends it
   */
  onUnasked(listener: (message: KnownMessage) => void): () => void {
    const { unasked } = this.#session;
    const own = (message: KnownMessage) => listener(message);
    unasked.add(own);
    return () => void unasked.delete(own);
  }

  /** Ends the session, after handing over what waits to be sent. */
  close(reason?: string): void {
    this.#session.finish({ state: 'closed', by: 'us', ...(reason !== undefined && { reason }) });
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<PeerMessage> {
    return this.#session.inbox.iterate();
  }

  #wait<T>(
    request: string,
    take: (message: KnownMessage) => Taken<T>,
    { timeoutMs = this.#session.timeouts.requestMs, signal }: RequestOptions = {},
  ): Promise<T> {
    if (this.#session.over) return Promise.reject(new PeerFailure(peerErrors.sessionEnded()));
    return this.#session.requests.wait(request, take, { timeoutMs, signal });
  }

  #assertOpen(): void {
    if (this.#session.over) throw new PeerFailure(peerErrors.sessionEnded());
  }

  #assertReady(): void {
    this.#assertOpen();
    if (this.#session.state !== 'ready') throw new PeerFailure(peerErrors.notReady());
  }
}
