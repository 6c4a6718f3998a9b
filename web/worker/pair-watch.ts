import type { DecodedMessage } from '../../shared/messages/index.js';
import { networks, type NetworkName } from '../../shared/networks.js';
import { decodeLeniently } from '../../shared/peer/lenient.js';
import { Pairing, type Unanswered } from '../../shared/peer/pairing.js';
import { MAX_OPEN_REQUESTS, NO_ANSWER_MS, NO_SLOW_ANSWER_MS } from './limits.js';
import type { MessageRow } from './protocol.js';
import type { Unheard } from './replies.js';

/**
 * Which row answers which, both ways. It sees each message once, beside the log, and holds what is open, bounded by
 * `Pairing`; what it found is the page's to keep. Times are milliseconds since the session's start.
 */
export class PairWatch {
  readonly #pairing: Pairing;
  /** Nothing is overdue before; it may be too early, as answers put it off. */
  #due = Infinity;
  #seen = 0;
  #unheard: Unheard[] = [];

  constructor(network: NetworkName) {
    this.#pairing = new Pairing(networks[network], {
      maxOpen: MAX_OPEN_REQUESTS,
      timeoutMs: NO_ANSWER_MS,
      slowTimeoutMs: NO_SLOW_ANSWER_MS,
    });
  }

  /** The message of the next row. @returns what its row says of it */
  see(
    index: number,
    {
      direction,
      at,
      type,
      payload,
    }: Pick<MessageRow, 'direction' | 'at'> & { type: string; payload: Uint8Array },
    message: DecodedMessage,
  ): Pick<MessageRow, 'waits' | 'answers'> {
    this.passTime(at);
    this.#seen = index + 1;
    // Nodes do not mind bytes behind the end of a message.
    const heard = message.kind === 'malformed' ? decodeLeniently(type, payload) : message;
    const { answers, waits, dropped } = this.#pairing.see(index, direction, at, heard);
    for (const request of dropped) this.#unheard.push({ kind: 'unfollowed', request, seen: index });
    if (waits) this.#due = Math.min(this.#due, at + NO_ANSWER_MS);
    return { ...(waits && { waits }), ...(answers.length > 0 && { answers }) };
  }

  /** When `passTime` may find something next. */
  get nextDue(): number {
    return this.#due;
  }

  passTime(now: number): void {
    if (now < this.#due) return;
    this.#tell('silent', this.#pairing.overdue(now));
    this.#due = this.#pairing.nextDue ?? Infinity;
  }

  /** The session is over: what is open stays so. */
  end(now: number): void {
    this.passTime(now);
    this.#tell('ended', this.#pairing.unanswered(now));
    this.#due = Infinity;
  }

  /** What was found since the last call of requests that nothing, or not everything, came for. */
  take(): Unheard[] {
    if (this.#unheard.length === 0) return [];
    const unheard = this.#unheard;
    this.#unheard = [];
    return unheard;
  }

  #tell(kind: 'silent' | 'ended', found: readonly Unanswered[]): void {
    for (const { request, ms, missing, of, why } of found)
      this.#unheard.push({ kind, request, seen: this.#seen, ms, missing, of, why: why.text });
  }
}
