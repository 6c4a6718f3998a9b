import { MAX_FILTERS } from '../messages/index.js';
import { isMarked, type Claims, type Expectation } from './pairing-keys.js';
import { type SilenceCode } from './silence.js';

/** A request that waits for its answer, or has waited for it too long. */
export interface OpenRequest {
  /** The caller's number of the message. */
  readonly index: number;
  readonly type: string;
  /** The clock's milliseconds. */
  readonly at: number;
  /** When a part of the answer came last. */
  lastAt: number;
  /** It was told that nothing came. */
  told: boolean;
  /** How many things were asked for, and which have not come, in order. */
  readonly of: number;
  readonly missing: Set<Waiting>;
  /** What bears its key belongs to the answer, and more follows. */
  part: Waiting | undefined;
  /** Messages that brought something. */
  messages: number;
}

/** One thing that a request waits for: whatever bears one of the keys. */
interface Waiting {
  readonly request: OpenRequest;
  readonly keys: readonly string[];
  readonly silence: SilenceCode;
}

export interface Hit {
  readonly request: OpenRequest;
  /** The message bears what only an answer does. */
  readonly certain: boolean;
}

/** The requests of one side that are not answered: at most so many of each type, and so many keys in all. */
export class OpenRequests {
  readonly #maxOpen: number;
  readonly #maxKeys: number;
  /** Oldest first, with a serial number. */
  readonly #all = new Map<OpenRequest, number>();
  readonly #byType = new Map<string, Set<OpenRequest>>();
  /** Who waits for a key, oldest first. */
  readonly #waiting = new Map<string, Set<Waiting>>();
  #keys = 0;
  #serial = 0;

  constructor(maxOpen: number, maxKeys: number) {
    this.#maxOpen = maxOpen;
    this.#maxKeys = maxKeys;
  }

  get size(): number {
    return this.#all.size;
  }

  [Symbol.iterator](): IterableIterator<OpenRequest> {
    return this.#all.keys();
  }

  has(request: OpenRequest): boolean {
    return this.#all.has(request);
  }

  /** @returns those that had to go for it: itself, where it alone is more than fits */
  add(index: number, type: string, at: number, { slots, part }: Expectation): OpenRequest[] {
    const missing = new Set<Waiting>();
    const request: OpenRequest = {
      ...{ index, type, at, lastAt: at, told: false, of: slots.length, missing, messages: 0 },
      part: undefined,
    };
    for (const { keys, silence } of slots) missing.add({ request, keys, silence });
    if (part !== undefined) request.part = { request, keys: [part], silence: slots[0]!.silence };
    const keys = [...waitingOf(request)].reduce((sum, each) => sum + each.keys.length, 0);
    if (keys > this.#maxKeys) return [request];
    const dropped: OpenRequest[] = [];
    const drop = ([oldest]: Iterable<OpenRequest>) => {
      this.remove(oldest!);
      dropped.push(oldest!);
    };
    const alike = this.#byType.get(type) ?? new Set();
    this.#byType.set(type, alike);
    if (alike.size >= this.#maxOpen) drop(alike);
    while (this.#keys + keys > this.#maxKeys) drop(this);
    alike.add(request);
    this.#all.set(request, this.#serial++);
    for (const each of waitingOf(request)) this.#wait(each);
    return dropped;
  }

  /** Gives what a message brings to the oldest that wait for it. @returns each request that it was for, once */
  take(claims: Claims, at: number): Hit[] {
    const hits = new Map<OpenRequest, Hit>();
    for (const keys of claims) {
      const found = this.#oldest(keys);
      if (found === undefined) continue;
      const { request } = found.waiting;
      hits.set(request, { request, certain: isMarked(found.key) });
      if (request.missing.delete(found.waiting)) this.#forget(found.waiting);
    }
    for (const { request } of hits.values()) {
      request.lastAt = at;
      request.messages++;
      const full = request.part !== undefined && request.messages >= MAX_FILTERS;
      if (request.missing.size === 0 || full) this.remove(request);
    }
    return [...hits.values()];
  }

  #oldest(keys: readonly string[]): { key: string; waiting: Waiting } | undefined {
    let best: { key: string; waiting: Waiting; serial: number } | undefined;
    for (const key of keys) {
      const [waiting] = this.#waiting.get(key) ?? [];
      if (waiting === undefined) continue;
      const serial = this.#all.get(waiting.request)!;
      if (best === undefined || serial < best.serial) best = { key, waiting, serial };
    }
    return best;
  }

  remove(request: OpenRequest): void {
    for (const waiting of waitingOf(request)) this.#forget(waiting);
    this.#all.delete(request);
    this.#byType.get(request.type)!.delete(request);
  }

  #wait(waiting: Waiting): void {
    for (const key of waiting.keys) {
      const all = this.#waiting.get(key);
      if (all === undefined) this.#waiting.set(key, new Set([waiting]));
      else all.add(waiting);
    }
    this.#keys += waiting.keys.length;
  }

  #forget(waiting: Waiting): void {
    for (const key of waiting.keys) {
      const all = this.#waiting.get(key)!;
      all.delete(waiting);
      if (all.size === 0) this.#waiting.delete(key);
    }
    this.#keys -= waiting.keys.length;
  }
}

function* waitingOf({ missing, part }: OpenRequest): Generator<Waiting> {
  yield* missing;
  if (part !== undefined) yield part;
}
