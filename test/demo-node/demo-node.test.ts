import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INITIAL_HEIGHT } from '../../bridge/demo-node/history.js';
import { startDemoNode, type DemoNode } from '../../bridge/demo-node/index.js';
import { packageVersion } from '../../bridge/version.js';
import { fromHex } from '../../shared/bytes.js';
import {
  blockHash,
  compactBlockOf,
  hashToString,
  inventoryTypes,
  wtxid,
  type MessageMap,
} from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';
import { V1Transport } from '../../shared/peer/index.js';
import { afterThis, demoNode, readyVisit, startTimed, visit, type TimedNode } from './support.js';

function rawSocket(node: DemoNode): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(node.port, node.host, () => resolve(socket)).once('error', reject);
    afterThis(() => void socket.destroy());
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
  let node: TimedNode;
  beforeAll(async () => {
    node = await startTimed();
  });
  afterAll(() => node?.close());

  test('negotiates over TCP and says honestly what it serves', async () => {
    expect(node.address).toBe(`127.0.0.1:${node.port}`);
    const { peer } = await visit(node);
    expect(await peer.ready).toMatchObject({
      version: 70017,
      // NETWORK, WITNESS, COMPACT_FILTERS, P2P_V2.
      services: 0x84dn,
      userAgent: `/Peerglass:${packageVersion()}(demo)/`,
      startHeight: INITIAL_HEIGHT,
      relay: true,
    });
    expect(peer.features).toMatchObject({ wtxidrelay: true, sendaddrv2: true });
  });

  test('after verack it sends sendcmpct, ping, feefilter, in a node’s order', async () => {
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
    const { events } = await readyVisit(node);
    const shown = events
      .filter(({ type }) => type === 'decoy' || type === 'transport-ready')
      .map(({ type }) => type);
    expect(shown.indexOf('transport-ready')).toBeGreaterThanOrEqual(1);
  });

  test.each(['v2', 'v1'] as const)(
    'over %s: answers pings, and getheaders with its whole chain',
    async (protocol) => {
      const transport = V1Transport.initiator({ network: networks.regtest });
      const { peer } = await readyVisit(node, protocol === 'v1' ? { transport } : {});
      expect(await peer.ping()).toBe(0);
      const genesis = fromHex(networks.regtest.genesis.hash).reverse();
      const { headers } = await peer.ask.headers({ locator: [genesis] });
      expect(headers).toHaveLength(INITIAL_HEIGHT);
      expect(hashToString(headers[0]!.previous)).toBe(networks.regtest.genesis.hash);
      expect(peer.protocol).toBe(protocol);
    },
  );

  test('questions before verack are not answered', async () => {
    const { peer, heard } = await visit(node);
    peer.sendRaw('getaddr', new Uint8Array(0));
    await peer.ready;
    expect(await heard()).not.toContain('addrv2');
  });
});

