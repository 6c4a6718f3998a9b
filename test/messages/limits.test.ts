import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex } from '../../shared/bytes.js';
import {
  type DecodeError,
  decodeMessage,
  type DecodedType,
  EncodeError,
  encodeMessage,
  escapeBytes,
  type MessageMap,
} from '../../shared/messages/index.js';
import { ByteReader } from '../../shared/messages/reader.js';
import { ByteWriter } from '../../shared/messages/writer.js';

function decodeErrorOf(type: DecodedType, payload: Uint8Array): DecodeError {
  const message = decodeMessage(type, payload);
  if (message.kind !== 'malformed') throw new Error(`${type} was ${message.kind}`);
  return message.error;
}

function encodeErrorOf<Type extends DecodedType>(type: Type, value: MessageMap[Type]): EncodeError {
  try {
    encodeMessage(type, value);
  } catch (error) {
    if (error instanceof EncodeError) return error;
    throw error;
  }
  throw new Error(`${type} was encoded`);
}

const hash = new Uint8Array(32).fill(0xab);
const header = { version: 1, previous: hash, merkleRoot: hash, time: 1, bits: 2, nonce: 3 };
const address = { services: 0n, ip: new Uint8Array(16), port: 8333 };
const version: MessageMap['version'] = {
  version: 70016,
  services: 0n,
  time: 0n,
  receiver: address,
  sender: address,
  nonce: 0n,
  userAgent: '',
  startHeight: 0,
  relay: false,
};
const onAnyNetwork = (network: number, length: number) => ({
  time: 1,
  services: 0n,
  network,
  address: new Uint8Array(length),
  port: 1,
});
const many = <T>(length: number, item: T): T[] => Array.from({ length }, () => item);

