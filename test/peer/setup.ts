import { V2Transport, type V2TransportOptions } from '../../shared/bip324/index.js';
import { networks } from '../../shared/networks.js';
import { Peer, type PeerEvent, type PeerOptions } from '../../shared/peer/index.js';
import { duplexPair, type TestDuplex } from './duplex-pair.js';
import { FakeClock } from './fake-clock.js';
import { nodeVersion, RawPeer } from './raw-peer.js';

export interface PeerUnderTest {
  peer: Peer;
  clock: FakeClock;
  events: PeerEvent[];
  /** The session's own end, and the far one. */
  near: TestDuplex;
  far: TestDuplex;
}

export type TestOptions = Partial<PeerOptions> & { buffer?: number; v2?: Partial<V2TransportOptions> };

/** Our peer on one end of a connection in memory; nobody on the other yet. */
export function peerUnderTest(role: 'initiator' | 'responder', options: TestOptions = {}): PeerUnderTest {
  const { buffer, v2, ...peerOptions } = options;
  const [near, far] = duplexPair(buffer === undefined ? {} : { buffer });
  const clock = new FakeClock();
  const events: PeerEvent[] = [];
  const transport = V2Transport[role]({ network: networks.regtest, ...v2 });
  const peer = new Peer({
    role,
    transport,
    duplex: near,
    clock,
    onEvent: (event) => events.push(event),
    ...peerOptions,
  });
  return { peer, clock, events, near, far };
}

/** Our initiator, negotiated with a node in the test's hand. */
export async function readyWithRaw(options: TestOptions = {}): Promise<PeerUnderTest & { raw: RawPeer }> {
  const under = peerUnderTest('initiator', options);
  const raw = new RawPeer(under.far, 'responder');
  await raw.hear('version');
  await raw.send('version', nodeVersion());
  await raw.send('verack', {});
  await under.peer.ready;
  await raw.hear('verack');
  return { ...under, raw };
}

/** Lets everything that is already on its way arrive. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
}

export function misbehaviours(events: readonly PeerEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'misbehaviour' ? [event.misbehaviour.code] : []));
}

export function states(events: readonly PeerEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'state' ? [event.state] : []));
}
