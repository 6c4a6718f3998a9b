import { describe, expect, test } from 'vitest';
import { fromHex } from '../../shared/bytes.js';
import { decodeBlockHeader } from '../../shared/messages/index.js';
import { hasProofOfWork, targetOfBits } from '../../shared/chain/proof-of-work.js';
import { networks } from '../../shared/networks.js';

describe('a target in its compact form', () => {
  // As Bitcoin Core's arith_uint256::SetCompact reads them.
  test.each([
    [0x1d00ffff, 0xffffn << 208n],
    [0x207fffff, 0x7fffffn << 232n],
    [0x04123456, 0x12345600n],
    [0x03123456, 0x123456n],
    [0x02123456, 0x1234n],
    [0x01120000, 0x12n],
    [0x2200007f, 0x7fn << 248n],
    [0x00123456, undefined], // zero
    [0x01003456, undefined],
    [0x04800001, undefined], // negative
    [0x220000ff + 1, undefined], // more than 256 bits
    [0xff123456, undefined],
  ])('%s', (bits, target) => {
    expect(targetOfBits(bits)).toBe(target);
  });
});

test.each(Object.values(networks))(
  '$label’s genesis block has its work, and just as easy a target as it may',
  (network) => {
    const { hash, header } = network.genesis;
    const { bits } = decodeBlockHeader(header);
    const wire = fromHex(hash).reverse();
    expect(hasProofOfWork(wire, bits, network.powLimit)).toBe(true);
    // Nothing below its hash would do, and the network asks for that much.
    expect(hasProofOfWork(wire, 0x03000001, network.powLimit)).toBe(false);
    expect(hasProofOfWork(wire, bits, targetOfBits(bits)! - 1n)).toBe(false);
  },
);

test('the boundary: a hash that is the target is below it', () => {
  const target = fromHex('00000000ffff'.padEnd(64, '0')).reverse();
  const { powLimit } = networks.main;
  expect(hasProofOfWork(target, 0x1d00ffff, powLimit)).toBe(true);
  target[0] = 1;
  expect(hasProofOfWork(target, 0x1d00ffff, powLimit)).toBe(false);
});