describe('at the limit it passes, one above it is refused in both directions', () => {
  // The bytes above the limit are made from those at the limit: count or length replaced, one entry more.
  const raised = (at: Uint8Array, offset: number, count: string, entry: number) => {
    const size = count.length / 2;
    return concatBytes(
      at.subarray(0, offset),
      fromHex(count),
      at.subarray(offset + size),
      new Uint8Array(entry),
    );
  };
  const lists = <Type extends DecodedType>(
    type: Type,
    make: (count: number) => MessageMap[Type],
    max: number,
    offset: number,
    count: string,
    entry: number,
    field: string,
  ) => ({
    type: type as DecodedType,
    max,
    field,
    atLimit: encodeMessage(type, make(max)),
    above: raised(encodeMessage(type, make(max)), offset, count, entry),
    offset,
    encodeAbove: () => encodeErrorOf(type, make(max + 1)),
  });
  const inventory = (count: number) => ({ inventory: many(count, { type: 1, hash }) });
  const cases = [
    lists('inv', inventory, 50_000, 0, 'fd51c3', 36, 'inventory.count'),
    lists('getdata', inventory, 50_000, 0, 'fd51c3', 36, 'inventory.count'),
    lists('notfound', inventory, 50_000, 0, 'fd51c3', 36, 'inventory.count'),
    lists('headers', (count) => ({ headers: many(count, header) }), 2000, 0, 'fdd107', 81, 'headers.count'),
    lists(
      'getheaders',
      (count) => ({ version: 1, locator: many(count, hash), stop: hash }),
      101,
      4,
      '66',
      32,
      'locator.count',
    ),
    lists(
      'getblocks',
      (count) => ({ version: 1, locator: many(count, hash), stop: hash }),
      101,
      4,
      '66',
      32,
      'locator.count',
    ),
    lists(
      'addr',
      (count) => ({ addresses: many(count, { time: 1, ...address }) }),
      1000,
      0,
      'fde903',
      30,
      'addresses.count',
    ),
    lists(
      'addrv2',
      (count) => ({ addresses: many(count, onAnyNetwork(200, 0)) }),
      1000,
      0,
      'fde903',
      9,
      'addresses.count',
    ),
    lists(
      'addrv2',
      (n) => ({ addresses: [onAnyNetwork(200, n)] }),
      512,
      7,
      'fd0102',
      1,
      'addresses[0].address.length',
    ),
    lists(
      'filterload',
      (n) => ({ filter: new Uint8Array(n), hashFunctions: 50, tweak: 0, flags: 0 }),
      36_000,
      0,
      'fda18c',
      1,
      'filter.length',
    ),
    lists(
      'filterload',
      (n) => ({ filter: new Uint8Array(0), hashFunctions: n, tweak: 0, flags: 0 }),
      50,
      1,
      '33',
      0,
      'hashFunctions',
    ),
    lists('filteradd', (n) => ({ element: new Uint8Array(n) }), 520, 0, 'fd0902', 1, 'element.length'),
    lists(
      'merkleblock',
      (count) => ({ header, transactionCount: 1, hashes: many(count, hash), flags: hash }),
      16_666,
      84,
      'fd1b41',
      32,
      'hashes.count',
    ),
    lists(
      'cfheaders',
      (count) => ({
        filterType: 0,
        stopHash: hash,
        previousFilterHeader: hash,
        filterHashes: many(count, hash),
      }),
      2000,
      65,
      'fdd107',
      32,
      'filterHashes.count',
    ),
    lists(
      'version',
      (n) => ({ ...version, userAgent: 'a'.repeat(n) }),
      256,
      80,
      'fd0101',
      1,
      'userAgent.length',
    ),
    lists('feature', (n) => ({ id: 'a'.repeat(n), data: hash }), 80, 0, '51', 1, 'id.length'),
    lists('feature', (n) => ({ id: 'test', data: new Uint8Array(n) }), 512, 5, 'fd0102', 1, 'data.length'),
  ];

  test.each(cases)('$type, $field: $max', ({ type, atLimit, above, field, offset, encodeAbove }) => {
    expect(decodeMessage(type, atLimit).kind).toBe('decoded');
    expect(decodeErrorOf(type, above)).toMatchObject({ code: 'limit-exceeded', field, offset });
    expect(encodeAbove()).toMatchObject({ code: 'limit-exceeded', field });
  });

  test('the limits count bytes, not characters', () => {
    const userAgent = escapeBytes(new Uint8Array(256).fill(0xff));
    expect(decodeMessage('version', encodeMessage('version', { ...version, userAgent })).kind).toBe(
      'decoded',
    );
  });

  test('a feature id of 3 bytes is too short (BIP434)', () => {
    expect(decodeErrorOf('feature', fromHex('03616263' + '00'))).toMatchObject({
      code: 'invalid-value',
      field: 'id.length',
      offset: 0,
    });
    expect(encodeErrorOf('feature', { id: 'abc', data: hash })).toMatchObject({
      code: 'invalid-value',
      field: 'id.length',
    });
  });
});

describe('counts and lengths that lie', () => {
  test('a count with too few entries ends where the bytes end', () => {
    const payload = concatBytes(Uint8Array.of(5), new Uint8Array(3 * 36 + 4 + 10));
    expect(decodeErrorOf('inv', payload)).toMatchObject({
      code: 'truncated',
      field: 'inventory[3].hash',
      offset: 1 + 3 * 36 + 4,
      message: 'inventory[3].hash, at offset 113: 32 bytes are needed, 10 are left',
    });
  });

  test('the largest allowed count with nothing behind it', () => {
    expect(decodeErrorOf('inv', fromHex('fd50c3'))).toMatchObject({
      code: 'truncated',
      field: 'inventory[0].type',
    });
  });

  test('an enormous count is refused by the count', () => {
    const enormous = fromHex('ffffffffffffffffff');
    expect(decodeErrorOf('headers', enormous)).toMatchObject({
      code: 'limit-exceeded',
      field: 'headers.count',
      offset: 0,
    });
    expect(decodeErrorOf('headers', enormous).message).toContain('18446744073709551615');
    expect(decodeErrorOf('feature', concatBytes(enormous, hash))).toMatchObject({
      code: 'limit-exceeded',
      field: 'id.length',
    });
  });

  test.each([
    ['inv', 'inventory[0].type', 9],
    ['addr', 'addresses[0].time', 9],
    ['addrv2', 'addresses[0].time', 9],
    ['filterload', 'filter.bytes', 9],
    ['filteradd', 'element.bytes', 9],
  ] as const)(
    'where entries come first, as in %s, an enormous count is a message cut off',
    (type, field, offset) => {
      const enormous = fromHex('ffffffffffffffffff');
      expect(decodeErrorOf(type, enormous)).toMatchObject({ code: 'truncated', field, offset });
    },
  );

  test('one entry too many breaks the limit only when it is all there', () => {
    const above = concatBytes(fromHex('fd51c3'), new Uint8Array(50_001 * 36));
    expect(decodeErrorOf('inv', above)).toMatchObject({ code: 'limit-exceeded', field: 'inventory.count' });
    expect(decodeErrorOf('inv', above.subarray(0, -1))).toMatchObject({
      code: 'truncated',
      field: 'inventory[50000].hash',
      offset: above.length - 32,
    });
  });

  test('a length beyond the end', () => {
    expect(decodeErrorOf('feature', fromHex('5061626364'))).toMatchObject({
      code: 'truncated',
      field: 'id.bytes',
      offset: 1,
    });
  });

  test('a header with transactions behind it', () => {
    const payload = encodeMessage('headers', { headers: [header, header] });
    payload[1 + 81 + 80] = 1;
    expect(decodeErrorOf('headers', payload)).toMatchObject({
      code: 'invalid-value',
      field: 'headers[1].txCount',
      offset: 1 + 81 + 80,
    });
  });
});

