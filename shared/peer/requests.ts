import { type DecodedMessage, type MessageMap, type DecodedType } from '../messages/index.js';
import { type Timers } from './clock.js';
import { peerErrors, PeerFailure, type PeerError } from './errors.js';

export interface RequestOptions {
  /** Milliseconds; the peer's `requestMs` by default. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

interface Waiting {
  /** Takes the message if it is the one. */
  offer(message: DecodedMessage): boolean;
  fail(error: PeerError): void;
}

/** Those who wait for an answer, oldest first; an answer satisfies the first whom it fits. */
export class Requests {
  readonly #timers: Timers;
  readonly #waiting = new Set<Waiting>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** The value of the next message of this type that fits. Rejects with a PeerFailure. */
  expect<T extends DecodedType>(
    type: T,
    fits: (value: MessageMap[T]) => boolean,
    { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal | undefined },
  ): Promise<MessageMap[T]> {
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
      const waiting: Waiting = {
        fail,
        offer: (message) => {
          if (message.kind !== 'decoded' || message.type !== type) return false;
          const value = message.value as MessageMap[T];
          let fit: boolean;
          try {
            fit = fits(value);
          } catch (error) {
            // The caller's fault, and the caller's to know; the session goes on.
            settle();
            reject(error);
            return false;
          }
          if (!fit) return false;
          settle();
          resolve(value);
          return true;
        },
      };
      const onAbort = () => fail(peerErrors.aborted());
      const cancelTimer = this.#timers.after(timeoutMs, () =>
        fail(peerErrors.requestTimedOut(type, timeoutMs)),
      );
      this.#waiting.add(waiting);
      if (signal?.aborted === true) onAbort();
      else signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** @returns whether someone was waiting for this message */
  offer(message: DecodedMessage): boolean {
    for (const waiting of this.#waiting) if (waiting.offer(message)) return true;
    return false;
  }

  fail(error: PeerError): void {
    for (const waiting of [...this.#waiting]) waiting.fail(error);
  }
}
