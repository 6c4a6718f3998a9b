import { toHex } from '../../../shared/bytes.js';
import {
  addressNetworks,
  addrV2EntryOf,
  unusableAddress,
  type AddrEntry,
  type AddrV2Entry,
} from '../../../shared/messages/index.js';
import { MAX_ADDRESSES_KEPT } from '../limits.js';
import type { AddressFacts } from './protocol.js';

/** An address that the node told; the same one once. */
export interface Told {
  readonly entry: AddrV2Entry;
  readonly network: string;
  /** Its network's id and its bytes: what it is sorted by. */
  readonly key: string;
  readonly unusable: string | undefined;
  /** Milliseconds of the session. */
  readonly learned: number;
}

const names = new Map(addressNetworks.map(({ id, name }) => [id, name]));
const nameOf = (id: number): string => names.get(id) ?? `network ${id}`;

/** The addresses that a node told, the latest ones, by what they are. */
export class AddressTable {
  readonly #told = new Map<string, Told>();
  readonly #networks = new Map<string, number>();
  #messages = 0;
  #dropped = 0;
  #askedAt: number | undefined;
  #answeredAt: number | undefined;
  #facts: AddressFacts | undefined;

  /** Getaddr was sent. */
  asked(at: number): void {
    this.#askedAt ??= at;
    this.#facts = undefined;
  }

  add(entries: readonly (AddrEntry | AddrV2Entry)[], at: number): void {
    this.#messages++;
    // One alone is what a node announces of itself.
    if (this.#askedAt !== undefined && entries.length > 1) this.#answeredAt ??= at;
    for (const entry of entries) this.#add('network' in entry ? entry : addrV2EntryOf(entry), at);
    this.#facts = undefined;
  }

  #add(entry: AddrV2Entry, learned: number): void {
    const key = `${String(entry.network).padStart(3, '0')}:${toHex(entry.address)}:${entry.port}`;
    this.#forget(key);
    if (this.#told.size >= MAX_ADDRESSES_KEPT) {
      const [oldest] = this.#told.keys();
      this.#forget(oldest!);
      this.#dropped++;
    }
    const network = nameOf(entry.network);
    // Its bytes are a part of the message: what is kept must not hold the whole of that.
    const address = entry.address.slice();
    this.#told.set(key, {
      entry: { ...entry, address },
      network,
      key,
      unusable: unusableAddress(entry),
      learned,
    });
    this.#networks.set(network, (this.#networks.get(network) ?? 0) + 1);
  }

  #forget(key: string): void {
    const told = this.#told.get(key);
    if (told === undefined) return;
    this.#told.delete(key);
    const left = this.#networks.get(told.network)! - 1;
    if (left > 0) this.#networks.set(told.network, left);
    else this.#networks.delete(told.network);
  }

  get all(): Iterable<Told> {
    return this.#told.values();
  }

  get facts(): AddressFacts {
    this.#facts ??= {
      kept: this.#told.size,
      dropped: this.#dropped,
      messages: this.#messages,
      networks: [...this.#networks]
        .map(([name, count]) => ({ name, count }))
        .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)),
      ...(this.#askedAt !== undefined && { askedAt: this.#askedAt }),
      ...(this.#answeredAt !== undefined && { answeredAt: this.#answeredAt }),
      revision: this.#messages,
    };
    return this.#facts;
  }
}
