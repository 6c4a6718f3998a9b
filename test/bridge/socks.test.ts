/** Onion and I2P names, and everything else if told so, through a SOCKS5 proxy. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { i2pToString, torV3ToString } from '../../shared/messages/address-text.js';
import { closeCodes, type CloseName } from '../../shared/tunnel/index.js';
import { type Behaviour, socksServer } from './socks5-server.js';
import {
  bridgeWith,
  clientOf,
  echo,
  FakeClock,
  pattern,
  refusedHandshake,
  stands,
  tcpServer,
  tunnelAddress,
  until,
} from './support.js';

const ONION = torV3ToString(new Uint8Array(32).fill(7));
const I2P = i2pToString(new Uint8Array(32).fill(9));

async function proxied(
  behaviour: Behaviour = {},
  flags: string[] = [],
  deps: Parameters<typeof bridgeWith>[1] = {},
) {
  const node = await tcpServer(echo);
  const proxy = await socksServer({ to: node.port, ...behaviour });
  const bridge = await bridgeWith(['--socks5', `127.0.0.1:${proxy.port}`, ...flags], deps);
  return {
    node,
    proxy,
    bridge,
    to: (host: string, port = 8333) => clientOf(tunnelAddress(bridge, { host, port })),
  };
}

const name = (code: number) => Object.entries(closeCodes).find(([, row]) => row.code === code)?.[0];

describe('through a SOCKS5 proxy', () => {
  test.each([
    ['at once', {}],
    ['a byte at a time', { slowly: true }],
    ['without users', { method: 0 }],
    ['bound to an IPv6 address', { bound: [4, ...Array<number>(16).fill(1)] }],
    ['bound to a name', { bound: [3, 3, 97, 98, 99] }],
    ['bound to an empty name', { bound: [3, 0] }],
  ] satisfies [string, Behaviour][])(
    'an onion name is resolved there, bytes go both ways; a proxy that answers %s',
    async (_, behaviour) => {
      const { proxy, to } = await proxied(behaviour);
      const client = to(ONION);
      expect(await client.connected).toMatchObject({ address: ONION, port: 8333 });
      client.ws.send(pattern(200_000));
      expect((await client.bytes(200_000)).equals(pattern(200_000))).toBe(true);
      expect(proxy.asked).toMatchObject([{ host: ONION, port: 8333 }]);
    },
  );

  test('what comes with the proxy’s answer is the node’s first bytes, even one that closes at once', async () => {
    const node = await tcpServer((socket) => socket.end(pattern(5000)));
    const proxy = await socksServer({ to: node.port, excess: Buffer.from('first') });
    const bridge = await bridgeWith(['--socks5', `127.0.0.1:${proxy.port}`]);
    const { code, received } = await clientOf(tunnelAddress(bridge, { host: I2P, port: 8333 })).closed;
    expect(code).toBe(closeCodes['target-closed'].code);
    expect(received.equals(Buffer.concat([Buffer.from('first'), pattern(5000)]))).toBe(true);
  });

  test('each tunnel is a user of its own: circuits are isolated', async () => {
    const { proxy, to } = await proxied();
    for (let i = 0; i < 5; i++) await to(ONION).connected;
    expect(new Set(proxy.asked.map(({ user }) => user)).size).toBe(5);
    expect(new Set(proxy.asked.map(({ password }) => password)).size).toBe(5);
    expect(proxy.asked[0]).toMatchObject({ user: expect.stringMatching(/^[0-9a-f]{32}$/) as string });
  });

  test.each([
    [0x01, 'unreachable'],
    [0x02, 'proxy-failed'],
    [0x03, 'unreachable'],
    [0x04, 'unreachable'],
    [0x05, 'connection-refused'],
    [0x06, 'connect-timeout'],
    [0x07, 'proxy-failed'],
    [0x08, 'proxy-failed'],
    [0xf0, 'unreachable'],
    [0xf6, 'unresolvable'],
    [0xf7, 'connect-timeout'],
    [0xff, 'proxy-failed'],
  ])('the reply %i ends the tunnel as %s', async (reply, expected) => {
    const { to } = await proxied({ reply });
    expect(name((await to(ONION).closed).code)).toBe(expected);
  });

  test.each([
    ['no method fits', { method: 255 }],
    ['a method that nobody offered', { method: 1 }],
    ['a refused user', { badPassword: true }],
    ['an address of no known type', { bound: [9, 0, 0, 0, 0] }],
  ] satisfies [string, Behaviour][])('%s: proxy-failed', async (_, behaviour) => {
    const { to } = await proxied(behaviour);
    expect(name((await to(ONION).closed).code)).toBe('proxy-failed');
  });

  test.each([
    ['says HTTP', () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['says SOCKS4', () => Buffer.of(0, 90, 0, 0, 0, 0, 0, 0)],
    ['says half an answer and closes', () => Buffer.of(5)],
  ])('what stands there %s: proxy-failed, and no socket is left', async (_, answer) => {
    const proxy = await tcpServer((socket) => {
      socket.once('data', () => socket.end(answer()));
    });
    const bridge = await bridgeWith(['--socks5', `127.0.0.1:${proxy.port}`]);
    const client = clientOf(tunnelAddress(bridge, { host: ONION, port: 8333 }));
    const socket = await proxy.accepted();
    expect(name((await client.closed).code)).toBe('proxy-failed');
    if (!socket.closed) await once(socket, 'close');
    await until(() => bridge.stats().tunnels === 0);
  });

  test('nothing stands there: proxy-failed', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    await once(server, 'close');
    const bridge = await bridgeWith(['--socks5', `127.0.0.1:${port}`]);
    const { code } = await clientOf(tunnelAddress(bridge, { host: ONION, port: 8333 })).closed;
    expect(name(code)).toBe('proxy-failed');
  });

  test.each([0, 2, 4])(
    'a proxy that hangs after %i bytes has --socks5-timeout: then connect-timeout, and its socket is cut',
    async (bytes) => {
      const clock = new FakeClock();
      const proxy = await tcpServer((socket) => {
        socket.write(Buffer.of(5, 0, 5, 0).subarray(0, bytes));
        socket.resume();
      });
      const flags = [
        '--socks5',
        `127.0.0.1:${proxy.port}`,
        '--socks5-timeout',
        '45',
        '--connect-timeout',
        '10',
      ];
      const bridge = await bridgeWith(flags, { clock });
      const client = clientOf(tunnelAddress(bridge, { host: ONION, port: 8333 }));
      const socket = await proxy.accepted();
      await until(() => client.ws.readyState === client.ws.OPEN);
      clock.advance(44_999);
      await stands(client);
      clock.advance(1);
      expect(name((await client.closed).code)).toBe('connect-timeout');
      await until(() => socket.readableEnded || socket.destroyed);
    },
  );

  test('a client that leaves while the proxy thinks takes its socket along', async () => {
    const proxy = await tcpServer((socket) => socket.resume());
    const bridge = await bridgeWith(['--socks5', `127.0.0.1:${proxy.port}`]);
    const client = clientOf(tunnelAddress(bridge, { host: ONION, port: 8333 }));
    const socket = await proxy.accepted();
    await until(() => client.ws.readyState === client.ws.OPEN);
    client.ws.terminate();
    await until(() => socket.readableEnded || socket.destroyed);
    await until(() => bridge.stats().tunnels === 0);
    expect(bridge.stats()).toMatchObject({ tunnels: 0, bufferedBytes: 0 });
  });
});

describe('names of overlay networks', () => {
  const wrong = ONION.replace(/^./, (first) => (first === 'a' ? 'b' : 'a'));
  test.each<[string, number, CloseName]>([
    [wrong, 8333, 'bad-onion'],
    [`www.${ONION}`, 8333, 'bad-onion'],
    ['duskgytldkxiuqc6.onion', 8333, 'bad-onion'],
    ['onion', 8333, 'bad-onion'],
    ['stats.i2p', 8333, 'bad-onion'],
    [I2P.replace(/^./, ''), 8333, 'bad-onion'],
    [ONION, 22, 'refused-port'],
  ])('%s port %i is %s, and the proxy hears nothing of it', async (host, port, refusal) => {
    const { proxy, to } = await proxied();
    expect(name((await to(host, port).closed).code)).toBe(refusal);
    expect(proxy.asked).toEqual([]);
  });

  test('a name in capitals and with a dot behind it is the same name; its port may be allowed, and it may be denied', async () => {
    const { to } = await proxied({}, ['--allow', `${ONION}:22`, '--deny', I2P]);
    expect(await to(`${ONION.toUpperCase()}.`).connected).toMatchObject({ address: ONION });
    expect(await to(ONION, 22).connected).toMatchObject({ port: 22 });
    expect(name((await to(I2P).closed).code)).toBe('refused-deny');
  });

  test('without a proxy they are refused, as a status too', async () => {
    const bridge = await bridgeWith();
    const refused = await refusedHandshake(tunnelAddress(bridge, { host: ONION, port: 8333 }));
    expect([refused.status, refused.body]).toEqual([403, expect.stringContaining('--socks5')]);
  });
});

describe('other destinations', () => {
  test('stay direct without --socks5-all', async () => {
    const other = await tcpServer(echo);
    const { proxy, to } = await proxied({}, ['--allow', `127.0.0.1:${other.port}`]);
    expect(await to('127.0.0.1', other.port).connected).toMatchObject({ port: other.port });
    await other.accepted();
    expect(proxy.asked).toEqual([]);
  });

  test('with it: public addresses and names go to the proxy, names unresolved; allowed private ones stay direct', async () => {
    const other = await tcpServer(echo);
    const { proxy, to } = await proxied({}, ['--socks5-all', '--allow', `127.0.0.1:${other.port}`], {
      resolve: () => Promise.reject(new Error('looked up')),
    });
    expect(await to('8.8.8.8').connected).toMatchObject({ address: '8.8.8.8', port: 8333 });
    await to('2a01:4f8::1').connected;
    await to('node.example').connected;
    expect(await to('127.0.0.1', other.port).connected).toMatchObject({ address: '127.0.0.1' });
    await other.accepted();
    const hosts = proxy.asked.map(({ host }) => host);
    expect(hosts).toEqual(['8.8.8.8', '2a0104f8000000000000000000000001', 'node.example']);
  });

  test.each<[string, number, CloseName]>([
    ['127.0.0.1', 8333, 'refused-address'],
    ['::ffff:127.0.0.1', 8333, 'refused-address'],
    ['10.0.0.1', 8333, 'refused-address'],
    ['localhost', 8333, 'refused-name'],
    ['db.localhost', 8333, 'refused-name'],
    ['printer', 8333, 'refused-name'],
    ['router.lan', 8333, 'refused-name'],
    ['printer.local', 8333, 'refused-name'],
    ['metadata.google.internal', 8333, 'refused-name'],
    ['node.example', 22, 'refused-port'],
    ['bad.example', 8333, 'refused-deny'],
    ['sub.bad.example', 8333, 'refused-deny'],
  ])('with it %s port %i is %s', async (host, port, refusal) => {
    const { proxy, to } = await proxied({}, ['--socks5-all', '--deny', 'bad.example']);
    expect(name((await to(host, port).closed).code)).toBe(refusal);
    expect(proxy.asked).toEqual([]);
  });

  test('with --socks5-resolve names are judged here, and the proxy gets the judged address', async () => {
    const answers: Record<string, string[]> = {
      'node.example': ['8.8.8.8'],
      'evil.example': ['8.8.8.8', '10.0.0.1'],
    };
    const { proxy, to } = await proxied({}, ['--socks5-all', '--socks5-resolve'], {
      resolve: (asked) => Promise.resolve(answers[asked] ?? []),
    });
    await to('node.example').connected;
    expect(name((await to('evil.example').closed).code)).toBe('refused-name');
    expect(proxy.asked.map(({ host }) => host)).toEqual(['8.8.8.8']);
  });
});
