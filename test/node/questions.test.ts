/** What a real node answers to our questions, and where it answers with silence or hangs up. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectTcp } from '../../bridge/tcp.js';
import { toHex } from '../../shared/bytes.js';
import {
  blockHash,
  encodeBlock,
  hashFromString,
  hashToString,
  inventoryTypes,
  type Transaction,
  txid,
} from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';
import { type PeerFailure } from '../../shared/peer/index.js';
import { describeWithNode } from '../setup/tools.js';
import { startNode, type BitcoinNode } from './harness.js';
import { meet, type Met } from './meeting.js';

/** More than a real node on this machine takes to answer anything; where it stays silent a test waits as long. */
const SILENCE_MS = 1000;
const BLOCKS = 2010;
const NOBODY = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
const unknown = new Uint8Array(32).fill(0xee);

const codeOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'answered',
    (failure: PeerFailure) => failure.code,
  );

/** Closing with bytes of ours unread may come as a reset. */
async function hungUp({ peer }: Met, asked?: Promise<unknown>): Promise<void> {
  if (asked !== undefined) expect(await codeOf(asked)).toMatch(/^(session-ended|connection-lost)$/);
  const end = await peer.ended;
  if (end.state === 'failed')
    expect(end.error).toMatchObject({ code: 'connection-lost', cause: { code: 'reset' } });
  else expect(end).toEqual({ state: 'closed', by: 'peer' });
}

