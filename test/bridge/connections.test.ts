/** Connections that are no tunnels have bounds too. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Connections } from '../../bridge/connections.js';
import { bridgeWith, rawExchange, tcpServer, until } from './support.js';

function opener(port: number) {
  const open: Socket[] = [];
  onTestFinished(() => open.forEach((socket) => socket.destroy()));
  return async (localAddress: string) => {
    const socket = connect({ host: '127.0.0.1', port, localAddress });
    open.push(socket.on('error', () => undefined).resume());
    await once(socket, 'connect');
    return socket;
  };
}

const closed = (sockets: readonly Socket[]) => sockets.filter((socket) => socket.closed).length;

test('one client that opens connections and says nothing leaves the others theirs', async () => {
  const bridge = await bridgeWith(['--max-tunnels-per-client', '8']);
  const open = opener(bridge.port);
  const mine = await Promise.all(Array.from({ length: 600 }, () => open('127.0.0.2')));
  await until(() => closed(mine) === 600 - (8 + 512));
  const request = 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n';
  expect(await rawExchange(bridge.port, request)).toMatch(/^HTTP\/1\.1 200 /);
  expect(closed(mine)).toBe(80);
});

test.each([
  ['each', [], { perClient: 2, total: 9 }, 2],
  ['a trusted proxy, behind which are many', ['127.0.0.2'], { perClient: 2, total: 9 }, 5],
  ['all together', ['127.0.0.2'], { perClient: 2, total: 4 }, 4],
])('%s: of five that come so many stay, and who goes makes room', async (_who, proxies, limits, stay) => {
  const connections = new Connections(limits, (address) => (proxies as string[]).includes(address));
  const accepted: Socket[] = [];
  const { port } = await tcpServer((socket) => {
    accepted.push(socket.resume());
    connections.came(socket);
  });
  const open = opener(port);
  const five: Socket[] = [];
  for (let i = 0; i < 5; i++) five.push(await open('127.0.0.2'));
  await until(() => closed(five) === 5 - stay);
  accepted[0]!.destroy();
  await until(() => closed(five) === 6 - stay);
  const next = await open('127.0.0.2');
  await until(() => accepted.length === 6);
  expect(accepted[5]!.destroyed).toBe(false);
  connections.destroyAll();
  await until(() => closed([...five, next]) === 6);
});
