import { PeerFailure, type Peer } from '../../../shared/peer/index.js';
import type { Tunnel } from '../../../shared/tunnel/index.js';
import { ADDRESSES_AWAITED_MS, BRIDGE_PING_MS } from '../limits.js';
import type { Measured } from './protocol.js';
import type { NodeWatcher } from './watcher.js';

interface Live {
  readonly tunnel: Tunnel;
  readonly peer: Peer | undefined;
  readonly node: NodeWatcher;
}

const notReady = { problem: 'The session is not ready.' };

/** Round trips: to the bridge, then through it to the node. One after the other, so that neither waits for the other. */
export async function measure({ tunnel, peer, node }: Live, signal: AbortSignal): Promise<Measured> {
  if (peer?.state !== 'ready') return notReady;
  try {
    const bridgeMs = await bridgeRoundTrip(tunnel);
    if (bridgeMs !== undefined) node.bridgeAnswered(bridgeMs);
    const nodeMs = await peer.ping({ signal });
    return { nodeMs, ...(bridgeMs !== undefined && { bridgeMs }) };
  } catch (error) {
    return problemOf(error);
  }
}

async function bridgeRoundTrip(tunnel: Tunnel): Promise<number | undefined> {
  const start = performance.now();
  let late: ReturnType<typeof setTimeout> | undefined;
  const silent = new Promise<undefined>((resolve) => {
    late = setTimeout(() => resolve(undefined), BRIDGE_PING_MS);
  });
  try {
    return await Promise.race([tunnel.ping().then(() => performance.now() - start), silent]);
  } finally {
    clearTimeout(late);
  }
}

/** Asks once and does not wait: whatever comes of it, and when, the watcher sees. */
export function askAddresses({ peer }: Pick<Live, 'peer'>): { readonly problem?: string } {
  if (peer?.state !== 'ready') return notReady;
  peer.ask.addresses({ timeoutMs: ADDRESSES_AWAITED_MS }).catch(() => undefined);
  return {};
}

function problemOf(error: unknown): { readonly problem: string } {
  if (error instanceof PeerFailure) return { problem: `${error.message} ${error.hint}` };
  return { problem: error instanceof Error ? error.message : 'The measurement failed.' };
}
