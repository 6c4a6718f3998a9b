/** Who the bridge is: where it listens, and which names and origins are its own. */
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';

export interface Listening {
  /** As configured: an address, or localhost. */
  readonly host: string;
  readonly port: number;
  /** https when the bridge itself has the certificate. */
  readonly scheme?: 'http' | 'https';
}

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '::1'];

const isWildcard = (host: string) => ipaddr.isValid(host) && ipaddr.parse(host).range() === 'unspecified';

const inUrl = (host: string) => (host.includes(':') ? `[${host}]` : host);

function ownAddresses({ host }: Listening): string[] {
  if (!isWildcard(host)) return [host];
  return Object.values(networkInterfaces()).flatMap((entries) =>
    (entries ?? []).map(({ address }) => address),
  );
}

/** However they are written: an IPv6 address has many forms. */
export function sameAddress(one: string, other: string): boolean {
  if (!ipaddr.isValid(one) || !ipaddr.isValid(other)) return false;
  return ipaddr.process(one).toNormalizedString() === ipaddr.process(other).toNormalizedString();
}

/** The origins of the bridge's own page, and those the operator adds. Never taken from a request's Host. */
export function allowedOrigins(
  listening: Listening,
  { publicUrl, origins }: { publicUrl: string | undefined; origins: readonly string[] },
): ReadonlySet<string> {
  const hosts = [...LOOPBACK_NAMES, ...ownAddresses(listening)];
  const own = hosts.map(
    (host) => new URL(`${listening.scheme ?? 'http'}://${inUrl(host)}:${listening.port}`).origin,
  );
  return new Set([...own, ...origins, ...(publicUrl === undefined ? [] : [new URL(publicUrl).origin])]);
}

/**
 * The host names, without a port, that a request for the page may be addressed to. A page that was rebound to this
 * machine by DNS comes with a name that is not among them.
 */
export function allowedHostnames(listening: Listening, publicUrl: string | undefined): ReadonlySet<string> {
  const hosts = [...LOOPBACK_NAMES, ...ownAddresses(listening)].map(inUrl);
  return new Set([...hosts, ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname])]);
}

/** The host name of a Host header, lower case, without its port. */
export function hostnameOf(hostHeader: string): string {
  return hostHeader.toLowerCase().replace(/:\d*$/, '');
}

/** Where a person finds the page. */
export function pageUrl({ host, port, scheme = 'http' }: Listening, publicUrl: string | undefined): string {
  return publicUrl ?? `${scheme}://${isWildcard(host) ? '127.0.0.1' : inUrl(host)}:${port}`;
}
