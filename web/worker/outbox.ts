import type { FromWorker, Update } from './protocol.js';

const INTERVAL_MS = 33;

/** Gathers what changed and posts it about 30 times a second, so that a busy node never floods the page. */
export class Outbox {
  readonly #connection: number;
  readonly #post: (message: FromWorker) => void;
  #pending: Update | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: number, post: (message: FromWorker) => void) {
    this.#connection = connection;
    this.#post = post;
  }

  add(update: Update): void {
    const before = this.#pending ?? {};
    this.#pending = {
      ...before,
      ...update,
      ...joined(before, update, 'states'),
      ...joined(before, update, 'steps'),
      ...joined(before, update, 'messages'),
    };
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

function joined<K extends 'states' | 'steps' | 'messages'>(before: Update, update: Update, key: K): Update {
  const list = [...(before[key] ?? []), ...(update[key] ?? [])];
  return list.length === 0 ? {} : { [key]: list };
}
