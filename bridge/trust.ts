/** Whose address a limit counts: the socket's, or what trusted proxies say of it. */
import { type IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import proxyAddr from 'proxy-addr';

type Trusts = (address: string, hop: number) => boolean;

/** Undefined when one of them is neither an address, a range nor one of proxy-addr's names. */
export function parseTrustedProxies(list: readonly string[]): Trusts | undefined {
  try {
    return proxyAddr.compile([...list]);
  } catch {
    return undefined;
  }
}

/**
 * X-Forwarded-For from right to left, as long as the one who wrote an entry is trusted. An entry that is no address
 * ends the walk: then the last one that is counts, so that what a client invents is never more than its own entry.
 */
export function clientAddresser(list: readonly string[]): (request: IncomingMessage) => string {
  const trusts = parseTrustedProxies(list);
  if (list.length === 0 || trusts === undefined) return ({ socket }) => socket.remoteAddress ?? '';
  return (request) => {
    const walked = proxyAddr.all(request, trusts).map(withoutPort);
    return walked.findLast((address) => isIP(address) !== 0) ?? '';
  };
}

/**
 * Whether a proxy stands before the bridge that nobody told of: its own machine hands on what others asked for. Whoever
 * is counted as 127.0.0.1 then is everyone.
 */
export function unknownProxyDetector(list: readonly string[]): (request: IncomingMessage) => boolean {
  const trusts = parseTrustedProxies(list);
  return ({ socket: { remoteAddress = '' }, headers }) => {
    const isHere = ipaddr.isValid(remoteAddress) && ipaddr.process(remoteAddress).range() === 'loopback';
    if (!isHere || trusts?.(remoteAddress, 0) === true) return false;
    return Object.keys(headers).some((name) => /^(forwarded|via|x-real-ip|x-forwarded-.*)$/.test(name));
  };
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(entry = ''): string {
  const bracketed = /^\[([^\]]*)\](:\d+)?$/.exec(entry);
  if (bracketed !== null) return bracketed[1]!;
  return /^[\d.]+:\d+$/.test(entry) ? entry.slice(0, entry.indexOf(':')) : entry;
}
