import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ascii, concatBytes, fromHex } from '../../shared/bytes.js';
import {
  decodeMessage,
  decodeTransaction,
  encodeTransaction,
  fieldsOf,
  hashToString,
  hasWitness,
  type Transaction,
  transactionIds,
  transactionSize,
  txid,
  withoutWitness,
  wtxid,
} from '../../shared/messages/index.js';
import { transaction } from './arbitraries.js';

const input = `${'11'.repeat(32)}02000000 00 fdffffff`;
const output = '8813000000000000 01 51';
const hex = (...parts: string[]) => fromHex(parts.join('').replaceAll(' ', ''));

/** One input with the witness [aabb, ''], one output of 5000 satoshi to OP_TRUE. */
const segwit = hex('02000000', '0001', '01', input, '01', output, '02 02 aabb 00', '64000000');
const bare = hex('02000000', '01', input, '01', output, '64000000');
const value: Transaction = {
  version: 2,
  inputs: [
    {
      outpoint: { txid: new Uint8Array(32).fill(0x11), vout: 2 },
      scriptSig: new Uint8Array(0),
      sequence: 0xfffffffd,
      witness: [hex('aabb'), new Uint8Array(0)],
    },
  ],
  outputs: [{ value: 5000n, scriptPubKey: hex('51') }],
  lockTime: 100,
};

function errorOf(bytes: Uint8Array): unknown {
  const message = decodeMessage('tx', bytes);
  return message.kind === 'malformed' ? message.error : message.kind;
}

test('with and without witnesses (BIP144)', () => {
  expect(decodeTransaction(segwit)).toEqual(value);
  expect(encodeTransaction(value)).toEqual(segwit);
  expect(decodeTransaction(bare)).toEqual(withoutWitness(value));
  expect(encodeTransaction(withoutWitness(value))).toEqual(bare);
  expect([hasWitness(value), hasWitness(withoutWitness(value))]).toEqual([true, false]);
});

test('the first transaction there was', () => {
  const coinbase = concatBytes(
    hex('01000000', '01', '00'.repeat(32), 'ffffffff', '4d', '04ffff001d', '0104', '45'),
    ascii('The Times 03/Jan/2009 Chancellor on brink of second bailout for banks'),
    hex('ffffffff', '01', '00f2052a01000000', '43', '41'),
    hex('04678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb6'),
    hex('49f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5f', 'ac', '00000000'),
  );
  const genesis = decodeTransaction(coinbase);
  const id = '4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b';
  expect(hashToString(txid(genesis))).toBe(id);
  expect(hashToString(wtxid(genesis))).toBe(id);
  expect(genesis.outputs[0]!.value).toBe(50_0000_0000n);
});

test('the txid leaves the witnesses out, the wtxid does not', () => {
  const ids = transactionIds(value);
  expect(ids).toEqual({ txid: txid(value), wtxid: wtxid(value) });
  expect(ids.txid).toEqual(txid(withoutWitness(value)));
  expect(ids.txid).toEqual(wtxid(withoutWitness(value)));
  expect(ids.wtxid).not.toEqual(ids.txid);
  expect(transactionIds(withoutWitness(value)).wtxid).toEqual(ids.txid);
});

test('weight and virtual size (BIP141)', () => {
  const stripped = bare.length;
  const weight = 3 * stripped + segwit.length;
  expect(transactionSize(value)).toEqual({
    bytes: segwit.length,
    strippedBytes: stripped,
    weight,
    vsize: Math.ceil(weight / 4),
  });
  expect(transactionSize(withoutWitness(value))).toMatchObject({ weight: 4 * stripped, vsize: stripped });
});

test('properties: ids and sizes follow from the bytes', () => {
  fc.assert(
    fc.property(transaction, (tx) => {
      const size = transactionSize(tx);
      expect(size.bytes).toBe(encodeTransaction(tx).length);
      expect(size.strippedBytes).toBe(encodeTransaction(withoutWitness(tx)).length);
      expect(txid(tx).every((byte, i) => byte === wtxid(tx)[i])).toBe(!hasWitness(tx));
    }),
    { numRuns: 50 },
  );
});

