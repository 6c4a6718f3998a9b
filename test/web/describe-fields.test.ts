/** What the fields of transactions say beyond their own text: addresses of the session's network, types, ids. */
import { expect, test } from 'vitest';
import {
  encodeMessage,
  fieldsOf,
  hashToString,
  txid,
  type FieldNode,
  type Transaction,
} from '../../shared/messages/index.js';
import type { NetworkName } from '../../shared/networks.js';
import { describing } from '../../web/worker/describe-fields.js';

const key = (first: number) => [33, first, ...new Uint8Array(32).fill(5)];
const scripts: readonly Uint8Array[] = [
  Uint8Array.of(0x76, 0xa9, 20, ...new Uint8Array(20).fill(1), 0x88, 0xac),
  Uint8Array.of(0x51, 32, ...new Uint8Array(32).fill(2)),
  Uint8Array.of(...key(2), 0xac),
  Uint8Array.of(0x51, ...key(2), ...key(3), 0x52, 0xae),
  Uint8Array.of(0x6a, 2, 1, 2),
  Uint8Array.of(0x51),
];
const transaction: Transaction = {
  version: 2,
  inputs: [
    {
      outpoint: { txid: new Uint8Array(32).fill(3), vout: 4 },
      scriptSig: Uint8Array.of(0x51),
      sequence: 0,
      witness: [],
    },
  ],
  outputs: scripts.map((scriptPubKey) => ({ value: 5000n, scriptPubKey })),
  lockTime: 0,
};

const part = (node: FieldNode, ...names: string[]): FieldNode =>
  names.reduce((parent, name) => parent.children.find((child) => child.name === name)!, node);

function payees(network: NetworkName): (string | undefined)[] {
  const outputs = part(fieldsOf('tx', encodeMessage('tx', transaction))!, 'outputs');
  return scripts.map((_, at) => describing(network)(part(outputs, `[${at}]`)));
}

test('an output names the address that it pays to, of this network, or why there is none', () => {
  const [hash, taproot, ...others] = payees('main');
  expect(hash).toMatch(/^0\.00005000 BTC to 1[1-9A-Za-z]{25,34} \(p2pkh\)$/);
  expect(taproot).toMatch(/^0\.00005000 BTC to bc1p[0-9a-z]+ \(p2tr\)$/);
  expect(others).toEqual([
    '0.00005000 BTC to a bare public key (p2pk)',
    '0.00005000 BTC to 1 of 2 keys (multisig)',
    '0.00005000 BTC to nobody: it carries data (op-return)',
    '0.00005000 BTC to no address (nonstandard)',
  ]);
  expect(payees('regtest').slice(0, 2)).toEqual([
    expect.stringMatching(/ to [mn]/),
    expect.stringMatching(/ to bcrt1p/),
  ]);
});

test('a scriptPubKey says both address and asm, a scriptSig its asm alone', () => {
  const root = fieldsOf('tx', encodeMessage('tx', transaction))!;
  const describe = describing('signet');
  expect(describe(part(root, 'outputs', '[1]', 'scriptPubKey'))).toMatch(/^tb1p[0-9a-z]+ \(p2tr\) · 1 0202/);
  const scriptSig = part(root, 'inputs', '[0]', 'scriptSig');
  expect(describe(scriptSig)).toBeUndefined();
  expect(scriptSig.text).toBe('1');
});

test('transactions are told by their ids, inputs by what they spend', () => {
  const header = {
    version: 1,
    previous: new Uint8Array(32),
    merkleRoot: new Uint8Array(32),
    time: 0,
    bits: 0,
    nonce: 0,
  };
  const id = hashToString(txid(transaction));
  const describe = describing('main');
  const block = fieldsOf('block', encodeMessage('block', { header, transactions: [transaction] }))!;
  expect(describe(part(block, 'transactions', '[0]'))).toBe(`${id}, 1 in, 6 out`);
  expect(part(block, 'transactions', '[0]', 'inputs', '[0]').text).toBe(`${'03'.repeat(32)}:4`);
  const compact = encodeMessage('cmpctblock', {
    header,
    nonce: 0n,
    shortIds: [],
    prefilled: [{ index: 0, transaction }],
  });
  expect(describe(part(fieldsOf('cmpctblock', compact)!, 'prefilled', '[0]'))).toBe(
    `at 0: 1 in, 6 out, ${id}`,
  );
});

test('what is damaged says so itself', () => {
  const whole = encodeMessage('tx', transaction);
  const root = fieldsOf('tx', whole.subarray(0, whole.length - 20))!;
  const all: FieldNode[] = [];
  const visit = (node: FieldNode): void => {
    all.push(node);
    for (const child of node.children) visit(child);
  };
  visit(root);
  const damaged = all.filter(({ error }) => error !== undefined);
  expect(damaged.length).toBeGreaterThan(0);
  for (const node of damaged) expect(describing('main')(node)).toBeUndefined();
});
