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

/** Posts that the page has not taken yet: with more it is behind, and what would bring further ones waits. */
const MAX_OPEN = 8;

/**
 * Gathers what changed and posts it about 30 times a second, so that a busy node never floods the page. The page says
 * of each post that it has taken it; `room` is for whoever could fill its queue otherwise.
 */
export class Outbox {
  readonly #connection: number;
  readonly #post: (message: FromWorker) => void;
  #pending: Pending | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #open = 0;
  readonly #waiting: (() => void)[] = [];

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
    this.#open++;
    this.#post({ type: 'update', connection: this.#connection, update: this.#pending });
    this.#pending = undefined;
  }
  /** The page has taken one more post. */
  taken(): void {
    this.#open--;
    if (this.#open < MAX_OPEN) for (const go of this.#waiting.splice(0)) go();
  }

  /** Resolves once the page has caught up; undefined where it is not behind. */
  room(): Promise<void> | undefined {
    return this.#open < MAX_OPEN ? undefined : new Promise((resolve) => this.#waiting.push(resolve));
  }
}
