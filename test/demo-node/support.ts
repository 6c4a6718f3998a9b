/** Demo nodes and their visitors over real TCP, with clocks that stand still. */
import { afterEach } from 'vitest';
import { startDemoNode, type DemoNode, type DemoNodeOptions } from '../../bridge/demo-node/index.js';
import { connectTcp } from '../../bridge/tcp.js';
import { fromHex } from '../../shared/bytes.js';
import { V2Transport } from '../../shared/bip324/index.js';
import { type DecodedType, type MessageMap } from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';
import { Peer, type PeerEvent, type PeerOptions } from '../../shared/peer/index.js';
import { FakeClock } from '../peer/fake-clock.js';

/** In wire order. */
const genesis = fromHex(networks.regtest.genesis.hash).reverse();

const cleanups: (() => Promise<void> | void)[] = [];
export function afterThis(cleanup: () => Promise<void> | void): void {
  cleanups.push(cleanup);
}
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export type TimedNode = DemoNode & { clock: FakeClock };

/** Whoever starts it closes it. */
export async function startTimed(options: DemoNodeOptions = {}): Promise<TimedNode> {
  const clock = new FakeClock();
  const node = await startDemoNode({ clock, ...options });
  return Object.defineProperties({ clock } as TimedNode, Object.getOwnPropertyDescriptors(node));
}

/** Closed after the test. */
export async function demoNode(options: DemoNodeOptions = {}): Promise<TimedNode> {
  const node = await startTimed(options);
  afterThis(() => node.close());
  return node;
}

export interface Visiting {
  peer: Peer;
  events: PeerEvent[];
  /** Sends, and gives the next message of the type of the answer. */
  ask<A extends DecodedType, Q extends DecodedType>(
    question: Q,
    value: MessageMap[Q],
    answer: A,
  ): Promise<MessageMap[A]>;
  /** The types of messages received so far, after a ping came back: nothing else is on its way. */
  heard(): Promise<(string | undefined)[]>;
}

/** Connects; ready once `peer.ready` is. It wants transactions announced, as a node does. */
export async function visit(node: DemoNode, options: Partial<PeerOptions> = {}): Promise<Visiting> {
  const events: PeerEvent[] = [];
  const peer = new Peer({
    role: 'initiator',
    transport: V2Transport.initiator({ network: networks.regtest }),
    duplex: await connectTcp({ host: node.host, port: node.port }),
    clock: new FakeClock(),
    version: { relay: true },
    onEvent: (event) => events.push(event),
    ...options,
  });
  afterThis(() => peer.close());
  return {
    peer,
    events,
    ask(question, value, answer) {
      const answered = peer.expect(answer);
      peer.send(question, value);
      return answered;
    },
    async heard() {
      // Questions are answered in order, pings at once: so the ping follows an answer that comes in any case.
      const marked = peer.expect('headers');
      peer.send('getheaders', { version: 70016, locator: [], stop: genesis });
      await marked;
      return events.flatMap((event) =>
        event.type === 'message' && event.direction === 'received' ? [event.message.type] : [],
      );
    },
  };
}

export async function readyVisit(node: DemoNode, options: Partial<PeerOptions> = {}): Promise<Visiting> {
  const visiting = await visit(node, options);
  await visiting.peer.ready;
  return visiting;
}
