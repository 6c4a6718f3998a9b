import ipaddr from 'ipaddr.js';

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
