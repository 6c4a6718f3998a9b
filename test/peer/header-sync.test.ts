/** Headers from a node in the test's hand: how a chain gets to its tip, and what ends it. */
import { describe, expect, test } from 'vitest';
import { HeaderChain } from '../../shared/chain/index.js';
import {
  blockHash,
  decodeMessage,
  inventoryTypes,
  MAX_HEADERS,
  type BlockHeader,
  type GetHeaders,
} from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';
import { syncHeaders, type HeaderProgress, type HeaderSyncOptions } from '../../shared/peer/index.js';
import { chainOn, genesis, HARDER, headerOn, withoutWork } from '../chain/mined.js';
import { type RawPeer } from './raw-peer.js';
import { readyWithRaw, settle, type PeerUnderTest } from './setup.js';

const long = chainOn(genesis, 2 * MAX_HEADERS + 10);
const QUIET = { timeouts: { pingIntervalMs: Infinity } };

interface Syncing extends PeerUnderTest {
  raw: RawPeer;
  chain: HeaderChain;
  progress: HeaderProgress[];
  sync: ReturnType<typeof syncHeaders>;
  /** The n-th question for headers, from 1. */
  asked(n: number): Promise<GetHeaders>;
  /** How often it asked so far. */
  questions(): Promise<number>;
}

async function syncing(
  options: HeaderSyncOptions = {},
  chain = new HeaderChain(networks.regtest),
): Promise<Syncing> {
  const under = await readyWithRaw(QUIET);
  const { peer, raw } = under;
  const progress: HeaderProgress[] = [];
  const sync = syncHeaders(peer, chain, { onProgress: (each) => progress.push(each), ...options });
  const requests = () => raw.messages.filter(({ type }) => type === 'getheaders');
  return {
    ...under,
    chain,
    progress,
    sync,
    async asked(n) {
      await raw.hear('getheaders', n);
      const decoded = decodeMessage('getheaders', requests()[n - 1]!.payload);
      if (decoded.kind !== 'decoded') throw new Error(decoded.kind);
      return decoded.value as GetHeaders;
    },
    async questions() {
      await settle();
      return requests().length;
    },
  };
}

/** At the tip of these. */
async function following(headers: readonly BlockHeader[]): Promise<Syncing> {
  const one = await syncing();
  await one.asked(1);
  await one.raw.send('headers', { headers: [...headers] });
  await one.sync.synced;
  return one;
}

const inv = (...headers: BlockHeader[]) => ({
  inventory: headers.map((header) => ({ type: inventoryTypes.block, hash: blockHash(header) })),
});

describe('up to the tip', () => {
  test('it asks from where the chain is until an answer is not full, and then wants headers announced', async () => {
    const { raw, chain, sync, progress, asked, peer } = await syncing();
    expect((await asked(1)).locator).toEqual([blockHash(genesis)]);
    await raw.send('headers', { headers: long.slice(0, MAX_HEADERS) });
    expect((await asked(2)).locator[0]).toEqual(blockHash(long[MAX_HEADERS - 1]!));
    await raw.send('headers', { headers: long.slice(MAX_HEADERS, 2 * MAX_HEADERS) });
    await asked(3);
    expect(raw.heard).not.toContain('sendheaders');
    await raw.send('headers', { headers: long.slice(2 * MAX_HEADERS) });
    await sync.synced;
    await raw.hear('sendheaders');
    expect(chain.height).toBe(long.length);
    expect(progress).toEqual(
      [MAX_HEADERS, 2 * MAX_HEADERS, long.length].map((height, i) => ({
        phase: 'syncing',
        change: { type: 'extended', by: [MAX_HEADERS, MAX_HEADERS, 10][i] },
        height,
        expectedHeight: height,
      })),
    );
    expect(peer.state).toBe('ready');
  });

  test('an empty answer, too, is the tip', async () => {
    const { raw, chain, sync, progress } = await syncing();
    await raw.send('headers', { headers: [] });
    await sync.synced;
    expect(chain.height).toBe(0);
    expect(progress).toEqual([]);
  });

  test('on a branch it goes on where the answer ended, though the chain is elsewhere', async () => {
    const chain = new HeaderChain(networks.regtest);
    const heavy = chainOn(genesis, MAX_HEADERS + 5, 1, HARDER);
    chain.add(long);
    const { raw, sync, asked } = await syncing({}, chain);
    await asked(1);
    // Less work at first.
    const light = long.slice(0, 1);
    const branch = chainOn(light[0]!, MAX_HEADERS - 1, 2);
    await raw.send('headers', { headers: [...light, ...branch] });
    const { locator } = await asked(2);
    expect(locator[0]).toEqual(blockHash(branch.at(-1)!));
    expect(locator[1]).toEqual(chain.tip.hash);
    // The node changes its mind: from the last block that both know.
    await raw.send('headers', { headers: heavy.slice(0, MAX_HEADERS) });
    await asked(3);
    await raw.send('headers', { headers: heavy.slice(MAX_HEADERS) });
    await sync.synced;
    expect(chain.tip.hash).toEqual(blockHash(heavy.at(-1)!));
  });

  test('with a node that is far behind it gets through what is known', async () => {
    const chain = new HeaderChain(networks.regtest);
    chain.add(long);
    const { raw, sync, asked, progress } = await syncing({}, chain);
    await asked(1);
    await raw.send('headers', { headers: long.slice(0, MAX_HEADERS) });
    await asked(2);
    await raw.send('headers', { headers: long.slice(MAX_HEADERS, MAX_HEADERS + 3) });
    await sync.synced;
    expect(chain.height).toBe(long.length);
    expect(progress).toEqual([]);
  });
});

