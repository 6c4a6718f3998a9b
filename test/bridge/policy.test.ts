import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isAllowed, parseAllow } from '../../bridge/allow.js';
import { startDemoNode } from '../../bridge/demo-node/index.js';
import { decide, isPublicUnicast, type PolicyOptions } from '../../bridge/policy.js';
import { sameAddress } from '../../bridge/self.js';
import { closeCodes, NodeAddressError, readTunnelTarget } from '../../shared/tunnel/index.js';
import {
  bridgeWith,
  clientOf,
  echo,
  FakeClock,
  refusedHandshake,
  tcpServer,
  tunnelAddress,
} from './support.js';

/** Every form of address that must not become a connection, and two that may. */
const FORMS: [host: string, public_: boolean][] = [
  ['8.8.8.8', true],
  ['2a01:4f8::1', true],
  ...[
    [
      '127.0.0.1',
      '127.1',
      '127.0.1',
      '0x7f.1',
      '0x7f000001',
      '2130706433',
      '017700000001',
      '0177.0.0.1',
      '127.0.0.1.',
    ],
    [
      '0',
      '0.0.0.0',
      '00.0.0.0',
      '1.2.3.4.5',
      '256.1.1.1',
      '1.2.3',
      '127.0.0.0x1',
      '１２７.0.0.1',
      '127。0。0。1',
    ],
    [
      '[::ffff:127.0.0.1]',
      '::ffff:7f00:1',
      '::127.0.0.1',
      '::',
      '[::]',
      '::1',
      '::2',
      '1::1',
      '200::1',
      '[::1%lo]',
      'fe80::1%1',
    ],
    [
      '64:ff9b::7f00:1',
      '64:ff9b:1::1',
      '2002:7f00:1::',
      '2001:0:1::1',
      '2001:db8::1',
      '3fff::1',
      '5f00::1',
      '100::1',
    ],
    [
      'fec0::',
      'fc00::1',
      'fd12:3456::1',
      'fe80::1',
      'ff02::1',
      '2001:10::1',
      '2001:20::1',
      '4000::1',
      'e000::1',
    ],
    [
      '169.254.169.254',
      '224.0.0.1',
      '240.0.0.1',
      '255.255.255.255',
      '198.18.0.1',
      '198.19.255.255',
      '192.0.2.1',
    ],
    [
      '10.0.0.1',
      '172.16.0.1',
      '192.168.1.1',
      '100.64.0.1',
      '192.0.0.1',
      '192.88.99.1',
      '198.51.100.1',
      '203.0.113.1',
    ],
    [
      'localhost',
      'LOCALHOST',
      'localhost.',
      'a b',
      'a\r\nb',
      '127.0.0.1 ',
      '127.0.0.1:80',
      '[127.0.0.1]',
      '[::1',
      '',
      '%31',
      '-a.b',
    ],
  ]
    .flat()
    .map((host): [string, boolean] => [host, false]),
];

/** Names lead to loopback here, as a hostile DNS server would have it. */
const options = (more: Partial<PolicyOptions> = {}): PolicyOptions => ({
  allow: [],
  resolve: () => Promise.resolve(['127.0.0.1']),
  clock: new FakeClock(),
  demo: undefined,
  deny: [],
  proxied: undefined,
  own: { ofAddress: () => Promise.resolve(undefined), isPublicName: () => false },
  ...more,
});

describe('address forms', () => {
  test.each(FORMS)('%j: public is %s', async (host, isPublic) => {
    let allowed: boolean;
    try {
      const target = readTunnelTarget(new URLSearchParams({ host, port: '8333' }));
      allowed = (await decide(target, options())).allowed;
    } catch (error) {
      expect(error).toBeInstanceOf(NodeAddressError);
      allowed = false;
    }
    expect(allowed).toBe(isPublic);
  });

  test('an address with a zone is not public, whatever it is', () => {
    expect(isPublicUnicast('2a01:4f8::1%1')).toBe(false);
  });
});

