/** The tunnel's URL, both ways: as a client writes it and as the bridge reads it. */
import { isDemoHost, NodeAddressError, type NodeAddress, parseHost, parsePort } from './address.js';

/** The WebSocket subprotocol. Who offers it is told every end by a close code of close-codes.ts. */
export const SUBPROTOCOL = 'peerglass.v1';

export const TUNNEL_PATH = '/v1/tunnel';

/** The bridge's own address cannot be read. */
export class BridgeUrlError extends Error {
  override readonly name = 'BridgeUrlError';
  readonly code = 'bridge-url';
  readonly hint = 'Write it like ws://127.0.0.1:8324 or wss://bridge.example.';

  constructor() {
    super('That is not the address of a bridge.');
  }
}

/**
 * The ws(s) URL of a tunnel.
 * @param bridge an http(s) or ws(s) URL, perhaps with a path before /v1; without a scheme, http is meant
 * @throws {BridgeUrlError}
 */
export function tunnelUrl(bridge: string, target: NodeAddress): string {
  const base = parseBridgeUrl(bridge);
  const scheme = base.protocol === 'https:' || base.protocol === 'wss:' ? 'wss' : 'ws';
  const query = new URLSearchParams({ host: target.host, port: String(target.port) }).toString();
  return `${scheme}://${base.host}${base.pathname.replace(/\/+$/, '')}${TUNNEL_PATH}?${query}`;
}

function parseBridgeUrl(text: string): URL {
  try {
    const url = new URL(text.includes('://') ? text.trim() : `http://${text.trim()}`);
    if (/^(http|https|ws|wss):$/.test(url.protocol) && url.host !== '') return url;
  } catch {
    // Falls through: the platform's own message says less than ours.
  }
  throw new BridgeUrlError();
}

/**
 * The destination in a tunnel's query: each parameter once; `demo` and `NAME.demo` need no port.
 * @throws {NodeAddressError}
 */
export function readTunnelTarget(query: URLSearchParams): NodeAddress {
  const host = parseHost(onlyValue(query, 'host'));
  if (isDemoHost(host)) return { host, port: 0 };
  return { host, port: parsePort(onlyValue(query, 'port')) };
}

function onlyValue(query: URLSearchParams, name: 'host' | 'port'): string {
  const values = query.getAll(name);
  if (values.length === 1) return values[0]!;
  throw new NodeAddressError(
    name === 'host' ? 'address-empty' : 'address-port',
    `The tunnel's query needs ${name} exactly once.`,
    `Ask for ${TUNNEL_PATH}?host=HOST&port=PORT.`,
  );
}
