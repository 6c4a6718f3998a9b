/** Where the bridge itself is, so that no tunnel leads back into it, nor past the firewall of its own machine. */
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import { type Clock } from './clock.js';
import { readings } from './embedded.js';
import { type Resolve, resolveWithin } from './lookup.js';

export interface OwnOptions {
  /** Every port that it listens on. */
  readonly ports: readonly number[];
  /** Where people find it: perhaps another machine, a proxy before it. */
  readonly publicUrl: string | undefined;
  readonly resolve: Resolve;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** `bridge`: one of its own ports. `machine`: an address of its machine, another port. */
export type OwnPlace = 'bridge' | 'machine' | undefined;

export interface Own {
  ofAddress(address: string, port: number): Promise<OwnPlace>;
  isPublicName(name: string, port: number): boolean;
}

const INTERFACES_MS = 5000;
const RESOLVE_MS = 2000;
const RESOLVED_MS = 60_000;

export class OwnPlaces implements Own {
  readonly #options: OwnOptions;
  readonly #public: { readonly name: string; readonly port: number } | undefined;
  #machine = { at: -Infinity, addresses: new Set<string>() };
  #resolved: { readonly at: number; readonly addresses: Promise<ReadonlySet<string>> } | undefined;

  constructor(options: OwnOptions) {
    this.#options = options;
    this.#public = options.publicUrl === undefined ? undefined : placeOf(new URL(options.publicUrl));
  }

  isPublicName(name: string, port: number): boolean {
    return name === this.#public?.name && port === this.#public.port;
  }

  async ofAddress(address: string, port: number): Promise<OwnPlace> {
    const read = readings(address);
    const isHere = read.some((each) => isLocal(each) || this.#addresses().has(each.toString()));
    if (isHere) return this.#options.ports.includes(port) ? 'bridge' : 'machine';
    if (this.#public === undefined || port !== this.#public.port) return undefined;
    const known = await this.#publicAddresses(this.#public.name);
    return read.some((each) => known.has(each.toString())) ? 'bridge' : undefined;
  }

  /** Interfaces come and go. */
  #addresses(): ReadonlySet<string> {
    const now = this.#options.clock.now();
    if (now - this.#machine.at >= INTERFACES_MS) {
      const all = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
      this.#machine = {
        at: now,
        addresses: new Set(all.map(({ address }) => ipaddr.parse(address).toString())),
      };
    }
    return this.#machine.addresses;
  }

  #publicAddresses(name: string): Promise<ReadonlySet<string>> {
    const { clock, resolve, signal } = this.#options;
    if (this.#resolved === undefined || clock.now() - this.#resolved.at >= RESOLVED_MS) {
      const found = ipaddr.isValid(name)
        ? Promise.resolve([name])
        : resolveWithin(RESOLVE_MS, { name, resolve, clock, signal });
      const addresses = found.then(
        (list) =>
          new Set(list.filter((each) => ipaddr.isValid(each)).map((each) => ipaddr.process(each).toString())),
      );
      this.#resolved = { at: clock.now(), addresses };
    }
    return this.#resolved.addresses;
  }
}

/** What every machine calls itself. */
const isLocal = (address: ipaddr.IPv4 | ipaddr.IPv6) => ['loopback', 'unspecified'].includes(address.range());

function placeOf({ hostname, port, protocol }: URL): { name: string; port: number } {
  const name = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  return { name, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) };
}
