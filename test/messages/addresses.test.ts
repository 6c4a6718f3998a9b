import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../shared/bytes.js';
import {
  addressFromString,
  addressNetworks,
  addressToString,
  type AddrV2Entry,
  decodeMessage,
  encodeMessage,
  fieldsOf,
  unusableAddress,
} from '../../shared/messages/index.js';
import { ipv6ToString, parseIpv6 } from '../../shared/messages/ip.js';

const entry = (network: number, address: string, port = 8333): AddrV2Entry => ({
  time: 1,
  services: 0n,
  network,
  address: fromHex(address),
  port,
});

const torV2 = entry(3, 'f1f2f3f4f5f6f7f8f9fa');
const torV3 = entry(4, '79bcc625184b05194975c28b66b66b0469f7f6556fb1ac3189a79b40dda32f1f');
const i2p = entry(5, 'a2894dabaec08c0051a481a6dac88b64f98232ae42d4b6fd2fa81952dfe36a87', 0);

test('addresses in the form that people know them by', () => {
  expect(
    [
      entry(1, '01020304'),
      entry(2, '20010db8000000000000000000000001'),
      torV2,
      torV3,
      i2p,
      entry(6, 'fc000001000200030004000500060007'),
      entry(7, '02000000000000000000000000000001'),
      entry(200, 'aabb', 9),
    ].map(addressToString),
  ).toEqual([
    '1.2.3.4:8333',
    '[2001:db8::1]:8333',
    '6hzph5hv6337r6p2.onion:8333',
    'pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion:8333',
    'ukeu3k5oycgaauneqgtnvselmt4yemvoilkln7jpvamvfx7dnkdq.b32.i2p:0',
    '[fc00:1:2:3:4:5:6:7]:8333',
    '[200::1]:8333',
    'network 200, aabb, port 9',
  ]);
});

describe('the length of an address is its network’s', () => {
  test.each(addressNetworks.map(({ id, name, length }) => [name, id, length] as const))(
    '%s',
    (_, network, length) => {
      // Behind the count and a whole entry: time, services, network.
      const at = 1 + 13 + 6;
      const whole = { addresses: [entry(1, '01020304'), entry(network, '11'.repeat(length))] };
      const payload = encodeMessage('addrv2', whole);
      expect(decodeMessage('addrv2', payload)).toMatchObject({ kind: 'decoded', value: whole });
      for (const wrong of [length - 1, length + 1]) {
        const bytes = new Uint8Array(at + 1 + wrong + 2);
        bytes.set(payload.subarray(0, at));
        bytes[at] = wrong;
        expect(decodeMessage('addrv2', bytes)).toMatchObject({
          kind: 'malformed',
          error: { code: 'invalid-value', field: 'addresses[1].address.length', offset: at },
        });
        expect(() => encodeMessage('addrv2', { addresses: [entry(network, '11'.repeat(wrong))] })).toThrow(
          expect.objectContaining({ field: 'addresses[0].address.length' }) as Error,
        );
      }
    },
  );

  test('but any, up to 512 bytes, on a network that is not known here; and it comes back exactly', () => {
    for (const length of [0, 1, 16, 512]) {
      const payload = encodeMessage('addrv2', {
        addresses: [entry(200, 'ab'.repeat(length)), entry(1, '01020304')],
      });
      const message = decodeMessage('addrv2', payload);
      if (message.kind !== 'decoded' || message.type !== 'addrv2') throw new Error(message.kind);
      expect(message.value.addresses.map(unusableAddress)).toEqual([
        'a network that is not known here',
        undefined,
      ]);
      expect(encodeMessage('addrv2', message.value)).toEqual(payload);
    }
  });
});

