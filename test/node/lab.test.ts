/** The lab's predictions, held against a real node in the receiver's place: in them the node is right. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  breakableKinds,
  otherParty,
  predict,
  realNode,
  labSession,
  seededRandom,
  Side,
  type BreakableKind,
  type LabSession,
  type Party,
} from '../../shared/lab/index.js';
import { systemRandom } from '../../shared/random.js';
import { describeWithNode } from '../setup/tools.js';
import { startNode, type BitcoinNode } from './harness.js';
import { closeAfterTest, dialledBy, logFrom, noPeers, rawSocket } from './meeting.js';

/** Instead of the 60 seconds that a node has by default. */
const PEER_TIMEOUT_S = 3;

interface Case {
  readonly name: string;
  readonly kind: BreakableKind;
  /** Of which packet; the one field of its kind where it is in none. */
  readonly packet?: number;
  /** Within the field. */
  readonly byte?: number;
  readonly mask?: number;
}

const standAlone: readonly BreakableKind[] = ['ellswift', 'garbage', 'terminator'];
const cases: readonly Case[] = [
  ...breakableKinds.flatMap((kind): Case[] =>
    standAlone.includes(kind)
      ? [{ name: kind, kind }]
      : [
          ...(kind === 'contents' ? [] : [{ name: `${kind} of the version packet`, kind, packet: 0 }]),
          { name: `${kind} of the version message`, kind, packet: 1 },
        ],
  ),
  { name: 'last byte of the key', kind: 'ellswift', byte: 63, mask: 0x80 },
  { name: 'last byte of the terminator', kind: 'terminator', byte: 15 },
  { name: 'a length that becomes longer than all that comes', kind: 'length', packet: 1, byte: 1 },
  {
    name: 'a length that becomes larger than any packet may be',
    kind: 'length',
    packet: 1,
    byte: 2,
    mask: 0x80,
  },
  {
    name: 'a length of the version packet that becomes too large',
    kind: 'length',
    packet: 0,
    byte: 2,
    mask: 0x40,
  },
];

/** Speaks for one side of the lab on a socket, and breaks a byte of what it sends. */
function speak(socket: Socket, party: Party, seed: Uint8Array, offset: number, mask: number): Side {
  const side = new Side(party, seededRandom(seed, party));
  let sent = 0;
  const flush = () => {
    const bytes = side.transport.takeOutput();
    if (sent <= offset && offset < sent + bytes.length) bytes[offset - sent]! ^= mask;
    sent += bytes.length;
    if (bytes.length > 0) socket.write(bytes);
  };
  socket.on('data', (chunk: Buffer) => {
    side.receive(chunk);
    flush();
  });
  flush();
  return side;
}

function offsetOf(session: LabSession, sender: Party, { kind, packet, byte = 0 }: Case): number {
  const id = packet === undefined ? undefined : `sent.packet-${packet}.${kind}`;
  const field = session.streams[sender].fields.find((field) =>
    id === undefined ? field.kind === kind : field.id === id,
  );
  return field!.start + byte;
}

describeWithNode('a real node, and a broken byte', () => {
  let node: BitcoinNode;
  beforeAll(async () => {
    node = await startNode([`-peertimeout=${PEER_TIMEOUT_S}`]);
  });
  afterAll(() => node?.stop());

  const sides: { sender: Party; name: string; connect: () => Promise<Socket> }[] = [
    { sender: 'alice', name: 'as Bob', connect: () => rawSocket(node.p2pPort) },
    {
      sender: 'bob',
      name: 'as Alice',
      connect: async () => {
        const { socket } = await dialledBy(node);
        closeAfterTest(() => socket.destroy());
        return socket;
      },
    },
  ];

  describe.each(sides)('$name', ({ sender, connect }) => {
    test('has the lab’s conversation when nothing is broken', async () => {
      await noPeers(node);
      const socket = await connect();
      const side = speak(socket, sender, systemRandom(16), Infinity, 0);
      await node.until(() => side.awaiting === 'nothing' && side.packetsRead > 3);
      expect(side.error).toBeUndefined();
    });

    test.each(cases)('$name', async (broken) => {
      await noPeers(node);
      const session = labSession(systemRandom(16));
      const offset = offsetOf(session, sender, broken);
      const mask = broken.mask ?? 1;
      const { verdict } = predict(session, { sender, offset, mask });
      expect(verdict).toMatchObject({ by: otherParty(sender) });
      const expected = realNode(verdict);
      const log = logFrom(node);
      const socket = await connect();
      const ended = once(socket, 'close');
      speak(socket, sender, session.seed, offset, mask);
      await ended;
      await log.contains(expected.log!);
      // It says so of nothing else.
      const others = ['decryption failure', 'too large', 'missing garbage', 'handshake timeout'].filter(
        (text) => log.all().includes(text) && !expected.log!.includes(text),
      );
      expect(others).toEqual([]);
    });
  });

  test('a ping that seems longer: the node stays, and waits for the rest', async () => {
    await noPeers(node);
    const session = labSession(systemRandom(16));
    const offset = offsetOf(session, 'alice', { name: '', kind: 'length', packet: 3, byte: 1 });
    expect(predict(session, { sender: 'alice', offset, mask: 1 }).verdict).toEqual({
      type: 'waits',
      by: 'alice',
      code: 'ping-timed-out',
    });
    const socket = await rawSocket(node.p2pPort);
    const side = speak(socket, 'alice', session.seed, offset, 1);
    await node.until(() => side.awaiting === 'pong');
    // Whatever we say next is taken for the rest of the ping: enough of it, and the tag fails.
    const log = logFrom(node);
    const ended = once(socket, 'close');
    expect(log.all()).not.toMatch(/decryption failure|received: pong|received: ping/);
    socket.write(new Uint8Array(256));
    await ended;
    await log.contains('packet decryption failure');
    expect(side.awaiting).toBe('pong');
  });
});
