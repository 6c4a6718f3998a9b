import { V2Transport } from '../../shared/bip324/index.js';
import type { TraceEntry, TraceField } from '../../shared/bip324/trace.js';
import { toHex } from '../../shared/bytes.js';
import { serviceNames, type VersionMessage } from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';
import {
  Peer,
  V1Transport,
  type PeerEnd,
  type PeerEvent,
  type PeerTransport,
} from '../../shared/peer/index.js';
import type { V1States } from '../../shared/v1/states.js';
import { formatNodeAddress, openTunnel, type Tunnel, TunnelError } from '../../shared/tunnel/index.js';
import type { Evidence, Reached } from './evidence.js';
import { closedByNode, peerFailure, tunnelFailure } from './failure.js';
import {
  CONNECT_TIMEOUT_MS,
  HANDSHAKE_TIMEOUT_MS,
  MAX_GREETING_BYTES,
  MAX_HANDSHAKE_BYTES,
  MAX_HANDSHAKE_STEPS,
} from './limits.js';
import { MessageLog } from './message-log.js';
import { Outbox } from './outbox.js';
import type {
  ConnectionState,
  FromWorker,
  Question,
  Questions,
  SecretRef,
  Target,
  Update,
} from './protocol.js';
import { tap, type Tap } from './tap.js';

const clock = {
  now: () => Date.now(),
  setTimeout: (f: () => void, ms: number) => setTimeout(f, ms),
  clearTimeout: (handle: unknown) => clearTimeout(handle as ReturnType<typeof setTimeout>),
};

/** One connection, from the tunnel to its end, told to the page as it goes. */
export class Session {
  readonly #target: Target;
  readonly #outbox: Outbox;
  readonly #started = performance.now();
  readonly #tunnel: Tunnel;
  readonly #log = new MessageLog();
  /** The handshake's part of the trace: its secrets are revealed from here, on request. */
  readonly #steps: TraceEntry[] = [];
  #stepBytes = 0;
  readonly #traffic = { sent: 0, received: 0 };
  #state: ConnectionState = 'connecting';
  #tap: Tap | undefined;
  #transport: PeerTransport | undefined;
  #peer: Peer | undefined;
  #reached: Reached = 'nothing';
  #peerKnown = false;

