/** The client's end: against the real bridge, and against bridges that misbehave. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import {
  DOWNLOAD_WINDOW,
  encodeControl,
  openTunnel,
  type Tunnel,
  TunnelError,
  type WebSocketConstructor,
} from '../../shared/tunnel/index.js';
import { bridgeWith, echo, pattern, tcpServer, until } from '../bridge/support.js';

const CONNECTED = encodeControl({
  type: 'connected',
  address: '127.0.0.1',
  port: 1,
  connectMs: 0,
  bridge: { name: 'fake', version: '0' },
});

async function tunnelTo(onSocket: Parameters<typeof tcpServer>[0], more: { signal?: AbortSignal } = {}) {
  const server = await tcpServer(onSocket);
  const bridge = await bridgeWith(['--allow', `127.0.0.1:${server.port}`]);
  const tunnel = openTunnel({
    bridgeUrl: bridge.url,
    host: '127.0.0.1',
    port: server.port,
    WebSocket,
    ...more,
  });
  onTestFinished(() => tunnel.duplex.close());
  return { server, bridge, tunnel };
}

/** A bridge that does what the test says. */
async function fakeBridge(onSocket: (socket: WebSocket) => void, Socket: WebSocketConstructor = WebSocket) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server.on('connection', onSocket);
  await once(server, 'listening');
  onTestFinished(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const tunnel = openTunnel({
    bridgeUrl: `ws://127.0.0.1:${port}`,
    host: 'node.example',
    port: 8333,
    WebSocket: Socket,
  });
  onTestFinished(() => tunnel.duplex.close());
  return tunnel;
}

/** Everything until the end; and the error, if it ends with one. */
async function readAll({ duplex }: Tunnel): Promise<{ bytes: Buffer; error?: unknown }> {
  const reader = duplex.readable.getReader();
  const chunks: Uint8Array[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { bytes: Buffer.concat(chunks) };
      chunks.push(value);
    }
  } catch (error) {
    return { bytes: Buffer.concat(chunks), error };
  }
}

async function readBytes({ duplex }: Tunnel, count: number): Promise<Buffer> {
  const reader = duplex.readable.getReader();
  const chunks: Uint8Array[] = [];
  for (let total = 0; total < count;) {
    const { value } = await reader.read();
    if (value === undefined) break;
    chunks.push(value);
    total += value.length;
  }
  reader.releaseLock();
  return Buffer.concat(chunks);
}

