/** A real node looks at the demo node from outside: it must find a chain and a peer that are valid in every detail. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blockOf } from '../../bridge/demo-node/chain.js';
import { withHistory } from '../../bridge/demo-node/history.js';
import { startDemoNode, type DemoNode } from '../../bridge/demo-node/index.js';
import { connectTcp } from '../../bridge/tcp.js';
import { equalBytes, toHex } from '../../shared/bytes.js';
import { pushedData } from '../../shared/script/index.js';
import { type Duplex } from '../../shared/duplex.js';
import {
  blockHash,
  hashToString,
  inventoryTypes,
  txid,
  type FilterLoad,
} from '../../shared/messages/index.js';
import { type Clock } from '../../shared/peer/index.js';
import { describeWithNode } from '../setup/tools.js';
import { startNode, type BitcoinNode } from './harness.js';
import { clock, meet, noPeers } from './meeting.js';

interface VerboseBlock {
  tx: {
    hex: string;
    vin: { coinbase?: string; prevout?: { scriptPubKey: { type: string } } }[];
    vout: { scriptPubKey: { type: string } }[];
  }[];
}

/** Real time, but the demo node's traffic comes when the test says so. */
const ANNOUNCE_MS = 123_456;
function heldTraffic(): Clock & { tick(): void } {
  let held: (() => void) | undefined;
  return {
    now: clock.now,
    setTimeout: (f, ms) => (ms === ANNOUNCE_MS ? (held = f) : clock.setTimeout(f, ms)),
    clearTimeout: (handle) => (handle === held ? (held = undefined) : clock.clearTimeout(handle)),
    tick() {
      const f = held!;
      held = undefined;
      f();
    },
  };
}