describeWithNode('a real node', () => {
  let node: BitcoinNode;
  let tip: Uint8Array;
  const hashAt = async (height: number) => hashFromString(await node.rpc<string>('getblockhash', height));
  /** The hashes of the last blocks, ascending. */
  const last = async (count: number): Promise<Uint8Array[]> => {
    const { peer } = await session();
    const { headers } = await peer.ask.headers({ locator: [await hashAt(BLOCKS - count)] });
    peer.close();
    return headers.map(blockHash);
  };
  const session = async (): Promise<Met> => {
    const met = meet(await connectTcp({ host: node.host, port: node.p2pPort }), {
      timeouts: { requestMs: 20_000 },
    });
    await met.peer.ready;
    return met;
  };
  /** The session goes on, and everything before has been read. */
  const goesOn = ({ peer }: Met) => peer.ping();

  beforeAll(async () => {
    node = await startNode([
      '-blockfilterindex=1',
      '-peerblockfilters=1',
      '-fallbackfee=0.0001',
      '-peerbloomfilters=1',
    ]);
    await node.rpc('createwallet', 'w');
    const address = await node.rpc<string>('getnewaddress');
    await node.rpc('generatetoaddress', 101, address);
    await node.rpc('generatetoaddress', BLOCKS - 101, NOBODY);
    await node.rpc('sendtoaddress', address, 1);
    tip = await hashAt(BLOCKS);
    await node.until(async () => {
      const { 'basic block filter index': index } =
        await node.rpc<Record<string, { synced: boolean; best_block_height: number }>>('getindexinfo');
      return index?.best_block_height === BLOCKS;
    });
  });
  afterAll(() => node?.stop());

  test('headers: 2000 at most, from genesis for an unknown locator, none at the tip', async () => {
    const { peer } = await session();
    const { headers } = await peer.ask.headers({ locator: [unknown] });
    expect(headers).toHaveLength(2000);
    expect((await peer.ask.headers()).headers).toEqual(headers);
    expect((await peer.ask.headers({ stop: tip })).headers.map(blockHash)).toEqual([tip]);
    expect(hashToString(headers[0]!.previous)).toBe(networks.regtest.genesis.hash);
    const rest = await peer.ask.headers({ locator: [blockHash(headers.at(-1)!)] });
    expect(rest.headers).toHaveLength(BLOCKS - 2000);
    expect(blockHash(rest.headers.at(-1)!)).toEqual(tip);
    expect((await peer.ask.headers({ locator: [tip] })).headers).toEqual([]);
  });

  test('blocks: with witnesses and without, compact near the tip and whole below, single transactions', async () => {
    const { peer } = await session();
    const block = await peer.ask.block(tip);
    expect(toHex(encodeBlock(block))).toBe(await node.rpc('getblock', hashToString(tip), 0));
    expect(block.transactions[0]!.inputs[0]!.witness).toHaveLength(1);
    const bare = await peer.ask.block(tip, { witness: false });
    expect(bare.transactions[0]!.inputs[0]!.witness).toEqual([]);

    expect((await peer.ask.compactBlock(tip)).type).toBe('cmpctblock');
    expect((await peer.ask.compactBlock(await hashAt(BLOCKS - 20))).type).toBe('block');
    expect(await peer.ask.blockTransactions(tip, [0])).toEqual(block.transactions);
    const deep = await hashAt(BLOCKS - 20);
    expect(await peer.ask.blockTransactions(deep, [0])).toEqual((await peer.ask.block(deep)).transactions);
  });

  test('headers without a locator: the block that it names, else silence', async () => {
    const met = await session();
    expect((await met.peer.ask.headers({ stop: tip })).headers).toHaveLength(1);
    for (const stop of [new Uint8Array(32), unknown])
      met.peer.send('getheaders', { version: 70016, locator: [], stop });
    await goesOn(met);
    const answers = met.events.filter(
      (event) =>
        event.type === 'message' && event.direction === 'received' && event.message.type === 'headers',
    );
    expect(answers).toHaveLength(1);
  });

  test('a block that it does not have: silence', async () => {
    const met = await session();
    expect(await codeOf(met.peer.ask.block(unknown, { timeoutMs: SILENCE_MS }))).toBe('request-timed-out');
    await goesOn(met);
  });

  test('a filtered block without a filter, and an invalid transaction: silence', async () => {
    const met = await session();
    met.peer.send('getdata', { inventory: [{ type: inventoryTypes.filteredBlock, hash: tip }] });
    const nothing: Transaction = {
      version: 2,
      inputs: [
        { outpoint: { txid: unknown, vout: 0 }, scriptSig: new Uint8Array(), sequence: 0, witness: [] },
      ],
      outputs: [],
      lockTime: 0,
    };
    met.peer.send('tx', nothing);
    await goesOn(met);
    const after = met.events.flatMap((event) =>
      event.type === 'message' && event.direction === 'received' ? [event.message.type] : [],
    );
    expect(after).not.toContain('merkleblock');
    expect(after).not.toContain('notfound');
    expect(after).not.toContain('reject');
  });

  test('a transaction that it does not have: notfound', async () => {
    const met = await session();
    expect(await codeOf(met.peer.ask.transaction(unknown))).toBe('not-found');
    expect(await codeOf(met.peer.ask.transaction(unknown, { by: 'wtxid' }))).toBe('not-found');
    await goesOn(met);
  });

  test('the mempool, after a while; and a transaction out of it', async () => {
    const { peer } = await session();
    const [id] = await node.rpc<string[]>('getrawmempool');
    const [entry, ...more] = await peer.ask.mempool();
    expect(more).toEqual([]);
    const transaction = await peer.ask.transaction(entry!.hash, { by: 'wtxid' });
    expect(hashToString(txid(transaction))).toBe(id);
    expect(await peer.ask.transaction(hashFromString(id!))).toEqual(transaction);
  });

  test('filters: up to 1000, their headers up to 2000, and every thousandth', async () => {
    const { peer } = await session();
    const stopHash = tip;
    const filters = await peer.ask.filters({ startHeight: BLOCKS - 999, blockHashes: await last(1000) });
    expect(filters).toHaveLength(1000);
    const { filter } = await node.rpc<{ filter: string }>('getblockfilter', hashToString(tip));
    expect(toHex(filters.at(-1)!.filter)).toBe(filter);
    const headers = await peer.ask.filterHeaders({ startHeight: BLOCKS - 1999, stopHash });
    expect(headers.filterHashes).toHaveLength(2000);
    const { filterHeaders } = await peer.ask.filterCheckpoints({ stopHash });
    const { header } = await node.rpc<{ header: string }>('getblockfilter', hashToString(await hashAt(2000)));
    expect(filterHeaders.map(hashToString)[1]).toBe(header);
    expect(filterHeaders).toHaveLength(2);
  });

  describe('hangs up over', () => {
    test.each([
      [
        'filters of 1001 blocks',
        async ({ peer }: Met) =>
          peer.ask.filters({ startHeight: BLOCKS - 1000, blockHashes: await last(1001) }),
      ],
      [
        'headers of 2001 filters',
        ({ peer }: Met) => peer.ask.filterHeaders({ startHeight: BLOCKS - 2000, stopHash: tip }),
      ],
      [
        'filters up to an unknown block',
        ({ peer }: Met) => peer.ask.filters({ startHeight: 1, blockHashes: [unknown] }),
      ],
      [
        'a filter type that nobody has',
        ({ peer }: Met) => peer.ask.filterCheckpoints({ stopHash: tip, filterType: 7 }),
      ],
      [
        'a start behind the stop',
        ({ peer }: Met) => peer.ask.filterHeaders({ startHeight: BLOCKS + 1, stopHash: tip }),
      ],
      ['transactions of a block beyond its last', ({ peer }: Met) => peer.ask.blockTransactions(tip, [1000])],
    ])('%s', async (_, ask) => {
      const met = await session();
      await hungUp(met, ask(met));
    });
  });

  test('addresses, once a connection', async () => {
    for (let i = 1; i <= 60; i++) await node.rpc('addpeeraddress', `203.${i}.5.7`, 8333);
    const met = await session();
    const addresses = await met.peer.ask.addresses();
    expect(addresses.length).toBeGreaterThan(1);
    expect(addresses[0]).toMatchObject({ network: 1, port: 8333 });
    met.peer.send('getaddr', {});
    await node.until(() => /Ignoring repeated "getaddr"/.test(node.log()));
    await goesOn(met);
  });
});

describeWithNode('a real node without Bloom filters and block filters', () => {
  let node: BitcoinNode;
  beforeAll(async () => {
    node = await startNode(['-peerbloomfilters=0']);
  });
  afterAll(() => node?.stop());

  test.each([
    ['mempool', {}],
    ['filterload', { filter: new Uint8Array(1), hashFunctions: 1, tweak: 0, flags: 0 }],
    ['filteradd', { element: new Uint8Array(1) }],
    ['filterclear', {}],
    ['getcfilters', { filterType: 0, startHeight: 0, stopHash: unknown }],
    ['getcfheaders', { filterType: 0, startHeight: 0, stopHash: unknown }],
    ['getcfcheckpt', { filterType: 0, stopHash: unknown }],
  ] as const)('hangs up over %s', async (type, value) => {
    const met = meet(await connectTcp({ host: node.host, port: node.p2pPort }));
    await met.peer.ready;
    met.peer.send(type, value as never);
    await hungUp(met);
  });
});
