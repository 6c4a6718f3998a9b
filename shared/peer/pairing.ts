import { fromHex } from '../bytes.js';
import { type DecodedMessage } from '../messages/index.js';
import { type Network } from '../networks.js';
import { OpenRequests, type OpenRequest } from './open-requests.js';
import { claimsOf, expectationOf } from './pairing-keys.js';
import { silence, type Silence } from './silence.js';

type Direction = 'sent' | 'received';

export interface PairingOptions {
  /** Requests of one type and direction that are followed; 64. */
  maxOpen?: number;
  /** Things that the requests of one direction may wait for in all, some 500 bytes each; 10,000. */
  maxKeys?: number;
  /** How long a request may wait, also for each further part of its answer; 30 s. */
  timeoutMs?: number;
  /**
   * The same where nodes answer after a random while: getaddr; 120 s. To mempool as well, but one that is empty has no
   * answer: silence is told after `timeoutMs`, and what comes until this is paired all the same.
   */
  slowTimeoutMs?: number;
}

/** A message that answers an earlier one. */
export interface PairedAnswer {
  /** The number of the message that it answers. */
  readonly request: number;
  readonly requestType: string;
  /** Since the request, in milliseconds. */
  readonly ms: number;
  /** Things that came so far, or were said to be missing, and how many were asked for: 1 for most. */
  readonly done: number;
  readonly of: number;
  /** The message is the n-th that belongs to the answer, from 1. */
  readonly part: number;
  /** Nothing more is waited for. */
  readonly complete: boolean;
  /** The answer is `notfound`. */
  readonly notFound: boolean;
  /** Whether it bears what only this answer does: a hash, a nonce. Otherwise an announcement could look the same. */
  readonly certain: boolean;
}

export interface Pairs {
  /** None for a message that answers nothing; several where a `notfound` is for several. */
  readonly answers: readonly PairedAnswer[];
  /** The message is a request, and is followed. */
  readonly waits: boolean;
  /** Requests that are followed no longer, to make room: the message itself where it asks for more than fits. */
  readonly dropped: readonly number[];
}

/** A request that nothing, or not everything, came for. */
export interface Unanswered {
  readonly request: number;
  readonly requestType: string;
  readonly direction: Direction;
  /** Since the request, or since the latest part of the answer. */
  readonly ms: number;
  /** Things that did not come, and how many were asked for. */
  readonly missing: number;
  readonly of: number;
  /** Why, as likely as not. */
  readonly why: Silence;
}

const SLOW: ReadonlySet<string> = new Set(['getaddr']);
/** Likely to have no answer, and answered after a random while otherwise. */
const EITHER: ReadonlySet<string> = new Set(['mempool']);
/** Whose answers look like announcements: once it is late, what comes is one. */
const LIKE_NEWS: ReadonlySet<string> = new Set(['getaddr', 'mempool', 'getblocks', 'getheaders']);
const NO_PAIRS: Pairs = { answers: [], waits: false, dropped: [] };

/**
 * Which message answers which, both ways, whoever sent it: the session, a question of `ask`, a person. It is shown each
 * message once, in order, and keeps of it only what an answer is told by: hashes, nonces. Memory is bounded by
 * `maxOpen` and `maxKeys`; time is that of the message's own entries. What is malformed or opaque is no request and no
 * answer: nodes pass over it.
 *
 * A request goes to the oldest that it fits. Followed are version–verack, ping–pong, getheaders–headers,
 * getblocks–inv, getdata–tx, block, merkleblock, cmpctblock and notfound, getblocktxn–blocktxn (or block),
 * getaddr–addr and addrv2, mempool–inv, getcfilters–cfilter (many), getcfheaders–cfheaders, getcfcheckpt–cfcheckpt.
 */
