import ipaddr from 'ipaddr.js';

/** How many tunnels stand, by client and in all. */
export class TunnelLimits {
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

  /** A place for one more tunnel, to be given back exactly once by the returned function; or which limit is reached. */
  acquire(remoteAddress: string): (() => void) | 'limit-client' | 'limit-total' {
    const client = clientKey(remoteAddress);
    const own = this.#clients.get(client) ?? 0;
    if (own >= this.#perClient) return 'limit-client';
    if (this.#count >= this.#total) return 'limit-total';
    this.#clients.set(client, own + 1);
    this.#count += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#count -= 1;
      const left = (this.#clients.get(client) ?? 1) - 1;
      if (left === 0) this.#clients.delete(client);
      else this.#clients.set(client, left);
    };
  }
}

/** Whom a limit counts as one: an IPv4 address, or the /64 that one IPv6 host can roam in. */
export function clientKey(remoteAddress: string): string {
  if (!ipaddr.isValid(remoteAddress)) return 'unknown';
  const address = ipaddr.process(remoteAddress); // an IPv4-mapped address is the IPv4 client
  if (address instanceof ipaddr.IPv6)
    return `${address.parts
      .slice(0, 4)
      .map((part) => part.toString(16))
      .join(':')}::/64`;
  return address.toString();
}
