/** Raw frames against a tunnel: fragments, floods, and clients that take nothing. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { closeCodes } from '../../shared/tunnel/index.js';
import { clientFrame } from '../load/frames.js';
import { handshake, Link, tunnelPath } from '../load/link.js';
import { Words } from '../../bridge/words.js';
import { bridgeWith, clientOf, echo, FakeClock, stands, tcpServer, tunnelAddress, until } from './support.js';

/** A client of raw bytes on an open tunnel. */
async function raw(onSocket?: (socket: Socket) => void) {
  const server = await tcpServer(onSocket);
  const bridge = await bridgeWith(['--allow', `127.0.0.1:${server.port}`]);
  const path = `/v1/tunnel?host=127.0.0.1&port=${server.port}`;
  const socket = connect(bridge.port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined).write(handshake(path, 'peerglass.v1'));
  await once(socket, 'data');
  const link = new Link(socket, { port: bridge.port, path });
  return { server, bridge, socket, link };
}

/** Not final, masked with zeros. */
const fragment = (opcode: number, payload = '') =>
  Buffer.concat([Buffer.from([opcode, 0x80 | payload.length, 0, 0, 0, 0]), Buffer.from(payload, 'latin1')]);

describe('frames', () => {
  test('empty continuations without end close with 1008', async () => {
    const { socket, link, bridge } = await raw(echo);
    socket.write(Buffer.concat([fragment(2), ...Array.from({ length: 20_000 }, () => fragment(0))]));
    await once(socket, 'close');
    expect(link.closeCode).toBe(1008);
    await until(() => bridge.stats().tunnels === 0);
  });

  test.each([
    ['text that is not UTF-8, in pieces', [fragment(1, '\xff'), clientFrameOf(0, '\xfe')], 1007],
    [
      'a text frame in the middle of a fragmented one',
      [fragment(2, 'a'), clientFrame(1, Buffer.from('b'))],
      1002,
    ],
    ['a continuation of nothing', [clientFrameOf(0, 'a')], 1002],
    ['an unmasked frame', [Buffer.from([0x82, 1, 0x61])], 1002],
    ['a reserved opcode', [clientFrameOf(3, 'a')], 1002],
    ['a ping of more than 125 bytes', [clientFrame(9, Buffer.alloc(126))], 1002],
    ['RSV2', [Buffer.from([0xa2, 0x81, 0, 0, 0, 0, 1])], 1002],
    ['a length of 2⁶³−1', [Buffer.from('82ff7fffffffffffffff00000000', 'hex')], 1009],
    ['a length over 2⁶³', [Buffer.from('82ffffffffffffffffff00000000', 'hex')], 1009],
  ])('%s closes', async (_what, frames, code) => {
    const { socket, link, bridge } = await raw(echo);
    socket.write(Buffer.concat(frames));
    await once(socket, 'close');
    expect(link.closeCode).toBe(code);
    await until(() => bridge.stats().tunnels === 0);
    expect(bridge.stats().peakBufferedBytes).toBe(0);
  });

  test('the close is answered, and the node’s connection ends with it', async () => {
    const { socket, link, server } = await raw();
    const node = (await server.accepted()).resume();
    socket.write(clientFrame(8, Buffer.from([0x0f, 0xa0])));
    await once(node, 'end');
    await until(() => link.closeCode !== undefined);
    expect(link.closeCode).toBe(4000);
  });
});

function clientFrameOf(opcode: number, payload: string): Buffer {
  const frame = fragment(opcode, payload);
  frame[0] = 0x80 | opcode;
  return frame;
}

