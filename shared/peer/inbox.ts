/**
 * Messages between the pump that delivers them and the loops that iterate them. While nobody iterates, the most
 * recent ones are kept and older ones dropped; from the first iterator on nothing is dropped, and the inbox is
 * `full` while any iterator is behind the mark, so that the pump stops reading.
 */
export class Inbox<T> {
  readonly #mark: InboxMark;
  readonly #sizeOf: (item: T) => number;
  readonly #drained: () => void;
  readonly #backlog: Queue<T>;
  readonly #readers = new Set<Queue<T>>();
  #closed = false;

  /** @param drained called whenever the inbox may have stopped being full */
  constructor(mark: InboxMark, sizeOf: (item: T) => number, drained: () => void) {
    this.#mark = mark;
    this.#sizeOf = sizeOf;
    this.#drained = drained;
    this.#backlog = new Queue(sizeOf);
  }

  get full(): boolean {
    for (const reader of this.#readers) if (this.#behind(reader)) return true;
    return false;
  }

  push(item: T): void {
    if (this.#closed) return;
    for (const reader of this.#readers) reader.push(item);
    if (this.#readers.size > 0) return;
    this.#backlog.push(item);
    while (this.#backlog.length > 1 && this.#over(this.#backlog)) this.#backlog.shift();
  }

  /** What was pushed is still delivered; then the iterators end. */
  close(): void {
    this.#closed = true;
    for (const reader of this.#readers) reader.wake();
  }

  /** An iterator over every message from here on; the first also gets what was kept. */
  iterate(): AsyncIterableIterator<T> {
    const queue = new Queue(this.#sizeOf);
    for (let kept = this.#backlog.shift(); kept !== undefined; kept = this.#backlog.shift()) queue.push(kept);
    this.#readers.add(queue);
    const leave = () => {
      this.#readers.delete(queue);
      queue.wake();
      this.#drained();
    };
    const next = async (): Promise<IteratorResult<T, undefined>> => {
      for (;;) {
        const item = queue.shift();
        if (item !== undefined) {
          this.#drained();
          return { done: false, value: item };
        }
        if (this.#closed || !this.#readers.has(queue)) return { done: true, value: undefined };
        await queue.change();
      }
    };
    return {
      next,
      return: () => {
        leave();
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  #behind(queue: Queue<T>): boolean {
    return queue.length >= this.#mark.messages || queue.bytes >= this.#mark.bytes;
  }

  #over(queue: Queue<T>): boolean {
    return queue.length > this.#mark.messages || queue.bytes > this.#mark.bytes;
  }
}

/** How far an iterator may be behind before reading stops. */
export interface InboxMark {
  readonly messages: number;
  /** of payloads */
  readonly bytes: number;
}

/** First in, first out, in constant time each; counts the bytes it holds. */
class Queue<T> {
  readonly #sizeOf: (item: T) => number;
  #items: (T | undefined)[] = [];
  #head = 0;
  #waiting: (() => void)[] = [];
  bytes = 0;

  constructor(sizeOf: (item: T) => number) {
    this.#sizeOf = sizeOf;
  }

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
    this.bytes += this.#sizeOf(item);
    this.wake();
  }

  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#items[this.#head++] = undefined;
    if (this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    this.bytes -= this.#sizeOf(item);
    return item;
  }

  change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
