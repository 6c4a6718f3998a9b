import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { networks } from '../../shared/networks.js';
import { misbehaviours } from '../../bridge/demo-node/misbehaviour/index.js';
import { type BridgeDeps } from '../../bridge/server.js';
import { bridgeWith, FakeClock, rawExchange } from './support.js';

/** A built page in a folder, beside a file that nobody may see. */
async function pageFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'peerglass-page-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(path.join(folder, 'secret.txt'), 'secret');
  const root = path.join(folder, 'web');
  await mkdir(path.join(root, 'assets'), { recursive: true });
  await writeFile(path.join(root, 'index.html'), '<!doctype html>');
  await writeFile(path.join(root, 'assets/index-Ab3_x9Qz.js'), 'export {};');
  await mkdir(path.join(root, 'recordings'));
  for (const name of ['icon.svg', 'service-worker.js', 'manifest.webmanifest', 'recordings/one.jsonl']) {
    await writeFile(path.join(root, name), '');
  }
  return root;
}

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** fetch would set Host and tidy up paths itself. */
function ask(port: number, target: string, { method = 'GET', headers = {} } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request(
      { host: '127.0.0.1', port, path: target, method, headers, agent: false },
      (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      },
    );
    asking.on('error', reject).end();
  });
}

const errorCode = ({ body }: Answer) => (JSON.parse(body) as { error: { code: string } }).error.code;

