/** v1 and the ways to it, against a real node: with v2 on, with v2 off, and in both roles. */
import { once } from 'node:events';
import { type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectTcp, duplexOfSocket } from '../../bridge/tcp.js';
import { networks, V2Transport } from '../../shared/bip324/index.js';
import { concatBytes } from '../../shared/bytes.js';
import { encodeMessage } from '../../shared/messages/index.js';
import {
  dial,
  V1Transport,
  type DialEvent,
  type DialOptions,
  type PeerEvent,
} from '../../shared/peer/index.js';
import { describeWithNode } from '../setup/tools.js';
import { nodeVersion } from '../peer/raw-peer.js';
import { startNode, type BitcoinNode } from './harness.js';
import { clock, dialledBy, listen, logFrom, meet, noPeers, rawSocket } from './meeting.js';

const network = networks.regtest;
const acceptV1 = () => V1Transport.responder({ network });

async function endOf(met: ReturnType<typeof meet>) {
  const end = await met.peer.ended;
  if (end.state !== 'failed') throw new Error(`it did not fail: ${JSON.stringify(end)}`);
  return end.error;
}

/** Frames v1 by hand on a raw socket, and collects the types that come. */
function rawV1(socket: Socket, magic = network) {
  const transport = V1Transport.initiator({ network: magic });
  const heard: (string | undefined)[] = [];
  let bytes = 0;
  let wake = () => {};
  let closed = false;
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    for (const event of transport.receive(chunk)) if (event.type === 'message') heard.push(event.message);
    wake();
  });
  // Closing with our bytes unread may come as a reset: an end like any other.
  const over = new Promise<void>((resolve) => {
    socket.once('close', () => {
      closed = true;
      wake();
      resolve();
    });
  });
  return {
    over,
    heard,
    get bytes() {
      return bytes;
    },
    frame(type: string, payload: Uint8Array): Uint8Array {
      transport.send(type, payload);
      return transport.takeOutput();
    },
    async hear(type: string, times = 1): Promise<void> {
      while (heard.filter((each) => each === type).length < times) {
        if (closed) throw new Error(`closed before ${type}; heard ${heard.join(', ')}`);
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
type RawV1 = ReturnType<typeof rawV1>;

const version = () => encodeMessage('version', nodeVersion({ services: 0n, nonce: BigInt(Date.now()) }));
const ping = new Uint8Array(8).fill(5);

/** Our responder behind a port of its own. */
async function ourResponder(options: Parameters<typeof meet>[1] = {}) {
  const listener = await listen();
  const socket = await rawSocket(listener.port);
  const met = meet(duplexOfSocket(await listener.next()), { role: 'responder', acceptV1, ...options });
  return { socket, met };
}

describeWithNode('v1 with a real node', () => {
  let node: BitcoinNode;
  let v1Node: BitcoinNode;
  const nodes = () => [node, v1Node];
  beforeAll(async () => {
    [node, v1Node] = await Promise.all([startNode(), startNode(['-v2transport=0'])]);
  });
  afterAll(() => Promise.all([node?.stop(), v1Node?.stop()]));

  const tcp = ({ host, p2pPort }: BitcoinNode) => connectTcp({ host, port: p2pPort });

  test.each([
    ['on', 0],
    ['off', 1],
  ])('as responder, its v2 %s: version, pings, headers', async (_, which) => {
    const target = nodes()[which]!;
    const met = meet(await tcp(target), { transport: V1Transport.initiator({ network }) });
    await met.peer.ready;
    expect(await target.peers()).toMatchObject([
      { transport_protocol_type: 'v1', session_id: '', inbound: true, subver: '/Peerglass:0.1.0/' },
    ]);
    expect(await met.peer.ping()).toBeGreaterThanOrEqual(0);
    expect((await met.peer.ask.headers({ locator: [new Uint8Array(32).fill(1)] })).headers).toEqual([]);
    // What each message took on the wire adds up to what came.
    const sizes = met.events.flatMap((event) =>
      event.type === 'message' && event.direction === 'received' ? [event.message.wireBytes!] : [],
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(met.peer.bytesReceived);
    met.peer.close();
    await noPeers(target);
  });

  test.each([
    ['that was told to use v1', 0],
    ['with v2 off', 1],
  ])('as initiator %s: our responder serves it where the option says so', async (_, which) => {
    const target = nodes()[which]!;
    const { socket } = await dialledBy(target, false);
    const met = meet(duplexOfSocket(socket), { role: 'responder', acceptV1 });
    expect((await met.peer.ready).version).toBeGreaterThanOrEqual(70016);
    expect(met.peer.protocol).toBe('v1');
    expect(met.events.filter(({ type }) => type === 'v1')).toHaveLength(1);
    expect(await met.peer.ping()).toBeGreaterThanOrEqual(0);
    expect(await target.peers()).toMatchObject([{ transport_protocol_type: 'v1', inbound: false }]);
    met.peer.close();
    await noPeers(target);
  });

  test('as initiator with v1, without the option: everything that it sent is in the error', async () => {
    const { socket } = await dialledBy(v1Node, false);
    const error = await endOf(meet(duplexOfSocket(socket), { role: 'responder' }));
    expect(error).toMatchObject({ code: 'peer-speaks-v1' });
    const { buffered } = error as typeof error & { code: 'peer-speaks-v1' };
    expect(acceptV1().receive(buffered)).toMatchObject([{ type: 'message', message: 'version' }]);
    await noPeers(v1Node);
  });

  describe('dialling a node that speaks only v1', () => {
    const dialling = (options: Partial<DialOptions>) => {
      const events: (PeerEvent | DialEvent)[] = [];
      const dialled = dial({
        network,
        clock,
        connect: () => tcp(v1Node),
        onEvent: (event) => events.push(event),
        ...options,
      });
      const steps = () =>
        events.flatMap((event) =>
          event.type === 'dialing' ? [event.protocol] : event.type === 'fallback' ? [event.decision] : [],
        );
      return { dialled, steps };
    };
    const connections = (log: { all(): string }) => log.all().match(/connection from 127\.0\.0\.1/g)?.length;

    test('retries with v1 when the option says so', async () => {
      const log = logFrom(v1Node);
      const { dialled, steps } = dialling({ fallback: 'v1' });
      const peer = await dialled;
      expect(peer.protocol).toBe('v1');
      expect(steps()).toEqual(['v2', 'retry-with-v1', 'v1']);
      expect(connections(log)).toBe(2);
      expect(await peer.ping()).toBeGreaterThanOrEqual(0);
      peer.close();
      await noPeers(v1Node);
    });

    test.each([
      ['by default', {}, 'closed-before-any-byte', 'not-asked-for'],
      [
        'when v2 was promised',
        { fallback: 'v1', knownServices: 1n << 11n },
        'downgrade-refused',
        'downgrade-refused',
      ],
      ['when a person declines', { fallback: () => false }, 'closed-before-any-byte', 'declined'],
    ] as const)('does not %s', async (_, options, code, decision) => {
      const log = logFrom(v1Node);
      const { dialled, steps } = dialling(options);
      await expect(dialled).rejects.toMatchObject({ code });
      expect(steps()).toEqual(['v2', decision]);
      await noPeers(v1Node);
      expect(connections(log)).toBe(1);
    });
  });

  describe('the node’s own retry', () => {
    test('comes when our side closes without a byte', async () => {
      const log = logFrom(node);
      const { listener, socket } = await dialledBy(node);
      // A v1 responder reads a key as a header whose magic is wrong.
      const first = await endOf(meet(duplexOfSocket(socket), { role: 'responder', transport: acceptV1() }));
      expect(first).toMatchObject({ code: 'transport', error: { code: 'v1-wrong-magic' } });
      const second = meet(duplexOfSocket(await listener.next()), {
        role: 'responder',
        transport: acceptV1(),
      });
      await second.peer.ready;
      expect(log.all()).toMatch(/retrying with v1/);
      second.peer.close();
      await noPeers(node);
    });

    test('does not come when our side sent one byte', async () => {
      const log = logFrom(node);
      const { socket } = await dialledBy(node);
      await once(socket, 'data');
      socket.end(Uint8Array.of(1));
      await noPeers(node);
      expect(log.all()).not.toMatch(/retrying with v1/);
    });
  });

  describe('the 16-byte prefix, byte by byte', () => {
    const slowly = async (socket: Socket, raw: RawV1, check: () => Promise<void>) => {
      const bytes = raw.frame('version', version());
      for (const [at, byte] of bytes.entries()) {
        socket.write(Uint8Array.of(byte));
        await new Promise((resolve) => setImmediate(resolve));
        if (at < 40) await check();
      }
      await raw.hear('verack');
      socket.write(raw.frame('verack', new Uint8Array(0)));
      socket.write(raw.frame('ping', ping));
      await raw.hear('pong');
    };

    test('to the real node', async () => {
      const socket = await rawSocket(node.p2pPort);
      const raw = rawV1(socket);
      await slowly(socket, raw, async () => void expect(raw.bytes).toBe(0));
      socket.destroy();
      await noPeers(node);
    });

    test('to our responder: the same, and it tells v1 at the 16th', async () => {
      const { socket, met } = await ourResponder();
      const raw = rawV1(socket);
      let sent = 0;
      await slowly(socket, raw, async () => {
        sent++;
        while (met.peer.bytesReceived < sent) await new Promise((resolve) => setImmediate(resolve));
        expect(raw.bytes).toBe(0);
        expect(met.peer.protocol).toBe(sent < 16 ? 'v2' : 'v1');
      });
      expect(met.peer.state).toBe('ready');
    });

    test('fifteen matching bytes and another one: v2, in both', async () => {
      for (const target of ['node', 'ours']) {
        const socket = target === 'node' ? await rawSocket(node.p2pPort) : (await ourResponder()).socket;
        const key = concatBytes(rawV1(socket).frame('version', version()).subarray(0, 15), Uint8Array.of(1));
        for (const byte of key) socket.write(Uint8Array.of(byte));
        const [answer] = (await once(socket, 'data')) as [Buffer];
        expect(answer.length).toBeGreaterThanOrEqual(64);
        socket.destroy();
      }
      await noPeers(node);
    });
  });

  describe('v1 of another network', () => {
    const foreign = () => V1Transport.initiator({ network: networks.main });

    test.each([
      ['on', 0, 'V1 peer with wrong MessageStart'],
      ['off', 1, 'Wrong MessageStart'],
    ] as const)(
      'a real node, its v2 %s, closes without a byte; our error names the network as a reason',
      async (_, which, words) => {
        const target = nodes()[which]!;
        const log = logFrom(target);
        const error = await endOf(meet(await tcp(target), { transport: foreign() }));
        expect(error.code).toBe('closed-before-any-byte');
        expect(error.hint).toContain('another network');
        await log.contains(new RegExp(words, 'i'));
        await noPeers(target);
      },
    );

    test.each([
      ['a v2 responder', () => V2Transport.responder({ network: networks.main })],
      ['a v1 responder', () => V1Transport.responder({ network: networks.main })],
    ])('%s of ours closes without a byte, and names both', async (_, transport) => {
      const { socket } = await dialledBy(v1Node, false);
      const error = await endOf(meet(duplexOfSocket(socket), { role: 'responder', transport: transport() }));
      expect(error).toMatchObject({ code: 'transport', error: { code: 'v1-wrong-network' } });
      expect(error.message).toContain('Regtest');
      expect(error.hint).toContain('Regtest');
      await noPeers(v1Node);
    });
  });

  describe('broken v1 messages: the same outcome from a real node and from ours', () => {
    const rows: {
      name: string;
      damage(frame: Uint8Array): void;
      outcome: 'ignored' | 'disconnected';
      log: RegExp;
      code: string;
    }[] = [
      {
        name: 'a wrong checksum',
        damage: (frame) => void (frame[20]! ^= 1),
        outcome: 'ignored',
        log: /Wrong checksum/i,
        code: 'wrong-checksum',
      },
      {
        name: 'a malformed type',
        damage: (frame) => void (frame[15] = 0x41),
        outcome: 'ignored',
        log: /Invalid message type/i,
        code: 'unknown-message-type',
      },
      {
        name: 'an unknown type',
        damage: (frame) => void (frame[4] = 0x41),
        outcome: 'ignored',
        log: /Unknown command/i,
        code: 'none',
      },
      {
        name: '4,000,001 bytes announced',
        damage: (frame) => void frame.set([0x01, 0x09, 0x3d, 0x00], 16),
        outcome: 'disconnected',
        log: /Size too large/i,
        code: 'message-too-large',
      },
      {
        name: 'a wrong magic after the first message',
        damage: (frame) => void (frame[0]! ^= 1),
        outcome: 'disconnected',
        log: /Wrong MessageStart/i,
        code: 'v1-wrong-magic',
      },
    ];

    const attempt = async (socket: Socket, row: (typeof rows)[number]) => {
      const raw = rawV1(socket);
      socket.write(raw.frame('version', version()));
      socket.write(raw.frame('verack', new Uint8Array(0)));
      await raw.hear('verack');
      const damaged = raw.frame('ping', ping);
      row.damage(damaged);
      socket.write(damaged);
      socket.write(raw.frame('ping', ping));
      if (row.outcome === 'ignored') {
        await raw.hear('pong');
        expect(raw.heard.filter((type) => type === 'pong')).toHaveLength(1);
      } else {
        await raw.over;
        expect(raw.heard).not.toContain('pong');
      }
    };

    test.each(rows)('$name: $outcome by the node', async (row) => {
      const log = logFrom(node);
      const socket = await rawSocket(node.p2pPort);
      await attempt(socket, row);
      await log.contains(row.log);
      socket.destroy();
      await noPeers(node);
    });

    test.each(rows)('$name: $outcome by ours', async (row) => {
      const { socket, met } = await ourResponder();
      await attempt(socket, row);
      if (row.outcome === 'disconnected') {
        expect(await endOf(met)).toMatchObject({ code: 'transport', error: { code: row.code } });
      } else {
        expect(met.peer.state).toBe('ready');
        const codes = met.events.flatMap((event) =>
          event.type === 'misbehaviour' ? [event.misbehaviour.code] : [],
        );
        expect(codes).toEqual(row.code === 'none' ? [] : [row.code]);
      }
    });
  });
});
