/** Messages beyond their limits, and headers that are none: a real node and ours do the same. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { concatBytes, fromHex } from '../../../shared/bytes.js';
import { blockHash, encodeMessage, type BlockHeader } from '../../../shared/messages/index.js';
import { networks } from '../../../shared/networks.js';
import { hasProofOfWork } from '../../../shared/chain/proof-of-work.js';
import { describeWithNode } from '../../setup/tools.js';
import { startNode, type BitcoinNode } from '../harness.js';
import { longForm } from '../../../bridge/demo-node/misbehaviour/raw-v2.js';
import { targets, type Disconnection, type Notice } from './targets.js';

/** A count as CompactSize, and so many entries of so many bytes. */
const many = (count: number, entryBytes: number, fill = 0) =>
  concatBytes(
    count < 0xfd ? Uint8Array.of(count) : Uint8Array.of(0xfd, count & 0xff, count >> 8),
    new Uint8Array(count * entryBytes).fill(fill),
  );
const version = new Uint8Array(4);
const hash = new Uint8Array(32);
/** time, services, IPv4, 203.0.113.1, port */
const addrV2 = fromHex('00000000000104cb0071010000');

/** On top of genesis, with the work it claims, or without. */
function header(previous: Uint8Array, withWork = true, bits = 0x207fffff): BlockHeader {
  const made = { version: 4, previous, merkleRoot: hash, time: 1_800_000_000, bits, nonce: 0 };
  const { powLimit } = networks.regtest;
  while (hasProofOfWork(blockHash(made), bits, powLimit) !== withWork) made.nonce++;
  return made;
}
const genesis = fromHex(networks.regtest.genesis.hash).reverse();
const headers = (...list: BlockHeader[]) => encodeMessage('headers', { headers: list });

const beyond = (log: RegExp): Disconnection => ({
  log,
  code: 'limit-exceeded',
  tells: /more than the \d+ allowed/,
});
const noWork: Disconnection = {
  log: /header with invalid proof of work/,
  code: 'bad-proof-of-work',
  tells: /without proof of work/,
};

const refused: { name: string; type: string; payload: Uint8Array; why: Disconnection }[] = [
  {
    name: '50,001 entries in an inv',
    type: 'inv',
    payload: many(50_001, 36),
    why: beyond(/inv message size = 50001/),
  },
  {
    name: '50,001 entries in a getdata',
    type: 'getdata',
    payload: many(50_001, 36),
    why: beyond(/getdata message size = 50001/),
  },
  {
    name: '1001 addresses in an addr',
    type: 'addr',
    payload: many(1001, 30),
    why: beyond(/addr message size = 1001/),
  },
  {
    name: '1001 addresses in an addrv2',
    type: 'addrv2',
    payload: concatBytes(many(1001, 0), ...Array.from({ length: 1001 }, () => addrV2)),
    why: beyond(/addrv2 message size = 1001/),
  },
  {
    name: '102 hashes in the locator of a getheaders',
    type: 'getheaders',
    payload: concatBytes(version, many(102, 32), hash),
    why: beyond(/getheaders locator size 102 > 101/),
  },
  {
    name: '102 hashes in the locator of a getblocks',
    type: 'getblocks',
    payload: concatBytes(version, many(102, 32), hash),
    why: beyond(/getblocks locator size 102 > 101/),
  },
  {
    name: '2001 headers, on reading their count',
    type: 'headers',
    payload: many(2001, 0),
    why: beyond(/headers message size = 2001/),
  },
  {
    name: 'a Bloom filter of 36,001 bytes',
    type: 'filterload',
    payload: concatBytes(many(36_001, 1), new Uint8Array(9)),
    why: beyond(/too-large bloom filter/),
  },
  {
    name: 'a Bloom filter with 51 hash functions',
    type: 'filterload',
    payload: concatBytes(many(8, 1), Uint8Array.of(51, 0, 0, 0), new Uint8Array(5)),
    why: beyond(/too-large bloom filter/),
  },
  {
    name: 'a filter element of 521 bytes',
    type: 'filteradd',
    payload: many(521, 1),
    why: beyond(/bad filteradd message/),
  },
  {
    name: 'a header without the work it claims',
    type: 'headers',
    payload: headers(header(genesis), header(blockHash(header(genesis)), false)),
    why: noWork,
  },
  {
    name: 'a header that claims less work than the network asks for',
    type: 'headers',
    payload: headers({ ...header(genesis), bits: 0x2100ffff }),
    why: noWork,
  },
  {
    name: 'headers that do not build on each other',
    type: 'headers',
    payload: headers(header(genesis), header(genesis)),
    why: {
      log: /non-continuous headers sequence/,
      code: 'discontinuous-headers',
      tells: /does not build on/,
    },
  },
];