describe('the page', () => {
  test('is served with its types, caching and the strict content security policy', async () => {
    const { port } = await bridgeWith([], { pageRoot: await pageFolder() });
    const html = await ask(port, '/');
    expect(html).toMatchObject({ status: 200, body: '<!doctype html>' });
    expect(html.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy':
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; " +
        "font-src 'self'; connect-src 'self' ws: wss:; worker-src 'self'; manifest-src 'self'; base-uri 'none'; " +
        "form-action 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    const script = await ask(port, '/assets/index-Ab3_x9Qz.js');
    expect(script.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
  });

  test.each([
    ['/icon.svg?v=1', 'image/svg+xml'],
    ['/service-worker.js', 'text/javascript; charset=utf-8'],
    ['/manifest.webmanifest', 'application/manifest+json; charset=utf-8'],
    ['/recordings/one.jsonl', 'application/jsonl; charset=utf-8'],
  ])('%s is asked for again each time: its name says nothing of its content', async (target, type) => {
    const { port } = await bridgeWith([], { pageRoot: await pageFolder() });
    const { status, headers } = await ask(port, target);
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': type, 'cache-control': 'no-cache' });
  });

  test('is not sent again to who has it, and HEAD sends no body', async () => {
    const { port } = await bridgeWith([], { pageRoot: await pageFolder() });
    const { headers } = await ask(port, '/index.html');
    const again = await ask(port, '/', { headers: { 'If-None-Match': String(headers['etag']) } });
    expect(again).toMatchObject({ status: 304, body: '' });
    const head = await ask(port, '/', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '' });
    expect(head.headers['content-length']).toBe('15');
  });

  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/..\\secret.txt',
    '//secret.txt',
    '/./index.html',
    '/index.html%00.txt',
    '/assets',
    '/assets/',
    '/constructor',
  ])('%s is nothing', async (target) => {
    const { port } = await bridgeWith([], { pageRoot: await pageFolder() });
    const answer = await ask(port, target);
    expect(answer.status).toBe(404);
    expect(answer.body).not.toContain('secret');
  });

  test('takes GET and HEAD only', async () => {
    const { port } = await bridgeWith([], { pageRoot: await pageFolder() });
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']) {
      expect((await ask(port, '/', { method })).status).toBe(405);
    }
  });

  test('that is not built is said', async () => {
    const { port } = await bridgeWith();
    expect(errorCode(await ask(port, '/'))).toBe('page-not-built');
  });

  test.each(['evil.example', 'evil.example:8324', '127.0.0.1.evil.example', 'localhost.'])(
    'is refused under the foreign Host %j, and so is the API',
    async (host) => {
      const { port } = await bridgeWith([], { pageRoot: await pageFolder() });
      for (const target of ['/', '/v1/info', '/v1/seeds?network=main']) {
        const answer = await ask(port, target, { headers: { Host: host } });
        expect(answer.status).toBe(403);
        expect(errorCode(answer)).toBe('host-refused');
      }
      expect((await ask(port, '/healthz', { headers: { Host: host } })).status).toBe(200);
    },
  );

  test.each(['localhost:1', '127.0.0.1', '[::1]:8324', 'LOCALHOST', 'peerglass.example'])(
    'is served under the Host %s',
    async (host) => {
      const flags = ['--public-url', 'https://peerglass.example'];
      const { port } = await bridgeWith(flags, { pageRoot: await pageFolder() });
      expect((await ask(port, '/', { headers: { Host: host } })).status).toBe(200);
    },
  );

  test('two Hosts, or a target with a host in it, are refused', async () => {
    const { port } = await bridgeWith();
    const twoHosts =
      'GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n';
    expect(await rawExchange(port, twoHosts)).toMatch(/^HTTP\/1\.1 400 /);
    const absolute = 'GET http://localhost/healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    expect(await rawExchange(port, absolute)).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('the API', () => {
  test('/v1/info says what this bridge is and allows, and where its demo node stands', async () => {
    const demoNode = {
      address: '127.0.0.1:4321',
      host: '127.0.0.1',
      port: 4321,
      height: 7,
      engine: 'wasm' as const,
      misbehaving: () => Promise.resolve(undefined),
      close: () => Promise.resolve(),
    };
    const { port } = await bridgeWith(['--allow', '10.0.0.0/8'], { demoNode });
    const answer = await ask(port, '/v1/info');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(JSON.parse(answer.body)).toMatchObject({
      name: 'peerglass',
      version: '1.2.3',
      engine: 'wasm',
      allows: { publicPorts: [8333, 18333, 48333, 38333, 18444], destinations: ['10.0.0.0/8'] },
      limits: { tunnels: 1024, tunnelsPerClient: 64 },
      demoNode: { address: '127.0.0.1:4321', height: 7 },
    });
    const { demoNode: told } = JSON.parse(answer.body) as { demoNode: { misbehaviours: unknown[] } };
    expect(told.misbehaviours).toHaveLength(misbehaviours.length);
    expect(told.misbehaviours).toContainEqual({
      name: 'half-key',
      title: 'Closes in the middle of its key.',
      phase: 'handshake',
      effect: 'reports',
    });
  });

  test('/v1/info may be read by pages of an allowed origin, and by no others', async () => {
    const { port } = await bridgeWith(['--origin', 'https://page.example']);
    const read = async (origin: string) =>
      (await ask(port, '/v1/info', { headers: { Origin: origin } })).headers['access-control-allow-origin'];
    expect(await read('https://page.example')).toBe('https://page.example');
    expect(await read('https://evil.example')).toBeUndefined();
  });

  test.each(['h2c', 'foo/1', 'h2c, websocket'])(
    'an upgrade to %s is ignored, and the connection ends with the answer',
    async (upgrade) => {
      const { port } = await bridgeWith([], { pageRoot: await pageFolder() });
      const request = (line: string, more: string[] = []) =>
        [line, 'Host: 127.0.0.1', 'Connection: Upgrade', `Upgrade: ${upgrade}`, ...more, '\r\n'].join('\r\n');
      const page = await rawExchange(port, request('GET / HTTP/1.1', ['HTTP2-Settings: AAMAAABk']));
      expect(page).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*<!doctype html>$/);
      expect(page).toContain('\r\nConnection: close\r\n');
      expect(await rawExchange(port, request('HEAD /healthz HTTP/1.1'))).toMatch(/^HTTP\/1\.1 200 /);
      expect(await rawExchange(port, request('POST / HTTP/1.1'))).toMatch(/^HTTP\/1\.1 405 /);
      expect(await rawExchange(port, request('GET /nothing HTTP/1.1'))).toMatch(/^HTTP\/1\.1 404 /);
      const evil = request('GET / HTTP/1.1').replace('Host: 127.0.0.1', 'Host: evil.example');
      expect(await rawExchange(port, evil)).toMatch(/^HTTP\/1\.1 403 /);
      const body = request('GET / HTTP/1.1', ['Content-Length: 5']);
      expect(await rawExchange(port, body)).toMatch(/^HTTP\/1\.1 400 /);
    },
  );

  test('/v1/tunnel without an upgrade says that it is a WebSocket', async () => {
    const { port } = await bridgeWith();
    expect((await ask(port, '/v1/tunnel?host=demo&port=1')).status).toBe(426);
  });
});

