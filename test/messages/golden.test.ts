import { expect, test } from 'vitest';
import { fromHex, toHex } from '../../shared/bytes.js';
import {
  decodeBlockHeader,
  decodeMessage,
  type DecodedType,
  encodeBlockHeader,
  encodeMessage,
  hashFromString,
  hashToString,
  type MessageMap,
} from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';

/** Bytes written out by hand from the specification, one field a line. */
function hex(...fields: string[]): Uint8Array {
  return fromHex(fields.join('').replaceAll(' ', ''));
}

function expectBytes<Type extends DecodedType>(
  type: Type,
  payload: Uint8Array,
  value: MessageMap[Type],
): void {
  expect(decodeMessage(type, payload)).toEqual({ kind: 'decoded', type, value });
  expect(encodeMessage(type, value)).toEqual(payload);
}

const genesisMerkleRoot = '4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b';

const loopback = '00000000000000000000ffff7f000001';
const documentation = '20010db8000000000000000000000001';
const versionFields = [
  '80110100', // version 70016
  '0d08000000000000', // services: bits 0, 2, 3 and 11
  '15cd5b0700000000', // time 123456789
  `0900000000000000 ${loopback} 208d`, // receiver: bits 0 and 3, 127.0.0.1, port 8333 big-endian
  `0000000000000000 ${documentation} 479c`, // sender: 2001:db8::1, port 18332 big-endian
  'efcdab8967452301', // nonce
  '0c 2f506565723a302e312e302f', // user agent, 12 bytes
  'feffffff', // height -2
  '01', // relay
];
const versionMessage: MessageMap['version'] = {
  version: 70016,
  services: 0x80dn,
  time: 123456789n,
  receiver: { services: 9n, ip: hex(loopback), port: 8333 },
  sender: { services: 0n, ip: hex(documentation), port: 18332 },
  nonce: 0x0123456789abcdefn,
  userAgent: '/Peer:0.1.0/',
  startHeight: -2,
  relay: true,
};

test('version', () => {
  expectBytes('version', hex(...versionFields), versionMessage);
});

test('version without relay, before BIP37: transactions are wanted', () => {
  expectBytes('version', hex(...versionFields.slice(0, 8)), { ...versionMessage, omittedFrom: 'relay' });
});

test('version as the first nodes sent it, ending after the receiver', () => {
  expectBytes('version', hex(...versionFields.slice(0, 4)), {
    ...versionMessage,
    sender: { services: 0n, ip: new Uint8Array(16), port: 0 },
    nonce: 0n,
    userAgent: '',
    startHeight: -1,
    relay: true,
    omittedFrom: 'sender',
  });
});

test('headers with the regtest genesis block', () => {
  const header = hex(
    '01000000', // version 1
    '00'.repeat(32), // no previous block
    '3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a', // merkle root
    'dae5494d', // 2011-02-02 23:16:42
    'ffff7f20', // bits 207fffff
    '02000000', // nonce 2
  );
  const genesis = {
    version: 1,
    previous: new Uint8Array(32),
    merkleRoot: hashFromString(genesisMerkleRoot),
    time: 1_296_688_602,
    bits: 0x207fffff,
    nonce: 2,
  };
  expectBytes(
    'headers',
    hex(
      '01',
      '01000000',
      '00'.repeat(32),
      '3ba3edfd7a7b12b27ac72c3e67768f61',
      '7fc81bc3888a51323a9fb8aa4b1e5e4a',
      'dae5494d',
      'ffff7f20',
      '02000000',
      '00',
    ),
    { headers: [genesis] },
  );
  expect(decodeBlockHeader(header)).toEqual(genesis);
  expect(encodeBlockHeader(genesis)).toEqual(networks.regtest.genesis.header);
});

test('an empty headers message', () => {
  expectBytes('headers', hex('00'), { headers: [] });
});

test('ping, pong, feefilter, sendcmpct', () => {
  expectBytes('ping', hex('0807060504030201'), { nonce: 0x0102030405060708n });
  expectBytes('pong', hex('ffffffffffffffff'), { nonce: 2n ** 64n - 1n });
  expectBytes('feefilter', hex('e803000000000000'), { feeRate: 1000n });
  expectBytes('sendcmpct', hex('01', '0200000000000000'), { announce: true, version: 2n });
});

test('verack, wtxidrelay, sendaddrv2, sendheaders are empty', () => {
  for (const type of ['verack', 'wtxidrelay', 'sendaddrv2', 'sendheaders'] as const)
    expectBytes(type, hex(), {});
});