describe('CompactSize', () => {
  const read = (hex: string) => new ByteReader(fromHex(hex)).compactSize(Number.MAX_SAFE_INTEGER);
  const boundaries: [number, string][] = [
    [0, '00'],
    [252, 'fc'],
    [253, 'fdfd00'],
    [65_535, 'fdffff'],
    [65_536, 'fe00000100'],
    [2 ** 32 - 1, 'feffffffff'],
    [2 ** 32, 'ff0000000001000000'],
    [Number.MAX_SAFE_INTEGER, 'ffffffffffffff1f00'],
  ];

  test.each(boundaries)('%d', (value, hex) => {
    expect(read(hex)).toBe(value);
    const writer = new ByteWriter(0);
    writer.compactSize(value);
    expect(writer.finish()).toEqual(fromHex(hex));
    for (let cut = 0; cut < hex.length; cut += 2) {
      expect(() => read(hex.slice(0, cut))).toThrow(
        expect.objectContaining({ code: 'truncated', offset: 0 }) as Error,
      );
    }
  });

  test.each<[bigint, string]>([
    ...boundaries.map(([value, hex]): [bigint, string] => [BigInt(value), hex]),
    [2n ** 53n, 'ff0000000000002000'],
    [2n ** 64n - 1n, 'ffffffffffffffffff'],
  ])('of 64 bits: %d', (value, hex) => {
    expect(new ByteReader(fromHex(hex)).compactSize64()).toBe(value);
    const writer = new ByteWriter(0);
    writer.compactSize64(value);
    expect(writer.finish()).toEqual(fromHex(hex));
  });

  test.each(['fd0000', 'fdfc00', 'fe00000000', 'feffff0000', 'ff0000000000000000', 'ffffffffff00000000'])(
    '%s is longer than it need be',
    (hex) => {
      expect(() => read(hex)).toThrow(
        expect.objectContaining({ code: 'non-minimal-compact-size', offset: 0 }) as Error,
      );
      expect(() => new ByteReader(fromHex(hex)).compactSize64()).toThrow(
        expect.objectContaining({ code: 'non-minimal-compact-size', offset: 0 }) as Error,
      );
    },
  );

  test('one that no number holds exactly is refused', () => {
    expect(() => read('ff00000000000020' + '00')).toThrow(
      expect.objectContaining({ code: 'limit-exceeded' }) as Error,
    );
  });

  test('in a message: named with field and offset', () => {
    const userAgent = encodeMessage('version', version);
    const payload = concatBytes(userAgent.subarray(0, 80), fromHex('fd0000'), userAgent.subarray(81));
    expect(decodeErrorOf('version', payload)).toMatchObject({
      code: 'non-minimal-compact-size',
      field: 'userAgent.length',
      offset: 80,
    });
    expect(decodeErrorOf('inv', fromHex('fd0100'))).toMatchObject({
      code: 'non-minimal-compact-size',
      field: 'inventory.count',
    });
  });
});

