/** Limits of a client and of all: counted here, told to the client, and never a leak. */
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { clientKey } from '../../bridge/limits/client-key.js';
import { limitsOf } from '../../bridge/limits/settings.js';
import { LocalStore } from '../../bridge/limits/local-store.js';
import { meters } from '../../bridge/limits/meter.js';
import { ALL, type WindowLimits, windows } from '../../bridge/limits/store.js';
import { systemClock } from '../../bridge/clock.js';
import { closeCodes, type CloseName } from '../../shared/tunnel/index.js';
import { parseCommandLine } from '../../bridge/config.js';
import {
  bridgeWith,
  clientOf,
  echo,
  FakeClock,
  pattern,
  rawExchange,
  refusedHandshake,
  tcpServer,
  tunnelAddress,
  until,
} from './support.js';

const none = Object.fromEntries(
  Object.keys(windows).map((name) => [name, undefined]),
) as unknown as WindowLimits;
const storeOf = (limits: Partial<WindowLimits>, maxClients?: number) =>
  new LocalStore({
    limits: { ...none, ...limits },
    tunnels: { perClient: 9, total: 9 },
    ...(maxClients && { maxClients }),
  });

const name = (code: number) => Object.entries(closeCodes).find(([, row]) => row.code === code)?.[0];

describe('the store of this process', () => {
  test('counts points of each client, and what does not fit is not counted', async () => {
    const store = storeOf({ opens: 10 });
    expect(await store.consume('opens', 'a', 6)).toEqual({ ok: true });
    const refused = await store.consume('opens', 'a', 5);
    expect(refused).toMatchObject({ ok: false });
    expect(refused.ok || refused.waitMs).toBeGreaterThan(0);
    expect(refused.ok || refused.waitMs).toBeLessThanOrEqual(60_000);
    expect(await store.consume('opens', 'a', 4)).toEqual({ ok: true });
    expect(await store.hasRoom('opens', 'a')).toMatchObject({ ok: false });
    expect(await store.hasRoom('opens', 'b')).toEqual({ ok: true });
    expect(await store.consume('opens', 'b', 10)).toEqual({ ok: true });
    expect(await store.consume('failures', 'a', 1e9)).toEqual({ ok: true }); // no limit
    await store.close();
  });

  test('a thing that was named before costs nothing', async () => {
    const store = storeOf({ destinations: 2 });
    const named = (client: string, what: string) => store.consumeDistinct('destinations', client, what);
    for (const what of ['one', 'two', 'one', 'two', 'two']) expect((await named('a', what)).ok).toBe(true);
    expect((await named('a', 'three')).ok).toBe(false);
    expect((await named('a', 'one')).ok).toBe(true);
    expect((await named('b', 'three')).ok).toBe(true);
    await store.close();
  });

  test('a window ends', async () => {
    const store = storeOf({ bandwidth: 1 });
    expect((await store.consume('bandwidth', 'a', 1)).ok).toBe(true);
    const refused = await store.consume('bandwidth', 'a', 1);
    await new Promise((resolve) => setTimeout(resolve, refused.ok ? 0 : refused.waitMs + 5));
    expect((await store.consume('bandwidth', 'a', 1)).ok).toBe(true);
    await store.close();
  });

  test('however many clients come, it remembers a bounded number, and nothing once they are past', async () => {
    const store = storeOf({ bandwidth: 5, failures: 5, destinations: 5 }, 100);
    for (let i = 0; i < 5000; i++) {
      await store.consume('bandwidth', `client ${i}`, 1);
      await store.consume('failures', `client ${i}`, 1);
      await store.consumeDistinct('destinations', `client ${i}`, 'node');
    }
    // The marks of what was named are bounded by themselves.
    expect(store.size).toBeLessThanOrEqual(5000 + 3 * 100);
    // The latest are those that it knows.
    for (let i = 0; i < 4; i++) await store.consume('failures', 'client 4999', 1);
    expect((await store.hasRoom('failures', 'client 4999')).ok).toBe(false);
    expect((await store.hasRoom('failures', 'client 0')).ok).toBe(true);
    await store.close();

    const brief = storeOf({ bandwidth: 5 });
    for (let i = 0; i < 1000; i++) await brief.consume('bandwidth', `client ${i}`, 1);
    expect(brief.size).toBe(1000);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await brief.consume('bandwidth', 'the next', 1);
    expect(brief.size).toBe(1);
    await brief.close();
    expect(brief.size).toBe(0);
  });
});