describe('traffic', () => {
  const EVERY = 4000;
  let node: TimedNode;
  beforeAll(async () => {
    node = await startTimed({ announceEveryMs: EVERY });
  });
  afterAll(() => node?.close());

  /** Until the next block was found. */
  function untilBlock(): void {
    const { height } = node;
    while (node.height === height) node.clock.advance(EVERY);
  }

  test('every few seconds a transaction; now and then a block with them, which makes the chain grow', async () => {
    const { peer, ask, heard } = await readyVisit(node);
    await heard();
    untilBlock();
    await heard();
    const { height } = node;
    const wtxids: string[] = [];
    for (let i = 0; i < 7; i++) {
      const announced = peer.expect('inv', ({ inventory }) => inventory[0]!.type === inventoryTypes.wtx);
      node.clock.advance(EVERY);
      const [entry] = (await announced).inventory;
      const transaction = await ask('getdata', { inventory: [entry!] }, 'tx');
      expect(wtxid(transaction)).toEqual(entry!.hash);
      wtxids.push(hashToString(entry!.hash));
    }
    expect(new Set(wtxids).size).toBe(7);
    const announced = peer.expect('inv', ({ inventory }) => inventory[0]!.type === inventoryTypes.block);
    node.clock.advance(EVERY);
    const { hash } = (await announced).inventory[0]!;
    expect(node.height).toBe(height + 1);
    const block = await ask('getdata', { inventory: [{ type: inventoryTypes.witnessBlock, hash }] }, 'block');
    expect(blockHash(block.header)).toEqual(hash);
    expect(block.header.time).toBe(Math.floor(node.clock.now() / 1000));
    expect(block.transactions.slice(1).map((each) => hashToString(wtxid(each)))).toEqual(wtxids);
    // Whoever was slow still gets them.
    const late = { type: inventoryTypes.wtx, hash: wtxid(block.transactions[1]!) };
    expect(await ask('getdata', { inventory: [late] }, 'tx')).toEqual(block.transactions[1]);
  });

  test('blocks come as headers to who asked for that', async () => {
    const { peer, heard } = await readyVisit(node);
    peer.send('sendheaders', {});
    await heard();
    const announced = peer.expect('headers');
    untilBlock();
    const { headers } = (await announced) satisfies MessageMap['headers'];
    expect(headers).toHaveLength(1);
  });

  test('and as compact blocks to who asked for that (BIP152, high bandwidth)', async () => {
    const { peer, heard, ask } = await readyVisit(node);
    // Of versions that nobody speaks any more it takes no notice.
    peer.send('sendcmpct', { announce: true, version: 2n });
    peer.send('sendcmpct', { announce: false, version: 1n });
    peer.send('sendheaders', {});
    await heard();
    const announced = peer.expect('cmpctblock');
    untilBlock();
    const compact = await announced;
    const hash = blockHash(compact.header);
    const block = await ask('getdata', { inventory: [{ type: inventoryTypes.witnessBlock, hash }] }, 'block');
    expect(compact).toEqual(compactBlockOf(block, compact.nonce));
  });

  test('no transactions to who wants none (BIP37), or none so cheap (BIP133)', async () => {
    const [none, rich, all] = await Promise.all([
      readyVisit(node, { version: { relay: false } }),
      readyVisit(node),
      readyVisit(node),
    ]);
    const least = 5000n;
    rich.peer.send('feefilter', { feeRate: least });
    await Promise.all([none.heard(), rich.heard()]);
    untilBlock();
    node.clock.advance(7 * EVERY);
    const announced = async ({ events, heard }: typeof all) => {
      await heard();
      return events.flatMap((event) =>
        event.type === 'message' &&
        event.direction === 'received' &&
        event.message.kind === 'decoded' &&
        event.message.type === 'inv' &&
        event.message.value.inventory[0]!.type === inventoryTypes.wtx
          ? event.message.value.inventory
          : [],
      );
    };
    expect(await announced(none)).toEqual([]);
    const dear = await announced(rich);
    const every = await announced(all);
    expect(dear.length).toBeGreaterThan(0);
    expect(every.length).toBeGreaterThan(dear.length);
    // Of what waits now, the mempool's inv leaves out the same ones.
    const waiting = (await all.ask('mempool', {}, 'inv')).inventory;
    expect(waiting).toEqual(every.slice(-7));
    const enough = (await rich.ask('mempool', {}, 'inv')).inventory;
    expect(enough).toEqual(dear.slice(-enough.length));
    expect(enough.length).toBeLessThan(waiting.length);
  });

  test('decoys now and then; v1 has none, and goes on', async () => {
    const transport = V1Transport.initiator({ network: networks.regtest });
    const [v2, v1] = await Promise.all([readyVisit(node), readyVisit(node, { transport })]);
    const decoys = () => v2.events.filter(({ type }) => type === 'decoy').length;
    await v2.heard();
    const before = decoys();
    node.clock.advance(3 * EVERY);
    await v2.heard();
    expect(decoys()).toBe(before + 1);
    expect(await v1.heard()).toContain('headers');
  });

  test('stops when the last visitor leaves', async () => {
    const node = await demoNode();
    const { peer } = await readyVisit(node);
    peer.close();
    // Both ends have closed once the next visitor’s timers are the only ones.
    await expect.poll(() => node.clock.timers, { timeout: 30_000 }).toBe(0);
    node.clock.advance(100 * 4000);
    expect(node.height).toBe(INITIAL_HEIGHT);
  });
});

describe('hostile clients', () => {
  let node: TimedNode;
  beforeAll(async () => {
    node = await startTimed();
  });
  afterAll(() => node?.close());

  test('v1 of another network: closed', async () => {
    const bytes = Uint8Array.from([
      ...networks.main.magic,
      ...new TextEncoder().encode('version'),
      ...new Uint8Array(100),
    ]);
    const socket = await rawSocket(node);
    const closed = untilClosed(socket);
    socket.write(bytes);
    await closed;
  });

  test('nonsense: closed when no terminator came in 4111 bytes, and others are served', async () => {
    const socket = await rawSocket(node);
    const closed = untilClosed(socket);
    socket.write(new Uint8Array(64 + 4111).fill(0x5a));
    expect(await closed).toBeGreaterThan(64);
    const { peer } = await visit(node);
    await peer.ready;
  });

  test('one that says nothing: closed after 60 s, without a byte', async () => {
    const socket = await rawSocket(node);
    const closed = untilClosed(socket);
    await expect.poll(() => node.clock.timers, { timeout: 30_000 }).toBeGreaterThan(0);
    node.clock.advance(60_000);
    expect(await closed).toBe(0);
  });

  test('too many: closed at once, without a byte', async () => {
    const node = await demoNode();
    const first = await Promise.all(Array.from({ length: 114 }, () => visit(node)));
    await Promise.all(first.map(({ peer }) => peer.ready));
    expect(await untilClosed(await rawSocket(node))).toBe(0);
    first[0]!.peer.close();
    await first[0]!.peer.ended;
    expect(first[1]!.peer.state).toBe('ready');
  });

  test('messages that do not parse and resets do not end the node', async () => {
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
