import { expect, test } from 'vitest';
import { Chain, coinbase, hash256, INITIAL_HEIGHT } from '../../bridge/demo-node/chain.js';
import { equalBytes, toHex } from '../../shared/bytes.js';
import { encodeBlockHeader, hashToString } from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';

const zeros: Uint8Array = new Uint8Array(32);

test('the chain is the same at every start', () => {
  expect(hashToString(new Chain().tip.hash)).toBe(hashToString(new Chain().tip.hash));
  expect(hashToString(new Chain().tip.hash)).toBe(
    '41a82e8315bc5dc5468c14b10e2638e69cd5be679ecf670de7764eb65866b682',
  );
});

test('it starts at regtest’s genesis block, each block builds on the one before, and has the work it claims', () => {
  const chain = new Chain();
  expect(hashToString(chain.at(0)!.hash)).toBe(networks.regtest.genesis.hash);
  for (let height = 1; height <= chain.height; height++) {
    const { header, hash } = chain.at(height)!;
    const before = chain.at(height - 1)!;
    expect(equalBytes(header.previous, before.hash)).toBe(true);
    expect(header.time).toBeGreaterThan(before.header.time);
    expect(hash).toEqual(hash256(encodeBlockHeader(header)));
    // 0x207fffff: the hash, as a number, is below 0x7fffff00…
    expect(header.bits).toBe(0x207fffff);
    expect(hash[31]!).toBeLessThan(0x80);
  }
});

test.each([
  [1, '5100'],
  [16, '6000'],
  [17, '011100'],
  [127, '017f00'],
  [128, '02800000'],
  [300, '022c0100'],
])('the coinbase of block %i says its height (BIP34): %s', (height, script) => {
  const raw = toHex(coinbase(height));
  expect(raw).toContain(`ffffffff${(script.length / 2).toString(16).padStart(2, '0')}${script}ffffffff`);
});

test('the merkle root is the coinbase’s id', () => {
  expect(new Chain().at(20)!.header.merkleRoot).toEqual(hash256(coinbase(20)));
});

test('no two blocks have the same coinbase', () => {
  const chain = new Chain();
  const roots = new Set(
    Array.from({ length: chain.height + 1 }, (_, height) => toHex(chain.at(height)!.header.merkleRoot)),
  );
  expect(roots.size).toBe(INITIAL_HEIGHT + 1);
});

test('a block found later carries the time it was found, or a second more than the one before', () => {
  const chain = new Chain();
  expect(chain.mine(1_800_000_000)).toMatchObject({
    height: INITIAL_HEIGHT + 1,
    header: { time: 1_800_000_000 },
  });
  expect(chain.mine(1_700_000_000).header.time).toBe(1_800_000_001);
});

test('getheaders: from the first block of the locator that is known, else from genesis', () => {
  const chain = new Chain();
  const hash = (height: number) => chain.at(height)!.hash;
  const asked = (locator: Uint8Array[], stop = zeros) => chain.headersAfter({ locator, stop });
  expect(asked([hash(0)])).toHaveLength(INITIAL_HEIGHT);
  expect(asked([new Uint8Array(32).fill(9)])).toHaveLength(INITIAL_HEIGHT);
  expect(asked([new Uint8Array(32).fill(9), hash(10), hash(5)])[0]).toEqual(chain.at(11)!.header);
  expect(asked([chain.tip.hash])).toEqual([]);
  expect(asked([hash(3)], hash(5))).toEqual([chain.at(4)!.header, chain.at(5)!.header]);
  expect(asked([hash(9)], hash(5))).toHaveLength(INITIAL_HEIGHT - 9);
  expect(asked([], hash(7))).toEqual([chain.at(7)!.header]);
  expect(asked([])).toEqual([]);
});

test('getheaders: at most 2000', () => {
  const chain = new Chain();
  for (let i = 0; i < 2000; i++) chain.mine(1_800_000_000);
  const headers = chain.headersAfter({ locator: [chain.at(0)!.hash], stop: zeros });
  expect(headers).toHaveLength(2000);
  expect(headers.at(-1)).toEqual(chain.at(2000)!.header);
});