describe('through the real bridge', () => {
  test('megabytes go both ways, exact, written before the node has answered', async () => {
    const { tunnel, server } = await tunnelTo(echo);
    const sent = pattern(5 * 2 ** 20);
    const writer = tunnel.duplex.writable.getWriter();
    const writing = (async () => {
      for (let at = 0; at < sent.length; at += 300_000) {
        await writer.ready;
        writer.write(sent.subarray(at, at + 300_000)).catch(() => undefined);
      }
    })();
    expect((await readBytes(tunnel, sent.length)).equals(sent)).toBe(true);
    await writing;
    expect(await tunnel.connected).toMatchObject({
      address: '127.0.0.1',
      port: server.port,
      bridge: { version: '1.2.3' },
    });
  });

  test('the node’s close ends the readable, after the last byte', async () => {
    const { tunnel } = await tunnelTo((socket) => socket.end(pattern(3 * 2 ** 20)));
    const { bytes, error } = await readAll(tunnel);
    expect(error).toBeUndefined();
    expect(bytes.equals(pattern(3 * 2 ** 20))).toBe(true);
    await expect(tunnel.duplex.writable.getWriter().write(pattern(1))).rejects.toThrow(TunnelError);
  });

  test('the node’s reset fails the readable', async () => {
    const { tunnel, server } = await tunnelTo(() => undefined);
    await tunnel.connected;
    (await server.accepted()).resetAndDestroy();
    expect((await readAll(tunnel)).error).toMatchObject({ code: 'target-reset', closeCode: 4001 });
  });

  test('a reader that waits holds the node back: no more than the window is under way', async () => {
    let written = 0;
    const { tunnel, server, bridge } = await tunnelTo((socket) => {
      const chunk = pattern(65_536);
      const pump = () => {
        do written += chunk.length;
        while (socket.write(chunk));
      };
      socket.on('drain', pump);
      pump();
    });
    await tunnel.connected;
    await server.accepted();
    // Credit is used up: the bridge holds bytes, and sends no more.
    await until(() => bridge.stats().bufferedBytes > 0);
    let before = -1;
    while (before !== written) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 100)); // what the kernels take, they take by then
    }
    expect(bridge.stats().peakBufferedBytes).toBeLessThanOrEqual(DOWNLOAD_WINDOW + 2 ** 17);
    expect((await readBytes(tunnel, 20 * 2 ** 20)).length).toBeGreaterThanOrEqual(20 * 2 ** 20);
  });

  test('a node that waits holds the writer back', async () => {
    const { tunnel, server, bridge } = await tunnelTo(() => undefined);
    const node = (await server.accepted()).pause();
    const writer = tunnel.duplex.writable.getWriter();
    const chunk = pattern(2 ** 17);
    let sent = 0;
    let accepted = 0;
    const total = 24 * 2 ** 20;
    const writing = (async () => {
      for (; sent < total; sent += chunk.length) {
        await writer.ready;
        void writer.write(chunk).then(() => (accepted += chunk.length));
      }
    })();
    await until(() => bridge.stats().bufferedBytes > 2 ** 18);
    expect(accepted).toBeLessThan(total);
    node.resume();
    await writing;
    await until(() => node.bytesRead === total);
    // A client that keeps to its credits is never paused, so it is never over the window, and what holding that costs.
    expect(bridge.stats().peakBufferedBytes).toBeLessThanOrEqual(2 ** 19 + 2 ** 15);
  });

  test('close ends everything, and the node sees it', async () => {
    const { tunnel, server, bridge } = await tunnelTo(() => undefined);
    await tunnel.connected;
    const node = await server.accepted();
    const reading = readAll(tunnel);
    tunnel.duplex.close('done');
    tunnel.duplex.close('again');
    expect(await reading).toEqual({ bytes: Buffer.alloc(0) });
    await once(node.resume(), 'end');
    node.end();
    await until(() => bridge.stats().tunnels === 0);
    expect(bridge.stats().tunnels).toBe(0);
  });

  test('closing the writable sends what was written, then ends both', async () => {
    const { tunnel, server } = await tunnelTo(() => undefined);
    const writer = tunnel.duplex.writable.getWriter();
    writer.write(pattern(400_000)).catch(() => undefined);
    await writer.close();
    const node = await server.accepted();
    const chunks: Buffer[] = [];
    node.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(node, 'end');
    expect(Buffer.concat(chunks).equals(pattern(400_000))).toBe(true);
    expect((await readAll(tunnel)).error).toBeUndefined();
  });

  test('cancelling the readable, or aborting the writable, ends the node’s connection', async () => {
    for (const end of [
      ({ duplex }: Tunnel) => duplex.readable.cancel(),
      ({ duplex }: Tunnel) => duplex.writable.abort(),
    ]) {
      const { tunnel, server } = await tunnelTo(() => undefined);
      await tunnel.connected;
      const node = await server.accepted();
      await end(tunnel);
      await once(node.resume(), 'end');
      expect(node.bytesRead).toBe(0);
    }
  });

  test('an abort before or after connecting is told apart', async () => {
    const { tunnel: never } = await tunnelTo(echo, { signal: AbortSignal.abort() });
    await expect(never.connected).rejects.toMatchObject({ code: 'aborted' });
    const controller = new AbortController();
    const { tunnel, server } = await tunnelTo(() => undefined, { signal: controller.signal });
    await tunnel.connected;
    const node = await server.accepted();
    controller.abort();
    expect((await readAll(tunnel)).error).toMatchObject({ code: 'aborted' });
    await once(node.resume(), 'end');
  });

  test('a refused destination rejects with the command that allows it', async () => {
    const bridge = await bridgeWith();
    const tunnel = openTunnel({ bridgeUrl: bridge.url, host: '127.0.0.1', port: 18444, WebSocket });
    await expect(tunnel.connected).rejects.toMatchObject({
      name: 'TunnelError',
      code: 'refused-address',
      closeCode: 4100,
      hint: expect.stringContaining('npm start -- --allow 127.0.0.1:18444') as string,
    });
    expect((await readAll(tunnel)).error).toMatchObject({ code: 'refused-address' });
    await expect(tunnel.duplex.writable.getWriter().write(pattern(1))).rejects.toMatchObject({
      code: 'refused-address',
    });
  });
});