describe('destinations', () => {
  test('public addresses only on the usual ports', async () => {
    for (const port of [8333, 18333, 48333, 38333, 18444]) {
      expect(await decide({ host: '8.8.8.8', port }, options())).toEqual({
        allowed: true,
        via: 'direct',
        hosts: ['8.8.8.8'],
        port,
      });
    }
    expect(await decide({ host: '8.8.8.8', port: 22 }, options())).toEqual({
      allowed: false,
      refusal: 'refused-port',
    });
  });

  test('a name is resolved once, and what was judged is what is dialled', async () => {
    const asked: string[] = [];
    const resolve = (name: string) => {
      asked.push(name);
      return Promise.resolve(asked.length === 1 ? ['8.8.8.8', '2a01:4f8::1'] : ['127.0.0.1']);
    };
    const decision = await decide({ host: 'node.example', port: 8333 }, options({ resolve }));
    expect(decision).toEqual({ allowed: true, via: 'direct', hosts: ['8.8.8.8', '2a01:4f8::1'], port: 8333 });
    expect(asked).toEqual(['node.example']);
  });

  test.each([[['8.8.8.8', '127.0.0.1']], [['8.8.8.8', '::ffff:127.0.0.1']], [['8.8.8.8', 'nonsense']]])(
    'one bad answer refuses a name: %j',
    async (answers) => {
      const decision = await decide(
        { host: 'node.example', port: 8333 },
        options({ resolve: () => Promise.resolve(answers) }),
      );
      expect(decision).toEqual({ allowed: false, refusal: 'refused-name' });
    },
  );

  test('a name without an answer, and one whose answer never comes, is unresolvable', async () => {
    const clock = new FakeClock();
    const target = { host: 'node.example', port: 8333 };
    const unresolvable = { allowed: false, refusal: 'unresolvable' };
    expect(await decide(target, options({ resolve: () => Promise.resolve([]) }))).toEqual(unresolvable);
    expect(await decide(target, options({ resolve: () => Promise.reject(new Error('ENOTFOUND')) }))).toEqual(
      unresolvable,
    );
    const waiting = decide(target, options({ clock, resolve: () => new Promise(() => undefined) }));
    clock.advance(5000);
    expect(await waiting).toEqual(unresolvable);
  });

  test('no name is looked up for a port that nothing allows, nor an onion or I2P name ever', async () => {
    const resolve = () => Promise.reject(new Error('looked up'));
    const refusal = async (host: string, port: number) => {
      const decision = await decide({ host, port }, options({ resolve }));
      return decision.allowed ? undefined : decision.refusal;
    };
    expect(await refusal('node.example', 22)).toBe('refused-port');
    expect(await refusal('abc.onion', 8333)).toBe('unsupported-network');
    expect(await refusal('abc.b32.i2p', 8333)).toBe('unsupported-network');
  });

  test('demo leads to the demo node, or nowhere', async () => {
    const demo = { host: '127.0.0.1', port: 4321, misbehaving: () => Promise.reject(new Error('asked')) };
    expect(await decide({ host: 'demo', port: 0 }, options({ demo }))).toEqual({
      allowed: true,
      via: 'direct',
      hosts: ['127.0.0.1'],
      port: 4321,
    });
    expect(await decide({ host: 'demo', port: 0 }, options())).toEqual({
      allowed: false,
      refusal: 'no-demo',
    });
  });

  test('NAME.demo leads to the demo node that misbehaves so, or nowhere; and no name under demo is looked up', async () => {
    const misbehaving = (name: string) =>
      Promise.resolve(name === 'half-key' ? { host: '127.0.0.1', port: 4322 } : undefined);
    const demo = { host: '127.0.0.1', port: 4321, misbehaving };
    const resolve = () => Promise.reject(new Error('looked up'));
    const target = (host: string) => readTunnelTarget(new URLSearchParams({ host }));
    const led = (host: string, more: Partial<PolicyOptions> = {}) =>
      decide(target(host), options({ demo, resolve, ...more }));
    expect(await led('half-key.demo')).toEqual({
      allowed: true,
      via: 'direct',
      hosts: ['127.0.0.1'],
      port: 4322,
    });
    expect(await led('Half-Key.DEMO.')).toMatchObject({ allowed: true, port: 4322 });
    const unknown = { allowed: false, refusal: 'no-such-misbehaviour' };
    for (const host of ['other.demo', 'a.half-key.demo', 'demo.demo'])
      expect(await led(host)).toEqual(unknown);
    expect(await led('half-key.demo', { demo: undefined })).toEqual({ allowed: false, refusal: 'no-demo' });
    // Only the last label counts.
    expect(() => target('half-key.demo.example')).toThrow(NodeAddressError);
  });
});