describe('at the tip', () => {
  const [a, b, c, d] = long.slice(10, 14) as [BlockHeader, BlockHeader, BlockHeader, BlockHeader];
  const start = long.slice(0, 10);

  test('headers extend the chain at once, without a question', async () => {
    const { raw, chain, progress, questions } = await following(start);
    await raw.send('headers', { headers: [a] });
    await raw.send('headers', { headers: [a, b] });
    expect(await questions()).toBe(1);
    expect(chain.height).toBe(12);
    expect(progress.slice(1)).toEqual([
      { phase: 'following', change: { type: 'extended', by: 1 }, height: 11, expectedHeight: 11 },
      { phase: 'following', change: { type: 'extended', by: 1 }, height: 12, expectedHeight: 12 },
    ]);
  });

  test('a compact block brings its header', async () => {
    const { raw, chain, questions } = await following(start);
    await raw.send('cmpctblock', { header: a, nonce: 1n, shortIds: [], prefilled: [] });
    expect(await questions()).toBe(1);
    expect(chain.height).toBe(11);
  });

  test('an inv of a block that is not known makes it ask; transactions and known blocks do not', async () => {
    const { raw, chain, asked, questions } = await following(start);
    await raw.send('inv', { inventory: [{ type: inventoryTypes.wtx, hash: blockHash(a) }] });
    await raw.send('inv', inv(start[9]!));
    expect(await questions()).toBe(1);
    await raw.send('inv', inv(b));
    expect((await asked(2)).locator[0]).toEqual(blockHash(start[9]!));
    await raw.send('headers', { headers: [a, b] });
    await settle();
    expect(chain.height).toBe(12);
  });

  test('headers that do not connect make it ask for what lies between', async () => {
    const { raw, chain, asked } = await following(start);
    await raw.send('headers', { headers: [c, d] });
    await asked(2);
    await raw.send('headers', { headers: [a, b, c, d] });
    await settle();
    expect(chain.height).toBe(14);
  });

  test('what was announced while it asked is asked for afterwards', async () => {
    const { raw, sync, chain, asked } = await syncing();
    await asked(1);
    await raw.send('inv', inv(a));
    await raw.send('headers', { headers: start });
    await sync.synced;
    await asked(2);
    await raw.send('headers', { headers: [a] });
    await settle();
    expect(chain.height).toBe(11);
  });

  test('a reorganisation is followed, and told', async () => {
    const { raw, chain, progress } = await following([...start, a, b]);
    const other = chainOn(start[9]!, 3, 9);
    await raw.send('headers', { headers: other });
    await settle();
    expect(chain.tip.hash).toEqual(blockHash(other[2]!));
    expect(progress.at(-1)).toMatchObject({
      phase: 'following',
      change: { type: 'reorganised', forkHeight: 10, removed: 2, added: 3 },
      height: 13,
    });
  });

  test('questions of others keep their answers', async () => {
    const { raw, peer, chain } = await following(start);
    const mine = peer.ask.headers({ stop: blockHash(start[4]!) });
    await raw.hear('getheaders', 2);
    await raw.send('headers', { headers: [start[4]!] });
    expect((await mine).headers).toEqual([start[4]]);
    expect(chain.height).toBe(10);
  });
});

