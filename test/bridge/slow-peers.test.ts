/**
 * Slow is not stuck. The system's own buffers go in steps of megabytes, each of which lasts longer here than the stall
 * timeout: a small one, so that the real thing takes seconds.
 */
import { connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readQueues, rowKey } from '../../bridge/send-queues.js';
import { closeCodes } from '../../shared/tunnel/index.js';
import { handshake } from '../load/link.js';
import { bridgeWith, clientOf, pattern, tcpServer, tunnelAddress, until } from './support.js';

const STALL_S = 3;

/** Reads so many bytes a second until called off; calling off leaves the socket paused. */
function readSlowly(socket: Socket, bytesPerSecond: number) {
  let total = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onData = (chunk: Buffer) => {
    total += chunk.length;
    socket.pause();
    timer = setTimeout(() => socket.resume(), (chunk.length / bytesPerSecond) * 1000);
  };
  socket.on('data', onData).resume();
  const stop = () => {
    clearTimeout(timer);
    socket.removeListener('data', onData).pause();
  };
  onTestFinished(stop);
  return { stop, total: () => total };
}

const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000));

async function bridgeTo(onSocket: (socket: Socket) => void) {
  const server = await tcpServer(onSocket);
  const bridge = await bridgeWith([
    '--allow',
    `127.0.0.1:${server.port}`,
    '--stall-timeout',
    String(STALL_S),
  ]);
  return { server, bridge };
}

describe.skipIf(process.platform !== 'linux')('while bytes move (skipped: only Linux tells)', () => {
  test('a plain client that reads slowly keeps its tunnel; once it takes nothing, it is stalled', async () => {
    const { server, bridge } = await bridgeTo((socket) => void socket.write(pattern(32 << 20)));
    const socket = connect(bridge.port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => undefined);
    socket.write(handshake(`/v1/tunnel?host=127.0.0.1&port=${server.port}`));
    const reading = readSlowly(socket, 300_000);
    const node = await server.accepted();
    await until(() => bridge.stats().bufferedBytes > 0);
    await seconds(3 * STALL_S);
    expect(node.closed).toBe(false); // it is reset at once when the bridge gives up
    expect(reading.total()).toBeLessThan(6 << 20);
    reading.stop();
    await until(() => bridge.stats().tunnels === 0);
    expect(bridge.stats()).toMatchObject({ tunnels: 0, bufferedBytes: 0 });
  });

  test('so does a client whose node reads slowly', async () => {
    const { server, bridge } = await bridgeTo(() => undefined);
    const client = clientOf(tunnelAddress(bridge, server), {}, []);
    await client.connected;
    const node = await server.accepted();
    const reading = readSlowly(node, 300_000);
    for (let i = 0; i < 160; i++) client.ws.send(pattern(100_000));
    await until(() => bridge.stats().bufferedBytes > 0);
    await seconds(3 * STALL_S);
    expect(client.ws.readyState).toBe(client.ws.OPEN);
    expect(reading.total()).toBeLessThan(6 << 20);
    reading.stop();
    expect(await client.closed).toMatchObject({ code: closeCodes.stalled.code });
  });
});

test('a row of the table is found by the connection’s two ends', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:2084 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0',
    '   1: 0100007F:2084 0200007F:C350 01 0027A0B1:00000000 01:00000014 00000000     0        0 2 4 0',
    '12345: 0000000000000000FFFF00000100007F:2084 0000000000000000FFFF00000200007F:0050 01 00000010:00000000 01:1 0',
    '',
  ].join('\n');
  const queues = new Map(readQueues(table));
  const lengthOf = (remoteAddress: string, remotePort: number, localAddress: string) =>
    queues.get(rowKey({ localAddress, localPort: 8324, remoteAddress, remotePort }) ?? '');
  expect(lengthOf('127.0.0.2', 50_000, '127.0.0.1')).toBe(0x27a0b1);
  expect(lengthOf('::ffff:127.0.0.2', 80, '::ffff:127.0.0.1')).toBe(16);
  expect(lengthOf('127.0.0.2', 50_001, '127.0.0.1')).toBeUndefined();
});
