import {
  readRecording,
  Replayer,
  type Recording,
  type RecordingError,
  type ReplayStep,
  type SessionEvent,
} from '../../shared/recording/index.js';
import { sentence } from './evidence.js';
import { Outbox } from './outbox.js';
import { Pacer } from './pacer.js';
import type { ConnectionState, Failure, FromWorker, Question } from './protocol.js';
import type { Pace, RecordingKind, RecordingProblem } from './recordings.js';
import { saved } from './save.js';
import { SessionView } from './view.js';

/** Steps between two looks at the clock and at the page's questions. */
const STEPS_AT_ONCE = 256;
/** A timer that is further away than this is set anew when it comes. */
const MAX_TIMER_MS = 2 ** 30;

export type Source =
  | { readonly kind: RecordingKind; readonly name: string; open(signal: AbortSignal): Promise<Opened> }
  | { readonly kind: 'again'; readonly recording: Recording; readonly as: Named };

export interface Opened {
  readonly bytes: ReadableStream<Uint8Array>;
  /** In bytes, where it is known. */
  readonly total?: number;
}

/** What the page is told of where a recording came from. */
interface Named {
  readonly kind: RecordingKind;
  readonly name: string;
  readonly damage?: RecordingProblem | undefined;
}

/** A recording in place of a connection: read, then played through the same view. */
export class Replay {
  readonly #outbox: Outbox;
  readonly #view: SessionView;
  readonly #pacer: Pacer;
  readonly #abort = new AbortController();
  #pace: Pace;
  #named: Named;
  #recording: Recording | undefined;
  #replayer: Replayer | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #keysTold = false;
  #state: ConnectionState = 'opening';
  #over = false;