describe('/v1/seeds', () => {
  async function seedsWith(resolveSeed: NonNullable<BridgeDeps['resolveSeed']>) {
    const clock = new FakeClock();
    const { port } = await bridgeWith([], { resolveSeed, clock });
    return { clock, list: (network: string) => ask(port, `/v1/seeds?network=${network}`) };
  }

  test('asks by service bits first, and plainly where that has no answer', async () => {
    const [first, second] = networks.signet.seeds;
    const { list } = await seedsWith((name) =>
      Promise.resolve(name === `x809.${first}` || name === second ? ['8.8.8.8'] : []),
    );
    expect(JSON.parse((await list('signet')).body)).toEqual({
      network: 'signet',
      port: 38333,
      seeds: [
        { seed: first, name: `x809.${first}`, addresses: ['8.8.8.8'] },
        { seed: second, name: second, addresses: ['8.8.8.8'] },
      ],
    });
  });

  test('passes on public addresses only, and not too many', async () => {
    const many = Array.from({ length: 100 }, (_, i) => `8.8.${i}.8`);
    const { list } = await seedsWith(() =>
      Promise.resolve(['127.0.0.1', '10.0.0.1', 'nonsense', '::1', ...many]),
    );
    const { seeds } = JSON.parse((await list('main')).body) as { seeds: { addresses: string[] }[] };
    expect(seeds[0]!.addresses).toEqual(many.slice(0, 32));
  });

  test('asks DNS at most once a minute', async () => {
    let asked = 0;
    const { clock, list } = await seedsWith(() => Promise.resolve([`8.8.8.${++asked}`]));
    const [first, second] = await Promise.all([list('testnet4'), list('testnet4')]);
    expect(second.body).toBe(first.body);
    const before = asked;
    clock.advance(59_999);
    await list('testnet4');
    expect(asked).toBe(before);
    clock.advance(1);
    await list('testnet4');
    expect(asked).toBe(2 * before);
  });

  test('a seed that fails is said, and when all do there is one error', async () => {
    const [first] = networks.testnet4.seeds;
    const partly = await seedsWith((name) =>
      name === first ? Promise.resolve(['8.8.8.8']) : Promise.reject(new Error()),
    );
    expect(JSON.parse((await partly.list('testnet4')).body)).toMatchObject({
      seeds: [{ name: first }, { error: 'unresolvable' }],
    });
    const { list } = await seedsWith(() => Promise.reject(new Error('SERVFAIL')));
    const answer = await list('testnet4');
    expect(answer.status).toBe(503);
    expect(errorCode(answer)).toBe('seeds-unresolvable');
  });

  test('regtest has no seeds, and an unknown network is an error that names the known ones', async () => {
    const { list } = await seedsWith(() => Promise.reject(new Error('must not ask')));
    expect(JSON.parse((await list('regtest')).body)).toEqual({ network: 'regtest', port: 18444, seeds: [] });
    const answer = await list('constructor');
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('main, testnet3, testnet4, signet, regtest');
  });
});
