import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { INITIAL_HEIGHT } from '../../bridge/demo-node/chain.js';
import { startDemoNode, type DemoNode, type DemoNodeOptions } from '../../bridge/demo-node/index.js';
import { connectTcp } from '../../bridge/tcp.js';
import { V2Transport } from '../../shared/bip324/index.js';
import { fromHex } from '../../shared/bytes.js';
import { hashToString, type MessageMap } from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';
import { Peer, type PeerEvent, type PeerOptions } from '../../shared/peer/index.js';
import { FakeClock } from '../peer/fake-clock.js';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function demoNode(options: DemoNodeOptions = {}): Promise<DemoNode & { clock: FakeClock }> {
  const clock = new FakeClock();
  const node = await startDemoNode({ clock, ...options });
  cleanups.push(() => node.close());
  return Object.defineProperties(
    { clock } as DemoNode & { clock: FakeClock },
    Object.getOwnPropertyDescriptors(node),
  );
}

async function visit(
  node: DemoNode,
  options: Partial<PeerOptions> = {},
): Promise<{ peer: Peer; events: PeerEvent[] }> {
  const events: PeerEvent[] = [];
  const peer = new Peer({
    role: 'initiator',
    transport: V2Transport.initiator({ network: networks.regtest }),
    duplex: await connectTcp({ host: node.host, port: node.port }),
    clock: new FakeClock(),
    onEvent: (event) => events.push(event),
    ...options,
  });
  cleanups.push(() => peer.close());
  return { peer, events };
}

function rawSocket(node: DemoNode): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(node.port, node.host, () => resolve(socket)).once('error', reject);
    cleanups.push(() => void socket.destroy());
  });
}

/** Everything received until the other side closed. */
function untilClosed(socket: Socket): Promise<number> {
  return new Promise((resolve) => {
    let bytes = 0;
    socket.on('data', (chunk) => (bytes += chunk.length));
    socket.on('error', () => {});
    socket.once('close', () => resolve(bytes));
  });
}

describe('a visit', () => {
  test('negotiates over TCP and says honestly what it serves', async () => {
    const node = await demoNode();
    expect(node.address).toBe(`127.0.0.1:${node.port}`);
    const { peer } = await visit(node);
    expect(await peer.ready).toMatchObject({
      version: 70017,
      services: 0x800n,
      userAgent: '/Peerglass:0.1.0(demo)/',
      startHeight: INITIAL_HEIGHT,
    });
    expect(peer.features).toMatchObject({ wtxidrelay: true, sendaddrv2: true });
  });

  test('after verack it sends sendcmpct, ping, feefilter, in a node’s order', async () => {
    const node = await demoNode();
    const { peer } = await visit(node);
    const types: (string | undefined)[] = [];
    for await (const { type } of peer) {
      types.push(type);
      if (type === 'feefilter') break;
    }
    expect(types).toEqual([
      'version',
      'wtxidrelay',
      'sendaddrv2',
      'verack',
      'sendcmpct',
      'ping',
      'feefilter',
    ]);
  });

  test('sends decoys before its version packet, for learners to see', async () => {
    const node = await demoNode();
    const { peer, events } = await visit(node);
    await peer.ready;
    const shown = events
      .filter(({ type }) => type === 'decoy' || type === 'transport-ready')
      .map(({ type }) => type);
    expect(shown.indexOf('transport-ready')).toBeGreaterThanOrEqual(1);
  });

  test('answers pings, and getheaders with its whole chain', async () => {
    const node = await demoNode();
    const { peer } = await visit(node);
    await peer.ready;
    expect(await peer.ping()).toBe(0);
    const genesis = fromHex(networks.regtest.genesis.hash).reverse();
    const { headers } = await peer.ask.headers({ locator: [genesis] });
    expect(headers).toHaveLength(INITIAL_HEIGHT);
    expect(hashToString(headers[0]!.previous)).toBe(networks.regtest.genesis.hash);
  });

  test('answers getdata with notfound', async () => {
    const node = await demoNode();
    const { peer } = await visit(node);
    await peer.ready;
    const asked = { inventory: [{ type: 1, hash: new Uint8Array(32).fill(5) }] };
    const answer = peer.expect('notfound');
    peer.send('getdata', asked);
    expect(await answer).toEqual(asked);
  });
});

