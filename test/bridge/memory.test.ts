/** What a tunnel holds is bounded by its cost, not by its payload alone. */
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { encodeControl } from '../../shared/tunnel/index.js';
import { bridgeWith, clientOf, pattern, tcpServer, tunnelAddress, until } from './support.js';

async function stuck(flags: string[] = []) {
  const server = await tcpServer();
  const bridge = await bridgeWith(['--allow', `127.0.0.1:${server.port}`, ...flags]);
  const client = clientOf(tunnelAddress(bridge, server));
  await client.connected;
  const node = await server.accepted();
  return { bridge, client, node };
}

describe('towards a node that does not read', () => {
  test('empty frames cost nothing', async () => {
    const { bridge, client, node } = await stuck();
    node.pause();
    await until(() => {
      if (bridge.stats().bufferedBytes > 0) return true;
      client.ws.send(pattern(100_000));
      return false;
    });
    // What the client still had under way settles first.
    await until(() => client.ws.bufferedAmount === 0);
    client.ws.ping('settled');
    await new Promise((resolve) => client.ws.once('pong', resolve));
    const before = bridge.stats().bufferedBytes;
    for (let i = 0; i < 20_000; i++) client.ws.send(Buffer.alloc(0));
    client.ws.ping('after');
    await new Promise((resolve) => client.ws.once('pong', resolve));
    expect(bridge.stats().bufferedBytes).toBeLessThanOrEqual(before);
  });

  test('one-byte frames that wait cost about what they carry, not a buffer each', async () => {
    const { bridge, client, node } = await stuck();
    node.pause();
    await until(() => {
      if (bridge.stats().bufferedBytes > 0) return true;
      client.ws.send(pattern(100_000));
      return false;
    });
    await until(() => client.ws.bufferedAmount === 0);
    client.ws.ping('settled');
    await new Promise((resolve) => client.ws.once('pong', resolve));
    const before = bridge.stats().bufferedBytes;
    for (let i = 0; i < 30_000; i++) client.ws.send(Buffer.of(i & 255));
    client.ws.ping('after');
    await new Promise((resolve) => client.ws.once('pong', resolve));
    expect(bridge.stats().bufferedBytes).toBeGreaterThanOrEqual(before + 25_000);
    expect(bridge.stats().bufferedBytes).toBeLessThan(before + 40_000);
    const received: Buffer[] = [];
    node.on('data', (chunk: Buffer) => received.push(chunk)).resume();
    client.ws.close();
    await once(node, 'end');
    const last = Buffer.concat(received).subarray(-30_000);
    expect(last.equals(Buffer.from(Array.from({ length: 30_000 }, (_, i) => i & 255)))).toBe(true);
    client.ws.terminate();
    node.destroy();
    await until(() => bridge.stats().tunnels === 0);
    expect(bridge.stats().bufferedBytes).toBe(0);
  });
});

test('towards a client that grants one byte at a time and never reads, frames stop at the mark', async () => {
  const { bridge, client, node } = await stuck();
  const grant = (bytes: number) => client.ws.send(encodeControl({ type: 'credit', bytes }));
  client.ws.pause();
  node.write(pattern(16_000_000));
  // Until the system's own buffers are full, and some frames wait in the bridge; less than the mark.
  await until(() => {
    if (bridge.stats().bufferedBytes > 200_000) return true;
    grant(100_000);
    return false;
  });
  expect(bridge.stats().bufferedBytes).toBeLessThan(1 << 20);
  for (let i = 0; i < 20_000; i++) grant(1);
  // More of them as long as the system still finds room: it tidies its buffers while it waits.
  await until(() => {
    if (bridge.stats().bufferedBytes >= 1 << 20) return true;
    for (let i = 0; i < 100; i++) grant(1);
    return false;
  });
  await until(() => client.ws.bufferedAmount === 0);
  expect(bridge.stats().peakBufferedBytes).toBeLessThan(3 << 20);
  client.ws.terminate();
  node.destroy();
  await until(() => bridge.stats().tunnels === 0);
  expect(bridge.stats().bufferedBytes).toBe(0);
});
