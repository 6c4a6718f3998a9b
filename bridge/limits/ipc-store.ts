/**
 * Limits of several workers, counted in their primary: the workers' store asks over IPC, and the primary's end answers
 * from its own. A worker that dies gives back every place it held.
 */
import { type Consumed, type LimitStore, type Place, type WindowName } from './store.js';

type Question =
  | { readonly ask: 'consume'; readonly window: WindowName; readonly client: string; readonly points: number }
  | { readonly ask: 'has-room'; readonly window: WindowName; readonly client: string }
  | { readonly ask: 'distinct'; readonly window: WindowName; readonly client: string; readonly what: string }
  | { readonly ask: 'acquire'; readonly client: string }
  | { readonly ask: 'release'; readonly place: number };

export type LimitRequest = { readonly type: 'limits'; readonly id: number } & Question;
export type LimitAnswer = { readonly type: 'limits'; readonly id: number; readonly answer: unknown };

/** The worker's end. */
export class IpcStore implements LimitStore {
  readonly #send: (request: LimitRequest) => void;
  readonly #waiting = new Map<number, (answer: unknown) => void>();
  #count = 0;

  /** @param send hands a request to the primary; without one this process ends, so there is always an answer */
  constructor(send: (request: LimitRequest) => void) {
    this.#send = send;
  }

  take({ id, answer }: LimitAnswer): void {
    this.#waiting.get(id)?.(answer);
    this.#waiting.delete(id);
  }

  #ask(question: Question): Promise<unknown> {
    const id = this.#count++;
    const answer = new Promise((resolve) => this.#waiting.set(id, resolve));
    this.#send({ type: 'limits', id, ...question });
    return answer;
  }

  consume(window: WindowName, client: string, points: number): Promise<Consumed> {
    return this.#ask({ ask: 'consume', window, client, points }) as Promise<Consumed>;
  }

  hasRoom(window: WindowName, client: string): Promise<Consumed> {
    return this.#ask({ ask: 'has-room', window, client }) as Promise<Consumed>;
  }

  consumeDistinct(window: WindowName, client: string, what: string): Promise<Consumed> {
    return this.#ask({ ask: 'distinct', window, client, what }) as Promise<Consumed>;
  }

  async acquire(client: string): Promise<Place | 'limit-client' | 'limit-total'> {
    const place = (await this.#ask({ ask: 'acquire', client })) as number | 'limit-client' | 'limit-total';
    if (typeof place !== 'number') return place;
    return { release: () => void this.#ask({ ask: 'release', place }) };
  }

  close(): Promise<void> {
    return Promise.resolve(); // the primary gives back what is held once this process is gone
  }
}

/** The primary's end for one worker. */
export class WorkerLimits {
  readonly #store: LimitStore;
  readonly #places = new Map<number, Place>();
  #gone = false;

  constructor(store: LimitStore) {
    this.#store = store;
  }

  async answer(request: LimitRequest): Promise<LimitAnswer> {
    return { type: 'limits', id: request.id, answer: await this.#answerTo(request) };
  }

  async #answerTo(request: LimitRequest): Promise<unknown> {
    switch (request.ask) {
      case 'consume':
        return this.#store.consume(request.window, request.client, request.points);
      case 'has-room':
        return this.#store.hasRoom(request.window, request.client);
      case 'distinct':
        return this.#store.consumeDistinct(request.window, request.client, request.what);
      case 'acquire': {
        const place = await this.#store.acquire(request.client);
        if (typeof place === 'string') return place;
        if (this.#gone) place.release();
        else this.#places.set(request.id, place);
        return request.id;
      }
      case 'release':
        this.#places.get(request.place)?.release();
        this.#places.delete(request.place);
        return true;
    }
  }

  /** The worker is gone. */
  releaseAll(): void {
    this.#gone = true;
    for (const place of this.#places.values()) place.release();
    this.#places.clear();
  }
}
