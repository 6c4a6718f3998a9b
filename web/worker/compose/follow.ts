/** What comes of the messages that were sent from here: their answers, or silence. */
import { decodeMessage, type DecodedMessage } from '../../../shared/messages/index.js';
import type { Network } from '../../../shared/networks.js';
import { Pairing, whySilent } from '../../../shared/peer/index.js';
import { NO_ANSWER_MS, NO_SLOW_ANSWER_MS } from '../limits.js';
import type { MessageRow } from '../protocol.js';
import type { AnswerPart, Outcome } from './protocol.js';

const MAX_FOLLOWED = 32;
const MAX_PARTS = 5;

interface Followed {
  outcome: Outcome;
  readonly waiting: Set<() => void>;
}

const nothing: Outcome = { version: 0, state: 'unfollowed', parts: [], count: 0, done: 0, of: 0 };

export class Follower {
  readonly #now: () => number;
  readonly #pairing: Pairing;
  readonly #followed = new Map<number, Followed>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param now on the clock of the rows, in ms */
  constructor(network: Network, now: () => number) {
    this.#now = now;
    this.#pairing = new Pairing(network, {
      timeoutMs: NO_ANSWER_MS,
      slowTimeoutMs: NO_SLOW_ANSWER_MS,
    });
  }

  /** Every message from the first that is followed on, in order. @param ours sent from here, to be followed */
  see(row: MessageRow, payload: Uint8Array, ours: boolean): void {
    const { index, direction, at } = row;
    const read = row.role === 'message' || row.role === 'unknown';
    const message: DecodedMessage | { kind: 'unknown' } =
      read && row.type !== undefined ? decodeMessage(row.type, payload) : { kind: 'unknown' };
    const { answers, waits, dropped } = this.#pairing.see(index, direction, at, message);
    if (ours) this.#follow(index, waits, message);
    for (const request of dropped) this.#change(request, { state: 'unfollowed' });
    for (const { request, ms, notFound, certain, complete, done, of } of answers) {
      const outcome = this.#followed.get(request)?.outcome;
      if (outcome === undefined) continue;
      const part: AnswerPart = { message: index, type: row.type ?? '', ms, notFound, certain };
      this.#change(request, {
        state: complete ? 'answered' : 'waiting',
        parts: outcome.parts.length < MAX_PARTS ? [...outcome.parts, part] : outcome.parts,
        count: outcome.count + 1,
        done,
        of,
      });
    }
    this.#wake();
  }

  /** Waits for something newer than `version`; at once where nothing more can come. */
  async outcome(message: number, version: number, signal: AbortSignal): Promise<Outcome> {
    const followed = this.#followed.get(message);
    if (followed === undefined) return nothing;
    if (followed.outcome.version <= version) {
      await new Promise<void>((resolve) => {
        followed.waiting.add(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    return followed.outcome;
  }

  #follow(index: number, waits: boolean, message: DecodedMessage | { kind: 'unknown' }): void {
    const silence = message.kind === 'decoded' ? whySilent(message) : undefined;
    const outcome: Outcome = {
      ...nothing,
      version: 1,
      state: waits ? 'waiting' : 'no-question',
      ...(!waits && silence && { why: silence.text }),
    };
    this.#followed.set(index, { outcome, waiting: new Set() });
    const [oldest] = this.#followed.keys();
    if (this.#followed.size > MAX_FOLLOWED) this.#forget(oldest!);
  }

  #forget(message: number): void {
    this.#change(message, { state: 'unfollowed' });
    this.#followed.delete(message);
  }

  #change(message: number, change: Partial<Outcome>): void {
    const followed = this.#followed.get(message);
    if (followed === undefined) return;
    followed.outcome = { ...followed.outcome, ...change, version: followed.outcome.version + 1 };
    for (const told of followed.waiting) told();
    followed.waiting.clear();
  }

  /** Looks for what has waited for too long, when the next may have. */
  #wake(): void {
    clearTimeout(this.#timer);
    const now = this.#now();
    for (const { request, direction, ms, missing, of, why } of this.#pairing.overdue(now))
      if (direction === 'sent')
        this.#change(request, { state: 'silent', why: why.text, waitedMs: ms, done: of - missing, of });
    const { nextDue } = this.#pairing;
    if (nextDue !== undefined) this.#timer = setTimeout(() => this.#wake(), Math.max(20, nextDue - now));
  }
}
