import type { TraceEntry } from '../../shared/bip324/trace.js';
import type { Engine } from '../../shared/engine/index.js';
import type { V1States } from '../../shared/v1/states.js';
import { networks } from '../../shared/networks.js';
import { decodeMessage } from '../../shared/messages/index.js';
import { Replayer, type ReplayStep, type SessionEvent } from '../../shared/recording/index.js';
import type { Evidence } from './evidence.js';
import { ExploreGate, explores } from './explore/gate.js';
import type { Named } from './opening.js';
import type { Composing } from './compose/composer.js';
import { ComposeDoor, isComposeQuestion } from './compose/door.js';
import { Outbox } from './outbox.js';
import { Pacer } from './pacer.js';
import { peerFacts } from './peer-facts.js';
import type { ConnectionState, FromWorker, Question } from './protocol.js';
import { recordedFailure } from './recorded-failure.js';
import type { Pace, RecordedEnd, RecordingFacts } from './recordings.js';
import { savedAs } from './save-door.js';
import { headOf } from './tap.js';
import { SessionView } from './view.js';

/** Steps between two looks at the clock and at the page's questions. */
const STEPS_AT_ONCE = 256;
/** A timer that is further away than this is set anew when it comes. */
const MAX_TIMER_MS = 2 ** 30;

export interface ReplayOptions {
  readonly connection: number;
  readonly opened: Named;
  readonly pace: Pace;
  readonly post: (message: FromWorker) => void;
  readonly engine: Engine;
}

/** A recording in place of a connection, played through the same view. */
export class Replay {
  readonly #opened: Named;
  readonly #outbox: Outbox;
  readonly #view: SessionView;
  readonly #explore: ExploreGate;
  readonly #pacer: Pacer;
  readonly #compose: ComposeDoor;
  readonly #replayer: Replayer;
  #pace: Pace;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waits = 0;
  #keysTold = false;
  #peerTold = false;
  #ended: RecordedEnd | undefined;
  #over = false;

