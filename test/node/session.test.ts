/** Our two roles against a real Bitcoin node, over TCP. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { connectTcp, duplexOfSocket } from '../../bridge/tcp.js';
import { networks, V2Transport, type V2TransportOptions } from '../../shared/bip324/index.js';
import { toHex } from '../../shared/bytes.js';
import { type Duplex } from '../../shared/duplex.js';
import { hashToString } from '../../shared/messages/index.js';
import { Peer, type PeerEvent, type PeerOptions } from '../../shared/peer/index.js';
import { describeWithNode } from '../setup/tools.js';
import { startNode, type BitcoinNode } from './harness.js';
import { plaintextMarks, tap } from './tap.js';

const clock = {
  now: () => Date.now(),
  setTimeout: (f: () => void, ms: number): unknown => setTimeout(f, ms),
  clearTimeout: (handle: unknown) => clearTimeout(handle as NodeJS.Timeout),
};

interface Met {
  peer: Peer;
  events: PeerEvent[];
}

const open: Peer[] = [];
afterEach(() => {
  for (const peer of open.splice(0)) peer.close();
});

function meet(
  duplex: Duplex,
  transport: Partial<V2TransportOptions> = {},
  options: Partial<PeerOptions> = {},
): Met {
  const events: PeerEvent[] = [];
  const role = options.role ?? 'initiator';
  const peer = new Peer({
    role,
    transport: V2Transport[role]({ network: networks.regtest, ...transport }),
    duplex,
    clock,
    onEvent: (event) => events.push(event),
    ...options,
  });
  open.push(peer);
  return { peer, events };
}

const received = ({ events }: Met) =>
  events.flatMap((event) =>
    event.type === 'message' && event.direction === 'received' ? [event.message.type] : [],
  );

/** Writes every byte on its own. */
function byteByByte({ readable, writable, close }: Duplex, original: Duplex): Duplex {
  const writer = writable.getWriter();
  return {
    readable,
    writable: new WritableStream<Uint8Array>({
      async write(chunk) {
        for (const byte of chunk) await writer.write(Uint8Array.of(byte));
      },
      close: () => writer.close(),
      abort: (reason) => writer.abort(reason),
    }),
    close: close.bind(original),
  };
}

describeWithNode('a real node', () => {
  let node: BitcoinNode;
  const dial = () => connectTcp({ host: node.host, port: node.p2pPort });
  const noPeers = () => node.until(async () => (await node.peers()).length === 0);

  beforeAll(async () => {
    node = await startNode();
  });
  afterAll(async () => {
    await node?.stop();
  });

  test('as responder: the same session id, v2, its version, pings and headers; and no peer after we close', async () => {
    const address = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
    const mined = await node.rpc<string[]>('generatetoaddress', 12, address);
    const met = meet(await dial());
    const theirVersion = await met.peer.ready;
    const [info] = await node.peers();
    expect(info).toMatchObject({ transport_protocol_type: 'v2', inbound: true, subver: '/Peerglass:0.1.0/' });
    expect(info!.session_id).toBe(toHex(met.peer.sessionId!));
    expect(theirVersion.userAgent).toBe(
      (await node.rpc<{ subversion: string }>('getnetworkinfo')).subversion,
    );
    expect(theirVersion.startHeight).toBe(12);
    expect(received(met).slice(0, 4)).toEqual(['version', 'wtxidrelay', 'sendaddrv2', 'verack']);

    expect(await met.peer.ping()).toBeGreaterThanOrEqual(0);
    // A locator that it does not know: from genesis on, everything.
    const fromGenesis = await met.peer.ask.headers({ locator: [new Uint8Array(32).fill(1)] });
    expect(fromGenesis.headers).toHaveLength(12);
    expect(hashToString(fromGenesis.headers[0]!.previous)).toBe(networks.regtest.genesis.hash);
    expect(hashToString(fromGenesis.headers[11]!.previous)).toBe(mined[10]);

    met.peer.close();
    expect(await met.peer.ended).toEqual({ state: 'closed', by: 'us' });
    await noPeers();
  });

  test('accepts one byte at a time, the most garbage, and decoys everywhere', async () => {
    const tcp = await dial();
    const met = meet(byteByByte(tcp, tcp), { garbage: 4095, decoys: [0, 1000] });
    await met.peer.ready;
    met.peer.sendDecoy(70_000);
    expect(await met.peer.ping()).toBeGreaterThanOrEqual(0);
    met.peer.close();
    await noPeers();
  });

  test('500 pings and as many decoys: both directions go through rekeyings', async () => {
    const met = meet(await dial());
    await met.peer.ready;
    for (let i = 0; i < 500; i++) {
      met.peer.sendDecoy(i);
      await met.peer.ping();
    }
    expect(met.events.filter(({ type }) => type === 'ping').length).toBeGreaterThanOrEqual(500);
    met.peer.close();
    await noPeers();
  });

  test('what crosses the wire holds no plaintext', async () => {
    const relay = await tap(node.p2pPort);
    const met = meet(await connectTcp({ host: '127.0.0.1', port: relay.port }));
    await met.peer.ready;
    await met.peer.ping();
    met.peer.close();
    await noPeers();
    const streams = [relay.toNode(), relay.fromNode()];
    await relay.close();
    for (const stream of streams) {
      expect(stream.length).toBeGreaterThan(400);
      for (const mark of plaintextMarks) expect(stream.includes(mark)).toBe(false);
    }
  });

  test('as initiator: it dials our responder, and both name the same session', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const arrived = once(server, 'connection') as Promise<[Socket]>;
    await node.rpc('addnode', `127.0.0.1:${(server.address() as AddressInfo).port}`, 'onetry', true);
    const [socket] = await arrived;
    const met = meet(duplexOfSocket(socket), { garbage: 4095, decoys: [20] }, { role: 'responder' });
    const theirVersion = await met.peer.ready;
    expect(theirVersion.version).toBeGreaterThanOrEqual(70016);
    const [info] = await node.peers();
    expect(info).toMatchObject({
      transport_protocol_type: 'v2',
      inbound: false,
      session_id: toHex(met.peer.sessionId!),
    });
    met.peer.close();
    server.close();
    await noPeers();
  });

  test('on another network: bytes come, the handshake does not end, and the error says so', async () => {
    const met = meet(
      await dial(),
      { network: networks.signet, garbage: 0 },
      { timeouts: { handshakeMs: 1500 } },
    );
    const end = await met.peer.ended;
    expect(end).toMatchObject({ state: 'failed', error: { code: 'timed-out-handshaking' } });
    expect(end.state === 'failed' && end.error.hint).toContain('network');
    await noPeers();
  });
});

describeWithNode('a real node with v2 off', () => {
  let node: BitcoinNode;
  beforeAll(async () => {
    node = await startNode(['-v2transport=0']);
  });
  afterAll(async () => {
    await node?.stop();
  });

  test('closes without a byte: the cue that it may speak only v1', async () => {
    const met = meet(await connectTcp({ host: node.host, port: node.p2pPort }));
    const end = await met.peer.ended;
    expect(end).toMatchObject({ state: 'failed', error: { code: 'closed-before-any-byte' } });
    expect(end.state === 'failed' && end.error.hint).toContain('v1');
  });
});
