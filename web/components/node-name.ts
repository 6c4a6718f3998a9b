import { isDemoHost } from '../../shared/tunnel/address.js';
import type { Target } from '../worker/protocol.js';

/** As a person writes it: 'demo', 'node.example:8333', '[2001:db8::1]:8333'. */
export function nodeName({ host, port }: Pick<Target, 'host' | 'port'>): string {
  if (isDemoHost(host)) return host;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