describe('words that carry nothing', () => {
  const unknown = clientFrame(1, Buffer.from('{"type":"what"}'));
  const asked = clientFrame(1, Buffer.from('{"type":"ping","id":1}'));

  test.each([
    ['pings', clientFrame(9, Buffer.alloc(0))],
    ['pongs that nobody asked for', clientFrameOf(10, '')],
    ['messages of unknown types', unknown],
    ['messages that ask for a pong', asked],
  ])('%s in batches, answered or not, end the tunnel', async (what, frame) => {
    const { socket, link, bridge } = await raw(echo);
    let sent = 0;
    while (!socket.destroyed && link.closeCode === undefined) {
      socket.write(Buffer.concat(Array.from({ length: 50 }, () => frame)));
      sent += 50;
      await new Promise((resolve) => setTimeout(resolve, 5));
      // With more than 60 pings unanswered the package ws itself would cut the client off, without a code.
      if (what === 'pings')
        await until(() => link.pongs === sent || link.closeCode !== undefined || socket.destroyed);
    }
    expect(link.closeCode).toBe(closeCodes['limit-words'].code);
    expect(sent).toBeGreaterThan(150);
    await until(() => bridge.stats().tunnels === 0);
  });

  test('now and then they are welcome for as long as the tunnel lasts', () => {
    const clock = new FakeClock();
    const words = new Words(clock);
    for (let i = 0; i < 10_000; i++) {
      clock.advance(60);
      expect(words.take()).toBe(true);
    }
    clock.advance(60_000);
    const many = Array.from({ length: 1000 }, () => words.take());
    expect(many.filter(Boolean)).toHaveLength(200);
  });
});

describe('a client that takes nothing', () => {
  test('and pings without end is ended, and costs little', async () => {
    const { socket, bridge } = await raw(echo);
    socket.pause();
    const pings = Buffer.concat(Array.from({ length: 500 }, () => clientFrame(9, Buffer.alloc(125))));
    let sent = 0;
    const before = process.memoryUsage().arrayBuffers;
    while (!socket.destroyed && bridge.stats().tunnels > 0 && sent < 64 * 2 ** 20) {
      if (!socket.write(pings)) await new Promise((resolve) => setTimeout(resolve, 1));
      sent += pings.length;
      if (socket.writableLength > 8 * 2 ** 20) break; // the bridge reads no more
    }
    const grew = process.memoryUsage().arrayBuffers - before - socket.writableLength;
    expect(grew).toBeLessThan(32 * 2 ** 20);
    socket.destroy();
    await until(() => bridge.stats().tunnels === 0);
  });

  test('sends without end and hears of no credit: the bridge’s messages do not pile up', async () => {
    const { socket, bridge, server } = await raw();
    const node = (await server.accepted()).resume();
    socket.pause();
    const frame = clientFrame(2, Buffer.alloc(1 << 16));
    for (let i = 0; i < 512; i++) {
      if (!socket.write(frame)) await once(socket, 'drain');
    }
    await until(() => node.bytesRead === 512 * (1 << 16));
    socket.resume();
    const link = new Link(socket, { port: bridge.port, path: '/' });
    socket.end(clientFrame(8, Buffer.from([0x03, 0xe8])));
    await until(() => bridge.stats().tunnels === 1);
    expect(link.received).toBe(0);
    node.end();
    await until(() => bridge.stats().tunnels === 0);
    expect(bridge.stats().bufferedBytes).toBe(0);
  });
});