test('getdata with a witness block', () => {
  const { hash } = networks.regtest.genesis;
  const wire = '06226e46111a0b59caaf126043eb5bbf28c34f3a5e332a1fc7b2b73cf188910f';
  expectBytes('getdata', hex('01', '02000040', wire), {
    inventory: [{ type: 0x40000002, hash: hashFromString(hash) }],
  });
  expect(hashToString(hex(wire))).toBe(hash);
});

test('getheaders', () => {
  const [newest, oldest] = ['11'.repeat(32), '22'.repeat(32)];
  expectBytes('getheaders', hex('80110100', '02', newest, oldest, '00'.repeat(32)), {
    version: 70016,
    locator: [hex(newest), hex(oldest)],
    stop: new Uint8Array(32),
  });
});

test('feature (BIP434)', () => {
  expectBytes('feature', hex('04 74657374', '03 010203'), { id: 'test', data: hex('010203') });
});

test('a count of 253 takes three bytes', () => {
  const entry = '01000000' + '33'.repeat(32);
  const one = { type: 1, hash: hex('33'.repeat(32)) };
  expectBytes('inv', hex('fdfd00', entry.repeat(253)), { inventory: Array.from({ length: 253 }, () => one) });
});

test('getaddr, mempool, filterclear are empty', () => {
  for (const type of ['getaddr', 'mempool', 'filterclear'] as const) expectBytes(type, hex(), {});
});

test('sendtxrcncl (BIP330)', () => {
  expectBytes('sendtxrcncl', hex('01000000', '0807060504030201'), {
    version: 1,
    salt: 0x0102030405060708n,
  });
});

test('getblocks', () => {
  expectBytes('getblocks', hex('80110100', '01', '11'.repeat(32), '22'.repeat(32)), {
    version: 70016,
    locator: [hex('11'.repeat(32))],
    stop: hex('22'.repeat(32)),
  });
});

test('addr', () => {
  expectBytes('addr', hex('01', '15cd5b07', '0d08000000000000', loopback, '208d'), {
    addresses: [{ time: 123456789, services: 0x80dn, ip: hex(loopback), port: 8333 }],
  });
});

test('addrv2 (BIP155): services as CompactSize, of up to 64 bits; and a network that nobody knows', () => {
  expectBytes(
    'addrv2',
    hex(
      '02',
      '15cd5b07 fd0d08 01 04 7f000001 208d', // time, services, IPv4, port
      '00000000 ffffffffffffffffff c8 03 aabbcc 0000',
    ),
    {
      addresses: [
        { time: 123456789, services: 0x80dn, network: 1, address: hex('7f000001'), port: 8333 },
        { time: 0, services: 2n ** 64n - 1n, network: 200, address: hex('aabbcc'), port: 0 },
      ],
    },
  );
});

test('filterload, filteradd, merkleblock (BIP37)', () => {
  expectBytes('filterload', hex('02 aabb', '0b000000', '78563412', '01'), {
    filter: hex('aabb'),
    hashFunctions: 11,
    tweak: 0x12345678,
    flags: 1,
  });
  expectBytes('filteradd', hex('03 aabbcc'), { element: hex('aabbcc') });
  const header = networks.regtest.genesis.header;
  expectBytes('merkleblock', hex(toHex(header), '07000000', '01', '33'.repeat(32), '01 1d'), {
    header: decodeBlockHeader(header),
    transactionCount: 7,
    hashes: [hex('33'.repeat(32))],
    flags: hex('1d'),
  });
});

test('compact filters (BIP157)', () => {
  const [stop, other] = ['11'.repeat(32), '22'.repeat(32)];
  const range = { filterType: 0, startHeight: 258, stopHash: hex(stop) };
  expectBytes('getcfilters', hex('00', '02010000', stop), range);
  expectBytes('getcfheaders', hex('00', '02010000', stop), range);
  expectBytes('cfilter', hex('00', stop, '02 aabb'), {
    filterType: 0,
    blockHash: hex(stop),
    filter: hex('aabb'),
  });
  expectBytes('cfheaders', hex('00', stop, other, '01', stop), {
    filterType: 0,
    stopHash: hex(stop),
    previousFilterHeader: hex(other),
    filterHashes: [hex(stop)],
  });
  expectBytes('getcfcheckpt', hex('00', stop), { filterType: 0, stopHash: hex(stop) });
  expectBytes('cfcheckpt', hex('00', stop, '02', other, stop), {
    filterType: 0,
    stopHash: hex(stop),
    filterHeaders: [hex(other), hex(stop)],
  });
});
