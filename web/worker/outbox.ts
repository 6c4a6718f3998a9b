import type { Unheard } from './replies.js';
import type { FromWorker, Greeting, MessageRow, StateMark, StepView, StreamRow, Update } from './protocol.js';

const INTERVAL_MS = 33;
/** The page takes that many in well under a frame; more come in posts of their own, between which it can paint. */
const MAX_ROWS = 400;

type Pending = Update & {
  states: StateMark[];
  steps: StepView[];
  messages: MessageRow[];
  unheard: Unheard[];
  stream: StreamRow[];
  greetings: Greeting[];
};

/** Gathers what changed and posts it about 30 times a second, so that a busy node never floods the page. */
export class Outbox {
  readonly #connection: number;
  readonly #post: (message: FromWorker) => void;
  #pending: Pending | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: number, post: (message: FromWorker) => void) {
    this.#connection = connection;
    this.#post = post;
  }

  add({
    states = [],
    steps = [],
    messages = [],
    unheard = [],
    stream = [],
    greetings = [],
    ...facts
  }: Update): void {
    const pending = (this.#pending ??= {
      states: [],
      steps: [],
      messages: [],
      unheard: [],
      stream: [],
      greetings: [],
    });
    pending.states.push(...states);
    pending.steps.push(...steps);
    pending.messages.push(...messages);
    pending.unheard.push(...unheard);
    pending.stream.push(...stream);
    pending.greetings.push(...greetings);
    Object.assign(pending, facts);
    if (pending.messages.length + pending.stream.length >= MAX_ROWS) return this.flush();
    this.#timer ??= setTimeout(() => this.flush(), INTERVAL_MS);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending === undefined) return;
    this.#post({ type: 'update', connection: this.#connection, update: this.#pending });
    this.#pending = undefined;
  }
}
