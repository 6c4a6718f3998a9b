import { decodeMessageType } from '../bip324/message-type.js';
import {
  decodeMessage,
  encodeMessage,
  type DecodedMessage,
  type KnownMessage,
  type VersionMessage,
} from '../messages/index.js';
import { systemRandom, type RandomSource } from '../random.js';
import { nobleHashes, type Hashes } from '../hashes.js';
import { type TransportEvent } from '../transport.js';
import { Timers, type Clock } from './clock.js';
import { closedByPeer, connectionFailed, type Ending } from './endings.js';
import { peerErrors, PeerFailure, type PeerError } from './errors.js';
import {
  type Misbehaviour,
  type PeerEnd,
  type PeerEvent,
  type PeerMessage,
  type PeerState,
} from './events.js';
import { Inbox } from './inbox.js';
import { decodeLeniently } from './lenient.js';
import { localVersion } from './local-version.js';
import { misconduct } from './misconduct.js';
import { Negotiation, type Outgoing } from './negotiation.js';
import {
  defaultMark,
  defaultTimeouts,
  type PeerOptions,
  type PeerTimeouts,
  type PeerTransport,
} from './options.js';
import { Pump } from './pump.js';
import { Requests } from './requests.js';
import { receivedWireBytes } from './wire-bytes.js';

/** After a failed write the reader usually tells more; but not for ever. */
const WRITE_FAILED_GRACE_MS = 1000;

