/** The compiled module against the published vectors, and against our own tables of the same columns. */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { v2EcdhSteps } from '../../shared/bip324/ellswift.js';
import { fromHex, toHex } from '../../shared/bytes.js';
import { nobleEngine } from '../../shared/engine/index.js';
import { readTable, replayKey } from '../bip324/vector-tables.js';
import { describeWithPublishedVectors } from '../setup/tools.js';
import { loadKeys, P } from './keys-support.js';

const { keys, exports: wasm } = await loadKeys();
const engine = { ...nobleEngine, ...keys };

/** The t that the module finds for x, u and a case. */
function encode(x: string, u: string, ellCase: number): string {
  const memory = new Uint8Array(wasm.memory.buffer, wasm.keysMemory(), 128);
  memory.set(fromHex(x), 32);
  memory.set(fromHex(u), 64);
  return wasm.keysEncode(ellCase) === 1 ? toHex(memory.subarray(96)) : '';
}

function testTables(file: (name: string) => string, [decoded, inverses, packets]: number[]): void {
  test(`${decoded} encodings decode to their x coordinate`, () => {
    const table = readTable(file('ellswift-decode'));
    expect(table).toHaveLength(decoded!);
    for (const { ellswift = '', x, comment } of table)
      expect(toHex(keys.ellswiftDecode(fromHex(ellswift))), comment).toBe(x);
  });

  test(`${inverses} pairs of u and x have the t of each case, or none`, () => {
    const table = readTable(file('xswiftec-inv'));
    expect(table).toHaveLength(inverses!);
    for (const { u = '', x = '', comment, ...row } of table) {
      for (let ellCase = 0; ellCase < 8; ellCase++) {
        const t = encode(x, u, ellCase);
        expect(t, `case ${ellCase}: ${comment}`).toBe(row[`case${ellCase}_t`]);
        if (t !== '') expect(toHex(keys.ellswiftDecode(fromHex(u + t)))).toBe(x);
      }
    }
  });

  test(`${packets} exchanges of keys come to the shared secret, and their keys are made again`, () => {
    const table = readTable(file('packet-encoding'));
    expect(table).toHaveLength(packets!);
    let remade = 0;
    for (const row of table) {
      const [secretKey, ours, theirs] = ['in_priv_ours', 'in_ellswift_ours', 'in_ellswift_theirs'].map(
        (name) => fromHex(row[name]!),
      ) as [Uint8Array, Uint8Array, Uint8Array];
      const steps = v2EcdhSteps(engine, secretKey, theirs, ours, row['in_initiating'] === '1');
      expect(toHex(steps.theirX)).toBe(row['mid_x_theirs']);
      expect(toHex(steps.sharedX)).toBe(row['mid_x_shared']);
      expect(toHex(steps.secret)).toBe(row['mid_shared_secret']);
      expect(toHex(keys.ellswiftDecode(ours))).toBe(row['mid_x_ours']);
      // Of a u or t that is not reduced, no randomness leads to it.
      if ([0, 32].some((at) => BigInt(`0x${toHex(ours.subarray(at, at + 32))}`) >= P)) continue;
      remade++;
      expect(toHex(keys.ellswiftCreate(replayKey(secretKey, ours)).publicKey)).toBe(toHex(ours));
    }
    expect(remade).toBeGreaterThan(table.length / 2);
  });
}

describe('our own vectors', () => {
  testTables((name) => path.resolve(import.meta.dirname, `../vectors/${name}.csv`), [79, 52, 29]);
});

describeWithPublishedVectors('the published vectors', (folder) => {
  testTables((name) => path.join(folder, `bip324_${name.replace(/-/g, '_')}_test_vectors.csv`), [76, 32, 7]);
});
