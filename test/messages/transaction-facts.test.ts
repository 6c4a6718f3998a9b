import { describe, expect, test } from 'vitest';
import {
  feeOf,
  isCoinbase,
  relativeLockText,
  sequenceMeaning,
  type Transaction,
  transactionFacts,
} from '../../shared/messages/index.js';

const input = (sequence: number, seed = 1): Transaction['inputs'][number] => ({
  outpoint: { txid: new Uint8Array(32).fill(seed), vout: 0 },
  scriptSig: new Uint8Array(),
  sequence,
  witness: [],
});
const tx = (change: Partial<Transaction> = {}): Transaction => ({
  version: 2,
  inputs: [input(0xffff_ffff)],
  outputs: [
    { value: 1000n, scriptPubKey: new Uint8Array(22) },
    { value: 500n, scriptPubKey: new Uint8Array(22) },
  ],
  lockTime: 0,
  ...change,
});

describe('a sequence (BIP68, BIP125)', () => {
  test.each([
    [0xffff_ffff, 'final', undefined],
    [0xffff_fffe, 'not replaceable', undefined],
    [0xffff_fffd, 'replaceable', undefined],
    [0x8000_0000, 'replaceable', undefined],
    [0, 'replaceable, from version 2 on 0 blocks after the coin that it spends', { blocks: 0 }],
    [1, 'replaceable, from version 2 on 1 block after the coin that it spends', { blocks: 1 }],
    [
      0x0001_ffff,
      'replaceable, from version 2 on 65535 blocks after the coin that it spends',
      { blocks: 65_535 },
    ],
    [
      0x0040_0002,
      'replaceable, from version 2 on 1024 seconds after the coin that it spends',
      { seconds: 1024 },
    ],
  ])('%d: %s', (sequence, text, relativeLock) => {
    expect(sequenceMeaning(sequence)).toMatchObject({ text, relativeLock });
  });

  test('of seconds', () => {
    expect(relativeLockText({ seconds: 512 })).toBe('512 seconds after the coin that it spends');
  });
});

describe('a lock time', () => {
  test.each<[Partial<Transaction>, object]>([
    [{}, { kind: 'none', counts: false, text: 'in any block' }],
    [
      { lockTime: 840_000, inputs: [input(0xffff_fffe)] },
      { kind: 'height', value: 840_000, counts: true, text: 'in a block above height 840000' },
    ],
    [
      { lockTime: 500_000_000, inputs: [input(0xffff_fffe)] },
      { kind: 'time', counts: true, text: 'in a block after 1985-11-05 00:53:20 UTC' },
    ],
    [
      { lockTime: 840_000 },
      { counts: false, text: 'above height 840000, which does not count: all inputs are final' },
    ],
    [
      { lockTime: 5, inputs: [input(0xffff_ffff), input(0)] },
      { kind: 'height', counts: true },
    ],
  ])('%j', (change, lockTime) => {
    expect(transactionFacts(tx(change)).lockTime).toMatchObject(lockTime);
  });
});

test('replacement is signalled by any input; relative locks are of version 2', () => {
  expect(transactionFacts(tx()).signalsReplacement).toBe(false);
  const inputs = [input(0xffff_ffff), input(0xffff_fffd), input(3)];
  expect(transactionFacts(tx({ inputs }))).toMatchObject({
    signalsReplacement: true,
    relativeLocks: [{ input: 2, lock: { blocks: 3 } }],
  });
  expect(transactionFacts(tx({ inputs, version: 1 })).relativeLocks).toEqual([]);
});

test('a coinbase', () => {
  const coinbase = tx({
    inputs: [{ ...input(0, 0), outpoint: { txid: new Uint8Array(32), vout: 0xffff_ffff } }],
  });
  expect(isCoinbase(coinbase)).toBe(true);
  // Its sequence says nothing.
  expect(transactionFacts(coinbase)).toMatchObject({
    coinbase: true,
    signalsReplacement: false,
    relativeLocks: [],
  });
  expect(isCoinbase(tx())).toBe(false);
  expect(isCoinbase(tx({ inputs: [...coinbase.inputs, input(0)] }))).toBe(false);
  expect(isCoinbase(tx({ inputs: [], outputs: [] }))).toBe(false);
});

test('what it pays, given what it spends', () => {
  const spending = tx();
  const { size, outputValue } = transactionFacts(spending);
  expect(outputValue).toBe(1500n);
  expect(feeOf(spending, [1500n + 2n * BigInt(size.vsize)])).toEqual({
    fee: 2n * BigInt(size.vsize),
    feeRate: 2,
  });
  expect(feeOf(spending, [1000n]).fee).toBe(-500n);
});
