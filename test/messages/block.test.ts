import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { concatBytes, equalBytes, fromHex } from '../../shared/bytes.js';
import {
  type Block,
  blockHash,
  blockMerkleTree,
  blockWithoutWitness,
  checkMerkleRoot,
  checkWitnessCommitment,
  decodeBlock,
  doubleSha256,
  encodeBlock,
  fieldsOf,
  hashToString,
  merkleTree,
  type Transaction,
  txid,
  witnessCommitment,
  witnessMerkleRoot,
  wtxid,
} from '../../shared/messages/index.js';
import { describeWithPublishedVectors } from '../setup/tools.js';

const none = new Uint8Array(0);
const zeros = new Uint8Array(32);

function tx(seed: number, witness: Uint8Array[] = []): Transaction {
  return {
    version: 2,
    inputs: [
      { outpoint: { txid: zeros.slice().fill(seed), vout: 0 }, scriptSig: none, sequence: 1, witness },
    ],
    outputs: [{ value: BigInt(seed), scriptPubKey: fromHex('51') }],
    lockTime: 0,
  };
}

function blockOf(...transactions: Transaction[]): Block {
  const { root } = merkleTree(transactions.map(txid));
  return {
    header: { version: 4, previous: zeros, merkleRoot: root, time: 1, bits: 2, nonce: 3 },
    transactions,
  };
}

/** A coinbase that commits to the witnesses of the rest, with a nonce of its own. */
function segwitBlock(...rest: Transaction[]): Block {
  const nonce = zeros.slice().fill(9);
  const { root } = merkleTree([zeros, ...rest.map(wtxid)]);
  const commitment = doubleSha256(concatBytes(root, nonce));
  const decoy = concatBytes(fromHex('6a24aa21a9ed'), zeros);
  const coinbase = tx(0, [nonce]);
  coinbase.outputs.push(
    { value: 0n, scriptPubKey: decoy },
    { value: 0n, scriptPubKey: concatBytes(fromHex('6a24aa21a9ed'), commitment, fromHex('00')) },
    { value: 0n, scriptPubKey: decoy.subarray(0, 37) },
  );
  return blockOf(coinbase, ...rest);
}

describe('the merkle tree', () => {
  const [a, b, c] = [1, 2, 3].map((seed) => zeros.slice().fill(seed)) as [Uint8Array, Uint8Array, Uint8Array];
  const pair = (left: Uint8Array, right: Uint8Array) => doubleSha256(concatBytes(left, right));

  test('of none, one, two, three', () => {
    expect(merkleTree([])).toEqual({ root: zeros, mutated: false });
    expect(merkleTree([a])).toEqual({ root: a, mutated: false });
    expect(merkleTree([a, b])).toEqual({ root: pair(a, b), mutated: false });
    expect(merkleTree([a, b, c])).toEqual({ root: pair(pair(a, b), pair(c, c)), mutated: false });
  });

  test('a repeated end has the same root, and is noticed on every level (CVE-2012-2459)', () => {
    expect(merkleTree([a, b, c, c])).toEqual({ root: merkleTree([a, b, c]).root, mutated: true });
    const six = [a, b, c, a, b, a];
    expect(merkleTree([...six, b, a])).toEqual({ root: merkleTree(six).root, mutated: true });
    expect(merkleTree([a, a])).toMatchObject({ mutated: true });
    expect(merkleTree([a, b, b, a])).toMatchObject({ mutated: false });
  });

  test('leaves the list as it was', () => {
    const leaves = [a, b, c];
    merkleTree(leaves);
    expect(leaves).toEqual([a, b, c]);
  });
});