export class Pairing {
  readonly #open: Readonly<Record<Direction, OpenRequests>>;
  readonly #genesis: Uint8Array;
  readonly #timeoutMs: number;
  readonly #slowTimeoutMs: number;
  /** Who has set a Bloom filter. */
  readonly #filtered: Record<Direction, boolean> = { sent: false, received: false };
  /** Behind a merkleblock the transactions follow that it proves; they answer the same request. */
  readonly #proven: Record<Direction, (PairedAnswer & { readonly at: number }) | undefined> = {
    sent: undefined,
    received: undefined,
  };

  constructor(network: Network, options: PairingOptions = {}) {
    const { maxOpen = 64, maxKeys = 10_000, timeoutMs = 30_000, slowTimeoutMs = 120_000 } = options;
    this.#open = { sent: new OpenRequests(maxOpen, maxKeys), received: new OpenRequests(maxOpen, maxKeys) };
    this.#genesis = fromHex(network.genesis.hash).reverse();
    this.#timeoutMs = timeoutMs;
    this.#slowTimeoutMs = slowTimeoutMs;
  }

  /**
   * The next message of the session.
   * @param index the caller's number of it, by which it is named later
   * @param at the clock's milliseconds
   */
  see(index: number, direction: Direction, at: number, message: DecodedMessage | { kind: 'unknown' }): Pairs {
    const proven = this.#proven[direction];
    this.#proven[direction] = undefined;
    if (message.kind !== 'decoded') return NO_PAIRS;
    const { type } = message;
    const asked = this.#open[direction === 'sent' ? 'received' : 'sent'];
    // Most messages come while nothing is waited for: then nothing is hashed.
    const hits = asked.size === 0 ? [] : asked.take(claimsOf(message), at);
    const answers = hits.map(({ request, certain }): PairedAnswer => ({
      request: request.index,
      requestType: request.type,
      ms: at - request.at,
      done: request.of - request.missing.size,
      of: request.of,
      part: request.messages,
      complete: !asked.has(request),
      notFound: type === 'notfound',
      certain,
    }));
    if (type === 'merkleblock' && answers[0] !== undefined)
      this.#proven[direction] = { ...answers[0], at: hits[0]!.request.at };
    if (type === 'tx' && answers.length === 0 && proven !== undefined) {
      const { at: askedAt, ...before } = proven;
      const answer = { ...before, ms: at - askedAt, part: proven.part + 1, certain: false };
      this.#proven[direction] = { ...answer, at: askedAt };
      answers.push(answer);
    }
    if (type === 'filterload') this.#filtered[direction] = true;
    if (type === 'filterclear') this.#filtered[direction] = false;
    const expectation = expectationOf(message, this.#genesis, this.#filtered[direction]);
    if (expectation === undefined) return { answers, waits: false, dropped: [] };
    const dropped = this.#open[direction].add(index, type, at, expectation).map((request) => request.index);
    return { answers, waits: !dropped.includes(index), dropped };
  }

  /**
   * Those that have waited for too long by now, oldest first, each told once. A later answer is still paired, unless it
   * would look like news: to getheaders, getblocks, getaddr and mempool.
   */
  overdue(now: number): Unanswered[] {
    const late: Unanswered[] = [];
    for (const [direction, request] of [...this.#pending()]) {
      if (this.#dueOf(request) > now) continue;
      if (!request.told) late.push(unanswered(direction, request, now));
      const last = request.told || !EITHER.has(request.type);
      request.told = true;
      if (last && LIKE_NEWS.has(request.type)) this.#open[direction].remove(request);
    }
    return late.sort((a, b) => a.request - b.request);
  }

  /** When to look for overdue ones next; undefined while there is nothing that could become so. */
  get nextDue(): number | undefined {
    let next: number | undefined;
    for (const [, request] of this.#pending()) next = Math.min(next ?? Infinity, this.#dueOf(request));
    return next;
  }

  /** All that are not answered, overdue or not, oldest first: what the end of a session leaves open. */
  unanswered(now: number): Unanswered[] {
    return (['sent', 'received'] as const)
      .flatMap((direction) =>
        [...this.#open[direction]].map((request) => unanswered(direction, request, now)),
      )
      .sort((a, b) => a.request - b.request);
  }

  /** Those that time changes something about. */
  *#pending(): Generator<[Direction, OpenRequest]> {
    for (const direction of ['sent', 'received'] as const)
      for (const request of this.#open[direction])
        if (!request.told || EITHER.has(request.type)) yield [direction, request];
  }

  #dueOf({ type, lastAt, told }: OpenRequest): number {
    return lastAt + (told || SLOW.has(type) ? this.#slowTimeoutMs : this.#timeoutMs);
  }
}

function unanswered(direction: Direction, request: OpenRequest, now: number): Unanswered {
  const { index, type, lastAt, missing, of } = request;
  const [first] = missing;
  return {
    request: index,
    requestType: type,
    direction,
    ms: now - lastAt,
    missing: missing.size,
    of,
    why: silence(direction === 'received' ? 'not-served-here' : first!.silence),
  };
}
