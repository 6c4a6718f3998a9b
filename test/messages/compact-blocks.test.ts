import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex } from '../../shared/bytes.js';
import {
  type Block,
  type CmpctBlock,
  compactBlockOf,
  decodeMessage,
  encodeMessage,
  EncodeError,
  fieldsOf,
  shortIds,
  sipHash24,
  sipHashKey,
  type Transaction,
  wtxid,
} from '../../shared/messages/index.js';

const zeros = new Uint8Array(32);
const header = { version: 1, previous: zeros, merkleRoot: zeros, time: 0, bits: 0, nonce: 0 };
const tx: Transaction = { version: 2, inputs: [], outputs: [], lockTime: 0 };
const txHex = '02000000 00 00 00000000';
const hex = (...parts: string[]) => fromHex(parts.join('').replaceAll(' ', ''));
const headerHex = `01000000 ${'00'.repeat(76)}`;
const nonceHex = '0807060504030201';

function outcome(type: string, payload: Uint8Array): unknown {
  const message = decodeMessage(type, payload);
  if (message.kind === 'malformed') return message.error;
  return message.kind === 'decoded' ? message.value : message.kind;
}

describe('cmpctblock', () => {
  const value: CmpctBlock = {
    header,
    nonce: 0x0102030405060708n,
    shortIds: [0x060504030201, 2 ** 48 - 1, 0],
    prefilled: [0, 2, 5].map((index) => ({ index, transaction: tx })),
  };
  const payload = hex(
    headerHex,
    nonceHex,
    '03 010203040506 ffffffffffff 000000000000',
    `03 00 ${txHex} 01 ${txHex} 02 ${txHex}`, // differences
  );

  test('short ids of 48 bits, prefilled transactions by differences', () => {
    expect(outcome('cmpctblock', payload)).toEqual(value);
    expect(encodeMessage('cmpctblock', value)).toEqual(payload);
  });

  test('its fields show places and differences', () => {
    const prefilled = fieldsOf('cmpctblock', payload)!.children[3]!;
    expect(prefilled.children.slice(1).map((one) => one.children[0]!.text)).toEqual([
      '0 (+0)',
      '2 (+1)',
      '5 (+2)',
    ]);
  });

  test('a prefilled transaction behind the end of the block', () => {
    const beyond = hex(headerHex, nonceHex, '01 010203040506', `01 02 ${txHex}`);
    expect(outcome('cmpctblock', beyond)).toMatchObject({
      code: 'limit-exceeded',
      field: 'prefilled[0].index',
      offset: 80 + 8 + 7 + 1,
    });
    expect(
      outcome('cmpctblock', hex(headerHex, nonceHex, '01 010203040506', `01 01 ${txHex}`)),
    ).toMatchObject({
      prefilled: [{ index: 1 }],
    });
  });

  test('differences that add up to more than anyone can count', () => {
    for (const difference of ['fdffff', 'feffffffff', 'ffffffffffffff1f00', 'ffffffffffffffffff']) {
      const overflow = hex(headerHex, nonceHex, '00', `02 00 ${txHex} ${difference} ${txHex}`);
      expect(outcome('cmpctblock', overflow)).toMatchObject({
        code: 'limit-exceeded',
        field: 'prefilled[1].index',
      });
    }
  });

  test('no more than 65,535 transactions, short and prefilled together', () => {
    const ids = (count: number) => hex(headerHex, nonceHex, 'fdffff', '00'.repeat(6 * count));
    expect(outcome('cmpctblock', concatBytes(ids(65_535), hex('00')))).toMatchObject({ prefilled: [] });
    expect(outcome('cmpctblock', concatBytes(ids(65_535), hex('01', '00', txHex)))).toMatchObject({
      code: 'limit-exceeded',
      field: 'prefilled.count',
    });
    expect(outcome('cmpctblock', hex(headerHex, nonceHex, 'fe00000100'))).toMatchObject({
      code: 'limit-exceeded',
      field: 'shortIds.count',
    });
    expect(outcome('cmpctblock', hex(headerHex, nonceHex, 'fdffff', '00'))).toMatchObject({
      code: 'truncated',
      field: 'shortIds[0]',
    });
  });

  test('places that do not ascend are not written', () => {
    for (const places of [
      [1, 1],
      [2, 1],
      [-1, 0],
      [0.5, 1],
    ]) {
      const prefilled = places.map((index) => ({ index, transaction: tx }));
      expect(() => encodeMessage('cmpctblock', { ...value, prefilled })).toThrow(EncodeError);
    }
    expect(() =>
      encodeMessage('cmpctblock', { ...value, prefilled: [{ index: 4, transaction: tx }] }),
    ).toThrow(expect.objectContaining({ code: 'limit-exceeded', field: 'prefilled[0].index' }) as Error);
  });
});