describe('what a header and a coinbase commit to', () => {
  test('the transactions, in their order', () => {
    const good = blockOf(tx(0), tx(1), tx(2));
    expect(checkMerkleRoot(good)).toBeUndefined();
    expect(checkMerkleRoot({ ...good, transactions: [tx(0), tx(2), tx(1)] })).toMatchObject({
      code: 'merkle-root-mismatch',
    });
    const repeated = { ...good, transactions: [tx(0), tx(1), tx(2), tx(2)] };
    expect(checkMerkleRoot(repeated)).toMatchObject({ code: 'repeated-transactions' });
  });

  test('the witnesses, by the last output of the form', () => {
    const good = segwitBlock(tx(1, [fromHex('aa')]), tx(2), tx(3, [none]));
    expect(checkMerkleRoot(good)).toBeUndefined();
    expect(checkWitnessCommitment(good)).toBeUndefined();
    expect(witnessCommitment(good)).not.toEqual(zeros);
    expect(witnessMerkleRoot(good)).toEqual(
      merkleTree([zeros, ...good.transactions.slice(1).map(wtxid)]).root,
    );

    const other = { ...good, transactions: [good.transactions[0]!, tx(1, [fromHex('ab')]), tx(2), tx(3)] };
    expect(checkMerkleRoot(other)).toBeUndefined();
    expect(checkWitnessCommitment(other)).toMatchObject({ code: 'witness-commitment-mismatch' });
    expect(checkWitnessCommitment(blockWithoutWitness(good))).toMatchObject({ code: 'witness-nonce' });
    for (const witness of [[zeros.subarray(1)], [zeros, zeros], [zeros, none]]) {
      const coinbase = { ...good.transactions[0]! };
      coinbase.inputs = [{ ...coinbase.inputs[0]!, witness }];
      const wrong = { ...good, transactions: [coinbase, ...good.transactions.slice(1)] };
      expect(checkWitnessCommitment(wrong)).toMatchObject({ code: 'witness-nonce' });
    }
  });

  test('no commitment: no witnesses', () => {
    expect(checkWitnessCommitment(blockOf(tx(0), tx(1)))).toBeUndefined();
    expect(checkWitnessCommitment(blockOf(tx(0), tx(1, [none])))).toMatchObject({
      code: 'unexpected-witness',
      hint: expect.stringContaining('another peer') as string,
    });
  });

  test('a block without transactions or outputs does not break the checks', () => {
    const header = blockOf().header;
    expect(checkWitnessCommitment({ header, transactions: [] })).toBeUndefined();
    expect(checkWitnessCommitment({ header, transactions: [{ ...tx(0), outputs: [] }] })).toBeUndefined();
  });
});

test('without witnesses it is the same block', () => {
  const whole = segwitBlock(tx(1, [fromHex('aa')]));
  const bare = blockWithoutWitness(whole);
  expect(encodeBlock(bare).length).toBeLessThan(encodeBlock(whole).length);
  expect(blockHash(bare.header)).toEqual(blockHash(whole.header));
  expect(checkMerkleRoot(bare)).toBeUndefined();
});

test('what is decoded are views of the payload', () => {
  const payload = encodeBlock(segwitBlock(tx(1, [fromHex('aabb')])));
  const block = decodeBlock(payload);
  const { inputs, outputs } = block.transactions[1]!;
  for (const view of [block.header.merkleRoot, inputs[0]!.witness[0]!, outputs[0]!.scriptPubKey])
    expect(view.buffer).toBe(payload.buffer);
});

test('counts that lie', () => {
  const header = new Uint8Array(80);
  expect(() => decodeBlock(concatBytes(header, fromHex('fe01000002')))).toThrow(
    expect.objectContaining({ code: 'limit-exceeded', field: 'transactions.count', offset: 80 }) as Error,
  );
  expect(() => decodeBlock(concatBytes(header, fromHex('fe00000002')))).toThrow(
    expect.objectContaining({ code: 'truncated', field: 'transactions[0].version' }) as Error,
  );
});

describeWithPublishedVectors('a real block of the main network', (folder) => {
  const raw = new Uint8Array(fs.readFileSync(path.join(folder, 'mainnet_block_300025.raw')));

  test('comes back as it was, and its header commits to its transactions', () => {
    const block = decodeBlock(raw);
    expect(equalBytes(encodeBlock(block), raw)).toBe(true);
    expect(blockMerkleTree(block)).toEqual({ root: block.header.merkleRoot, mutated: false });
    expect(checkMerkleRoot(block)).toBeUndefined();
    expect(checkWitnessCommitment(block)).toBeUndefined();
    // Its proof of work shows in its hash.
    expect(hashToString(blockHash(block.header))).toMatch(/^0{16}/);
  });

  test('has a field for every byte', () => {
    const root = fieldsOf('block', raw)!;
    expect(root.error).toBeUndefined();
    let at = 0;
    for (const child of root.children[1]!.children) {
      expect(child.start).toBe(at === 0 ? 80 : at);
      at = child.end;
    }
    expect(at).toBe(raw.length);
  });
});
