import { describe, expect, test } from 'vitest';
import { shortMessageIds } from '../../shared/bip324/message-type.js';
import { fromHex } from '../../shared/bytes.js';
import {
  hashFromString,
  hashToString,
  inventoryTypeName,
  ipToString,
  isDecodedType,
  messageRegistry,
  serviceNames,
  timeToString,
} from '../../shared/messages/index.js';
import { types } from './arbitraries.js';

test('service bits have names, and those without one a number', () => {
  expect(serviceNames(0n)).toEqual([]);
  expect(serviceNames(0xc4dn)).toEqual([
    'NETWORK',
    'BLOOM',
    'WITNESS',
    'COMPACT_FILTERS',
    'NETWORK_LIMITED',
    'P2P_V2',
  ]);
  expect(serviceNames((1n << 28n) | 8n | (1n << 63n))).toEqual(['WITNESS', 'bit 28', 'bit 63']);
});

test('inventory types', () => {
  const numbers = [1, 2, 3, 4, 5, 0x40000001, 0x40000002, 0, 0xffffffff];
  expect(numbers.map(inventoryTypeName)).toEqual([
    'tx',
    'block',
    'filtered block',
    'compact block',
    'wtx',
    'witness tx',
    'witness block',
    'type 0x0',
    'type 0xffffffff',
  ]);
});

test('a hash is written from its last byte to its first', () => {
  const bytes = Uint8Array.from({ length: 32 }, (_, i) => i);
  const text = '1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100';
  expect(hashToString(bytes)).toBe(text);
  expect(hashFromString(text)).toEqual(bytes);
  expect(bytes[0]).toBe(0);
  expect(() => hashFromString(text.slice(2))).toThrow(TypeError);
});

test('addresses are written as RFC 5952 says', () => {
  const cases: [string, string][] = [
    ['00000000000000000000ffff01020304', '1.2.3.4'],
    ['00000000000000000000000000000000', '::'],
    ['00000000000000000000000000000001', '::1'],
    ['20010db8000000000000000000000001', '2001:db8::1'],
    ['20010db8000000010000000000000001', '2001:db8:0:1::1'],
    ['20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
    ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
    ['20010000000000010000000000000001', '2001:0:0:1::1'],
    ['fe800000000000000000000000000000', 'fe80::'],
    ['0000000000000000000100100100a000', '::1:10:100:a000'],
    ['ffffffffffffffffffffffffffffffff', Array(8).fill('ffff').join(':')],
  ];
  for (const [hex, text] of cases) expect(ipToString(fromHex(hex))).toBe(text);
});

test('times agree with the calendar, whatever the number', () => {
  for (const iso of [
    '1970-01-01',
    '2000-02-29',
    '2009-01-03',
    '1969-12-31',
    '2100-03-01',
    '9999-12-31',
    '0001-01-01',
  ]) {
    const seconds = Date.parse(`${iso}T23:05:09Z`) / 1000;
    expect(timeToString(seconds)).toBe(`${iso} 23:05:09 UTC`);
    expect(timeToString(BigInt(seconds))).toBe(`${iso} 23:05:09 UTC`);
  }
  expect(timeToString(2n ** 63n - 1n)).toBe('9223372036854775807 s');
  expect(timeToString(-(2n ** 63n))).toBe('-9223372036854775808 s');
});

describe('the registry', () => {
  test('holds every short id once, and none of its own', () => {
    const short = [...messageRegistry.values()].flatMap(({ type, shortId }) =>
      shortId === undefined ? [] : [[type, shortId]],
    );
    expect(Object.fromEntries(short)).toEqual(shortMessageIds);
  });

  test('holds the types that always go in long form', () => {
    for (const type of [
      'version',
      'verack',
      'getaddr',
      'sendheaders',
      'wtxidrelay',
      'sendaddrv2',
      'sendtxrcncl',
    ]) {
      expect(messageRegistry.get(type)).toMatchObject({ type, shortId: undefined, status: 'settled' });
    }
  });

  test('tells the settled from the proposed: ids 29 to 37 are proposed', () => {
    for (const { shortId, status } of messageRegistry.values()) {
      if (shortId !== undefined) expect(status).toBe(shortId >= 29 ? 'proposed' : 'settled');
    }
  });

  test('says which types are decoded', () => {
    for (const type of types) expect(messageRegistry.get(type)?.decoded).toBe(true);
    for (const type of ['reject', 'alert', 'uproof', 'sketch', 'ancpkginfo']) {
      expect(messageRegistry.get(type)?.decoded).toBe(false);
      expect(isDecodedType(type)).toBe(false);
    }
  });

  test('has one plain sentence for each', () => {
    for (const { purpose } of messageRegistry.values()) expect(purpose).toMatch(/^[A-Z][^.]+\.$/);
  });
});