describe('traffic', () => {
  test('every few seconds something new; now and then a block, which makes the chain grow', async () => {
    const node = await demoNode({ announceEveryMs: 4000 });
    const { peer } = await visit(node);
    await peer.ready;
    await peer.ping();
    const transactions = new Set<string>();
    for (let i = 0; i < 7; i++) {
      const announced = peer.expect('inv');
      node.clock.advance(4000);
      const { inventory } = await announced;
      expect(inventory).toHaveLength(1);
      expect(inventory[0]!.type).toBe(5); // by wtxid, since we negotiated it
      transactions.add(hashToString(inventory[0]!.hash));
    }
    expect(transactions.size).toBe(7);
    const block = peer.expect('inv', ({ inventory }) => inventory[0]!.type === 2);
    node.clock.advance(4000);
    const { hash } = (await block).inventory[0]!;
    expect(node.height).toBe(INITIAL_HEIGHT + 1);
    const { headers } = await peer.ask.headers({ stop: hash });
    expect(headers[0]!.time).toBe(Math.floor(node.clock.now() / 1000));
  });

  test('blocks come as headers to who asked for that', async () => {
    const node = await demoNode();
    const { peer } = await visit(node);
    await peer.ready;
    peer.send('sendheaders', {});
    await peer.ping();
    const announced = peer.expect('headers');
    node.clock.advance(8 * 4000);
    const { headers } = (await announced) satisfies MessageMap['headers'];
    expect(headers).toHaveLength(1);
  });

  test('stops when the last visitor leaves', async () => {
    const node = await demoNode();
    const { peer } = await visit(node);
    await peer.ready;
    peer.close();
    // Both ends have closed once the next visitor’s timers are the only ones.
    await expect.poll(() => node.clock.timers, { timeout: 30_000 }).toBe(0);
    node.clock.advance(100 * 4000);
    expect(node.height).toBe(INITIAL_HEIGHT);
  });
});

describe('hostile clients', () => {
  test.each([
    [
      'v1',
      Uint8Array.from([...networks.regtest.magic, ...new TextEncoder().encode('version'), 0, 0, 0, 0, 0]),
    ],
    [
      'v1 of another network',
      Uint8Array.from([
        ...networks.main.magic,
        ...new TextEncoder().encode('version'),
        ...new Uint8Array(100),
      ]),
    ],
  ])('%s: closed', async (_, bytes) => {
    const node = await demoNode();
    const socket = await rawSocket(node);
    const closed = untilClosed(socket);
    socket.write(bytes);
    await closed;
  });

  test('nonsense: closed when no terminator came in 4111 bytes, and others are served', async () => {
    const node = await demoNode();
    const socket = await rawSocket(node);
    const closed = untilClosed(socket);
    socket.write(new Uint8Array(64 + 4111).fill(0x5a));
    expect(await closed).toBeGreaterThan(64);
    const { peer } = await visit(node);
    await peer.ready;
  });

  test('one that says nothing: closed after 60 s, without a byte', async () => {
    const node = await demoNode();
    const socket = await rawSocket(node);
    const closed = untilClosed(socket);
    await expect.poll(() => node.clock.timers, { timeout: 30_000 }).toBeGreaterThan(0);
    node.clock.advance(60_000);
    expect(await closed).toBe(0);
  });

  test('too many: closed at once, without a byte', async () => {
    const node = await demoNode();
    const first = await Promise.all(Array.from({ length: 32 }, () => visit(node)));
    await Promise.all(first.map(({ peer }) => peer.ready));
    expect(await untilClosed(await rawSocket(node))).toBe(0);
    first[0]!.peer.close();
    await first[0]!.peer.ended;
    expect(first[1]!.peer.state).toBe('ready');
  });

  test('messages that do not parse and resets do not end the node', async () => {
    const node = await demoNode();
    const rude = await visit(node);
    await rude.peer.ready;
    rude.peer.sendRaw('getheaders', new Uint8Array(3));
    rude.peer.sendRaw('getdata', Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0xff));
    rude.peer.sendRaw('version', new Uint8Array(0));
    expect(await rude.peer.ping()).toBe(0);
    const socket = await rawSocket(node);
    socket.write(new Uint8Array(70));
    socket.resetAndDestroy();
    const { peer } = await visit(node);
    await peer.ready;
  });
});

test('close ends every visit, and frees the port', async () => {
  const node = await demoNode();
  const { peer } = await visit(node);
  await peer.ready;
  await node.close();
  expect((await peer.ended).state).not.toBe('ready');
  const again = await demoNode({ port: node.port });
  expect(again.port).toBe(node.port);
});

test('a taken port is a rejection', async () => {
  const node = await demoNode();
  await expect(startDemoNode({ port: node.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