describe('getblocktxn and blocktxn', () => {
  const hashHex = '11'.repeat(32);
  const blockHash = hex(hashHex);

  test('indexes by differences', () => {
    const payload = hex(hashHex, '04', '00', '00', '02', 'fdf7ff');
    expect(outcome('getblocktxn', payload)).toEqual({ blockHash, indexes: [0, 1, 4, 65_532] });
    expect(encodeMessage('getblocktxn', { blockHash, indexes: [0, 1, 4, 65_532] })).toEqual(payload);
  });

  test('the last index is 65,535', () => {
    expect(outcome('getblocktxn', hex(hashHex, '01 fdffff'))).toMatchObject({ indexes: [65_535] });
    expect(outcome('getblocktxn', hex(hashHex, '02 fdfeff 00'))).toMatchObject({ indexes: [65_534, 65_535] });
    for (const [differences, field] of [
      ['01 fe00000100', 'indexes[0]'],
      ['02 fdffff 00', 'indexes[1]'],
      ['02 00 fdffff', 'indexes[1]'],
      ['02 00 ffffffffffffffffff', 'indexes[1]'],
    ] as const) {
      expect(outcome('getblocktxn', hex(hashHex, differences))).toMatchObject({
        code: 'limit-exceeded',
        field,
      });
    }
  });

  test('counts that lie', () => {
    expect(outcome('getblocktxn', hex(hashHex, 'fe01000100'))).toMatchObject({
      code: 'limit-exceeded',
      field: 'indexes.count',
    });
    expect(outcome('getblocktxn', hex(hashHex, 'fe00000100', '00'))).toMatchObject({
      code: 'truncated',
      field: 'indexes[1]',
    });
    expect(outcome('blocktxn', hex(hashHex, 'fe00000002', txHex))).toMatchObject({
      code: 'truncated',
      field: 'transactions[1].version',
    });
  });

  test('transactions', () => {
    const payload = hex(hashHex, '02', txHex, txHex);
    expect(outcome('blocktxn', payload)).toEqual({ blockHash, transactions: [tx, tx] });
    expect(encodeMessage('blocktxn', { blockHash, transactions: [tx, tx] })).toEqual(payload);
  });
});

test('a short id is the low 48 bits of a SipHash, keyed by SHA-256 of header and nonce', () => {
  const key = createHash('sha256').update(hex(headerHex, nonceHex)).digest().subarray(0, 16);
  const shortId = shortIds({ header, nonce: 0x0102030405060708n });
  for (let i = 0; i < 20; i++) {
    const id = new Uint8Array(32).fill(i);
    const [low, high] = sipHash24(sipHashKey(key), id);
    const bits = ((BigInt(high) << 32n) | BigInt(low)) & (2n ** 48n - 1n);
    expect(BigInt(shortId(id))).toBe(bits);
  }
});

test('a block as a compact block: the coinbase whole, the rest by short ids of their wtxids', () => {
  const transactions = [1, 2, 3].map((version) => ({ ...tx, version }));
  const block: Block = { header, transactions };
  const compact = compactBlockOf(block, 5n);
  const shortId = shortIds({ header, nonce: 5n });
  expect(compact).toEqual({
    header,
    nonce: 5n,
    shortIds: transactions.slice(1).map((one) => shortId(wtxid(one))),
    prefilled: [{ index: 0, transaction: transactions[0] }],
  });
  expect(compactBlockOf(block, 6n).shortIds).not.toEqual(compact.shortIds);
  expect(compactBlockOf({ header, transactions: [] }, 5n)).toMatchObject({ shortIds: [], prefilled: [] });
});