  constructor(connection: number, source: Source, pace: Pace, post: (message: FromWorker) => void) {
    this.#outbox = new Outbox(connection, post);
    this.#view = new SessionView(this.#outbox);
    this.#pace = pace;
    this.#pacer = new Pacer(pace, performance.now());
    if (source.kind === 'again') {
      this.#named = source.as;
      this.#begin(source.recording, source.as.damage);
      return;
    }
    this.#named = { kind: source.kind, name: source.name };
    source
      .open(this.#abort.signal)
      .then((opened) => this.#read(opened))
      .catch((error: unknown) => this.#unreadable(error));
  }

  /** What is on screen once more, from its start. */
  get again(): Source | undefined {
    return this.#recording && { kind: 'again', recording: this.#recording, as: this.#named };
  }

  close(): void {
    this.#abort.abort();
    clearTimeout(this.#timer);
    if (this.#over) return;
    this.#over = true;
    this.#moveTo('closed', this.#replayer?.nextAt ?? 0);
    this.#outbox.flush();
  }

  setPace(pace: Pace): void {
    const recording = this.#replayer && { ...this.#facts(this.#replayer), pace };
    this.#pace = pace;
    this.#pacer.change(pace, performance.now());
    if (this.#over || recording === undefined) return;
    this.#outbox.add({ recording });
    clearTimeout(this.#timer);
    this.#play();
  }

  answer(question: Question): unknown {
    return question.about === 'save' ? saved(this.#recording, question.as) : this.#view.answer(question);
  }

  async #read({ bytes, total }: Opened): Promise<void> {
    const read = await readRecording(bytes, {
      signal: this.#abort.signal,
      onProgress: (bytes) =>
        this.#outbox.add({ reading: { read: bytes, ...(total !== undefined && { total }) } }),
      pause: () => new Promise((resolve) => setTimeout(resolve)),
    });
    if (this.#over || read.state === 'cancelled') return;
    if (read.state === 'refused')
      return this.#named.kind === 'bundled' ? this.#withdraw() : this.#fail(read.damage);
    this.#begin(read.recording, read.state === 'damaged' ? read.damage : undefined);
  }

  #begin(recording: Recording, damage: RecordingError | RecordingProblem | undefined): void {
    this.#recording = recording;
    this.#replayer = new Replayer(recording);
    this.#view.withoutKeys = this.#replayer.readsWith === 'nothing';
    this.#named = { ...this.#named, damage: damage ?? this.#replayer.problem };
    this.#outbox.add({
      engine: 'noble',
      reading: undefined,
      recording: this.#facts(this.#replayer),
    });
    this.#pacer.change(this.#pace, performance.now());
    this.#play();
  }

  #facts(replayer: Replayer) {
    const { header } = replayer.recording;
    const { damage, ...named } = this.#named;
    return {
      ...named,
      protocol: header.protocol,
      network: header.network,
      startedAt: Date.parse(header.startedAt),
      durationMs: replayer.durationMs,
      level: header.level,
      readsWith: replayer.readsWith,
      pace: this.#pace,
      ...(damage && { damage }),
    };
  }

  /** Shows what is due, and comes back for the rest. */
  #play(): void {
    const replayer = this.#replayer!;
    const steps = replayer.advance(this.#pacer.position(performance.now()), STEPS_AT_ONCE);
    for (const step of steps) this.#show(step);
    if (this.#over) return;
    if (replayer.done) return this.#finish(replayer);
    const wait =
      steps.length === STEPS_AT_ONCE ? 0 : this.#pacer.until(replayer.nextAt ?? 0, performance.now());
    if (wait === undefined) return;
    this.#timer = setTimeout(() => this.#play(), Math.min(wait, MAX_TIMER_MS));
  }

  #show(step: ReplayStep): void {
    this.#tellKeys();
    switch (step.kind) {
      case 'v2':
        return this.#view.entry(step.entry, step.at);
      case 'v1':
        return this.#view.v1Entry(step.entry, step.at);
      case 'event':
        return this.#event(step.event, step.at);
    }
  }

  #tellKeys(): void {
    const sessionId = this.#keysTold ? undefined : this.#replayer?.sessionId;
    if (sessionId === undefined) return;
    this.#keysTold = true;
    this.#view.keys(sessionId);
  }

  #event(event: SessionEvent, at: number): void {
    if (event.type === 'state') {
      const state = recordedStates.get(event.state);
      if (state === undefined) return;
      if (state === 'ready') this.#view.becameReady();
      if (state === 'negotiating' || state === 'ready') this.#tellPeer();
      this.#moveTo(state, at);
    } else if (event.type === 'end' && event.state === 'failed') {
      this.#outbox.add({ failure: failed(event.code) });
      this.#moveTo('failed', at);
    }
  }

  #tellPeer(): void {
    const peer = this.#recording?.header.peer;
    if (peer === undefined) return;
    const { userAgent = '', version = 0, services = [], height = 0 } = peer;
    this.#outbox.add({ peer: { userAgent, version, services, height } });
  }

  #finish(replayer: Replayer): void {
    this.#tellKeys();
    this.#over = true;
    const problem = replayer.problem;
    if (problem && !this.#named.damage) this.#named = { ...this.#named, damage: problem };
    this.#pace = 'at-once';
    this.#outbox.add({ recording: this.#facts(replayer) });
    if (this.#state !== 'failed') this.#moveTo('closed', replayer.durationMs);
    this.#outbox.flush();
  }

  #fail(problem: RecordingError): void {
    this.#over = true;
    const { message, hint, code, line, offset } = problem;
    const place = line > 0 ? [`line ${line}, byte ${offset} of the file`] : [];
    this.#outbox.add({
      reading: undefined,
      failure: {
        code: 'recording',
        title: 'This recording cannot be opened',
        message: sentence(message),
        hint,
        seen: [`file: ${this.#named.name}`, ...place],
        cause: code,
      },
    });
    this.#moveTo('failed', 0);
    this.#outbox.flush();
  }
  /** The bundled one is no more than an offer: without it the page is idle. */
  #withdraw(): void {
    this.#over = true;
    this.#outbox.add({ reading: undefined });
    this.#moveTo('idle', 0);
    this.#outbox.flush();
  }

  #unreadable(error: unknown): void {
    if (this.#over) return;
    if (this.#named.kind === 'bundled') return this.#withdraw();
    this.#fail({
      code: 'unreadable',
      message: error instanceof Error ? error.message : 'the file could not be read',
      hint: 'Choose the file again.',
      line: 0,
      offset: 0,
    });
  }

  #moveTo(state: ConnectionState, at: number): void {
    this.#state = state;
    this.#outbox.add({ states: [{ state, at }] });
  }
}

/** States that a session goes through, by the names that a recording has for them. */
const recordedStates: ReadonlyMap<string, ConnectionState> = new Map(
  (['connecting', 'handshaking', 'negotiating', 'ready'] as const).map((state) => [state, state]),
);

const failed = (cause = 'unknown'): Failure => ({
  code: 'peer',
  title: 'The recorded session ended with an error',
  message: 'The recording tells which: its name is below. All bytes up to it are on screen.',
  hint: 'Look at the last step, or at the last packet of the stream.',
  seen: ['recorded, not live'],
  cause,
});
