import type { TraceEntry } from '../../shared/bip324/trace.js';
import { V2Transport } from '../../shared/bip324/index.js';
import type { Engine } from '../../shared/engine/index.js';
import type { VersionMessage } from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';
import {
  Peer,
  V1Transport,
  type PeerEnd,
  type PeerError,
  type PeerEvent,
  type PeerTransport,
} from '../../shared/peer/index.js';
import { Recorder } from '../../shared/recording/index.js';
import type { V1States } from '../../shared/v1/states.js';
import { formatNodeAddress, openTunnel, type Tunnel, TunnelError } from '../../shared/tunnel/index.js';
import { clock } from './clock.js';
import { ComposeDoor, isComposeQuestion } from './compose/door.js';
import { composingOf } from './compose/session.js';
import type { Evidence } from './evidence.js';
import { ExploreGate, explores } from './explore/gate.js';
import { closedByNode, peerFailure, tunnelFailure } from './failure.js';
import { CONNECT_TIMEOUT_MS, HANDSHAKE_TIMEOUT_MS } from './limits.js';
import { askAddresses, measure } from './node/measure.js';
import { Outbox } from './outbox.js';
import type { ConnectionState, FromWorker, Question, Target, Update } from './protocol.js';
import type { Named } from './opening.js';
import { peerFacts } from './peer-facts.js';
import { prepareSaving, savedAs } from './save-door.js';
import { tap, type Tap } from './tap.js';
import { version } from './version.js';
import { SessionView } from './view.js';

export interface SessionOptions {
  readonly connection: number;
  readonly target: Target;
  readonly post: (message: FromWorker) => void;
  readonly accessKey: string | undefined;
  readonly engine: Engine;
}

