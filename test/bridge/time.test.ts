/** Limits of time, with a clock that the test moves; the sockets are real. */
import { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { closeCodes, encodeControl } from '../../shared/tunnel/index.js';
import {
  bridgeWith,
  clientOf,
  FakeClock,
  pattern,
  stands,
  tcpServer,
  tunnelAddress,
  until,
} from './support.js';

const FLAGS = [
  '--connect-timeout',
  '10',
  '--first-byte-timeout',
  '60',
  '--idle-timeout',
  '300',
  '--stall-timeout',
  '30',
];

async function timed(onSocket?: Parameters<typeof tcpServer>[0]) {
  const clock = new FakeClock();
  const server = await tcpServer(onSocket);
  const bridge = await bridgeWith(['--allow', `127.0.0.1:${server.port}`, ...FLAGS], { clock });
  const client = clientOf(tunnelAddress(bridge, server));
  await client.connected;
  return { clock, server, bridge, client };
}

describe('limits of time', () => {
  test('a node that never answers the SYN: connect-timeout', async () => {
    const clock = new FakeClock();
    let attempts = 0;
    // A fault that loopback cannot show: a socket whose connection never comes to anything.
    const connect = () => {
      attempts += 1;
      return new Socket();
    };
    const bridge = await bridgeWith(['--allow', '127.0.0.1:1', ...FLAGS], { clock, connect });
    const client = clientOf(tunnelAddress(bridge, { port: 1 }));
    await until(() => attempts === 1);
    clock.advance(9_999);
    await stands(client);
    clock.advance(1);
    expect(await client.closed).toMatchObject({ code: closeCodes['connect-timeout'].code });
  });

  test('nobody says anything: silent', async () => {
    const { clock, client } = await timed();
    clock.advance(61_000);
    expect(await client.closed).toMatchObject({ code: closeCodes.silent.code });
  });

  test('a node that is told much and says nothing: silent, but not while bytes move', async () => {
    const { clock, client, bridge, server } = await timed();
    const node = (await server.accepted()).resume();
    for (let i = 1; i <= 3; i++) {
      clock.advance(50_000);
      client.ws.send(pattern(100));
      await until(() => node.bytesRead === i * 100);
      await until(() => bridge.stats().bufferedBytes === 0);
    }
    expect(bridge.stats().tunnels).toBe(1);
    clock.advance(61_000);
    expect(await client.closed).toMatchObject({ code: closeCodes.silent.code });
  });

  test('a session in which nothing happens any more: idle', async () => {
    const { clock, client } = await timed((socket) => socket.write('hello'));
    await client.bytes(5);
    clock.advance(299_000);
    expect(client.ws.readyState).toBe(client.ws.OPEN);
    clock.advance(2_000);
    expect(await client.closed).toMatchObject({ code: closeCodes.idle.code });
  });

  test('a client that takes little by little is not stalled; one that takes nothing is, whatever it pings', async () => {
    const { clock, client, bridge } = await timed((socket) =>
      socket.on('data', () => socket.write(pattern(10_000))),
    );
    const grant = () => client.ws.send(encodeControl({ type: 'credit', bytes: 1000 }));
    grant();
    client.ws.send(Buffer.from('go'));
    for (let taken = 1000; taken <= 4000; taken += 1000) {
      await client.bytes(taken);
      await until(() => bridge.stats().bufferedBytes === 10_000 - taken);
      clock.advance(20_000);
      grant();
    }
    await client.bytes(5000);
    expect(client.ws.readyState).toBe(client.ws.OPEN);
    client.ws.ping();
    clock.advance(31_000);
    expect(await client.closed).toMatchObject({ code: closeCodes.stalled.code });
    await until(() => bridge.stats().tunnels === 0);
    expect(bridge.stats().bufferedBytes).toBe(0);
  });

  test('a node that takes nothing: stalled, and everything is given back', async () => {
    const { clock, client, bridge, server } = await timed();
    (await server.accepted()).pause();
    const send = () => client.ws.send(pattern(100_000));
    await until(() => {
      if (bridge.stats().bufferedBytes < 2 ** 20) send();
      return bridge.stats().bufferedBytes >= 2 ** 20;
    });
    // The bridge has stopped reading, so only time can end this.
    clock.advance(31_000);
    expect(await client.closed).toMatchObject({ code: closeCodes.stalled.code });
    await until(() => bridge.stats().tunnels === 0);
    expect(bridge.stats().bufferedBytes).toBe(0);
  });

  test('a node that never closes its side is cut off some seconds after the client left', async () => {
    const { clock, client, bridge, server } = await timed();
    const node = await server.accepted();
    client.ws.close();
    await client.closed;
    node.resume();
    await new Promise((resolve) => node.once('end', resolve));
    expect(bridge.stats().tunnels).toBe(1);
    clock.advance(6_000);
    await until(() => bridge.stats().tunnels === 0);
    expect(bridge.stats().tunnels).toBe(0);
  });
});
