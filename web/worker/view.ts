import type { TraceEntry, TraceField } from '../../shared/bip324/trace.js';
import { toHex } from '../../shared/bytes.js';
import type { DecodedMessage } from '../../shared/messages/index.js';
import type { NetworkName } from '../../shared/networks.js';
import type { V1States } from '../../shared/v1/states.js';
import type { Reached } from './evidence.js';
import type { ExploreQuestion } from './explore/protocol.js';
import type { KeptMessages } from './explore/seen.js';
import { MAX_GREETING_BYTES, MAX_HANDSHAKE_BYTES, MAX_HANDSHAKE_STEPS } from './limits.js';
import { MessageLog } from './message-log.js';
import { NodeWatcher } from './node/watcher.js';
import type { Outbox } from './outbox.js';
import type { ComposeQuestion } from './compose/protocol.js';
import type { Next } from './compose/preview.js';
import { PairWatch } from './pair-watch.js';
import { PacketLog } from './packet-log.js';
import type { MessageRow, Question, Questions, SecretRef, StepView, Update } from './protocol.js';

/** Questions that need a live session, or the whole of it. */
export type BeyondView = 'save' | 'nodeMeasure' | 'nodeAskAddresses';

type Answer = Questions[Question['about']]['answer'] | undefined;

const NOTHING = new Uint8Array();

/**
 * What a session shows: its trace, as the page gets it, and the answers to what the page asks of it. It does not
 * know whether the session is live or recorded; times are milliseconds since its start.
 */
export class SessionView {
  readonly #outbox: Outbox;
  readonly #network: NetworkName;
  readonly #pairs: PairWatch;
  readonly #log: MessageLog;
  readonly #packets = new PacketLog();
  /** The handshake's part of the trace: its secrets are revealed from here, on request. */
  readonly #steps: TraceEntry[] = [];
  #stepBytes = 0;
  readonly #traffic = { sent: 0, received: 0 };
  #reached: Reached = 'nothing';

  /** Set for a recording that holds no keys: what is in it beside the public keys belongs to no step. */
  withoutKeys = false;
  /** What the node at the other end is. */
  readonly node: NodeWatcher;

  /** @param of.startedAt the wall clock at the session's start, in ms */
  constructor(outbox: Outbox, of: { startedAt: number; network: NetworkName }) {
    this.#outbox = outbox;
    this.#network = of.network;
    this.#pairs = new PairWatch(of.network);
    this.#log = new MessageLog(this.#pairs);
    this.node = new NodeWatcher(of);
  }

  /** Told of every message as it is logged. */
  watch: ((row: MessageRow, payload: Uint8Array) => void) | undefined;

  /** What the next packet that we send is encrypted with. */
  get nextSent(): Next | undefined {
    return this.#packets.next('sent');
  }

  /** When requests without an answer have to be looked for next; Infinity while none waits. */
  get nextDue(): number {
    return this.#pairs.nextDue;
  }

  /** Tells of requests that have waited for too long by now. */
  passTime(now: number): void {
    this.#pairs.passTime(now);
    this.#tellUnheard();
  }

  /** Nothing comes any more: what waits stays without an answer. */
  ended(now: number): void {
    this.#pairs.end(now);
    this.#tellUnheard();
  }

