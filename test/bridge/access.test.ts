/** Who may open tunnels, and how many: origins, ambiguous requests, slow requests, limits. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { clientKey } from '../../bridge/limits/client-key.js';
import { Places } from '../../bridge/limits/places.js';
import { type Place } from '../../bridge/limits/store.js';
import { closeCodes } from '../../shared/tunnel/index.js';
import {
  bridgeWith,
  clientOf,
  echo,
  rawExchange,
  refusedHandshake,
  tcpServer,
  tunnelAddress,
  until,
} from './support.js';

async function echoBridge(flags: string[] = []) {
  const server = await tcpServer(echo);
  const bridge = await bridgeWith(['--allow', `127.0.0.1:${server.port}`, ...flags]);
  return { server, bridge, address: tunnelAddress(bridge, server) };
}

describe('origins', () => {
  const flags = ['--origin', 'https://page.example', '--public-url', 'https://peerglass.example/app'];

  test.each([
    'http://127.0.0.1:PORT',
    'http://localhost:PORT',
    'http://[::1]:PORT',
    'https://page.example',
    'https://peerglass.example',
  ])('%s is accepted', async (origin) => {
    const { bridge, address } = await echoBridge(flags);
    const client = clientOf(address, { headers: { Origin: origin.replace('PORT', String(bridge.port)) } });
    expect(await client.connected).toMatchObject({ type: 'connected' });
  });

  test.each([
    'null',
    '',
    'https://evil.example',
    'http://page.example',
    'https://page.example:8443',
    'https://page.example.evil.example',
    'https://evil-page.example',
    'https://page.example/',
    'HTTPS://PAGE.EXAMPLE',
    'http://localhost',
    'http://localhost:1',
    'http://localhost.evil.example:PORT',
    'http://127.0.0.1:PORT@evil.example',
    'https://peerglass.example/app',
    'file://',
    'https://page.example, https://page.example',
  ])('%j gets 403, with the subprotocol or without', async (origin) => {
    const { bridge, address } = await echoBridge(flags);
    const headers = { Origin: origin.replace('PORT', String(bridge.port)) };
    for (const protocols of [[], ['peerglass.v1']]) {
      const { status, body } = await refusedHandshake(address, { headers }, protocols);
      expect(status).toBe(403);
      expect(JSON.parse(body)).toMatchObject({ error: { code: 'origin-refused' } });
    }
  });

  test('a Host that agrees with a foreign Origin does not make it the bridge’s own', async () => {
    const { address } = await echoBridge();
    const headers = { Origin: 'http://evil.example', Host: 'evil.example' };
    expect((await refusedHandshake(address, { headers })).status).toBe(403);
  });
});

describe('upgrades that can be read in two ways', () => {
  const FIELDS = {
    host: 'Host: 127.0.0.1',
    connection: 'Connection: Upgrade',
    upgrade: 'Upgrade: websocket',
    version: 'Sec-WebSocket-Version: 13',
    key: `Sec-WebSocket-Key: ${Buffer.alloc(16, 1).toString('base64')}`,
  };
  const TARGET = '/v1/tunnel?host=127.0.0.1&port=PORT';
  const request = (
    more: string[] = [],
    without: (keyof typeof FIELDS)[] = [],
    line = `GET ${TARGET} HTTP/1.1`,
  ) => {
    const fields = Object.entries(FIELDS).filter(([name]) => !without.includes(name as keyof typeof FIELDS));
    return `${[line, ...fields.map(([, field]) => field), ...more].join('\r\n')}\r\n\r\n`;
  };

  test.each([
    ['a content length', request(['Content-Length: 5'])],
    ['a content length of nothing', request(['Content-Length: 0'])],
    ['a transfer encoding', request(['Transfer-Encoding: chunked'])],
    ['both', request(['Content-Length: 5', 'Transfer-Encoding: chunked'])],
    ['two Hosts', request(['Host: evil.example'])],
    ['two keys', request([FIELDS.key])],
    ['two Origins', request(['Origin: http://a.example', 'Origin: http://b.example'])],
    ['two authorizations', request(['Authorization: Bearer a', 'Authorization: Bearer b'])],
    [
      'a content length behind thousands of fields',
      request([...Array<string>(2100).fill('A:'), 'Content-Length: 5']),
    ],
    [
      'a second Host behind thousands of fields',
      request([...Array<string>(2100).fill('A:'), 'Host: evil.example']),
    ],
    ['two versions', request(['Sec-WebSocket-Version: 13'])],
    ['no key', request([], ['key'])],
    ['a short key', request(['Sec-WebSocket-Key: AAAA'], ['key'])],
    ['no Host', request([], ['host'])],
    ['no version', request([], ['version'])],
    ['another upgrade', request(['Upgrade: h2c'], ['upgrade'])],
    ['another method', request([], [], `POST ${TARGET} HTTP/1.1`)],
    ['HTTP/1.0', request([], [], `GET ${TARGET} HTTP/1.0`)],
    ['an absolute target', request([], [], `GET http://evil.example${TARGET} HTTP/1.1`)],
    ['a bare line feed', request().replace('\r\n', '\n')],
    ['a folded field', request(['X-A: b\r\n c'])],
    ['a space before the colon', request(['Content-Length : 5'])],
    ['a NUL in a field', request(['X-A: b\0c'])],
    ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\r\n\r\n'],
  ])('%s is refused', async (_what, text) => {
    const { bridge, server } = await echoBridge();
    const answer = await rawExchange(bridge.port, text.replace('PORT', String(server.port)));
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(bridge.stats().tunnels).toBe(0);
  });

  test('the same request without any of that gets as far as the policy', async () => {
    const bridge = await bridgeWith();
    const text = request().replace('PORT', '8333');
    expect(await rawExchange(bridge.port, text)).toMatch(/^HTTP\/1\.1 403 [^]*refused-address/);
  });

  test('no other path has a WebSocket', async () => {
    const bridge = await bridgeWith();
    for (const path of ['/', '/v1/tunnel/', '/v1/info', '//v1/tunnel', '/V1/TUNNEL']) {
      expect(await rawExchange(bridge.port, request([], [], `GET ${path} HTTP/1.1`))).toMatch(
        /^HTTP\/1\.1 404 /,
      );
    }
  });

  test('a request that comes a byte at a time is dropped', async () => {
    const bridge = await bridgeWith();
    const socket = connect(bridge.port, '127.0.0.1');
    let answer = '';
    socket.on('error', () => undefined).on('data', (chunk) => (answer += chunk.toString()));
    socket.write('GET /v1/tunnel HTTP/1.1\r\nX-A: ');
    const drip = setInterval(() => socket.write('a'), 200);
    await once(socket, 'close');
    clearInterval(drip);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe('limits', () => {
  test('per client: a close code with the subprotocol, 429 without; a closed tunnel makes room', async () => {
    const { address, bridge } = await echoBridge(['--max-tunnels-per-client', '2']);
    const first = clientOf(address);
    const second = clientOf(address);
    await Promise.all([first.connected, second.connected]);
    expect((await clientOf(address).closed).code).toBe(closeCodes['limit-client'].code);
    expect((await refusedHandshake(address)).status).toBe(429);
    expect(bridge.stats().tunnels).toBe(2);
    first.ws.close();
    await until(() => bridge.stats().tunnels === 1);
    const third = clientOf(address);
    expect(await third.connected).toMatchObject({ type: 'connected' });
  });

  test('in all: a close code, or 503; another source address changes nothing', async () => {
    const { address } = await echoBridge(['--max-tunnels', '1']);
    await clientOf(address).connected;
    expect((await clientOf(address, { localAddress: '127.0.0.2' }).closed).code).toBe(
      closeCodes['limit-total'].code,
    );
    expect((await refusedHandshake(address, { localAddress: '127.0.0.3' })).status).toBe(503);
  });

  test('a refused destination takes no place', async () => {
    const { address, bridge } = await echoBridge(['--max-tunnels', '1']);
    for (let i = 0; i < 3; i++) {
      await refusedHandshake(tunnelAddress(bridge, { port: 1 }));
      await clientOf(tunnelAddress(bridge, { port: 1 })).closed;
    }
    expect(await clientOf(address).connected).toMatchObject({ type: 'connected' });
  });

  test('an IPv6 client is its /64, an IPv4-mapped one its IPv4 address', () => {
    expect(clientKey('2001:db8:1:2:3::1')).toBe(clientKey('2001:db8:1:2:ffff::2'));
    expect(clientKey('2001:db8:1:2::1')).not.toBe(clientKey('2001:db8:1:3::1'));
    expect(clientKey('::ffff:192.0.2.1')).toBe(clientKey('192.0.2.1'));
    expect(clientKey('192.0.2.1')).not.toBe(clientKey('192.0.2.2'));
  });

  test('a place is given back once, however often that is said', () => {
    const places = new Places({ perClient: 2, total: 2 });
    const place = places.acquire('192.0.2.1') as Place;
    places.acquire('192.0.2.1');
    place.release();
    place.release();
    expect(places.count).toBe(1);
    expect(places.acquire('192.0.2.1')).toBeTypeOf('object');
    expect(places.acquire('192.0.2.1')).toBe('limit-client');
    expect(places.acquire('192.0.2.2')).toBe('limit-total');
  });
});
