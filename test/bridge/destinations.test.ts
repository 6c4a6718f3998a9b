/** --deny, *:PORT, and the bridge's own addresses. */
import { networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import { isDenied, parseDeny } from '../../bridge/allow.js';
import { readings } from '../../bridge/embedded.js';
import { OwnPlaces } from '../../bridge/own.js';
import { closeCodes } from '../../shared/tunnel/index.js';
import { judge } from './judge.js';
import { bridgeWith, clientOf, echo, FakeClock, tcpServer, tunnelAddress } from './support.js';

const name = (code: number) => Object.entries(closeCodes).find(([, row]) => row.code === code)?.[0];

describe('--deny', () => {
  test.each([
    ['8.8.8.8', '8.8.8.8', 8333, true],
    ['8.8.8.8', '8.8.8.9', 8333, false],
    ['8.8.8.8', '8.8.8.8', 22, true],
    ['8.8.8.8:22', '8.8.8.8', 8333, false],
    ['8.8.0.0/16', '8.8.255.255', 1, true],
    ['8.8.0.0/16', '::ffff:8.8.1.1', 8333, true],
    ['8.8.0.0/16', '::8.8.1.1', 8333, true],
    ['8.8.0.0/16', '64:ff9b::808:101', 8333, true],
    ['8.8.0.0/16', '2002:808:101::1', 8333, true],
    ['8.8.0.0/16', '2001:0:808:101::', 8333, true],
    ['8.8.0.0/16', '2001:0:1:1:0:0:f7f7:fefe', 8333, true],
    ['8.8.0.0/16', '2a01:4f8::5efe:8.8.1.1', 8333, true],
    ['8.8.0.0/16', '2a01:4f8::808:101', 8333, false],
    ['2a01:4f8::/32', '2a01:4f8:1::', 8333, true],
    ['2a01:4f8::/32', '2a01:4f9::', 8333, false],
    ['[2a01:4f8::/32]:8333', '2a01:4f8::', 18333, false],
    ['*:8333', '8.8.8.8', 8333, true],
    ['*:8333', 'node.example', 8333, true],
    ['*:8333', 'node.example', 18333, false],
    ['node.example', 'node.example', 8333, true],
    ['node.example', 'a.node.example', 8333, true],
    ['node.example', 'anode.example', 8333, false],
    ['node.example', 'example', 8333, false],
  ])('%s takes %s port %i away: %s', (rule, host, port, denied) => {
    expect(isDenied([parseDeny(rule)], host, port)).toBe(denied);
  });

  test('wins over --allow, by address, by name, and over what a name leads to', async () => {
    const server = await tcpServer(echo);
    const { port } = server;
    const flags = [
      '--allow',
      `127.0.0.0/8:${port}`,
      '--allow',
      `home.example:${port}`,
      '--allow',
      `bad.example:${port}`,
    ];
    const bridge = await bridgeWith([...flags, '--deny', '127.0.0.2', '--deny', 'bad.example'], {
      resolve: (asked) =>
        Promise.resolve(asked === 'home.example' ? ['127.0.0.1', '127.0.0.2'] : ['127.0.0.1']),
    });
    const end = async (host: string) =>
      name((await clientOf(tunnelAddress(bridge, { host, port })).closed).code);
    expect(await clientOf(tunnelAddress(bridge, { host: '127.0.0.1', port })).connected).toMatchObject({
      port,
    });
    expect(await end('127.0.0.2')).toBe('refused-deny');
    expect(await end('home.example')).toBe('refused-deny');
    expect(await end('bad.example')).toBe('refused-deny');
  });
});

test('*:PORT allows that port of public addresses alone', async () => {
  const bridge = await bridgeWith(['--allow', '*:9333'], {
    connect: () => {
      throw new Error('dialled');
    },
  });
  const end = async (host: string, port: number) =>
    name((await clientOf(tunnelAddress(bridge, { host, port })).closed).code);
  expect(await end('8.8.8.8', 9333)).toBe('bridge-failed'); // it was dialled
  expect(await end('8.8.8.8', 9334)).toBe('refused-port');
  expect(await end('127.0.0.1', 9333)).toBe('refused-address');
  expect(await end('10.0.0.1', 9333)).toBe('refused-address');
});

describe('the bridge’s own addresses', () => {
  const places = (publicUrl?: string, answers: string[] = []) =>
    new OwnPlaces({
      ports: [8324, 9464],
      publicUrl,
      resolve: () => Promise.resolve(answers),
      clock: new FakeClock(),
    });

  const interfaces = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);

  test.each(interfaces.map(({ address }) => address))('%s, an interface of this machine', async (address) => {
    expect(await places().ofAddress(address, 8324)).toBe('bridge');
    expect(await places().ofAddress(address, 9464)).toBe('bridge');
    expect(await places().ofAddress(address, 8333)).toBe('machine');
  });

  test.each([
    '127.0.0.1',
    '127.255.0.1',
    '0.0.0.0',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
  ])('%s, in any form', async (address) => {
    expect(await places().ofAddress(address, 9464)).toBe('bridge');
  });

  test('what stands under --public-url: its name, and the addresses of that, on its port', async () => {
    const own = places('https://peerglass.example/app', ['203.0.113.7', '2001:db8::7']);
    expect(own.isPublicName('peerglass.example', 443)).toBe(true);
    expect(own.isPublicName('peerglass.example', 8333)).toBe(false);
    expect(await own.ofAddress('203.0.113.7', 443)).toBe('bridge');
    expect(await own.ofAddress('::ffff:203.0.113.7', 443)).toBe('bridge');
    expect(await own.ofAddress('2001:db8:0::7', 443)).toBe('bridge');
    expect(await own.ofAddress('203.0.113.7', 8333)).toBeUndefined();
    expect(await own.ofAddress('203.0.113.8', 443)).toBeUndefined();
    expect(await places('http://[2001:db8::9]:8080').ofAddress('2001:db8::9', 8080)).toBe('bridge');
  });

  test('are refused though they are allowed: by the public name, and by another name for it', async () => {
    const flags = [
      '--public-url',
      'http://peerglass.example:9333',
      '--allow',
      '*:9333',
      '--allow',
      'alias.example:9333',
    ];
    const bridge = await bridgeWith(flags, { resolve: () => Promise.resolve(['8.8.4.4']) });
    for (const host of ['peerglass.example', 'PEERGLASS.example.', 'alias.example', '8.8.4.4']) {
      const { code } = await clientOf(tunnelAddress(bridge, { host, port: 9333 })).closed;
      expect([host, name(code)]).toEqual([host, 'refused-self']);
    }
  });

  test('a public address of the machine is refused on other ports too, unless it is allowed', async () => {
    expect(await judge('8.8.8.8', 8333, { place: 'machine' })).toBe('refused-own');
    expect(await judge('8.8.8.8', 8333, { place: 'machine', allow: ['8.8.8.8'] })).toBe('allowed');
    expect(await judge('8.8.8.8', 8333, { place: 'bridge', allow: ['8.8.8.8'] })).toBe('refused-self');
  });
});

test('an IPv6 address is read in each way that leads to an IPv4 address', () => {
  const read = (text: string) => readings(text).map(String);
  expect(read('8.8.8.8')).toEqual(['8.8.8.8']);
  expect(read('2a01:4f8::1')).toEqual(['2a01:4f8::1']);
  expect(read('2001:0:102:304::f5f4:f3f2')).toEqual(['2001:0:102:304::f5f4:f3f2', '1.2.3.4', '10.11.12.13']);
  expect(read('64:ff9b:1::a00:1')).toEqual(['64:ff9b:1::a00:1', '10.0.0.1']);
  expect(read('nonsense')).toEqual([]);
});