  constructor(connection: number, target: Target, post: (message: FromWorker) => void) {
    this.#target = target;
    this.#outbox = new Outbox(connection, post);
    this.#outbox.add({ engine: 'noble' });
    this.#outbox.flush();
    const { host, port, bridge } = target;
    this.#tunnel = openTunnel({ host, port, bridgeUrl: bridge, WebSocket });
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

  answer(question: Question): Questions[Question['about']]['answer'] | undefined {
    switch (question.about) {
      case 'secret':
        return this.#reveal(question.secret);
      case 'message':
        return this.#log.open(question.message)?.detail();
      case 'fields':
        return this.#log.open(question.message)?.page(question.path, question.from);
      case 'fieldAt':
        return this.#log.open(question.message)?.fieldAt(question.offset);
      case 'json':
        return this.#log.json(question.message);
      case 'find':
        return this.#log.find(question.hex, question.from);
    }
  }

  #reveal({ step, derivation, side, index }: SecretRef): Uint8Array | undefined {
    return this.#steps[step]?.derivations[derivation]?.[side][index]?.reveal();
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
      timeouts: { handshakeMs: HANDSHAKE_TIMEOUT_MS },
      // So that transactions are announced, too: a quiet list teaches nothing.
      version: { relay: true },
      onEvent: (event) => this.#onEvent(event),
    });
    void this.#drain(this.#peer);
  }

  #makeTransport(): PeerTransport {
    const network = networks[this.#target.network];
    return this.#target.protocol === 'v1'
      ? V1Transport.initiator({ network, observer: { entry: (entry) => this.#onV1Entry(entry) } })
      : V2Transport.initiator({
          network,
          observer: { secrets: 'include', entry: (entry) => this.#onEntry(entry) },
        });
  }

  /** What the page shows comes from the trace; an iterator that is kept up keeps the peer reading. */
  async #drain(peer: Peer): Promise<void> {
    const messages = peer[Symbol.asyncIterator]();
    while (!(await messages.next()).done);
  }

  #onEntry(entry: TraceEntry): void {
    const at = this.#now();
    this.#traffic[entry.direction] += entry.bytes.length;
    const traffic = { ...this.#traffic };
    if (!this.#isStep(entry)) {
      this.#outbox.add({ traffic, machines: entry.after, messages: [this.#log.add(entry, at)] });
      return;
    }
    const step = { index: this.#steps.length, at, ...entry };
    this.#steps.push(entry);
    this.#stepBytes += entry.bytes.length;
    if (entry.direction === 'received') {
      if (entry.step === 'terminator') this.#reached = 'terminator';
      if (entry.packet?.role === 'version') this.#reached = 'encrypted';
    }
    this.#outbox.add({ traffic, machines: entry.after, steps: [step] });
  }

  #onV1Entry({ direction, bytes, fields, v1Message }: TraceEntry<V1States>): void {
    const at = this.#now();
    const first = this.#traffic[direction] === 0;
    this.#traffic[direction] += bytes.length;
    const messages = [this.#log.add({ direction, bytes, fields, ...(v1Message && { v1Message }) }, at)];
    const greeting = {
      direction,
      at,
      fields: fields.map(withoutContents),
      bytes: bytes.slice(0, MAX_GREETING_BYTES),
    };
    this.#outbox.add({ traffic: { ...this.#traffic }, messages, ...(first && { greetings: [greeting] }) });
  }

  /** Whether it belongs to the handshake; else it is a row of the messages. */
  #isStep({ step, bytes, packet }: TraceEntry): boolean {
    if (packet?.role === 'message') return false;
    if (step !== 'cut' && packet?.role !== 'decoy') return true;
    if (this.#reached === 'encrypted' || this.#reached === 'ready') return false;
    return (
      step === 'cut' ||
      (this.#steps.length < MAX_HANDSHAKE_STEPS && this.#stepBytes + bytes.length <= MAX_HANDSHAKE_BYTES)
    );
  }

  #onEvent(event: PeerEvent): void {
    switch (event.type) {
      case 'state':
        if (event.state === 'ready') this.#reached = 'ready';
        // The end's own event follows, with the reason.
        if (event.state === 'negotiating' || event.state === 'ready') this.#moveTo(event.state);
        break;
      case 'keys':
        this.#outbox.add({ sessionId: toHex(event.sessionId) });
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
    this.#outbox.add({
      peer: {
        userAgent: theirs.userAgent,
        version: theirs.version,
        services: serviceNames(theirs.services),
        height: theirs.startHeight,
      },
    });
  }

  #onEnd(end: PeerEnd): void {
    const received = this.#traffic.received;
    // What came last and made no whole step belongs to the trace, too.
    this.#transport?.end();
    if (end.state === 'failed') {
      this.#outbox.add({ failure: peerFailure(end.error, this.#evidence()) });
    } else if (end.by === 'peer') {
      this.#outbox.add({ failure: closedByNode(this.#evidence()) });
    }
    if (received !== this.#traffic.received) this.#outbox.add(this.#machines);
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
      sent: this.#traffic.sent,
      received: this.#tap?.received() ?? 0,
      head: this.#tap?.head() ?? new Uint8Array(),
      reached: this.#reached,
      origin: location.origin,
    };
  }

  get #over(): boolean {
    return this.#state === 'closed' || this.#state === 'failed';
  }

  #moveTo(state: ConnectionState): void {
    this.#state = state;
    this.#outbox.add({
      states: [{ state, at: this.#now() }],
      ...this.#machines,
    });
    this.#outbox.flush();
  }

  #now(): number {
    return performance.now() - this.#started;
  }
}

/** The bytes of a payload are in the greeting already. */
function withoutContents({ value, ...field }: TraceField): TraceField {
  return value === undefined || field.kind === 'contents' ? field : { ...field, value };
}