test('addresses that BIP155 says to skip', () => {
  const skipped = [
    entry(0, ''),
    entry(2, '00000000000000000000ffff01020304'),
    entry(2, 'fd87d87eeb4300000000000000000000'),
    entry(6, 'fd000000000000000000000000000000'),
  ];
  for (const address of skipped) expect(unusableAddress(address)).toBeDefined();
  for (const address of [torV2, torV3, i2p]) expect(unusableAddress(address)).toBeUndefined();
  const root = fieldsOf('addrv2', encodeMessage('addrv2', { addresses: skipped }))!;
  expect(root.children[0]!.children[1]!.text).toBe(
    'network 0, no bytes, port 8333 (skipped: a network that is not known here)',
  );
});

test('addr: IPv4 and IPv6 with their ports', () => {
  const addresses = ['00000000000000000000ffff01020304', '20010db8000000000000000000000001'].map((ip) => ({
    time: 0,
    services: 9n,
    ip: fromHex(ip),
    port: 8333,
  }));
  const list = fieldsOf('addr', encodeMessage('addr', { addresses }))!.children[0]!;
  expect(list.children.slice(1).map(({ text }) => text)).toEqual(['1.2.3.4:8333', '[2001:db8::1]:8333']);
});

describe('addresses read from text', () => {
  const all = [
    entry(1, '01020304'),
    entry(2, '20010db8000000000000000000000001'),
    entry(2, '00000000000000000000000000000000'),
    torV2,
    torV3,
    i2p,
    entry(6, 'fc000001000200030004000500060007'),
    entry(7, '02000000000000000000000000000001', 65_535),
  ];
  test.each(all.map((address) => [addressToString(address), address] as const))('%s', (text, address) => {
    const { network, address: bytes, port } = address;
    expect(addressFromString(text)).toEqual({ network, address: bytes, port });
    expect(addressFromString(` ${text.toUpperCase()} `)).toEqual({ network, address: bytes, port });
  });

  test('any bytes of a network’s length come back from their text', () => {
    for (const { length, input } of addressNetworks) {
      fc.assert(
        fc.property(fc.uint8Array({ minLength: length, maxLength: length }), (bytes) => {
          expect(input.parse(input.print(bytes))).toEqual(bytes);
        }),
      );
    }
  });

  const pg = 'pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd';
  test.each([
    ['', 'unreadable-text'],
    ['1.2.3.4', 'unreadable-text'],
    ['1.2.3.4:65536', 'unreadable-text'],
    ['1.2.3.04:8333', 'unreadable-text'],
    ['2001:db8::1:8333', 'unreadable-text'],
    ['node.example:8333', 'unreadable-text'],
    // One letter other than it was: the checksum tells. Another version, and too short a name.
    [`qg${pg.slice(2)}.onion:8333`, 'invalid-value'],
    [`${pg.slice(0, -1)}e.onion:8333`, 'invalid-value'],
    [`${pg.slice(1)}.onion:8333`, 'unreadable-text'],
    [`${pg.slice(0, -1)}0.onion:8333`, 'unreadable-text'],
    // Bits behind the end that are not zero.
    ['ukeu3k5oycgaauneqgtnvselmt4yemvoilkln7jpvamvfx7dnkdr.b32.i2p:0', 'unreadable-text'],
    [`${'a'.repeat(1_000_000)}.onion:1`, 'unreadable-text'],
  ])('%s is refused', (text, code) => {
    expect(() => addressFromString(text)).toThrow(expect.objectContaining({ code }) as Error);
  });

  // RFC 4291, 2.2, and RFC 5952, 4 and 5.
  test.each([
    ['::', '::'],
    ['2001:DB8::0:1', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['::ffff:192.0.2.33', '::ffff:192.0.2.33'],
  ])('%s is %s', (text, canonical) => {
    expect(ipv6ToString(parseIpv6(text)!)).toBe(canonical);
  });

  test.each([
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '1::2::3',
    ':::',
    ':1',
    '1:',
    '12345::',
    '::1.2.3',
    '::1.2.3.4:1',
    'g::',
    '::%eth0',
    '1.2.3.4',
  ])('%s is no IPv6 address', (text) => {
    expect(parseIpv6(text)).toBeUndefined();
  });
});