/** What runs by itself behind a `Peer`: what each event of the transport leads to, up to the end. */
export class Session {
  readonly ready: Promise<VersionMessage>;
  readonly ended: Promise<PeerEnd>;
  readonly ourVersion: VersionMessage;
  readonly timeouts: PeerTimeouts;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly hashes: Hashes;
  readonly timers: Timers;
  readonly negotiation: Negotiation;
  readonly requests: Requests;
  readonly inbox: Inbox<PeerMessage>;
  readonly pump: Pump;
  /** Whoever wants to hear what the peer says without having been asked. */
  readonly unasked = new Set<(message: KnownMessage) => void>();
  readonly #options: PeerOptions;
  readonly #settle: {
    ready(version: VersionMessage): void;
    notReady(failure: PeerFailure): void;
    ended(end: PeerEnd): void;
  };
  #transport: PeerTransport;
  #state: PeerState = 'handshaking';
  #opened = false;
  #stopListening = () => {};
  #cancelHandshakeTimer = () => {};

  constructor(options: PeerOptions) {
    this.#options = options;
    this.timeouts = { ...defaultTimeouts, ...options.timeouts };
    this.clock = options.clock;
    this.random = options.random ?? systemRandom;
    this.hashes = options.hashes ?? nobleHashes;
    this.#transport = options.transport;
    this.ourVersion = localVersion(options.version ?? {}, this.clock.now(), this.random);
    // What cannot be encoded is the caller's mistake, and shows here.
    encodeMessage('version', this.ourVersion);
    for (const feature of options.features ?? []) encodeMessage('feature', feature);
    this.timers = new Timers(this.clock);
    this.negotiation = new Negotiation(options.role, this.ourVersion, options.features);
    this.requests = new Requests(this.timers, () => this.pump.paused);
    const inbox = new Inbox<PeerMessage>(
      { ...defaultMark, ...options.inbox },
      (message) => message.payload.length,
      () => this.pump.wake(),
    );
    this.inbox = inbox;
    this.pump = new Pump(options.transport, options.duplex, this.clock, {
      event: (event) => this.#onTransport(event),
      failed: (cause) => this.finish(connectionFailed(this.#ending, cause)),
      broken: (cause) => this.fail(peerErrors.internal(cause)),
      writing: () => {
        const { stallMs } = this.timeouts;
        return this.timers.after(stallMs, () => this.fail(peerErrors.stalled(stallMs)));
      },
      writeFailed: (cause) => {
        this.timers.after(WRITE_FAILED_GRACE_MS, () => this.finish(connectionFailed(this.#ending, cause)));
      },
      get behind() {
        return inbox.full;
      },
    });
    let ready!: (version: VersionMessage) => void,
      notReady!: (failure: PeerFailure) => void,
      ended!: (end: PeerEnd) => void;
    this.ready = new Promise((resolve, reject) => ([ready, notReady] = [resolve, reject]));
    this.ended = new Promise((resolve) => (ended = resolve));
    this.#settle = { ready, notReady, ended };
    // Whoever only watches events need not handle it.
    this.ready.catch(() => {});
    void Promise.resolve()
      .then(() => this.#start())
      .catch((cause: unknown) => this.finish(connectionFailed(this.#ending, cause)));
  }

  get transport(): PeerTransport {
    return this.#transport;
  }

  get state(): PeerState {
    return this.#state;
  }

  get over(): boolean {
    return this.#state === 'closed' || this.#state === 'failed';
  }

  #start(): void {
    const { signal } = this.#options;
    if (this.over) return;
    const onAbort = () => this.finish({ state: 'closed', by: 'us', reason: 'aborted' }, peerErrors.aborted());
    if (signal?.aborted === true) return onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#stopListening = () => signal?.removeEventListener('abort', onAbort);
    const { handshakeMs } = this.timeouts;
    this.#cancelHandshakeTimer = this.timers.after(handshakeMs, () => {
      const { bytesReceived } = this.pump;
      const awaiting = this.negotiation.awaiting ?? 'verack';
      this.fail(
        this.#state === 'negotiating' && bytesReceived > 0
          ? peerErrors.timedOutNegotiating(
              handshakeMs,
              awaiting,
              this.#transport.protocol,
              this.negotiation.unreadableVersion,
            )
          : peerErrors.timedOut(handshakeMs, bytesReceived),
      );
    });
    this.#openWhereNothingPrecedes();
    this.pump.start();
  }

  /** v1 has no handshake of its own: its messages may go out at once. */
  #openWhereNothingPrecedes(): void {
    if (this.#transport.state.send !== 'ready') return;
    this.#moveTo('negotiating');
    this.#open();
  }

  // --- what comes in -------------------------------------------------------------------------------------------

  #onTransport(event: TransportEvent): void {
    switch (event.type) {
      case 'keys':
        this.emit(event);
        // A real node's version follows its version packet at once, in the same chunk.
        this.#open();
        break;
      case 'ready':
        this.emit({ type: 'transport-ready', contents: event.contents });
        this.#moveTo('negotiating');
        this.#open();
        break;
      case 'message':
        this.#onMessage(event);
        break;
      case 'decoy':
        this.emit({ type: 'decoy', direction: 'received', length: event.length });
        break;
      case 'dropped':
        this.#misbehaved({ code: 'wrong-checksum', messageType: event.message, error: event.error });
        break;
      case 'v1':
        this.#onV1(event);
        break;
      case 'error':
        this.fail(peerErrors.transport(event.error));
        break;
      case 'closed':
        this.finish(closedByPeer(this.#ending, event.error));
    }
  }

  #onV1({ buffered }: TransportEvent & { type: 'v1' }): void {
    const { acceptV1 } = this.#options;
    if (acceptV1 === undefined) return this.fail(peerErrors.peerSpeaksV1(buffered));
    const { unsent = [] } = this.#transport;
    this.#transport = acceptV1();
    this.pump.handOver(this.#transport, buffered);
    for (const { type, payload } of unsent) this.#transport.send(type, payload);
    this.emit({ type: 'v1' });
    this.#openWhereNothingPrecedes();
  }

  #open(): void {
    if (this.#opened) return;
    this.#opened = true;
    this.#reply(this.negotiation.open());
  }

  #onMessage(event: TransportEvent & { type: 'message' }): void {
    const decoded =
      event.message === undefined
        ? ({
            kind: 'unknown',
            type: undefined,
            ...('id' in event && event.id !== undefined && { id: event.id }),
          } as const)
        : this.#isOpaque(event.message)
          ? ({ kind: 'opaque', type: event.message, payload: event.payload } as const)
          : (this.#options.decoded?.(event.message, event.payload) ??
            decodeLeniently(event.message, event.payload));
    const wireBytes = receivedWireBytes(event);
    const message: PeerMessage = {
      ...decoded,
      payload: event.payload,
      at: this.clock.now(),
      ...(wireBytes !== undefined && { wireBytes }),
    };
    this.emit({ type: 'message', direction: 'received', message });
    this.inbox.push(message);
    if (decoded.kind === 'unknown') {
      return this.#misbehaved({
        code: 'unknown-message-type',
        ...(decoded.id !== undefined && { id: decoded.id }),
      });
    }
    if (decoded.kind === 'malformed') {
      this.#misbehaved({ code: 'malformed-message', messageType: decoded.type, error: decoded.error });
    } else if (decoded.trailing !== undefined) {
      this.#misbehaved({ code: 'trailing-bytes', messageType: decoded.type, bytes: decoded.trailing });
    }
    const step = this.negotiation.receive(decoded);
    if (step.failure !== undefined) return this.fail(step.failure);
    if (step.notice !== undefined) this.#misbehaved(step.notice);
    if (step.feature !== undefined) this.emit({ type: 'feature', feature: step.feature });
    this.#reply(step.reply);
    if (this.#state === 'negotiating' && this.negotiation.awaiting === undefined) this.#becomeReady();
    if (this.#state === 'ready') this.#onReadyMessage(decoded, message);
  }

  #isOpaque(type: string): boolean {
    const { opaque }: { opaque?: ReadonlySet<string> } = this.#options;
    return opaque?.has(type) === true;
  }

  #onReadyMessage(decoded: DecodedMessage, { payload, trailing = 0 }: PeerMessage): void {
    const whole = trailing === 0 ? payload : payload.subarray(0, -trailing);
    const breach = misconduct(decoded, whole, this.#transport.network, this.ourVersion.services, this.hashes);
    if (breach !== undefined) return this.fail(breach);
    if (decoded.kind !== 'decoded') return;
    if (decoded.type === 'ping' && this.#options.pong !== 'by-caller')
      this.#reply([{ type: 'pong', value: decoded.value }]);
    const expected = this.requests.offer(decoded);
    if (decoded.type === 'pong' && !expected)
      this.#misbehaved({ code: 'unexpected-pong', nonce: decoded.value.nonce });
    if (!expected) for (const listener of [...this.unasked]) this.#tell(() => listener(decoded));
  }

  #becomeReady(): void {
    this.#cancelHandshakeTimer();
    this.#moveTo('ready');
    if (this.over) return;
    this.#settle.ready(this.negotiation.theirVersion!);
  }

  // --- what goes out -------------------------------------------------------------------------------------------

  #reply(messages: readonly Outgoing[]): void {
    for (const { type, value } of messages) this.send(type, encodeMessage(type, value));
  }

  send(type: string, payload: Uint8Array, options?: { form?: 'short' | 'long' }): void {
    if (this.#unsendable) return;
    const before = this.transport.pendingOutput;
    this.transport.send(type, payload, options);
    const wireBytes = this.transport.pendingOutput - before;
    this.emit({
      type: 'message',
      direction: 'sent',
      message: {
        ...decodeMessage(type, payload),
        payload,
        at: this.clock.now(),
        // Before the keys are known messages wait unencrypted.
        ...(wireBytes > 0 && { wireBytes }),
      },
    });
    this.pump.flush();
  }

  /** @throws {PeerFailure} 'no-decoys' on v1 */
  sendDecoy(length: number): void {
    if (this.#unsendable) return;
    if (this.transport.sendDecoy === undefined) throw new PeerFailure(peerErrors.noDecoys());
    this.transport.sendDecoy(length);
    this.emit({ type: 'decoy', direction: 'sent', length });
    this.pump.flush();
  }

  /** @throws {PeerFailure} 'no-packets' on v1 */
  sendContents(contents: Uint8Array): void {
    if (this.#unsendable) return;
    if (this.transport.sendContents === undefined) throw new PeerFailure(peerErrors.noPackets());
    const before = this.transport.pendingOutput;
    this.transport.sendContents(contents);
    const wireBytes = this.transport.pendingOutput - before;
    const { type, id, payload } = decodeMessageType(contents);
    this.emit({
      type: 'message',
      direction: 'sent',
      message: {
        ...(type === undefined
          ? ({ kind: 'unknown', type, ...(id !== undefined && { id }) } as const)
          : decodeMessage(type, payload)),
        payload,
        at: this.clock.now(),
        ...(wireBytes > 0 && { wireBytes }),
      },
    });
    this.pump.flush();
  }

  /** The transport may have met its end further on in the same read: the event that says so is on its way. */
  get #unsendable(): boolean {
    const { send } = this.transport.state;
    return this.over || send === 'ended' || send === 'v1';
  }

  // --- states and their end ------------------------------------------------------------------------------------

  get #ending(): Ending {
    return {
      role: this.#options.role,
      protocol: this.#transport.protocol,
      bytesReceived: this.pump.bytesReceived,
      awaiting: this.negotiation.awaiting,
    };
  }

  fail(error: PeerError): void {
    this.finish({ state: 'failed', error });
  }

  /** @param error what calls that wait, and `ready`, reject with */
  finish(end: PeerEnd, error = end.state === 'failed' ? end.error : peerErrors.sessionEnded()): void {
    if (this.over) return;
    this.#moveTo(end.state);
    this.timers.stop();
    this.#stopListening();
    this.pump.stop(end.state === 'failed' ? end.error.message : end.by === 'us' ? end.reason : undefined);
    this.requests.fail(error);
    this.#settle.notReady(new PeerFailure(error));
    this.inbox.close();
    this.emit({ type: 'end', end });
    this.#settle.ended(end);
  }

  #moveTo(state: PeerState): void {
    const previous = this.#state;
    this.#state = state;
    this.emit({ type: 'state', state, previous });
  }

  #misbehaved(misbehaviour: Misbehaviour): void {
    this.emit({ type: 'misbehaviour', misbehaviour });
  }

  emit(event: DistributiveOmit<PeerEvent, 'at'>): void {
    this.#tell(() => this.#options.onEvent?.({ at: this.clock.now(), ...event }));
  }

  #tell(observer: () => void): void {
    try {
      observer();
    } catch (error) {
      // The observer's fault, not the session's: it surfaces as an unhandled rejection.
      void Promise.reject(error);
    }
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
