import { type Place } from './store.js';

/** How many tunnels stand, by client and in all. */
export class Places {
  readonly #perClient: number;
  readonly #total: number;
  readonly #clients = new Map<string, number>();
  #count = 0;

  constructor(limits: { perClient: number; total: number }) {
    this.#perClient = limits.perClient;
    this.#total = limits.total;
  }

  get count(): number {
    return this.#count;
  }

  acquire(client: string): Place | 'limit-client' | 'limit-total' {
    const own = this.#clients.get(client) ?? 0;
    if (own >= this.#perClient) return 'limit-client';
    if (this.#count >= this.#total) return 'limit-total';
    this.#clients.set(client, own + 1);
    this.#count += 1;
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        this.#count -= 1;
        const left = (this.#clients.get(client) ?? 1) - 1;
        if (left === 0) this.#clients.delete(client);
        else this.#clients.set(client, left);
      },
    };
  }
}