test('when all tunnels together hold more than the budget, the longest stuck one is told stalled and goes', async () => {
  const server = await tcpServer((socket) => socket.pause());
  const bridge = await bridgeWith(['--allow', `127.0.0.1:${server.port}`, '--max-buffered-mib', '1']);
  const clients = Array.from({ length: 24 }, () => clientOf(tunnelAddress(bridge, server), {}, []));
  await Promise.all(clients.map(({ connected }) => connected));
  let ended = 0;
  for (const { closed } of clients)
    void closed.then(({ code }) => (ended += code === closeCodes.stalled.code ? 1 : 0));
  // All are stuck before the last of them send more: each may always hold about a read.
  while (ended === 0) {
    for (const { ws } of clients)
      if (ws.readyState === ws.OPEN && ws.bufferedAmount < 2 ** 21) ws.send(Buffer.alloc(2 ** 17));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(ended).toBeGreaterThan(0);
  // Of each client a message that was taken, and most of one that is still coming.
  expect(bridge.stats().peakBufferedBytes).toBeLessThan(2 ** 20 + 24 * 2 ** 18);
});

test('a flood of refused clients that do not close: those beyond a few hundred are told over HTTP', async () => {
  const bridge = await bridgeWith(['--max-failures-per-hour', '0']);
  const path = '/v1/tunnel?host=10.0.0.1&port=8333';
  const answers: string[] = [];
  const sockets = Array.from({ length: 300 }, () => {
    const socket = connect(bridge.port, '127.0.0.1');
    socket.on('error', () => undefined).once('data', (data) => answers.push(data.toString('latin1')));
    socket.write(handshake(path, 'peerglass.v1'));
    return socket;
  });
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  await until(() => answers.length === sockets.length);
  // Of the first the address is refused, of the others that they are so many.
  const upgraded = answers.filter((answer) => answer.startsWith('HTTP/1.1 101 ')).length;
  const refused = answers.filter((answer) => /^HTTP\/1\.1 4\d\d /.test(answer)).length;
  expect([upgraded, refused]).toEqual([256, 44]);
  for (const socket of sockets) socket.destroy();
  const told = async () =>
    (await clientOf(tunnelAddress(bridge, { host: '10.0.0.1', port: 8333 })).closed).code;
  while ((await told()) !== closeCodes['refused-address'].code);
});

test('messages that are not whole count as held: of clients that never end theirs, the longest stuck ones go', async () => {
  const server = await tcpServer();
  const flags = ['--allow', `127.0.0.1:${server.port}`, '--max-buffered-mib', '1'];
  const bridge = await bridgeWith(flags);
  const part = clientFrame(2, Buffer.alloc(200_000)).subarray(0, 190_000);
  const ended: (number | undefined)[] = [];
  const sockets = Array.from({ length: 12 }, () => {
    const socket = connect(bridge.port, '127.0.0.1');
    socket.on('error', () => undefined).write(handshake(tunnelPath(server.port)));
    socket.once('data', () => {
      const link = new Link(socket, { port: bridge.port, path: '/' });
      socket.once('close', () => ended.push(link.closeCode)).write(part);
    });
    return socket;
  });
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  await until(() => ended.length === 7);
  expect(new Set(ended)).toEqual(new Set([closeCodes.stalled.code]));
  expect(bridge.stats().bufferedBytes).toBeLessThanOrEqual(2 ** 20);
  for (const socket of sockets) socket.destroy();
  await until(() => bridge.stats().tunnels === 0);
  expect(bridge.stats().bufferedBytes).toBe(0);
});

test('who is sent away for half a message and does not close is cut off a second later', async () => {
  const clock = new FakeClock();
  const server = await tcpServer(echo);
  const flags = ['--allow', `127.0.0.1:${server.port}`, '--max-buffered-mib', '1'];
  const bridge = await bridgeWith(flags, { clock });
  const good = clientOf(tunnelAddress(bridge, server));
  await good.connected;
  let cut = 0;
  for (let i = 0; i < 12; i++) {
    const socket = connect(bridge.port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => undefined).on('close', () => (cut += 1));
    socket.write(handshake(tunnelPath(server.port)));
    await once(socket, 'data');
    socket.resume().write(clientFrame(2, Buffer.alloc(200_000)).subarray(0, 190_000));
  }
  // Held once they have come: looked at now and then.
  await until(() => {
    clock.advance(500);
    return bridge.stats().bufferedBytes > 2 ** 19 && bridge.stats().peakBufferedBytes > 2 ** 20;
  });
  clock.advance(500);
  expect(cut).toBe(0);
  clock.advance(1500);
  for (let i = 0; i < 5; i++) await stands(good);
  expect(bridge.stats().tunnels).toBe(1 + 12 - cut);
  expect(cut).toBeGreaterThan(0);
});