describe('an address', () => {
  test.each([
    ['::1', '0:0:0:0:0:0:0:1', true],
    ['2001:DB8::1', '2001:db8:0::0001', true],
    ['::ffff:192.0.2.1', '192.0.2.1', true],
    ['192.0.2.1', '192.0.2.2', false],
    ['::1', '127.0.0.1', false],
    ['', '192.0.2.1', false],
  ])('%j is the same as %j: %s', (one, other, same) => {
    expect(sameAddress(one, other)).toBe(same);
  });

  test('is dialled in whatever form it is written', async (context) => {
    const server = createServer(echo);
    const listens = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(0, '::1', () => resolve(true));
    });
    onTestFinished(() => void server.close());
    if (!listens) return context.skip('this machine has no IPv6 loopback');
    const { port } = server.address() as AddressInfo;
    const bridge = await bridgeWith(['--allow', `[::1]:${port}`]);
    const client = clientOf(tunnelAddress(bridge, { host: '[0:0:0:0:0:0:0:1]', port }));
    expect(await client.connected).toMatchObject({ address: '::1', port });
    client.ws.close();
  });
});

describe('--allow', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1', 18444, true],
    ['127.0.0.1', '127.0.0.1', 22, false],
    ['127.0.0.1:2222', '127.0.0.1', 2222, true],
    ['127.0.0.1:2222', '127.0.0.1', 18444, false],
    ['127.0.0.1:2222', '127.0.0.2', 2222, false],
    ['10.0.0.0/8', '10.255.0.1', 8333, true],
    ['10.0.0.0/8', '11.0.0.1', 8333, false],
    ['10.0.0.0/8:9000', '10.1.1.1', 9000, true],
    ['[fd00::1]:2222', 'fd00::1', 2222, true],
    ['[fd00::/16]:2222', 'fd00::9', 2222, true],
    ['fd00::1', 'fd00:0::1', 8333, true],
    ['::1', '127.0.0.1', 8333, false],
    ['10.0.0.0/8', '::ffff:10.0.0.1', 8333, false],
    ['localhost:18444', 'localhost', 18444, true],
    ['LocalHost:18444', 'localhost', 18444, true],
    ['localhost:18444', '127.0.0.1', 18444, false],
  ])('%s allows %s port %i: %s', (rule, host, port, allowed) => {
    expect(isAllowed([parseAllow(rule)], host, port)).toBe(allowed);
  });

  test.each([
    '',
    '127.1',
    '10.0.0.0/33',
    '10.0.0.0/x',
    '10.0.0.0/8/8',
    'name/8',
    '127.0.0.1:0',
    'a b',
    '[::1]x',
    '::1%1',
  ])('%j is no destination', (text) => {
    expect(() => parseAllow(text)).toThrow();
  });

  test('a name the operator wrote leads to their own network, but never to multicast or metadata addresses', async () => {
    const allow = [parseAllow('home.example:18444')];
    const answer = (address: string) =>
      decide(
        { host: 'home.example', port: 18444 },
        options({ allow, resolve: () => Promise.resolve([address]) }),
      );
    expect(await answer('192.168.1.5')).toMatchObject({ allowed: true });
    expect(await answer('169.254.169.254')).toEqual({ allowed: false, refusal: 'refused-name' });
    expect(await answer('224.0.0.1')).toEqual({ allowed: false, refusal: 'refused-name' });
  });
});