describeWithNode('a real node at the demo node', () => {
  let node: BitcoinNode;
  let demo: DemoNode;
  const traffic = heldTraffic();
  const { chain } = withHistory();
  const tip = hashToString(chain.tip.hash);

  const start = () => startDemoNode({ clock: traffic, announceEveryMs: ANNOUNCE_MS });
  const bestBlock = (of = node) => of.rpc<string>('getbestblockhash');
  const height = (of = node) => of.rpc<number>('getblockcount');

  /** During the initial download a node asks for no transactions (by feefilter); then it takes that back. */
  async function wantsTransactions(): Promise<void> {
    const sizeOf = async (way: 'bytessent_per_msg' | 'bytesrecv_per_msg', type: string) =>
      (await node.rpc<Record<typeof way, Record<string, number>>[]>('getpeerinfo'))[0]![way][type] ?? 0;
    const feeFilter = 29;
    await node.until(async () => (await sizeOf('bytessent_per_msg', 'feefilter')) >= 2 * feeFilter);
    // With an answer to what was sent after it, it has arrived.
    const pongs = await sizeOf('bytesrecv_per_msg', 'pong');
    await node.rpc('ping');
    await node.until(async () => (await sizeOf('bytesrecv_per_msg', 'pong')) > pongs);
  }

  beforeAll(async () => {
    [node, demo] = await Promise.all([
      startNode(['-blockfilterindex=1', '-peerblockfilters=1', '-peerbloomfilters=1']),
      start(),
    ]);
    await node.rpc('addnode', demo.address, 'onetry', true);
    await node.until(async () => (await bestBlock()) === tip);
  });
  afterAll(async () => {
    await demo?.close();
    await node?.stop();
  });

  test('syncs its whole chain over v2, and finds it valid', async () => {
    expect(await node.peers()).toMatchObject([
      {
        transport_protocol_type: 'v2',
        subver: '/Peerglass:0.1.0(demo)/',
        servicesnames: ['NETWORK', 'BLOOM', 'WITNESS', 'COMPACT_FILTERS', 'P2P_V2'],
        startingheight: chain.height,
      },
    ]);
    expect(await node.rpc('verifychain', 4, 0)).toBe(true);
    expect(await node.rpc('getchaintips')).toMatchObject([{ height: chain.height, status: 'active' }]);
  });

  test('computes the same filters, and filter headers, for every block', async () => {
    await node.until(async () => {
      const { 'basic block filter index': index } =
        await node.rpc<Record<string, { synced: boolean; best_block_height: number }>>('getindexinfo');
      return index!.synced && index!.best_block_height === chain.height;
    });
    for (let at = 0; at <= chain.height; at++) {
      const { hash, filter, filterHeader } = chain.at(at)!;
      expect(await node.rpc('getblockfilter', hashToString(hash))).toEqual({
        filter: toHex(filter),
        header: hashToString(filterHeader),
      });
    }
  });

  test('finds every common type of script, paid to and spent', async () => {
    const paid = new Set<string>();
    const spent = new Set<string>();
    for (let at = 1; at <= chain.height; at++) {
      const { tx } = await node.rpc<VerboseBlock>('getblock', hashToString(chain.at(at)!.hash), 3);
      for (const { vin, vout } of tx) {
        for (const { scriptPubKey } of vout) paid.add(scriptPubKey.type);
        for (const { prevout } of vin) if (prevout !== undefined) spent.add(prevout.scriptPubKey.type);
      }
    }
    const spendable = [
      'pubkey',
      'pubkeyhash',
      'multisig',
      'scripthash',
      'witness_v0_keyhash',
      'witness_v0_scripthash',
      'witness_v1_taproot',
      'anchor',
    ];
    expect(spent).toEqual(new Set(spendable));
    expect(paid).toEqual(new Set([...spendable, 'nulldata']));
  });

  test('answers as it does to who loads a Bloom filter: the same proofs, and transactions', async () => {
    const transactions = Array.from(
      { length: chain.height },
      (_, i) => blockOf(chain.at(i + 1)!).transactions,
    );
    const payments = transactions.flatMap(([, ...rest]) => rest);
    // A few bits that are set: some of everything matches, and more with each output that is added.
    const bits = Uint8Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? 1 << (i % 8) : 0));
    const sparse = { filter: bits, hashFunctions: 1 };
    const empty = { filter: new Uint8Array(200), hashFunctions: 11 };
    const filters: FilterLoad[] = [0, 1, 2].flatMap((flags) => [
      { ...sparse, tweak: 7, flags },
      { ...empty, tweak: 0xfffffffe, flags },
    ]);
    const elements = payments
      .slice(5, 15)
      .map(txid)
      .concat(pushedData(payments[20]!.outputs[0]!.scriptPubKey));

    /** Everything that the demo node, or the real one, sends after one question for all blocks. */
    const answers = async (duplex: Duplex, filter: FilterLoad) => {
      const { peer, events } = meet(duplex);
      await peer.ready;
      peer.send('filterload', filter);
      if (filter.filter.length === 200) for (const element of elements) peer.send('filteradd', { element });
      const last = peer.expect('merkleblock', ({ header }) => equalBytes(blockHash(header), chain.tip.hash));
      peer.send('getdata', {
        inventory: Array.from({ length: chain.height }, (_, i) => ({
          type: inventoryTypes.filteredBlock,
          hash: chain.at(i + 1)!.hash,
        })),
      });
      await last;
      await peer.ping();
      peer.close();
      return events.flatMap((event) =>
        event.type === 'message' &&
        event.direction === 'received' &&
        (event.message.type === 'merkleblock' || event.message.type === 'tx')
          ? [`${event.message.type} ${toHex(event.message.payload)}`]
          : [],
      );
    };
    for (const filter of filters) {
      const ours = await answers(await connectTcp({ host: demo.host, port: demo.port }), filter);
      const theirs = await answers(await connectTcp({ host: node.host, port: node.p2pPort }), filter);
      const matched = ours.filter((answer) => answer.startsWith('tx')).length;
      expect(matched).toBeGreaterThan(0);
      expect(matched).toBeLessThan(transactions.flat().length);
      expect(ours).toEqual(theirs);
    }
  });

  test('takes its new blocks, then its transactions', async () => {
    // At the eighth announcement a block with the time of today ends the initial download.
    const before = demo.height;
    while (demo.height === before) traffic.tick();
    await node.until(async () => (await height()) === demo.height);
    const info = await node.rpc<Record<string, unknown>>('getblockchaininfo');
    expect(info).toMatchObject({ initialblockdownload: false, headers: before + 1 });
    expect(await node.rpc('getrawmempool')).toEqual([]);
    await wantsTransactions();

    // Every type of script has its turn.
    for (let blocks = 0; blocks < 2; blocks++) {
      for (let i = 0; i < 7; i++) traffic.tick();
      await node.until(async () => (await node.rpc<string[]>('getrawmempool')).length === 7);
      traffic.tick();
      await node.until(async () => (await height()) === demo.height);
      expect(await node.rpc('getrawmempool')).toEqual([]);
    }
    expect(demo.height).toBe(before + 3);
    expect(await node.rpc('getchaintips')).toHaveLength(1);
    expect(await node.rpc('verifychain', 4, 0)).toBe(true);
    expect(await node.peers()).toMatchObject([{ transport_protocol_type: 'v2' }]);
  });

  test('a second start has the same chain: nothing reorganises; over v1 too', async () => {
    const [again, fresh] = await Promise.all([start(), startNode()]);
    try {
      await fresh.rpc('addnode', again.address, 'onetry', false);
      await fresh.until(async () => (await bestBlock(fresh)) === tip);
      expect(await fresh.peers()).toMatchObject([{ transport_protocol_type: 'v1' }]);
      expect(await fresh.rpc('getchaintips')).toHaveLength(1);
      await again.close();
      await noPeers(fresh);

      await node.rpc('disconnectnode', demo.address);
      await noPeers(node);
      const third = await start();
      await node.rpc('addnode', third.address, 'onetry', true);
      await node.until(async () => (await node.peers()).some((peer) => peer.bytesrecv > 500));
      expect(await node.rpc('getchaintips')).toHaveLength(1);
      await third.close();
    } finally {
      await again.close();
      await fresh.stop();
    }
  });
});