/** One connection, from the tunnel to its end, told to the page as it goes. */
export class Session {
  readonly #target: Target;
  readonly #engine: Engine;
  readonly #outbox: Outbox;
  readonly #started = performance.now();
  readonly #tunnel: Tunnel;
  readonly #view: SessionView;
  readonly #explore: ExploreGate;
  readonly #recorder: Recorder;
  #state: ConnectionState = 'connecting';
  #tap: Tap | undefined;
  #transport: PeerTransport | undefined;
  #peer: Peer | undefined;
  #peerKnown = false;
  readonly #compose: ComposeDoor;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ connection, target, post, accessKey, engine }: SessionOptions) {
    this.#target = target;
    this.#engine = engine;
    this.#outbox = new Outbox(connection, post);
    this.#view = new SessionView(this.#outbox, { startedAt: Date.now(), network: target.network });
    this.#explore = new ExploreGate({
      network: networks[target.network],
      messages: this.#view.messages,
      hashes: engine,
      live: true,
      peer: () => this.#peer,
      tell: (chain) => this.#outbox.add({ chain }),
    });
    this.#compose = new ComposeDoor(
      composingOf(target, this.#view, () => ({ state: this.#state, peer: this.#peer, now: this.#now() })),
    );
    this.#recorder = new Recorder({
      protocol: target.protocol,
      network: target.network,
      role: 'initiator',
      startedAt: new Date().toISOString(),
      software: { name: 'Peerglass', version },
    });
    this.#recorder.state(this.#state, 0);
    prepareSaving();
    this.#outbox.add({ engine: engine.name });
    this.#outbox.flush();
    const { host, port, bridge } = target;
    this.#tunnel = openTunnel({ host, port, bridgeUrl: bridge, WebSocket, accessKey });
    const late = setTimeout(() => {
      this.#fail(new TunnelError('connect-timeout', 'The node did not answer in time.', ''));
      this.#tunnel.duplex.close('timed out');
    }, CONNECT_TIMEOUT_MS);
    this.#tunnel.connected
      .finally(() => clearTimeout(late))
      .then(({ address, port, connectMs }) => {
        if (this.#over) return;
        this.#outbox.add({ bridge: { address: formatNodeAddress({ host: address, port }), connectMs } });
        this.#start();
      })
      .catch((error: unknown) => this.#fail(error));
  }

  close(): void {
    if (this.#over) return;
    if (this.#peer) return this.#peer.close('disconnected by the user');
    this.#tunnel.duplex.close('disconnected by the user');
    this.#moveTo('closed');
  }

  /** The page has taken one more update. */
  taken(): void {
    this.#outbox.taken();
  }

  answer(question: Question, signal: AbortSignal): unknown {
    if (isComposeQuestion(question)) return this.#compose.answer(question, signal);
    if (explores(question)) return this.#explore.answer(question, signal);
    switch (question.about) {
      case 'save':
        return savedAs(this.#recorder.recording, question.as);
      case 'nodeMeasure':
        return measure({ tunnel: this.#tunnel, peer: this.#peer, node: this.#view.node }, signal);
      case 'nodeAskAddresses':
        return askAddresses({ peer: this.#peer });
      default:
        return this.#view.answer(question);
    }
  }

  /** The same session as a recording, so far. */
  get again(): Named {
    return { recording: this.#recorder.recording, kind: 'session', name: '' };
  }

  #start(): void {
    // v1 has no handshake: its first state is what its peer reports.
    if (this.#target.protocol === 'v2') this.#moveTo('handshaking');
    this.#tap = tap(this.#tunnel.duplex);
    this.#transport = this.#makeTransport();
    this.#peer = new Peer({
      role: 'initiator',
      transport: this.#transport,
      duplex: this.#tap.duplex,
      clock,
      hashes: this.#engine,
      timeouts: { handshakeMs: HANDSHAKE_TIMEOUT_MS },
      // So that transactions are announced, too: a quiet list teaches nothing.
      version: { relay: true },
      decoded: (_, payload) => this.#view.decoded(payload),
      onEvent: (event) => this.#onEvent(event),
    });
    void this.#drain(this.#peer);
  }

  #makeTransport(): PeerTransport {
    const network = networks[this.#target.network];
    return this.#target.protocol === 'v1'
      ? V1Transport.initiator({
          network,
          observer: { entry: (entry) => this.#onV1Entry(entry) },
        })
      : V2Transport.initiator({
          network,
          engine: this.#engine,
          // Nothing here changes a payload.
          observer: { secrets: 'include', contents: 'shared', entry: (entry) => this.#onEntry(entry) },
        });
  }

  /**
   * What the page shows comes from the trace; an iterator that is kept up keeps the peer reading. While the page is
   * behind it is not: then the peer stops reading, the tunnel gives no credit, and in the end the node waits.
   */
  async #drain(peer: Peer): Promise<void> {
    const messages = peer[Symbol.asyncIterator]();
    while (!(await messages.next()).done) await this.#outbox.room();
  }

  #onEntry(entry: TraceEntry): void {
    const at = this.#now();
    this.#record((recorder) => recorder.observe(entry, at));
    this.#view.entry(entry, at);
    this.#watchTime();
  }

  #onV1Entry(entry: TraceEntry<V1States>): void {
    const at = this.#now();
    this.#record((recorder) => recorder.observe(entry, at));
    this.#view.v1Entry(entry, at);
    this.#watchTime();
  }

  /** Comes back when a request has waited for too long. */
  #watchTime(): void {
    if (this.#timer !== undefined || this.#over || this.#view.nextDue === Infinity) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#view.passTime(this.#now());
        this.#watchTime();
      },
      Math.max(0, this.#view.nextDue - this.#now()),
    );
  }

  #record(take: (recorder: Recorder) => void): void {
    const { stopped } = this.#recorder;
    take(this.#recorder);
    if (this.#recorder.stopped !== stopped) this.#outbox.add({ recorder: { stopped: true } });
  }

  #onEvent(event: PeerEvent): void {
    switch (event.type) {
      case 'state':
        if (event.state === 'ready') this.#view.becameReady();
        // The end's own event follows, with the reason.
        if (event.state === 'negotiating' || event.state === 'ready') this.#moveTo(event.state);
        break;
      case 'keys':
        this.#view.keys(event.sessionId);
        break;
      case 'message':
        if (event.direction === 'received') this.#learnPeer();
        break;
      case 'end':
        this.#onEnd(event.end);
    }
  }

  #learnPeer(): void {
    const theirs: VersionMessage | undefined = this.#peerKnown ? undefined : this.#peer?.theirVersion;
    if (theirs === undefined) return;
    this.#peerKnown = true;
    const peer = peerFacts(theirs);
    this.#recorder.peer(peer);
    this.#outbox.add({ peer });
  }

  #onEnd(end: PeerEnd): void {
    const { received } = this.#view.traffic;
    // What came last and made no whole step belongs to the trace, too.
    this.#transport?.end();
    clearTimeout(this.#timer);
    this.#view.ended(this.#now());
    this.#recorder.end(recordedEnd(end), this.#now());
    if (end.state === 'failed') {
      this.#outbox.add({ failure: peerFailure(end.error, this.#evidence()) });
    } else if (end.by === 'peer') {
      this.#outbox.add({ failure: closedByNode(this.#evidence()) });
    }
    if (received !== this.#view.traffic.received) this.#outbox.add(this.#machines);
    this.#moveTo(end.state);
  }

  #fail(error: unknown): void {
    if (this.#over || this.#peer) return;
    this.#outbox.add({ failure: tunnelFailure(error, this.#evidence()) });
    this.#moveTo('failed');
  }

  /** The two machines of v2. */
  get #machines(): Pick<Update, 'machines'> {
    return this.#transport instanceof V2Transport ? { machines: this.#transport.state } : {};
  }

  #evidence(): Evidence {
    return {
      target: this.#target,
      sent: this.#view.traffic.sent,
      received: this.#tap?.received() ?? 0,
      head: this.#tap?.head() ?? new Uint8Array(),
      reached: this.#view.reached,
      origin: location.origin,
    };
  }

  get #over(): boolean {
    return this.#state === 'closed' || this.#state === 'failed';
  }

  #moveTo(state: ConnectionState): void {
    this.#state = state;
    const at = this.#now();
    this.#recorder.state(state, at);
    this.#outbox.add({
      states: [{ state, at }],
      ...this.#machines,
    });
    this.#outbox.flush();
  }

  #now(): number {
    return performance.now() - this.#started;
  }
}

function recordedEnd(end: PeerEnd): Parameters<Recorder['end']>[0] {
  // What went wrong in the transport says more than that it was there.
  const code = (error: PeerError): string => (error.code === 'transport' ? error.error.code : error.code);
  return end.state === 'failed'
    ? { state: 'failed', code: code(end.error) }
    : { state: 'closed', by: end.by };
}