describe('a meter', () => {
  test('without limits of bytes there is none', () => {
    const meter = meters(storeOf({}), none, systemClock)('a')({
      reopened: () => undefined,
      spent: () => undefined,
    });
    meter.take(1e12);
    expect(meter.open).toBe(true);
  });

  test('grants no more than the limits, to all tunnels of a client together', async () => {
    const limits = { ...none, bytes: 1_000_000 };
    const start = meters(storeOf(limits), limits, systemClock)('a');
    let taken = 0;
    const drain = () =>
      new Promise<string>((resolve) => {
        const step = () => {
          for (let i = 0; i < 8 && meter.open; i++) {
            taken += 1000;
            meter.take(1000);
          }
          if (meter.open) setImmediate(step);
        };
        const meter = start({ reopened: step, spent: resolve });
      });
    expect(await Promise.all([drain(), drain(), drain()])).toEqual([
      'limit-bytes',
      'limit-bytes',
      'limit-bytes',
    ]);
    expect(taken).toBeGreaterThan(980_000);
    expect(taken).toBeLessThanOrEqual(1_000_000 + 3 * 1000);
  });

  test('of a tunnel that is gone asks no more', async () => {
    const limits = { ...none, bandwidth: 4000 };
    const store = storeOf(limits);
    const clock = new FakeClock();
    let reopened = 0;
    const meter = meters(store, limits, clock)('a')({
      reopened: () => (reopened += 1),
      spent: () => undefined,
    });
    await until(() => reopened === 1);
    for (let i = 0; i < 10; i++) {
      meter.take(1000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(meter.open).toBe(false);
    meter.close();
    const before = reopened;
    clock.advance(10_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(reopened).toBe(before);
    await store.close();
  });
});

async function limited(flags: string[], onSocket: Parameters<typeof tcpServer>[0] = echo) {
  const server = await tcpServer(onSocket);
  const bridge = await bridgeWith([
    '--allow',
    `127.0.0.1:${server.port}`,
    '--public-url',
    'http://localhost',
    ...flags,
  ]);
  const address = tunnelAddress(bridge, server);
  const end = async (from = '127.0.0.1', to = address) =>
    name((await clientOf(to, { localAddress: from }).closed).code);
  const opens = (from: string) => clientOf(address, { localAddress: from }).connected;
  return { bridge, server, address, end, opens };
}

describe('a client that opens too many tunnels in a minute', () => {
  test('is told so, with the wait; others are not touched', async () => {
    const { bridge, address, end, opens } = await limited(['--max-opens-per-minute', '3']);
    for (let i = 0; i < 3; i++) await opens('127.0.0.2');
    expect(await end('127.0.0.2')).toBe('limit-opens');
    const { status, body } = await refusedHandshake(address, { localAddress: '127.0.0.2' });
    expect([status, body]).toEqual([429, expect.stringContaining('limit-opens')]);
    await opens('127.0.0.3');
    expect(bridge.stats().tunnels).toBe(4);
  });

  test('with an HTTP status comes Retry-After', async () => {
    const { bridge, opens } = await limited(['--max-opens-per-minute', '1']);
    await opens('127.0.0.1');
    const answer = await rawExchange(
      bridge.port,
      `GET /v1/tunnel?host=demo HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16, 1).toString('base64')}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 429 .*\r\n(.*\r\n)*Retry-After: ([1-9]|[1-5]\d|60)\r\n/);
  });

  test('all together: 503', async () => {
    const { address, end, opens } = await limited(['--max-opens-per-minute-in-all', '2']);
    await opens('127.0.0.2');
    await opens('127.0.0.3');
    expect(await end('127.0.0.4')).toBe('limit-all-opens');
    expect((await refusedHandshake(address, { localAddress: '127.0.0.5' })).status).toBe(503);
  });
});

describe('a client that scans', () => {
  test('hosts: after so many different destinations it gets no other, but those again', async () => {
    const { bridge, server, opens, end } = await limited([
      '--max-destinations-per-hour',
      '5',
      '--max-failures-per-hour',
      '0',
      '--allow',
      '127.0.0.0/8:1',
    ]);
    await opens('127.0.0.2');
    const ends: (string | undefined)[] = [];
    for (let i = 1; i <= 100; i++) {
      ends.push(await end('127.0.0.2', tunnelAddress(bridge, { host: `127.0.1.${i}`, port: 1 })));
    }
    expect(ends.filter((each) => each === 'connection-refused')).toHaveLength(4);
    expect(ends.filter((each) => each === 'limit-opens' || each === 'limit-destinations')).toHaveLength(96);
    expect(server.port).toBeGreaterThan(0);
  });

  test.each<[string, string, CloseName]>([
    ['ports', '127.0.0.1:PORT', 'refused-address'],
    ['public hosts on a forbidden port', '8.8.8.I:22', 'refused-port'],
    ['names that are none', 'nI.example:8333', 'unresolvable'],
  ])('%s: after so many failures it gets nothing', async (_, target, first) => {
    const { bridge, end, opens } = await limited([
      '--max-failures-per-hour',
      '5',
      '--max-opens-per-minute',
      '0',
      '--max-destinations-per-hour',
      '0',
    ]);
    const ends: (string | undefined)[] = [];
    for (let i = 1; i <= 100; i++) {
      const [host, port] = target.replace('PORT', String(i)).replace('I', String(i)).split(':') as [
        string,
        string,
      ];
      ends.push(await end('127.0.0.2', tunnelAddress(bridge, { host, port })));
    }
    expect(ends.slice(0, 5)).toEqual(Array(5).fill(first));
    expect(ends.slice(5)).toEqual(Array(95).fill('limit-failures'));
    expect(await end('127.0.0.2')).toBe('limit-failures');
    expect(await opens('127.0.0.3')).toMatchObject({ type: 'connected' });
  });

  test('a destination that does not answer is a failure too', async () => {
    const { bridge, end } = await limited(['--max-failures-per-hour', '2', '--allow', '127.0.0.1:1']);
    const nowhere = tunnelAddress(bridge, { port: 1 });
    expect([
      await end('127.0.0.2', nowhere),
      await end('127.0.0.2', nowhere),
      await end('127.0.0.2'),
    ]).toEqual(['connection-refused', 'connection-refused', 'limit-failures']);
  });
});

describe('bytes', () => {
  const firehose: Parameters<typeof tcpServer>[0] = (socket) => {
    const chunk = pattern(65_536);
    const pump = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', pump);
    pump();
  };

  test('of a day, down: the tunnel ends with its code, and there is no other until tomorrow', async () => {
    const { address, end } = await limited(['--max-mib-per-day', '2'], firehose);
    const { code, received } = await clientOf(address).closed;
    expect(name(code)).toBe('limit-bytes');
    expect(received.length).toBeGreaterThan(1.8 * 2 ** 20);
    expect(received.length).toBeLessThan(2.2 * 2 ** 20);
    expect(await end()).toBe('limit-bytes');
    expect((await refusedHandshake(address)).status).toBe(429);
    expect(name((await clientOf(address, { localAddress: '127.0.0.2' }).closed).code)).toBe('limit-bytes');
  });

  test('of a day, up', async () => {
    const { address, bridge } = await limited(['--max-mib-per-day', '1'], (socket) => socket.resume());
    const client = clientOf(address);
    await client.connected;
    for (let i = 0; i < 32; i++) client.ws.send(pattern(65_536));
    expect(name((await client.closed).code)).toBe('limit-bytes');
    await until(() => bridge.stats().tunnels === 0);
    expect(bridge.stats().bufferedBytes).toBe(0);
  });

  test('of a day, of all clients together', async () => {
    const { address, end } = await limited(['--max-mib-per-day-in-all', '1'], firehose);
    expect(name((await clientOf(address, { localAddress: '127.0.0.2' }).closed).code)).toBe(
      'limit-all-bytes',
    );
    expect(await end('127.0.0.3')).toBe('limit-all-bytes');
    expect((await refusedHandshake(address)).status).toBe(503);
  });

  test('of a second: the sources pause, nothing is lost, and a neighbour has its own', async () => {
    const sent = pattern(1_000_000);
    const { address, bridge } = await limited(['--max-kib-per-second', '400'], (socket) => socket.end(sent));
    const slow = clientOf(address, { localAddress: '127.0.0.2' });
    const alike = clientOf(address, { localAddress: '127.0.0.2' });
    const started = performance.now();
    const closed = await Promise.all([slow.closed, alike.closed]);
    // Two million bytes at 409,600 a second, the first of them at once: at the least three more windows.
    expect(performance.now() - started).toBeGreaterThan(2500);
    for (const { code, received } of closed) {
      expect(name(code)).toBe('target-closed');
      expect(received.equals(sent)).toBe(true);
    }
    expect(bridge.stats().peakBufferedBytes).toBeLessThan(1 << 20);
  });

  test('of a second, up: what the client sends arrives whole, and its close is heard', async () => {
    const chunks: Buffer[] = [];
    const { address, server } = await limited(['--max-kib-per-second', '400'], (socket) =>
      socket.on('data', (chunk: Buffer) => chunks.push(chunk)),
    );
    const client = clientOf(address);
    await client.connected;
    const node = await server.accepted();
    const sent = pattern(1_000_000);
    for (let at = 0; at < sent.length; at += 50_000) client.ws.send(sent.subarray(at, at + 50_000));
    client.ws.close();
    await once(node, 'end');
    expect(Buffer.concat(chunks).equals(sent)).toBe(true);
  });
});

describe('what holds without flags', () => {
  const of = (...args: string[]) => {
    const commandLine = parseCommandLine(args);
    if (commandLine.kind !== 'run') throw new Error(JSON.stringify(commandLine));
    return limitsOf(commandLine.config);
  };

  test('only this machine: bytes are free; once others may come nothing is', () => {
    expect(of().preset).toBe('local');
    expect(of('--host', '::1').preset).toBe('local');
    expect(of().windows.bandwidth).toBeUndefined();
    for (const flags of [
      ['--host', '0.0.0.0'],
      ['--host', '192.0.2.1'],
      ['--public-url', 'https://a.example'],
      ['--trust-proxy', 'loopback'],
    ]) {
      const { preset, windows: limits } = of(...flags);
      expect(preset).toBe('open');
      expect(Object.values(limits).every((limit) => limit !== undefined && limit > 0)).toBe(true);
    }
  });

  test('--classroom: a client may be many people; a flag always decides, and 0 is no limit', () => {
    const open = of('--host', '::');
    const classroom = of('--host', '::', '--classroom');
    expect(classroom.tunnels.perClient).toBeGreaterThan(10 * open.tunnels.perClient);
    for (const window of ['opens', 'destinations', 'failures', 'bytes', 'bandwidth'] as const) {
      expect(classroom.windows[window]).toBeGreaterThan(open.windows[window]!);
    }
    expect(of('--classroom', '--max-opens-per-minute', '7').windows.opens).toBe(7);
    expect(of('--classroom', '--max-kib-per-second', '0').windows.bandwidth).toBeUndefined();
    expect(of('--max-mib-per-day', '3').windows.bytes).toBe(3 * 2 ** 20);
  });
});

test('all clients are one key that no client has', () => {
  for (const address of ['', 'all', '127.0.0.1', '::1']) expect(clientKey(address)).not.toBe(ALL);
});