test('a ping without a nonce, from before BIP31, is refused', () => {
  expect(decodeErrorOf('ping', new Uint8Array())).toMatchObject({
    code: 'truncated',
    field: 'nonce',
    offset: 0,
  });
});

test('every error says what it means for the session', () => {
  expect(decodeErrorOf('ping', new Uint8Array(9)).hint).toContain('session goes on');
  expect(encodeErrorOf('ping', { nonce: -1n }).hint).not.toBe('');
});

describe('values that do not fit are refused with the field', () => {
  const cases: [string, () => EncodeError, string][] = [
    ['a negative u64', () => encodeErrorOf('ping', { nonce: -1n }), 'nonce'],
    ['2^64', () => encodeErrorOf('feefilter', { feeRate: 2n ** 64n }), 'feeRate'],
    ['a number for a bigint', () => encodeErrorOf('pong', { nonce: 1 as unknown as bigint }), 'nonce'],
    ['a fraction', () => encodeErrorOf('version', { ...version, startHeight: 0.5 }), 'startHeight'],
    ['NaN', () => encodeErrorOf('version', { ...version, version: NaN }), 'version'],
    ['2^31 for an i32', () => encodeErrorOf('version', { ...version, startHeight: 2 ** 31 }), 'startHeight'],
    ['2^63 for an i64', () => encodeErrorOf('version', { ...version, time: 2n ** 63n }), 'time'],
    [
      'a port of 65536',
      () => encodeErrorOf('version', { ...version, sender: { ...address, port: 65_536 } }),
      'sender.port',
    ],
    [
      'an IPv4 address of 4 bytes',
      () => encodeErrorOf('version', { ...version, receiver: { ...address, ip: new Uint8Array(4) } }),
      'receiver.ip',
    ],
    [
      'a short hash',
      () =>
        encodeErrorOf('inv', {
          inventory: [
            { type: 1, hash },
            { type: 1, hash: hash.subarray(1) },
          ],
        }),
      'inventory[1].hash',
    ],
    [
      '2^32 for a u32',
      () => encodeErrorOf('headers', { headers: [{ ...header, nonce: 2 ** 32 }] }),
      'headers[0].nonce',
    ],
    [
      'a raw control character',
      () => encodeErrorOf('version', { ...version, userAgent: 'a\nb' }),
      'userAgent',
    ],
    ['raw text beyond ASCII', () => encodeErrorOf('version', { ...version, userAgent: 'é' }), 'userAgent'],
    ['a lone backslash', () => encodeErrorOf('version', { ...version, userAgent: 'a\\b' }), 'userAgent'],
    [
      'an escape of what needs none',
      () => encodeErrorOf('version', { ...version, userAgent: '\\x41' }),
      'userAgent',
    ],
    ['a flag as 0 or 1', () => encodeErrorOf('version', { ...version, relay: 1 }), 'relay'],
    ['a flag of more than a byte', () => encodeErrorOf('version', { ...version, relay: 256 }), 'relay'],
    [
      'a field that is missing',
      () => encodeErrorOf('sendcmpct', { announce: true } as MessageMap['sendcmpct']),
      'version',
    ],
    [
      'something else for a list',
      () => encodeErrorOf('inv', { inventory: 5 } as unknown as MessageMap['inv']),
      'inventory',
    ],
    [
      'something else for bytes',
      () => encodeErrorOf('feature', { id: 'test', data: 'x' as unknown as Uint8Array }),
      'data',
    ],
    ['nothing', () => encodeErrorOf('ping', undefined as unknown as MessageMap['ping']), ''],
    [
      'an end where none may be',
      () => encodeErrorOf('version', { ...version, omittedFrom: 'nonce' as 'relay' }),
      'omittedFrom',
    ],
  ];
  test.each(cases)('%s', (_, error, field) => {
    expect(error()).toMatchObject({ code: 'invalid-value', field });
  });

  test('a type without a codec', () => {
    expect(encodeErrorOf('toString' as 'ping', { nonce: 0n }).code).toBe('unknown-type');
  });
});
