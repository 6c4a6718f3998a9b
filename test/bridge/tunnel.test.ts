import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { closeCodes, encodeControl } from '../../shared/tunnel/index.js';
import { bridgeWith, clientOf, echo, pattern, tcpServer, tunnelAddress, until } from './support.js';

const allowLoopback = (port: number) => ['--allow', `127.0.0.1:${port}`];

/** A bridge that leads to a TCP server, and a client through it. */
async function through(
  onSocket: Parameters<typeof tcpServer>[0],
  flags: string[] = [],
  protocols?: string[],
) {
  const server = await tcpServer(onSocket);
  const bridge = await bridgeWith([...allowLoopback(server.port), ...flags]);
  const client = clientOf(tunnelAddress(bridge, server), {}, protocols);
  return { server, bridge, client };
}

describe('a tunnel', () => {
  test('says connected first, then carries bytes both ways', async () => {
    const { client, server } = await through(echo);
    expect(await client.connected).toMatchObject({
      type: 'connected',
      address: '127.0.0.1',
      port: server.port,
      bridge: { name: 'peerglass', version: '1.2.3' },
    });
    const sent = pattern(300_000);
    for (let at = 0; at < sent.length; at += 100_000) client.ws.send(sent.subarray(at, at + 100_000));
    expect((await client.bytes(sent.length)).equals(sent)).toBe(true);
    expect(client.ws.protocol).toBe('peerglass.v1');
  });

  test('carries bytes sent before connected, in order', async () => {
    const { client } = await through(echo);
    await once(client.ws, 'open');
    for (const word of ['one ', 'two ', 'three']) client.ws.send(Buffer.from(word));
    expect((await client.bytes(13)).toString()).toBe('one two three');
  });

  test('loses nothing when the handshake and the first frame come in one write', async () => {
    const server = await tcpServer();
    const bridge = await bridgeWith(allowLoopback(server.port));
    const { connect } = await import('node:net');
    const socket = connect(bridge.port, '127.0.0.1');
    const head = [
      `GET /v1/tunnel?host=127.0.0.1&port=${server.port} HTTP/1.1`,
      'Host: 127.0.0.1',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${Buffer.alloc(16, 1).toString('base64')}`,
    ].join('\r\n');
    const frame = Buffer.from([0x82, 0x82, 0, 0, 0, 0, 0x68, 0x69]); // binary, masked with zeros: "hi"
    socket.write(Buffer.concat([Buffer.from(`${head}\r\n\r\n`), frame]));
    const accepted = await server.accepted();
    const [first] = (await once(accepted, 'data')) as [Buffer];
    expect(first.toString()).toBe('hi');
    socket.destroy();
  });

  test('sends clients without the subprotocol no credits', async () => {
    const { client } = await through(echo, [], []);
    await client.connected;
    client.ws.send(pattern(200_000));
    client.ws.send(pattern(200_000));
    await client.bytes(400_000);
    expect(client.control.map(({ type }) => type)).toEqual(['connected']);
  });

  test('never negotiates compression', async () => {
    const server = await tcpServer(echo);
    const bridge = await bridgeWith(allowLoopback(server.port));
    const client = clientOf(tunnelAddress(bridge, server), { perMessageDeflate: true });
    await once(client.ws, 'open');
    expect(client.ws.extensions).toBe('');
  });
});

describe('ends', () => {
  test('data just before the node’s FIN reaches the client, then the close code', async () => {
    const { client } = await through((socket) => socket.end(pattern(700_000)));
    const { code, reason, received } = await client.closed;
    expect(received.equals(pattern(700_000))).toBe(true);
    expect({ code, reason }).toEqual({ code: 4000, reason: closeCodes['target-closed'].sentence });
  });

  test('data just before the client’s close reaches a node that reads late, then FIN', async () => {
    const { client, server, bridge } = await through(undefined);
    await client.connected;
    const node = (await server.accepted()).pause();
    let sent = 0;
    // Until the kernels are full and the bridge holds some.
    await until(() => {
      if (bridge.stats().bufferedBytes > 0) return true;
      client.ws.send(pattern(50_000));
      sent += 50_000;
      return false;
    });
    client.ws.close(1000);
    await client.closed;
    expect(bridge.stats().bufferedBytes).toBeGreaterThan(0);
    const chunks: Buffer[] = [];
    node.on('data', (chunk: Buffer) => chunks.push(chunk)).resume();
    await once(node, 'end');
    const expected = Buffer.concat(Array.from({ length: sent / 50_000 }, () => pattern(50_000)));
    expect(Buffer.concat(chunks).equals(expected)).toBe(true);
  });

  test('a client that vanishes ends the node’s connection', async () => {
    const { client, server, bridge } = await through(undefined);
    await client.connected;
    const node = await server.accepted();
    client.ws.terminate();
    await once(node.resume(), 'end');
    node.end();
    await until(() => bridge.stats().tunnels === 0);
    expect(bridge.stats()).toMatchObject({ tunnels: 0, bufferedBytes: 0 });
  });

  test('a reset is told apart from a FIN, and everything is gone after it', async () => {
    const { client, server, bridge } = await through(undefined);
    await client.connected;
    (await server.accepted()).resetAndDestroy();
    expect(await client.closed).toMatchObject({ code: closeCodes['target-reset'].code });
    await until(() => bridge.stats().tunnels === 0);
    expect(bridge.stats()).toMatchObject({ tunnels: 0, bufferedBytes: 0 });
  });

  test.each(['accepted', 'sending', 'receiving', 'half closed'])(
    'reset while %s leaves nothing behind',
    async (when) => {
      const { client, server, bridge } = await through(undefined);
      await client.connected;
      const node = await server.accepted();
      if (when === 'sending') {
        for (let i = 0; i < 8; i++) client.ws.send(pattern(100_000));
        await once(node, 'readable');
      }
      if (when === 'receiving') {
        client.ws.pause();
        // Until the system's own buffers are full, and the bridge holds what they do not take.
        await until(() => {
          if (bridge.stats().bufferedBytes > 0) return true;
          node.write(pattern(1_000_000));
          return false;
        });
      }
      if (when === 'half closed') {
        client.ws.pause();
        node.end(pattern(100));
        await until(() => node.writableFinished);
      }
      node.resetAndDestroy();
      client.ws.terminate();
      await until(() => bridge.stats().tunnels === 0);
      expect(bridge.stats()).toMatchObject({ tunnels: 0, bufferedBytes: 0 });
    },
  );

  test('nothing listens there: connection-refused', async () => {
    const { createServer } = await import('node:net');
    const shortLived = createServer().listen(0, '127.0.0.1');
    await once(shortLived, 'listening');
    const { port } = shortLived.address() as { port: number };
    shortLived.close();
    await once(shortLived, 'close');
    const bridge = await bridgeWith(allowLoopback(port));
    const client = clientOf(tunnelAddress(bridge, { port }));
    expect(await client.closed).toMatchObject({ code: closeCodes['connection-refused'].code });
  });

  test('shutting down tells every client, and closes at once', async () => {
    const { client, bridge, server } = await through(echo);
    await client.connected;
    const node = await server.accepted();
    const [closed] = await Promise.all([client.closed, bridge.close(), once(node, 'close')]);
    expect(closed).toMatchObject({ code: 4500, reason: closeCodes['shutting-down'].sentence });
  });

  test('shutting down does not wait for a client that answers nothing', async () => {
    const { client, bridge } = await through(echo);
    await client.connected;
    client.ws.pause();
    await bridge.close(20);
    expect(bridge.stats().tunnels).toBe(0);
  });
});

describe('frames that do not belong', () => {
  test('an oversize frame closes with 1009 before it is buffered', async () => {
    const { client, bridge } = await through(echo);
    await client.connected;
    client.ws.send(Buffer.alloc(2 ** 18 + 1));
    expect((await client.closed).code).toBe(1009);
    expect(bridge.stats().peakBufferedBytes).toBe(0);
  });

  test('a header that claims 2^63-1 bytes closes with 1009', async () => {
    const { client } = await through(echo);
    await client.connected;
    const header = Buffer.from('82ff7fffffffffffffff00000000', 'hex');
    (client.ws as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(header);
    expect([1002, 1009]).toContain((await client.closed).code);
  });

  test.each([
    'not json',
    '[]',
    '{}',
    '{"type":"credit"}',
    '{"type":"credit","bytes":-1}',
    '{"type":"credit","bytes":1.5}',
  ])('the text frame %s closes with bad-control', async (text) => {
    const { client } = await through(echo);
    await client.connected;
    client.ws.send(text);
    expect(await client.closed).toMatchObject({ code: closeCodes['bad-control'].code });
  });

  test('a client may not say connected', async () => {
    const { client } = await through(echo);
    const connected = await client.connected;
    client.ws.send(JSON.stringify(connected));
    expect(await client.closed).toMatchObject({ code: closeCodes['bad-control'].code });
  });

  test('an unknown type of control message is ignored', async () => {
    const { client } = await through(echo);
    client.ws.once('open', () => {
      client.ws.send('{"type":"from-the-future"}');
      client.ws.send(Buffer.from('still here'));
    });
    expect((await client.bytes(10)).toString()).toBe('still here');
  });

  test('RSV1 without an agreed extension closes with 1002', async () => {
    const { client } = await through(echo);
    await client.connected;
    (client.ws as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(
      Buffer.from('c28100000000ff', 'hex'),
    );
    expect((await client.closed).code).toBe(1002);
  });
});

describe('backpressure', () => {
  /** Writes forever, as fast as it may. */
  const firehose: Parameters<typeof tcpServer>[0] = (socket) => {
    const chunk = pattern(65_536);
    const pump = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', pump);
    pump();
  };

  test('clients that never read share a bounded number of bytes, and a neighbour is not affected', async () => {
    const { client, bridge, server } = await through(firehose, ['--max-buffered-mib', '2']);
    const stuck = [client, ...Array.from({ length: 11 }, () => clientOf(tunnelAddress(bridge, server)))];
    for (const { connected, ws } of stuck) {
      await connected;
      ws.pause();
    }
    await until(() => bridge.stats().bufferedBytes > 2 ** 19); // the kernels are full
    const neighbour = clientOf(tunnelAddress(bridge, server));
    await neighbour.bytes(48 * 2 ** 20);
    // Alone, each would hold 1 MiB.
    expect(bridge.stats().peakBufferedBytes).toBeLessThanOrEqual(2 * 2 ** 20);
  });

  test('a node that never reads holds a bounded number of bytes, and gets all once it reads', async () => {
    const { client, bridge, server } = await through(undefined, [], []);
    await client.connected;
    const node = await server.accepted();
    node.pause();
    const sent = pattern(24 * 2 ** 20);
    for (let at = 0; at < sent.length; at += 2 ** 17) client.ws.send(sent.subarray(at, at + 2 ** 17));
    // The bridge stops reading: what the kernels cannot hold stays with the client.
    await until(() => bridge.stats().bufferedBytes > 2 ** 20);
    expect(client.ws.bufferedAmount).toBeGreaterThan(2 ** 20);
    const chunks: Buffer[] = [];
    let total = 0;
    node.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      total += chunk.length;
    });
    node.resume();
    await until(() => total === sent.length);
    expect(Buffer.concat(chunks).equals(sent)).toBe(true);
    expect(bridge.stats().peakBufferedBytes).toBeLessThan(2 * 2 ** 20);
    expect(bridge.stats().bufferedBytes).toBe(0);
  });

  test('the bridge sends no more than the sum of a client’s credits', async () => {
    const { client } = await through((socket) => socket.on('data', () => socket.write(pattern(5000))));
    await client.connected;
    client.ws.send(encodeControl({ type: 'credit', bytes: 1000 }));
    client.ws.send(Buffer.from('go'));
    expect((await client.bytes(1000)).length).toBe(1000);
    client.ws.send(encodeControl({ type: 'credit', bytes: 1500 }));
    expect((await client.bytes(2500)).length).toBe(2500);
    client.ws.send(encodeControl({ type: 'credit', bytes: 10_000 }));
    expect((await client.bytes(5000)).equals(pattern(5000))).toBe(true);
  });

  test('the bridge grants what reached TCP, to clients that offer the subprotocol', async () => {
    const { client } = await through((socket) => socket.resume());
    await client.connected;
    for (let i = 0; i < 10; i++) client.ws.send(Buffer.alloc(2 ** 17));
    const granted = () =>
      client.control.reduce((sum, { bytes }) => sum + (typeof bytes === 'number' ? bytes : 0), 0);
    await until(() => granted() >= 2 ** 19 + 10 * 2 ** 17);
    expect(granted()).toBe(2 ** 19 + 10 * 2 ** 17);
  });

  test('the bridge answers a ping itself, and the node sees nothing of it', async () => {
    const seen: number[] = [];
    const { client } = await through((socket) => socket.on('data', (data) => seen.push(data.length)));
    await client.connected;
    client.ws.send(JSON.stringify({ type: 'ping', id: 1 }));
    const pongs = () => client.control.filter(({ type }) => type === 'pong').map(({ id }) => id);
    await until(() => pongs().length === 1);
    expect(pongs()).toEqual([1]);
    expect(seen).toEqual([]);
    client.ws.send(JSON.stringify({ type: 'pong', id: 1 }));
    expect((await client.closed).code).toBe(closeCodes['bad-control'].code);
  });

  test('bytes that wait for credit survive the node’s FIN', async () => {
    const { client } = await through((socket) => socket.on('data', () => socket.end(pattern(5000))));
    await client.connected;
    client.ws.send(encodeControl({ type: 'credit', bytes: 1000 }));
    client.ws.send(Buffer.from('go'));
    await client.bytes(1000);
    client.ws.send(encodeControl({ type: 'credit', bytes: 4000 }));
    const { code, received } = await client.closed;
    expect(code).toBe(4000);
    expect(received.equals(pattern(5000))).toBe(true);
  });
});