describe('without a bridge that behaves', () => {
  test('nothing listens: bridge-unreachable, not a close code', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const tunnel = openTunnel({ bridgeUrl: `http://127.0.0.1:${port}`, host: 'demo', port: 1, WebSocket });
    await expect(tunnel.connected).rejects.toMatchObject({
      code: 'bridge-unreachable',
      closeCode: undefined,
      hint: expect.stringContaining('npm start') as string,
    });
  });

  test('a bridge address that cannot be read, and a WebSocket that cannot be made, are errors and throw nothing', async () => {
    const target = { host: 'demo', port: 1 };
    await expect(openTunnel({ bridgeUrl: 'ftp://x', ...target, WebSocket }).connected).rejects.toMatchObject({
      code: 'bridge-url',
    });
    class Forbidden extends WebSocket {
      constructor() {
        super('ws://127.0.0.1:1/#a-fragment-is-a-syntax-error');
      }
    }
    const tunnel = openTunnel({ bridgeUrl: 'ws://127.0.0.1:1', ...target, WebSocket: Forbidden });
    await expect(tunnel.connected).rejects.toMatchObject({ code: 'bridge-unreachable' });
  });

  test('a server that does not speak the tunnel’s protocol is not taken for a bridge', async () => {
    /** Some browsers go on when the server chooses no subprotocol; ws and Chromium do not. */
    class Lenient extends WebSocket {
      constructor(url: string) {
        super(url, []);
      }
    }
    const tunnel = await fakeBridge(() => undefined, Lenient);
    await expect(tunnel.connected).rejects.toMatchObject({ code: 'bridge-protocol' });
  });

  test('the connection to the bridge is lost', async () => {
    const tunnel = await fakeBridge((socket) => {
      socket.send(CONNECTED);
      socket.send(Buffer.from('last'), () => socket.terminate());
    });
    const { bytes, error } = await readAll(tunnel);
    expect(bytes.toString()).toBe('last');
    expect(error).toMatchObject({ code: 'bridge-lost', closeCode: 1006 });
  });

  test('what came before the end can still be read long after it', async () => {
    const tunnel = await fakeBridge((socket) => {
      socket.send(CONNECTED);
      socket.send(pattern(100_000));
      socket.close(4000);
    });
    await tunnel.duplex.writable.getWriter().closed.catch(() => undefined);
    const { bytes, error } = await readAll(tunnel);
    expect(bytes.equals(pattern(100_000))).toBe(true);
    expect(error).toBeUndefined();
  });

  test('no byte is sent beyond the sum of the bridge’s credits', async () => {
    let granted = 0;
    let received = 0;
    let most = 0;
    const tunnel = await fakeBridge((socket) => {
      const grant = () => {
        granted += 100;
        socket.send(encodeControl({ type: 'credit', bytes: 100 }));
      };
      socket.send(CONNECTED);
      grant();
      socket.send(Buffer.from('x'));
      socket.on('message', (data: Buffer, isBinary) => {
        if (!isBinary) return;
        received += data.length;
        most = Math.max(most, received - granted);
        if (received >= granted) grant();
      });
    });
    await readBytes(tunnel, 1); // so the credit has arrived too
    await tunnel.duplex.writable.getWriter().write(pattern(1000));
    await until(() => received === 1000);
    expect(most).toBe(0);
  });

  test('a ping resolves with its pong, and those before it; at the end the rest is rejected', async () => {
    let pings = 0;
    const tunnel = await fakeBridge((socket) => {
      socket.send(CONNECTED);
      socket.on('message', (data: Buffer, isBinary) => {
        if (isBinary || !data.toString().includes('ping')) return;
        if (++pings === 2) socket.send(encodeControl({ type: 'pong', id: 1 }));
        if (pings === 3) socket.close(4000);
      });
    });
    await tunnel.connected;
    await Promise.all([tunnel.ping(), tunnel.ping()]);
    await expect(tunnel.ping()).rejects.toBeInstanceOf(TunnelError);
    await expect(tunnel.ping()).rejects.toBeInstanceOf(TunnelError);
  });

  test.each(['not json', '{"type":"credit","bytes":-1}'])(
    'the text frame %s is a protocol error',
    async (text) => {
      const tunnel = await fakeBridge((socket) => socket.send(text));
      await expect(tunnel.connected).rejects.toMatchObject({ code: 'bridge-protocol' });
    },
  );

  test('control messages of the future are ignored', async () => {
    const tunnel = await fakeBridge((socket) => {
      socket.send('{"type":"weather"}');
      socket.send(CONNECTED);
    });
    expect(await tunnel.connected).toMatchObject({ bridge: { name: 'fake' } });
  });

  test('a close code of the future is shown with its reason', async () => {
    const tunnel = await fakeBridge((socket) => socket.close(4999, 'Moonlight.'));
    await expect(tunnel.connected).rejects.toMatchObject({
      code: 'bridge-closed',
      closeCode: 4999,
      message: /Moonlight/,
    });
  });

  test('a bridge that floods past every credit is cut off', async () => {
    const tunnel = await fakeBridge((socket) => {
      socket.send(CONNECTED);
      for (let i = 0; i < 20; i++) socket.send(Buffer.alloc(2 ** 20));
    });
    await tunnel.connected;
    await expect(tunnel.duplex.writable.getWriter().closed).rejects.toMatchObject({
      code: 'bridge-protocol',
    });
  });

  test('one byte at a time, in ten thousand frames', async () => {
    const tunnel = await fakeBridge((socket) => {
      socket.send(CONNECTED);
      for (const byte of pattern(10_000)) socket.send(Buffer.of(byte));
      socket.close(4000);
    });
    expect((await readAll(tunnel)).bytes.equals(pattern(10_000))).toBe(true);
  });
});