  constructor({ connection, opened, pace, post, engine }: ReplayOptions) {
    this.#opened = opened;
    this.#outbox = new Outbox(connection, post);
    const { network, startedAt } = opened.recording.header;
    this.#view = new SessionView(this.#outbox, { startedAt: Date.parse(startedAt), network });
    this.#explore = new ExploreGate({
      network: networks[opened.recording.header.network],
      messages: this.#view.messages,
      hashes: engine,
      live: false,
      peer: () => undefined,
      tell: (chain) => this.#outbox.add({ chain }),
    });
    this.#pace = pace;
    this.#pacer = new Pacer(pace, performance.now());
    this.#replayer = new Replayer(opened.recording, { engine });
    this.#compose = new ComposeDoor(this.#composing);
    this.#view.withoutKeys = this.#replayer.readsWith === 'nothing';
    this.#outbox.add({ engine: engine.name, recording: this.#facts });
    this.#play();
  }

  /** A message of it can be changed, and sent in another session. */
  get #composing(): Composing {
    const { protocol, network } = this.#opened.recording.header;
    return {
      protocol,
      network: networks[network],
      payload: (message) => this.#view.payload(message),
      wire: 'recording',
    };
  }

  /** What is on screen once more, from its start. */
  get again(): Named {
    return this.#opened;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#over = true;
    this.#outbox.flush();
  }

  setPace(pace: Pace): void {
    if (this.#over) return;
    this.#pace = pace;
    this.#pacer.change(pace, performance.now());
    this.#outbox.add({ recording: this.#facts });
    clearTimeout(this.#timer);
    this.#waits++;
    this.#play();
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
        return savedAs(this.#opened.recording, question.as);
      case 'nodeMeasure':
      case 'nodeAskAddresses':
        // What was recorded answers nothing new.
        return { problem: 'This is a recording.' };
      default:
        return this.#view.answer(question);
    }
  }

  get #facts(): RecordingFacts {
    const { durationMs, readsWith, problem } = this.#replayer;
    const { recording, kind, name, damage } = this.#opened;
    // What the bytes do not bear out stands before the place where the file could not be read on.
    const [first, then] = [problem, damage].filter((fault) => fault !== undefined);
    const { protocol, network, startedAt, level } = recording.header;
    return {
      ...{ kind, name, protocol, network, level, durationMs, readsWith },
      startedAt: Date.parse(startedAt),
      pace: this.#pace,
      ...(first && { damage: first }),
      ...(then && { alsoDamaged: then }),
      ...(this.#ended && { ended: this.#ended }),
    };
  }

  /** Shows what is due, and comes back for the rest. */
  #play(): void {
    const room = this.#outbox.room();
    if (room) return void this.#playLater(room);
    const replayer = this.#replayer;
    const steps = replayer.advance(this.#pacer.position(performance.now()), STEPS_AT_ONCE);
    for (const step of steps) this.#show(step);
    if (replayer.done) return this.#finish();
    const next = replayer.nextAt ?? 0;
    if (steps.length < STEPS_AT_ONCE)
      this.#view.passTime(Math.min(next, this.#pacer.position(performance.now())));
    const wait =
      steps.length === STEPS_AT_ONCE
        ? 0
        : this.#pacer.until(Math.min(next, this.#view.nextDue), performance.now());
    if (wait === undefined) return;
    this.#timer = setTimeout(() => this.#play(), Math.min(wait, MAX_TIMER_MS));
  }

  /** The page is behind. What is over meanwhile stays so, and another pace goes on by itself. */
  async #playLater(room: Promise<void>): Promise<void> {
    const wait = ++this.#waits;
    await room;
    if (!this.#over && this.#waits === wait) this.#play();
  }

  #show(step: ReplayStep): void {
    this.#tellKeys();
    switch (step.kind) {
      case 'v2':
        this.#view.entry(step.entry, step.at);
        return this.#learnPeer(step.entry);
      case 'v1':
        this.#view.v1Entry(step.entry, step.at);
        return this.#learnPeer(step.entry);
      case 'event':
        // What its own bytes do not bear out is not shown.
        if (step.contradicted === undefined) this.#event(step.event, step.at);
    }
  }

  #tellKeys(): void {
    const sessionId = this.#keysTold ? undefined : this.#replayer.sessionId;
    if (sessionId === undefined) return;
    this.#keysTold = true;
    this.#view.keys(sessionId);
  }

  /** From its version message, and not from what the file's header says of it. */
  #learnPeer({ direction, packet, v1Message }: TraceEntry | TraceEntry<V1States>): void {
    if (this.#peerTold || direction === 'sent') return;
    const message = packet?.message ?? v1Message;
    if (message?.type !== 'version') return;
    const version = decodeMessage('version', message.payload);
    if (version.kind !== 'decoded' || version.type !== 'version') return;
    this.#peerTold = true;
    this.#outbox.add({ peer: peerFacts(version.value) });
  }

  #event(event: SessionEvent, at: number): void {
    switch (event.type) {
      case 'state': {
        const state = recordedStates.get(event.state);
        if (state === undefined) return;
        if (state === 'ready') this.#view.becameReady();
        return this.#moveTo(state, at);
      }
      case 'stopped':
        this.#ended = event.reason;
        return;
      case 'end': {
        this.#ended = event.state === 'failed' ? 'failed' : (event.by ?? 'unknown');
        const failure = recordedFailure(event, this.#evidence, this.#replayer.failure);
        if (failure) this.#outbox.add({ failure });
        if (event.state === 'failed') this.#moveTo('failed', at);
      }
    }
  }

  get #evidence(): Evidence {
    const { header, items } = this.#opened.recording;
    return {
      target: { host: '', port: 0, bridge: '', network: header.network, protocol: header.protocol },
      ...this.#view.traffic,
      head: headOf(
        items.flatMap((item) => (item.kind === 'chunk' && item.direction === 'received' ? [item.bytes] : [])),
      ),
      reached: this.#view.reached,
      origin: '',
    };
  }

  #finish(): void {
    this.#tellKeys();
    this.#over = true;
    this.#pace = 'at-once';
    this.#view.ended(this.#replayer.durationMs);
    this.#ended ??= (this.#opened.damage ?? this.#replayer.problem) ? 'damaged' : 'unknown';
    this.#outbox.add({ recording: this.#facts });
    if (this.#ended !== 'failed') this.#moveTo('closed', this.#replayer.durationMs);
    this.#outbox.flush();
  }

  #moveTo(state: ConnectionState, at: number): void {
    this.#outbox.add({ states: [{ state, at }] });
  }
}

/** States that a session goes through, by the names that a recording has for them. */
const recordedStates: ReadonlyMap<string, ConnectionState> = new Map(
  (['connecting', 'handshaking', 'negotiating', 'ready'] as const).map((state) => [state, state]),
);