  #tellUnheard(): void {
    const unheard = this.#pairs.take();
    if (unheard.length > 0) this.#outbox.add({ unheard });
  }

  /** Bytes that made an entry of the trace so far. */
  get traffic(): { readonly sent: number; readonly received: number } {
    return this.#traffic;
  }

  get messages(): KeptMessages {
    return this.#log.kept;
  }

  get reached(): Reached {
    return this.#reached;
  }

  /** Both have sent their verack: no trace tells. */
  becameReady(): void {
    this.#reached = 'ready';
  }

  keys(sessionId: Uint8Array): void {
    this.#outbox.add({ sessionId: toHex(sessionId) });
  }

  /** Some answers take their time. */
  answer(
    question: Exclude<Question, ComposeQuestion | ExploreQuestion | { about: BeyondView }>,
  ): Answer | Promise<Answer> {
    const opened = (message: number) => this.#log.open(message, this.#network);
    switch (question.about) {
      case 'secret':
        return this.#reveal(question.secret);
      case 'message':
        return opened(question.message).then((message) => message?.detail());
      case 'fields':
        return opened(question.message).then((message) => message?.page(question.path, question.from));
      case 'fieldAt':
        return opened(question.message).then((message) => message?.fieldAt(question.offset));
      case 'saveMessages':
        return import('./save-messages.js').then(
          ({ savedMessages }) => savedMessages(this.#log, question, this.#network),
          () => undefined,
        );
      case 'json':
        return this.#log.json(question.message);
      case 'find':
        return this.#log.find(question.hex, question.from);
      case 'findPackets':
        return this.#packets.find(question.hex, question.from);
      case 'packet':
        return this.#packets.open(question.packet);
      case 'rekeying':
        return this.#packets.rekeying(question.rekey);
      case 'nodeSeries':
      case 'nodeAddresses':
      case 'nodeAddressText':
      case 'nodeRelayed':
        return this.node.answer(question);
    }
  }

  /** What a received payload says, where the log has just decoded these very bytes. */
  decoded(payload: Uint8Array): DecodedMessage | undefined {
    return this.#log.decoded(payload);
  }

  /** Of a message, as long as it is kept. */
  payload(message: number): Uint8Array | undefined {
    return this.#log.at(message)?.payload.slice();
  }

  #reveal(secret: SecretRef): Uint8Array | undefined {
    if (!('step' in secret)) return this.#packets.secret(secret);
    const { step, derivation, side, index } = secret;
    return this.#steps[step]?.derivations[derivation]?.[side][index]?.reveal();
  }

  entry(entry: TraceEntry, at: number): void {
    this.#traffic[entry.direction] += entry.bytes.length;
    const message = this.#isStep(entry) ? undefined : this.#log.add(entry, at, this.withoutKeys);
    const stream = this.#packets.add(entry, at, message);
    this.#outbox.add({
      traffic: { ...this.#traffic },
      machines: entry.after,
      ...(message ? this.#asMessage(message) : { steps: [this.#addStep(entry, at)] }),
      ...this.#watch(entry, at, message, entry.packet?.message?.payload),
      ...(stream.length > 0 && { stream, keptFrom: this.#packets.keptFrom, sizes: this.#packets.sizes }),
    });
  }

  /** Tells who follows the messages; what comes of it for the page. */
  #watch(
    { direction, bytes }: Pick<TraceEntry, 'direction' | 'bytes'>,
    at: number,
    message: MessageRow | undefined,
    payload: Uint8Array | undefined,
  ): Pick<Update, 'node'> {
    this.node.bytes(direction, bytes.length, at);
    if (message) this.watch?.(message, payload ?? NOTHING);
    if (message === undefined || payload === undefined) return {};
    return this.node.message(message, payload) ? { node: this.node.facts } : {};
  }

  #asMessage(message: MessageRow): Pick<Update, 'messages' | 'unheard' | 'payloadsFrom'> {
    return { messages: [message], unheard: this.#pairs.take(), payloadsFrom: this.#log.payloadsFrom };
  }

  #addStep(entry: TraceEntry, at: number): StepView {
    const step = { index: this.#steps.length, at, ...entry };
    this.#steps.push(entry);
    this.#stepBytes += entry.bytes.length;
    if (entry.direction === 'received') {
      if (entry.step === 'terminator') this.#reached = 'terminator';
      if (entry.packet?.role === 'version') this.#reached = 'encrypted';
    }
    return step;
  }

  v1Entry({ direction, bytes, fields, v1Message }: TraceEntry<V1States>, at: number): void {
    const first = this.#traffic[direction] === 0;
    this.#traffic[direction] += bytes.length;
    const message = this.#log.add({ direction, bytes, fields, ...(v1Message && { v1Message }) }, at);
    const node = this.#watch({ direction, bytes }, at, message, v1Message?.payload);
    const greeting = {
      direction,
      at,
      fields: fields.map(withoutContents),
      bytes: bytes.slice(0, MAX_GREETING_BYTES),
    };
    this.#outbox.add({
      traffic: { ...this.#traffic },
      ...this.#asMessage(message),
      ...node,
      ...(first && { greetings: [greeting] }),
    });
  }

  /** Whether it belongs to the handshake; else it is a row of the messages. */
  #isStep({ step, bytes, packet }: TraceEntry): boolean {
    if (packet?.role === 'message' || (step === 'cut' && this.withoutKeys)) return false;
    if (step !== 'cut' && packet?.role !== 'decoy') return true;
    if (this.#reached === 'encrypted' || this.#reached === 'ready') return false;
    return (
      step === 'cut' ||
      (this.#steps.length < MAX_HANDSHAKE_STEPS && this.#stepBytes + bytes.length <= MAX_HANDSHAKE_BYTES)
    );
  }
}

/** The bytes of a payload are in the greeting already. */
function withoutContents({ value, ...field }: TraceField): TraceField {
  return value === undefined || field.kind === 'contents' ? field : { ...field, value };
}
