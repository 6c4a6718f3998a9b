import { type DecodedMessage, type KnownMessage } from '../messages/index.js';
import { type Timers } from './clock.js';
import { peerErrors, PeerFailure, type PeerError } from './errors.js';

export interface RequestOptions {
  /** Milliseconds; the peer's `requestMs` by default. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

interface Waiting {
  /** Takes the message if it is one that this one waits for. */
  offer(message: KnownMessage): boolean;
  fail(error: PeerError): void;
}

/** What a message is to somebody who waits: nothing of theirs, a part after which they wait on, or the answer. */
export type Taken<T> = undefined | 'part' | { readonly answer: T };

interface WaitOptions {
  /** Without an answer, or a part of one. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** Those who wait for an answer, oldest first; an answer satisfies the first whom it fits. */
export class Requests {
  readonly #timers: Timers;
  readonly #readingPaused: () => boolean;
  readonly #waiting = new Set<Waiting>();

  /** @param readingPaused whether our own consumers hold reading up */
  constructor(timers: Timers, readingPaused: () => boolean) {
    this.#timers = timers;
    this.#readingPaused = readingPaused;
  }

  /**
   * The answer that `take` finds. Rejects with a PeerFailure, or with what `take` throws.
   * @param request what is asked for, in words
   */
  wait<T>(
    request: string,
    take: (message: KnownMessage) => Taken<T>,
    { timeoutMs, signal }: WaitOptions,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        this.#waiting.delete(waiting);
        cancelTimer();
        signal?.removeEventListener('abort', onAbort);
      };
      const fail = (error: PeerError) => {
        settle();
        reject(new PeerFailure(error));
      };
      const startTimer = () =>
        this.#timers.after(timeoutMs, () =>
          fail(peerErrors.requestTimedOut(request, timeoutMs, this.#readingPaused())),
        );
      const waiting: Waiting = {
        fail,
        offer: (message) => {
          let taken: Taken<T>;
          try {
            taken = take(message);
          } catch (error) {
            // Not the answer, or the caller's own fault: theirs to know, and the session goes on.
            settle();
            reject(error);
            return error instanceof PeerFailure;
          }
          if (taken === undefined) return false;
          if (taken === 'part') {
            cancelTimer();
            cancelTimer = startTimer();
          } else {
            settle();
            resolve(taken.answer);
          }
          return true;
        },
      };
      const onAbort = () => fail(peerErrors.aborted());
      let cancelTimer = startTimer();
      this.#waiting.add(waiting);
      if (signal?.aborted === true) onAbort();
      else signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** @returns whether someone was waiting for this message */
  offer(message: DecodedMessage): boolean {
    if (message.kind !== 'decoded') return false;
    for (const waiting of this.#waiting) if (waiting.offer(message)) return true;
    return false;
  }

  fail(error: PeerError): void {
    for (const waiting of [...this.#waiting]) waiting.fail(error);
  }
}