const damaged = (type: string): Notice => ({
  log: new RegExp(`ProcessMessages\\(${type}, \\d+ bytes\\): Exception`),
  misbehaviour: ['malformed-message'],
});

const ignored: { name: string; type: string; payload: Uint8Array }[] = [
  { name: 'an inv whose count of 50,001 lies', type: 'inv', payload: many(50_001, 36).subarray(0, -1) },
  { name: 'a getdata whose count is enormous', type: 'getdata', payload: fromHex('ffffffffffffffffff') },
  { name: 'an addr whose count of 1001 lies', type: 'addr', payload: many(1001, 30).subarray(0, -1) },
  {
    name: 'a getheaders whose count of 102 lies',
    type: 'getheaders',
    payload: concatBytes(version, many(102, 32).subarray(0, -1)),
  },
  { name: 'a filterload whose length lies', type: 'filterload', payload: many(36_001, 1).subarray(0, -1) },
];

describeWithNode('beyond the limits', () => {
  let node: BitcoinNode;
  beforeAll(async () => {
    node = await startNode(['-peerbloomfilters=1']);
  });
  afterAll(() => node?.stop());

  describe.each(targets(() => node))('$name', (target) => {
    const session = async () => {
      const encounter = await target.meet();
      await encounter.raw.handshake();
      await encounter.raw.negotiate();
      return encounter;
    };

    test.each(refused)('ends the connection over $name', async ({ type, payload, why }) => {
      const { raw, disconnected } = await session();
      await raw.write(raw.seal(longForm(type, payload)));
      await disconnected(why);
    });

    test.each(ignored)('ignores $name, and goes on', async ({ type, payload }) => {
      const { raw, goesOn } = await session();
      await raw.write(raw.seal(longForm(type, payload)));
      await goesOn(damaged(type));
    });

    test.each([
      [
        'getcfilters',
        concatBytes(new Uint8Array(5), hash),
        'COMPACT_FILTERS',
        /getcfilters|unsupported block filter type/,
      ],
      [
        'getcfheaders',
        concatBytes(new Uint8Array(5), hash),
        'COMPACT_FILTERS',
        /unsupported block filter type/,
      ],
      [
        'getcfcheckpt',
        concatBytes(new Uint8Array(1), hash),
        'COMPACT_FILTERS',
        /unsupported block filter type/,
      ],
    ])('ends the connection over %s, which it does not offer', async (type, payload, service, log) => {
      const { raw, disconnected } = await session();
      await raw.write(raw.seal(longForm(type, payload)));
      await disconnected({ log, code: 'service-not-offered', tells: new RegExp(service) });
    });

    test('takes 50,000 entries, 1000 addresses, 101 hashes and good headers', async () => {
      const { raw, goesOn } = await session();
      await raw.write(raw.seal(longForm('inv', many(50_000, 36))));
      await raw.write(raw.seal(longForm('addr', many(1000, 30))));
      await raw.write(raw.seal(longForm('getheaders', concatBytes(version, many(101, 32), hash))));
      await raw.write(raw.seal(longForm('headers', headers(header(genesis)))));
      await goesOn();
    });

    test('reads a message whose end is followed by more', async () => {
      const { raw, met, goesOn } = await session();
      await raw.write(raw.seal(longForm('ping', new Uint8Array(11).fill(1))));
      await raw.hear('pong');
      await goesOn({ log: /pong/, misbehaviour: ['trailing-bytes'] });
      if (met !== undefined) expect(met.peer.state).toBe('ready');
    });
  });
});
