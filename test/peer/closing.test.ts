/** What was sent before `close` still arrives, whatever carries it; and a caller's mistake is not the peer's. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { afterEach, describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../bridge/config.js';
import { startBridge } from '../../bridge/server.js';
import { connectTcp, duplexOfSocket } from '../../bridge/tcp.js';
import { V2Transport } from '../../shared/bip324/index.js';
import { type Duplex } from '../../shared/duplex.js';
import { networks } from '../../shared/networks.js';
import { Peer, PeerFailure, type PeerMessage } from '../../shared/peer/index.js';
import { openTunnel, type WebSocketConstructor } from '../../shared/tunnel/index.js';
import { nodeVersion, RawPeer } from './raw-peer.js';
import { peerUnderTest, readyWithRaw } from './setup.js';

const clock = {
  now: () => Date.now(),
  setTimeout: (f: () => void, ms: number): unknown => setTimeout(f, ms),
  clearTimeout: (handle: unknown) => clearTimeout(handle as NodeJS.Timeout),
};
const network = networks.regtest;

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of cleanUp.splice(0).reverse()) await each();
});

/** A responder over real TCP that keeps what it hears. */
async function listener() {
  const heard: PeerMessage[] = [];
  let over!: () => void;
  const ended = new Promise<void>((resolve) => (over = resolve));
  const server = createServer({ allowHalfOpen: true }, (socket: Socket) => {
    const transport = V2Transport.responder({ network });
    const peer = new Peer({ role: 'responder', transport, duplex: duplexOfSocket(socket), clock });
    void (async () => {
      for await (const message of peer) heard.push(message);
      over();
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp.push(() => server.close());
  return { heard, ended, port: (server.address() as AddressInfo).port };
}

async function sendAndClose(duplex: Duplex, count: number, size: number): Promise<void> {
  const peer = new Peer({ role: 'initiator', transport: V2Transport.initiator({ network }), duplex, clock });
  await peer.ready;
  for (let i = 0; i < count; i++) peer.sendRaw('zz', new Uint8Array(size).fill(i));
  await Promise.resolve();
  peer.sendRaw('last', new Uint8Array(10));
  peer.close();
}

describe('close hands over what waits first', () => {
  test('over TCP', async () => {
    const { heard, ended, port } = await listener();
    await sendAndClose(await connectTcp({ host: '127.0.0.1', port }), 20, 200_000);
    await ended;
    expect(heard.slice(-21).map(({ type }) => type)).toEqual([...Array<string>(20).fill('zz'), 'last']);
  });

  test('over the tunnel', async () => {
    const { heard, ended, port } = await listener();
    const line = parseCommandLine(['--port', '0', '--no-demo', '--allow', `127.0.0.1:${port}`]);
    if (line.kind !== 'run') throw new Error('unexpected command line');
    const bridge = await startBridge(line.config, { version: '0' });
    cleanUp.push(() => bridge.close(1000));
    const { duplex } = openTunnel({
      bridgeUrl: bridge.url,
      host: '127.0.0.1',
      port,
      WebSocket: WebSocket as unknown as WebSocketConstructor,
    });
    await sendAndClose(duplex, 5, 50_000);
    await ended;
    expect(heard.at(-1)?.type).toBe('last');
  });

  test('a peer that takes nothing delays the end by a moment only', async () => {
    const { peer, clock, near, far } = peerUnderTest('initiator', { buffer: 100, v2: { garbage: 4000 } });
    const raw = new RawPeer(far, 'responder');
    await raw.hear('version');
    await raw.send('version', nodeVersion());
    await raw.send('verack', {});
    await peer.ready;
    raw.stopReading();
    peer.sendRaw('zz', new Uint8Array(100_000));
    peer.close();
    expect(peer.state).toBe('closed');
    expect(near.closed).toBeUndefined();
    clock.advance(1000);
    expect(near.closed).toBeDefined();
  });
});

describe('a caller’s mistake', () => {
  test('a predicate that throws rejects its own request; the session goes on', async () => {
    const { peer, raw } = await readyWithRaw();
    const mistaken = peer.expect('ping', () => {
      throw new Error('my bug');
    });
    const rejected = expect(mistaken).rejects.toThrow('my bug');
    await raw.send('ping', { nonce: 1n });
    await rejected;
    expect(peer.state).toBe('ready');
  });

  test('a clock that throws ends the session instead of hanging it', async () => {
    const broken = {
      now: () => 0,
      setTimeout: () => {
        throw new TypeError('Illegal invocation');
      },
      clearTimeout: () => undefined,
    };
    const { peer } = peerUnderTest('initiator', { clock: broken });
    await expect(peer.ready).rejects.toBeInstanceOf(PeerFailure);
    expect(await peer.ended).toMatchObject({ state: 'failed', error: { code: 'connection-lost' } });
  });

  test('an aborted session says so to whoever waits for ready', async () => {
    const controller = new AbortController();
    const { peer } = peerUnderTest('initiator', { signal: controller.signal });
    controller.abort();
    await expect(peer.ready).rejects.toMatchObject({ code: 'aborted' });
    expect(await peer.ended).toMatchObject({ state: 'closed', by: 'us' });
  });
});
