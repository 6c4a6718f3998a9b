import { V2Transport, type V2TransportOptions } from '../bip324/transport.js';
import { type Duplex } from '../duplex.js';
import { serviceBits } from '../messages/index.js';
import { type Network } from '../networks.js';
import { V1Transport, type V1TransportOptions } from '../v1/transport.js';
import { peerErrors, PeerFailure } from './errors.js';
import { type PeerEvent } from './events.js';
import { type PeerOptions } from './options.js';
import { Peer } from './peer.js';

export interface DialOptions extends Omit<
  PeerOptions,
  'role' | 'transport' | 'duplex' | 'acceptV1' | 'onEvent'
> {
  network: Network;
  /** Opens a fresh connection to the node; called again for a retry. */
  connect: (signal: AbortSignal | undefined) => Promise<Duplex>;
  v2?: Omit<V2TransportOptions, 'network'>;
  v1?: Omit<V1TransportOptions, 'network'>;
  /**
   * What follows when the node may speak only v1, where everyone on the way can read and change everything:
   * 'none' (default) gives up; 'v1' retries, but not with a node that is known to speak v2; a function decides
   * each case, for instance by asking a person.
   */
  fallback?: 'none' | 'v1' | ((offer: FallbackOffer) => boolean | Promise<boolean>);
  /** The service bits that the network, or an earlier session, gave for this node. */
  knownServices?: bigint;
  /** Events of the dialling and of its sessions, in order. */
  onEvent?: (event: PeerEvent | DialEvent) => void;
}

export interface FallbackOffer {
  /** The node is known to speak v2 (service bit 11): that it does not now may be somebody's doing. */
  readonly v2Promised: boolean;
}

export type DialEvent = { readonly at: number } & (
  | { readonly type: 'dialing'; readonly protocol: 'v1' | 'v2' }
  /** The node closed without a byte after our first flight: v1 may be all that it speaks. */
  | { readonly type: 'fallback'; readonly decision: FallbackDecision; readonly v2Promised: boolean }
);

export type FallbackDecision =
  | 'retry-with-v1'
  | 'not-asked-for'
  /** v2 was promised, and nobody allowed less. */
  | 'downgrade-refused'
  | 'declined';

/** A v1 node has seen that we are none only after a whole header of its own protocol (Bitcoin Core, ShouldReconnectV1). */
const V1_HEADER_BYTES = 24;

/**
 * Connects and negotiates, with v2. Where the node closes after our first bytes and before any of its own, a v1
 * node does just that: then `fallback` says whether to connect once more, with v1. Never silently: see `DialEvent`.
 * Rejects with a PeerFailure, or with what `fallback` throws.
 */
export async function dial(options: DialOptions): Promise<Peer> {
  const { signal, clock, fallback = 'none', knownServices = 0n } = options;
  const v2Promised = (knownServices & serviceBits.P2P_V2) !== 0n;
  const tell = (decision: FallbackDecision) =>
    options.onEvent?.({ at: clock.now(), type: 'fallback', decision, v2Promised });

  const peer = await connectPeer(options, 'v2');
  const failure = await failureOf(peer, signal);
  if (failure === undefined) return peer;
  // The close can overtake the news that the duplex took our bytes.
  const sent = peer.bytesSent + peer.pendingOutput;
  if (failure.code !== 'closed-before-any-byte' || sent < V1_HEADER_BYTES) throw failure;

  if (fallback === 'none') {
    tell('not-asked-for');
    throw failure;
  }
  if (fallback === 'v1' && v2Promised) {
    tell('downgrade-refused');
    throw new PeerFailure(peerErrors.downgradeRefused());
  }
  if (typeof fallback === 'function') {
    const agreed = await unlessAborted(signal, async () => fallback({ v2Promised }));
    if (!agreed) {
      tell('declined');
      throw failure;
    }
  }
  tell('retry-with-v1');
  const second = await connectPeer(options, 'v1');
  const secondFailure = await failureOf(second, signal);
  if (secondFailure !== undefined) throw secondFailure;
  return second;
}

async function connectPeer(options: DialOptions, protocol: 'v1' | 'v2'): Promise<Peer> {
  const { network, connect, v1, v2, signal, clock, onEvent } = options;
  onEvent?.({ at: clock.now(), type: 'dialing', protocol });
  const duplex = await unlessAborted(
    signal,
    async () => {
      try {
        return await connect(signal);
      } catch (cause) {
        throw new PeerFailure(peerErrors.connectionLost(cause));
      }
    },
    (tooLate) => tooLate.close('aborted'),
  );
  const transport =
    protocol === 'v2' ? V2Transport.initiator({ ...v2, network }) : V1Transport.initiator({ ...v1, network });
  return new Peer({ ...options, role: 'initiator', transport, duplex });
}

/** Waits until the session is ready, or why it is not. */
async function failureOf(peer: Peer, signal: AbortSignal | undefined): Promise<PeerFailure | undefined> {
  try {
    await peer.ready;
    return undefined;
  } catch (failure) {
    if (signal?.aborted === true) return new PeerFailure(peerErrors.aborted());
    if (failure instanceof PeerFailure) return failure;
    throw failure;
  }
}

/** What `start` resolves with, unless the signal comes first; what comes after it is handed to `dispose`. */
function unlessAborted<T>(
  signal: AbortSignal | undefined,
  start: () => Promise<T>,
  dispose?: (tooLate: T) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new PeerFailure(peerErrors.aborted()));
    if (signal?.aborted === true) return onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    start()
      .then((value) => {
        if (signal?.aborted === true) dispose?.(value);
        resolve(value);
      }, reject)
      .finally(() => signal?.removeEventListener('abort', onAbort));
  });
}