describe('a refusal', () => {
  test('of a private address carries the command that allows it', async () => {
    const bridge = await bridgeWith();
    const client = clientOf(tunnelAddress(bridge, { port: 18444 }));
    const { code, reason } = await client.closed;
    expect(code).toBe(closeCodes['refused-address'].code);
    expect(reason).toContain('npm start -- --allow 127.0.0.1:18444');
  });

  test.each([
    ['127.0.0.1', 18444, 403, 'refused-address'],
    ['8.8.8.8', 22, 403, 'refused-port'],
    ['rebound.example', 8333, 403, 'refused-name'],
    ['127.1', 8333, 400, 'bad-address'],
    ['node.example', 8333, 400, 'unresolvable'],
    ['demo', 8333, 403, 'no-demo'],
    ['half-key.demo', 8333, 403, 'no-demo'],
    ['abc.onion', 8333, 403, 'unsupported-network'],
  ])('%s:%i is a status for plain clients: %i %s', async (host, port, status, code) => {
    const resolve = (name: string) =>
      Promise.resolve(name === 'rebound.example' ? ['8.8.8.8', '10.0.0.1'] : []);
    const bridge = await bridgeWith([], { resolve });
    const refused = await refusedHandshake(tunnelAddress(bridge, { host, port }));
    expect(refused.status).toBe(status);
    expect(JSON.parse(refused.body)).toMatchObject({ error: { code } });
    const client = clientOf(tunnelAddress(bridge, { host, port }));
    expect((await client.closed).code).toBe(closeCodes[code as keyof typeof closeCodes].code);
  });

  test.each([
    '',
    '?host=127.0.0.1',
    '?port=8333',
    '?host=8.8.8.8&host=127.0.0.1&port=8333',
    '?host=8.8.8.8&port=8333&port=22',
  ])('of the query %j', async (query) => {
    const bridge = await bridgeWith();
    const refused = await refusedHandshake(`ws://127.0.0.1:${bridge.port}/v1/tunnel${query}`);
    expect(refused.status).toBe(400);
  });

  test('of a way to misbehave that the demo node does not know says where they are listed', async () => {
    const demoNode = await startDemoNode();
    onTestFinished(() => demoNode.close());
    const bridge = await bridgeWith([], { demoNode });
    const wrong = tunnelAddress(bridge, { host: 'nonsense.demo', port: 8333 });
    const refused = await refusedHandshake(wrong);
    expect(refused.status).toBe(403);
    expect(refused.body).toMatch(/no-such-misbehaviour.*\/v1\/info/);
    expect((await clientOf(wrong).closed).code).toBe(closeCodes['no-such-misbehaviour'].code);
    const right = clientOf(tunnelAddress(bridge, { host: 'half-key.demo', port: 8333 }));
    right.ws.once('open', () => right.ws.send(new Uint8Array(64)));
    const { code, received } = await right.closed;
    expect([code, received.length]).toEqual([closeCodes['target-closed'].code, 32]);
  });

  test('of the bridge itself, even when its port is allowed', async () => {
    // The port of a bridge that has closed is free again, and known beforehand.
    const first = await bridgeWith();
    const { port } = first;
    await first.close();
    const bridge = await bridgeWith(
      ['--port', String(port), '--allow', `127.0.0.0/8:${port}`, '--allow', `localhost:${port}`],
      {
        resolve: () => Promise.resolve(['127.0.0.1']),
      },
    );
    for (const host of ['127.0.0.1', '127.0.0.2', 'localhost']) {
      const client = clientOf(tunnelAddress(bridge, { host, port }));
      expect((await client.closed).code).toBe(closeCodes['refused-self'].code);
    }
  });

  test('is not met by a name that the operator allows: the next address is tried when the first does not answer', async () => {
    const server = await tcpServer(echo);
    const bridge = await bridgeWith(['--allow', `localhost:${server.port}`], {
      resolve: () => Promise.resolve(['::1', '127.0.0.1']),
    });
    const client = clientOf(tunnelAddress(bridge, { host: 'localhost', port: server.port }));
    expect(await client.connected).toMatchObject({ address: '127.0.0.1', port: server.port });
  });
});
