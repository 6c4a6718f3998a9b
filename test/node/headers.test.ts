/** A real node's chain of headers: from genesis to its tip, block by block from there, and over to another branch. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectTcp } from '../../bridge/tcp.js';
import { HeaderChain } from '../../shared/chain/index.js';
import { encodeBlockHeader, hashToString } from '../../shared/messages/index.js';
import { toHex } from '../../shared/bytes.js';
import { networks } from '../../shared/networks.js';
import { syncHeaders, type HeaderProgress, type HeaderSync } from '../../shared/peer/index.js';
import { describeWithNode } from '../setup/tools.js';
import { startNode, type BitcoinNode } from './harness.js';
import { meet, type Met } from './meeting.js';

const BLOCKS = 4100;
const NOBODY = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
const OTHER = 'bcrt1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qzf4jry';

describeWithNode('a real node', () => {
  let node: BitcoinNode;
  const mine = (count: number, to = NOBODY) => node.rpc<string[]>('generatetoaddress', count, to);

  interface Synced extends Met {
    chain: HeaderChain;
    sync: HeaderSync;
    progress: HeaderProgress[];
    /** Waits until the chain’s tip is the node’s. */
    atTip(): Promise<void>;
    received(type: string): number;
  }

  async function synced(chain = new HeaderChain(networks.regtest)): Promise<Synced> {
    const met = meet(await connectTcp({ host: node.host, port: node.p2pPort }));
    const progress: HeaderProgress[] = [];
    let told = () => {};
    const onProgress = (each: HeaderProgress) => {
      progress.push(each);
      told();
    };
    const sync = syncHeaders(met.peer, chain, { onProgress });
    await sync.synced;
    return {
      ...met,
      chain,
      sync,
      progress,
      async atTip() {
        const best = await node.rpc<string>('getbestblockhash');
        while (hashToString(chain.tip.hash) !== best) await new Promise<void>((resolve) => (told = resolve));
      },
      received: (type) =>
        met.events.filter(
          (event) =>
            event.type === 'message' && event.direction === 'received' && event.message.type === type,
        ).length,
    };
  }

  beforeAll(async () => {
    node = await startNode();
    await mine(BLOCKS);
  });
  afterAll(() => node?.stop());

  test('all headers, the work of all, and every block where the node has it', async () => {
    const { chain, progress, received } = await synced();
    expect(chain.height).toBe(BLOCKS);
    expect(received('headers')).toBe(3);
    expect(progress.map(({ height }) => height)).toEqual([2000, 4000, BLOCKS]);
    expect(progress[0]!.expectedHeight).toBe(BLOCKS);
    const { chainwork } = await node.rpc<{ chainwork: string }>(
      'getblockheader',
      hashToString(chain.tip.hash),
    );
    expect(chain.tip.work).toBe(BigInt(`0x${chainwork}`));
    for (const height of [0, 1, 127, 128, 1999, 2000, 2047, 2048, 2049, 4000, BLOCKS]) {
      const hash = await node.rpc<string>('getblockhash', height);
      expect(hashToString(chain.hashAt(height)!)).toBe(hash);
      expect(chain.heightOf(chain.hashAt(height)!)).toBe(height);
      const header = toHex(encodeBlockHeader(chain.headerAt(height)!));
      expect(header).toBe(await node.rpc('getblockheader', hash, false));
    }
  });

  test('a block that is mined while we are connected comes at once, by its header', async () => {
    const { chain, progress, atTip, received, peer } = await synced();
    // It has read `sendheaders`.
    await peer.ping();
    const before = { height: chain.height, headers: received('headers') };
    for (let i = 1; i <= 3; i++) {
      await mine(1);
      await atTip();
      expect(chain.height).toBe(before.height + i);
      expect(progress.at(-1)).toMatchObject({ phase: 'following', change: { type: 'extended', by: 1 } });
    }
    expect(received('headers')).toBe(before.headers + 3);
    await mine(25);
    await atTip();
    expect(chain.height).toBe(before.height + 28);
  });

  test('a reorganisation is followed', async () => {
    const { chain, progress, atTip, peer } = await synced();
    await peer.ping();
    const { height } = chain;
    const stale = await mine(3);
    await atTip();
    await node.rpc('invalidateblock', stale[1]);
    await mine(4, OTHER);
    await atTip();
    expect(chain.height).toBe(height + 5);
    const change = progress.map((each) => each.change).find(({ type }) => type === 'reorganised');
    expect(change).toMatchObject({ forkHeight: height + 1, removed: 2 });
    expect(hashToString(chain.hashAt(height + 1)!)).toBe(stale[0]);
    expect(hashToString(chain.hashAt(height + 2)!)).not.toBe(stale[1]);
    // And back, once the old branch has more.
    await node.rpc('reconsiderblock', stale[1]);
    await node.rpc('invalidateblock', hashToString(chain.hashAt(height + 2)!));
    await mine(6);
    await atTip();
    expect(hashToString(chain.hashAt(height + 2)!)).toBe(stale[1]);
    expect(chain.height).toBe(height + 9);
    expect(await node.rpc('getblockcount')).toBe(chain.height);
  });

  test('a chain that was kept asks for no more than is new; also after a reorganisation that it missed', async () => {
    const first = await synced();
    const { chain } = first;
    first.peer.close();
    expect((await first.sync.ended).code).toBe('session-ended');
    const stale = hashToString(chain.hashAt(chain.height - 20)!);
    await node.rpc('invalidateblock', stale);
    await mine(30, OTHER);
    const again = await synced(chain);
    await again.atTip();
    expect(again.received('headers')).toBe(1);
    expect(again.progress).toMatchObject([{ change: { type: 'reorganised', removed: 21, added: 30 } }]);
  });
});
