import type { FromWorker, MessageRow, StateMark, StepView, Update } from './protocol.js';

const INTERVAL_MS = 33;

type Pending = Update & { states: StateMark[]; steps: StepView[]; messages: MessageRow[] };

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

  add({ states = [], steps = [], messages = [], ...facts }: Update): void {
    const pending = (this.#pending ??= { states: [], steps: [], messages: [] });
    pending.states.push(...states);
    pending.steps.push(...steps);
    pending.messages.push(...messages);
    Object.assign(pending, facts);
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