describe('markers and flags that Bitcoin Core refuses too', () => {
  test('witnesses of which every stack is empty', () => {
    const superfluous = hex('02000000', '0001', '02', input, input, '00', '00', '00', '00000000');
    expect(errorOf(superfluous)).toMatchObject({
      code: 'invalid-value',
      field: 'witnesses[1].count',
      offset: superfluous.length - 5,
    });
    const root = fieldsOf('tx', superfluous)!;
    expect(root.children.map(({ name }) => name)).toContain('witnesses');
    expect(root.error).toMatchObject({ field: 'witnesses[1].count' });
  });

  test('witnesses without inputs', () => {
    expect(errorOf(hex('02000000', '0001', '00', '01', output, '00000000'))).toMatchObject({
      code: 'invalid-value',
      field: 'inputs.count',
      offset: 6,
    });
  });

  test.each([2, 3, 0x80, 0xff])('flag %d', (flag) => {
    const bytes = segwit.slice();
    bytes[5] = flag;
    expect(errorOf(bytes)).toMatchObject({ code: 'invalid-value', field: 'flag', offset: 5 });
  });

  test('a flag of 0 is no flag: neither inputs nor outputs, as Bitcoin Core reads it', () => {
    const nothing = hex('02000000', '00', '00', '00000000');
    expect(decodeTransaction(nothing)).toEqual({ version: 2, inputs: [], outputs: [], lockTime: 0 });
    expect(errorOf(hex('02000000', '00', '00', '01', input, '00000000'))).toMatchObject({
      code: 'trailing-bytes',
    });
  });

  test('a first stack that is empty is fine when a later one is not', () => {
    const bytes = hex('02000000', '0001', '02', input, input, '00', '00', '01 01 07', '00000000');
    expect(decodeTransaction(bytes).inputs.map(({ witness }) => witness)).toEqual([[], [Uint8Array.of(7)]]);
    expect(encodeTransaction(decodeTransaction(bytes))).toEqual(bytes);
  });
});

test('what cannot be written is refused with its place', () => {
  const failing = (tx: unknown) => () => encodeTransaction(tx as Transaction);
  const refused = (field: string) => expect.objectContaining({ code: 'invalid-value', field }) as Error;
  expect(failing({ ...value, inputs: [] })).toThrow(refused('outputs'));
  expect(failing({ ...value, inputs: [{ ...value.inputs[0], witness: undefined }] })).toThrow(
    refused('inputs[0].witness'),
  );
  expect(failing({ ...value, inputs: [null] })).toThrow(refused('inputs[0].witness'));
  expect(failing({ ...value, outputs: undefined })).toThrow(refused('outputs'));
  expect(failing({ ...value, outputs: [{ value: 1, scriptPubKey: hex('51') }] })).toThrow(
    refused('outputs[0].value'),
  );
  expect(failing({ ...value, inputs: [{ ...value.inputs[0], witness: ['aa'] }] })).toThrow(
    refused('witnesses[0][0]'),
  );
  expect(failing(undefined)).toThrow(refused(''));
});

test('counts and lengths that lie', () => {
  const huge = 'feffffffff';
  expect(errorOf(hex('02000000', huge))).toMatchObject({ code: 'limit-exceeded', field: 'inputs.count' });
  expect(errorOf(hex('02000000', 'fe00000002', input))).toMatchObject({
    code: 'truncated',
    field: 'inputs[1].outpoint.txid',
  });
  expect(errorOf(hex('02000000', '01', '11'.repeat(36), huge))).toMatchObject({
    code: 'limit-exceeded',
    field: 'inputs[0].scriptSig.length',
  });
  expect(errorOf(hex('02000000', '01', '11'.repeat(36), 'fe00000002'))).toMatchObject({
    code: 'truncated',
    field: 'inputs[0].scriptSig.bytes',
  });
  expect(errorOf(hex('02000000', '0001', '01', input, '00', 'fdffff 01'))).toMatchObject({
    code: 'truncated',
    field: 'witnesses[0][0].bytes',
  });
});

test('its fields, with marker, flag and witnesses where they stand', () => {
  const root = fieldsOf('tx', segwit)!;
  expect(root.children.map(({ name, start, end, text }) => [name, start, end, text])).toEqual([
    ['version', 0, 4, '2'],
    ['marker', 4, 5, '0'],
    ['flag', 5, 6, '1'],
    ['inputs', 6, 48, '1 entry'],
    ['outputs', 48, 59, '1 entry'],
    ['witnesses', 59, 64, '1 stack'],
    ['lockTime', 64, 68, 'height 100'],
  ]);
  const parts = root.children[3]!.children[1]!.children;
  expect(parts.map(({ text }) => text)).toEqual([
    `${'11'.repeat(32)}:2`,
    'no bytes',
    '0xfffffffd (replaceable)',
  ]);
  expect(root.children[4]!.children[1]!.text).toBe('0.00005000 BTC');
});
