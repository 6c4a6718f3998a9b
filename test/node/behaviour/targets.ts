/** Who is put to the test: a real node and our own peer, each in both roles, by the same hand-made v2 peer. */
import { expect } from 'vitest';
import { connectTcp, duplexOfSocket } from '../../../bridge/tcp.js';
import { networks, type Network } from '../../../shared/bip324/index.js';
import { serviceBits } from '../../../shared/messages/index.js';
import { type BitcoinNode } from '../harness.js';
import { closeAfterTest, foundBy, listen, logFrom, meet, noPeers, rawSocket, type Met } from '../meeting.js';
import { RawV2 } from '../../../bridge/demo-node/misbehaviour/raw-v2.js';

export interface Encounter {
  /** Plays the other role. */
  readonly raw: RawV2;
  /** The target has ended the connection, and says why in its own way. */
  disconnected(why: Disconnection): Promise<void>;
  /** The target has read everything, goes on, and has noticed just this. */
  goesOn(noticed?: Notice): Promise<void>;
  /** The target has read everything and waits: no session yet, no end either. */
  waits(): Promise<void>;
  /** Ours alone. */
  readonly met?: Met;
}

export interface Disconnection {
  /** In the real node's log. */
  readonly log: RegExp;
  /** Our error's code, or that of the transport's error in it. */
  readonly code: string;
  /** Something that our message or hint tells a person. */
  readonly tells: RegExp;
}

export interface Notice {
  readonly log: RegExp;
  /** Codes of our misbehaviour events. */
  readonly misbehaviour: readonly string[];
}

export interface Target {
  readonly name: string;
  meet(network?: Network): Promise<Encounter>;
}

/** What our peers say of themselves: they offer what the real node does with -peerbloomfilters. */
const version = { services: serviceBits.BLOOM };

/** @param node is started later than the tests are listed */
export function targets(node: () => BitcoinNode): Target[] {
  return [
    {
      name: 'a real node as responder',
      meet: async (network = networks.regtest) =>
        nodeEncounter(
          node(),
          async () => new RawV2(await rawSocket(node().p2pPort), 'initiator', { network }),
        ),
    },
    {
      name: 'a real node as initiator',
      meet: async (network = networks.regtest) =>
        nodeEncounter(node(), async () => new RawV2(await foundBy(node()), 'responder', { network })),
    },
    {
      name: 'our responder',
      meet: async (network = networks.regtest) => {
        const listener = await listen();
        const raw = new RawV2(await rawSocket(listener.port), 'initiator', { network });
        return ourEncounter(raw, meet(duplexOfSocket(await listener.next()), { role: 'responder', version }));
      },
    },
    {
      name: 'our initiator',
      meet: async (network = networks.regtest) => {
        const listener = await listen();
        const duplex = await connectTcp({ host: '127.0.0.1', port: listener.port });
        const raw = new RawV2(await listener.next(), 'responder', { network });
        return ourEncounter(raw, meet(duplex, { version }));
      },
    },
  ];
}

async function nodeEncounter(node: BitcoinNode, connect: () => Promise<RawV2>): Promise<Encounter> {
  await noPeers(node);
  const log = logFrom(node);
  const raw = await connect();
  closeAfterTest(async () => {
    raw.socket.destroy();
    await noPeers(node);
  });
  return {
    raw,
    async disconnected(why) {
      await raw.over;
      await log.contains(why.log);
    },
    async goesOn(noticed) {
      await raw.pingPong();
      if (noticed !== undefined) await log.contains(noticed.log);
    },
    async waits() {
      const [peer] = await node.until(async () => {
        const peers = await node.peers();
        return peers[0]?.bytesrecv === raw.bytesSent && peers;
      });
      expect(peer).toMatchObject({ transport_protocol_type: 'detecting', session_id: '' });
    },
  };
}

function ourEncounter(raw: RawV2, met: Met): Encounter {
  closeAfterTest(() => raw.socket.destroy());
  const misbehaviours = () =>
    met.events.flatMap((event) => (event.type === 'misbehaviour' ? [event.misbehaviour.code] : []));
  return {
    raw,
    met,
    async disconnected({ code, tells }) {
      await raw.over;
      const end = await met.peer.ended;
      if (end.state !== 'failed') throw new Error(`it did not fail: ${JSON.stringify(end)}`);
      const { error } = end;
      expect(error.code === 'transport' ? error.error.code : error.code).toBe(code);
      expect(`${error.message} ${error.hint}`).toMatch(tells);
      expect(error.hint).not.toBe('');
    },
    async goesOn(noticed) {
      await raw.pingPong();
      expect(met.peer.state).toBe('ready');
      expect(misbehaviours()).toEqual(noticed?.misbehaviour ?? []);
    },
    async waits() {
      while (met.peer.bytesReceived < raw.bytesSent) await new Promise((resolve) => setImmediate(resolve));
      expect(met.peer.state).toBe('handshaking');
      expect(raw.socket.readyState).toBe('open');
    },
  };
}

export const otherNetwork = networks.signet;