describe('it ends', () => {
  test('when it is given up, before or while it asks; the session goes on', async () => {
    const giveUp = new AbortController();
    const { sync, peer, asked, raw, questions } = await syncing({ signal: giveUp.signal });
    await asked(1);
    giveUp.abort();
    expect((await sync.ended).code).toBe('aborted');
    await expect(sync.synced).rejects.toMatchObject({ code: 'aborted' });
    await raw.send('headers', { headers: long.slice(0, 5) });
    expect(await questions()).toBe(1);
    expect(peer.state).toBe('ready');
    const late = syncHeaders(peer, new HeaderChain(networks.regtest), { signal: giveUp.signal });
    expect((await late.ended).code).toBe('aborted');
    expect(await questions()).toBe(1);
  });

  test('when it is stopped at the tip: what is announced then is nobody’s', async () => {
    const { sync, raw, chain, progress } = await following(long.slice(0, 10));
    sync.stop();
    expect((await sync.ended).code).toBe('aborted');
    await raw.send('headers', { headers: [long[10]!] });
    await settle();
    expect([chain.height, progress.length]).toEqual([10, 1]);
  });

  test('when the peer does not answer', async () => {
    const { sync, clock, asked, peer } = await syncing({ timeoutMs: 5000 });
    await asked(1);
    clock.advance(5000);
    expect(await sync.ended).toMatchObject({ code: 'request-timed-out', request: 'headers' });
    expect(peer.state).toBe('ready');
  });

  test('with the session', async () => {
    const { sync, far } = await following(long.slice(0, 10));
    far.close();
    expect((await sync.ended).code).toBe('session-ended');
  });

  test('with a header without work, which ends the session as well', async () => {
    const { sync, raw, asked, peer } = await syncing();
    await asked(1);
    await raw.send('headers', { headers: [withoutWork(long[0]!)] });
    expect(await sync.ended).toMatchObject({ code: 'bad-proof-of-work', index: 0 });
    expect(peer.state).toBe('failed');
  });

  test('when the chain refuses a header', async () => {
    const { sync, raw, asked, peer } = await syncing({}, new HeaderChain(networks.regtest, { maxHeight: 3 }));
    await asked(1);
    await raw.send('headers', { headers: long.slice(0, 5) });
    const error = await sync.ended;
    expect(error).toMatchObject({ code: 'invalid-headers', error: { code: 'chain-too-long', index: 3 } });
    expect(peer.state).toBe('ready');
  });

  test('with a time-out, when all that the peer sent does not connect', async () => {
    const { sync, raw, asked, clock } = await syncing();
    await asked(1);
    await raw.send('headers', { headers: [long[5]!] });
    await settle();
    clock.advance(30_000);
    expect(await sync.ended).toMatchObject({ code: 'unconnected-headers', previous: blockHash(long[4]!) });
  });

  test('when headers go on not to connect', async () => {
    const { sync, raw } = await following(long.slice(0, 10));
    for (let i = 0; i < 10; i++) {
      await raw.send('headers', { headers: [long[20 + i]!] });
      await raw.send('headers', { headers: [] });
      await settle();
    }
    expect((await sync.ended).code).toBe('unconnected-headers');
  });

  test('when announced blocks go on not to come', async () => {
    const { sync, raw, peer } = await following(long.slice(0, 10));
    for (let i = 0; i < 10; i++) {
      await raw.send('inv', inv(long[20 + i]!));
      await raw.hear('getheaders', 2 + i);
      await raw.send('headers', { headers: [] });
      await settle();
    }
    expect((await sync.ended).code).toBe('headers-without-progress');
    expect(peer.state).toBe('ready');
  });

  test('when the same full answer comes for ever', async () => {
    const { sync, raw, asked, questions } = await syncing();
    for (let n = 1; n <= 2; n++) {
      await asked(n);
      await raw.send('headers', { headers: long.slice(0, MAX_HEADERS) });
    }
    expect((await sync.ended).code).toBe('headers-without-progress');
    expect(await questions()).toBe(2);
  });

  test('when cheap branches come without end', async () => {
    const chain = new HeaderChain(networks.regtest, { maxBranchHeaders: 30 });
    chain.add(long.slice(0, 50));
    const { sync, raw } = await syncing({}, chain);
    await raw.send('headers', { headers: [] });
    await sync.synced;
    for (let i = 0; i < 31; i++) await raw.send('headers', { headers: [headerOn(long[i]!, 50 + i)] });
    expect((await sync.ended).code).toBe('headers-without-progress');
    expect(chain.branchHeaders).toBeLessThanOrEqual(30);
  });
});
