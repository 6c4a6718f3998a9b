/** What a chain of a few hundred blocks is too short for: the limits of one answer, and where it goes on. */
import { beforeAll, describe, expect, test } from 'vitest';
import { withHistory } from '../../bridge/demo-node/history.js';
import { type Ledger } from '../../bridge/demo-node/ledger.js';
import {
  serveFilterCheckpoints,
  serveFilterHeaders,
  serveFilters,
} from '../../bridge/demo-node/serve-filters.js';
import { BlockHashes, serveHeaders } from '../../bridge/demo-node/serve-headers.js';
import { type Visit } from '../../bridge/demo-node/visit.js';
import {
  hashToString,
  inventoryTypes,
  type DecodedType,
  type MessageMap,
} from '../../shared/messages/index.js';
import { systemRandom } from '../../shared/random.js';
import { FakeClock } from '../peer/fake-clock.js';

const zeros: Uint8Array = new Uint8Array(32);
let ledger: Ledger;
beforeAll(() => {
  ledger = withHistory();
  while (ledger.chain.height < 2100) ledger.findBlock(1_800_000_000);
});

/** A visitor who reads everything at once. */
function visiting() {
  const sent: [type: DecodedType, value: unknown][] = [];
  const left: string[] = [];
  const visit: Visit = {
    ledger,
    clock: new FakeClock(),
    random: systemRandom,
    wantsAddrV2: true,
    wantsWtxids: true,
    wantsFeeRate: () => true,
    send: (type, value) => void sent.push([type, value]),
    sendBytes: (type, payload) => void sent.push([type, payload]),
    room: () => Promise.resolve(true),
    disconnect: (reason) => void left.push(reason),
  };
  const answer = <T extends DecodedType>(type: T): MessageMap[T] => {
    expect(sent.map(([type]) => type)).toEqual([type]);
    return sent.pop()![1] as MessageMap[T];
  };
  return { visit, sent, left, answer };
}
const hash = (height: number) => ledger.chain.at(height)!.hash;
const locator = (height: number) => ({ version: 70016, locator: [hash(height)], stop: zeros });
const range = (startHeight: number, stop: number) => ({ filterType: 0, startHeight, stopHash: hash(stop) });

test('getheaders: 2000', () => {
  const { visit, answer } = visiting();
  serveHeaders(visit, locator(0));
  const { headers } = answer('headers');
  expect(headers).toHaveLength(2000);
  expect(headers.at(-1)).toEqual(ledger.chain.at(2000)!.header);
});

test('getblocks: 500; once the last was asked for, the tip’s hash, which makes an old client ask on', () => {
  const { visit, answer, sent } = visiting();
  const hashes = new BlockHashes(visit);
  hashes.serve(locator(10));
  const { inventory } = answer('inv');
  expect(inventory.map((entry) => hashToString(entry.hash))).toEqual(
    Array.from({ length: 500 }, (_, i) => hashToString(hash(11 + i))),
  );
  hashes.sent(hash(509));
  expect(sent).toEqual([]);
  hashes.sent(hash(510));
  expect(answer('inv').inventory).toEqual([{ type: inventoryTypes.block, hash: ledger.chain.tip.hash }]);
  hashes.sent(hash(510));
  expect(sent).toEqual([]);
});

describe('filters', () => {
  test('getcfcheckpt: the filter headers of the blocks 1000, 2000, …', () => {
    const { visit, answer } = visiting();
    const header = (height: number) => ledger.chain.at(height)!.filterHeader;
    for (const [stop, expected] of [
      [999, []],
      [1000, [header(1000)]],
      [2100, [header(1000), header(2000)]],
    ] as const) {
      serveFilterCheckpoints(visit, { filterType: 0, stopHash: hash(stop) });
      expect(answer('cfcheckpt').filterHeaders).toEqual(expected);
    }
  });

  test('getcfheaders: 2000; one more, and the node disconnects', () => {
    const { visit, answer, left, sent } = visiting();
    serveFilterHeaders(visit, range(1, 2000));
    expect(answer('cfheaders')).toMatchObject({ previousFilterHeader: ledger.chain.at(0)!.filterHeader });
    expect(left).toEqual([]);
    serveFilterHeaders(visit, range(0, 2000));
    expect([left.length, sent.length]).toEqual([1, 0]);
  });

  test('getcfilters: 1000; one more, and the node disconnects', async () => {
    const { visit, left, sent } = visiting();
    await serveFilters(visit, range(1, 1000));
    expect([left.length, sent.length]).toEqual([0, 1000]);
    await serveFilters(visit, range(1, 1001));
    expect([left.length, sent.length]).toEqual([1, 1000]);
  });
});
