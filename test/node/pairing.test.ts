/** A session with a real node, every request of it sent: which of its messages answers which of ours, and ours its. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectTcp } from '../../bridge/tcp.js';
import {
  blockHash,
  encodeMessage,
  hashFromString,
  inventoryTypes,
  serviceBits,
} from '../../shared/messages/index.js';
import { Pairing, type PairedAnswer, type PeerEvent } from '../../shared/peer/index.js';
import { networks } from '../../shared/networks.js';
import { describeWithNode } from '../setup/tools.js';
import { startNode, type BitcoinNode } from './harness.js';
import { meet, type Met } from './meeting.js';

const BLOCKS = 120;
const unknown = new Uint8Array(32).fill(0xee);
const zeros = new Uint8Array(32);
const { block, witnessBlock, filteredBlock, compactBlock, wtx, witnessTx } = inventoryTypes;

/** The messages of a session with their pairs, as a log of them shows it. */
class Log {
  readonly pairing = new Pairing(networks.regtest);
  readonly rows: { sent: boolean; type: string | undefined; answers: readonly PairedAnswer[] }[] = [];
  #told = () => {};

  take(event: PeerEvent): void {
    if (event.type !== 'message') return;
    const { direction, message } = event;
    const { answers } = this.pairing.see(this.rows.length, direction, event.at, message);
    this.rows.push({ sent: direction === 'sent', type: message.type, answers });
    this.#told();
  }

  /** The row of the n-th message of a type that we sent, from the end. */
  lastSent(type: string): number {
    return this.rows.findLastIndex((row) => row.sent && row.type === type);
  }

  /** The types of what answered it. */
  answersTo(request: number): (string | undefined)[] {
    return this.rows.flatMap(({ type, answers }) =>
      answers.some((answer) => answer.request === request) ? [type] : [],
    );
  }

  async answered(request: number): Promise<(string | undefined)[]> {
    const isComplete = () =>
      this.rows.some(({ answers }) => answers.some((one) => one.request === request && one.complete));
    while (!isComplete()) await new Promise<void>((resolve) => (this.#told = resolve));
    return this.answersTo(request);
  }
}

describeWithNode('a session with a real node', () => {
  let node: BitcoinNode;
  let tip: Uint8Array;
  let wallet: string;
  const hashAt = async (height: number) => hashFromString(await node.rpc<string>('getblockhash', height));

  async function session(options: Parameters<typeof meet>[1] = {}): Promise<Met & { log: Log }> {
    const log = new Log();
    const duplex = await connectTcp({ host: node.host, port: node.p2pPort });
    const met = meet(duplex, { onEvent: (event) => log.take(event), ...options });
    await met.peer.ready;
    return { ...met, log };
  }

  beforeAll(async () => {
    node = await startNode([
      ...['-blockfilterindex=1', '-peerblockfilters=1', '-fallbackfee=0.0001', '-peerbloomfilters=1'],
    ]);
    await node.rpc('createwallet', 'w');
    wallet = await node.rpc<string>('getnewaddress');
    await node.rpc('generatetoaddress', BLOCKS, wallet);
    await node.rpc('sendtoaddress', wallet, 1);
    tip = await hashAt(BLOCKS);
    for (let i = 1; i <= 60; i++) await node.rpc('addpeeraddress', `203.${i}.5.7`, 8333);
    await node.until(async () => {
      const index = await node.rpc<Record<string, { best_block_height: number }>>('getindexinfo');
      return index['basic block filter index']?.best_block_height === BLOCKS;
    });
  });
  afterAll(() => node?.stop());

  test('the negotiation, and pings both ways', async () => {
    const { peer, log } = await session();
    await peer.ping();
    await log.answered(log.lastSent('ping'));
    expect(await log.answered(log.lastSent('version'))).toEqual(['verack']);
    const theirs = (type: string) => log.rows.findIndex((row) => !row.sent && row.type === type);
    expect(log.answersTo(theirs('version'))).toEqual(['verack']);
    // It pings as soon as it can.
    expect(await log.answered(theirs('ping'))).toEqual(['pong']);
    expect(log.pairing.unanswered(0)).toEqual([]);
  });

  test('every request has its answer, whoever composed it', async () => {
    const { peer, log } = await session();
    const [id] = await node.rpc<string[]>('getrawmempool');
    const recent = await hashAt(BLOCKS - 1);
    const deep = await hashAt(BLOCKS - 30);
    const getData = (type: number, ...hashes: Uint8Array[]) => ({
      inventory: hashes.map((hash) => ({ type, hash })),
    });
    const asked: [number, (string | undefined)[]][] = [];
    const ask = (answers: string[], ...message: Parameters<typeof peer.send>) => {
      // As raw bytes, as a person sends them.
      peer.sendRaw(message[0], encodeMessage(...message));
      asked.push([log.lastSent(message[0]), answers]);
    };
    const locator = { version: 70016, locator: [recent], stop: zeros };
    ask(['headers'], 'getheaders', locator);
    ask(['headers'], 'getheaders', { ...locator, locator: [tip] });
    ask(['headers'], 'getheaders', { ...locator, locator: [unknown] });
    ask(['headers'], 'getheaders', { ...locator, locator: [], stop: deep });
    ask(['inv'], 'getblocks', locator);
    ask(['block', 'block'], 'getdata', getData(witnessBlock, tip, deep));
    ask(['block'], 'getdata', getData(block, tip));
    ask(['cmpctblock', 'block'], 'getdata', getData(compactBlock, tip, deep));
    ask(['blocktxn'], 'getblocktxn', { blockHash: tip, indexes: [0] });
    ask(['block'], 'getblocktxn', { blockHash: deep, indexes: [0] });
    ask(['notfound'], 'getdata', getData(wtx, unknown));
    ask(['cfilter', 'cfilter', 'cfilter'], 'getcfilters', {
      ...{ filterType: 0, startHeight: BLOCKS - 2, stopHash: tip },
    });
    ask(['cfheaders'], 'getcfheaders', { filterType: 0, startHeight: 1, stopHash: deep });
    ask(['cfcheckpt'], 'getcfcheckpt', { filterType: 0, stopHash: tip });
    ask(['addrv2'], 'getaddr', {});
    ask(['inv'], 'mempool', {});
    ask(['pong'], 'ping', { nonce: 77n });
    for (const [request, answers] of asked) expect(await log.answered(request)).toEqual(answers);
    // What the mempool’s answer named can be had.
    ask(['tx', 'notfound'], 'getdata', getData(witnessTx, hashFromString(id!), unknown));
    const [last] = asked.slice(-1);
    expect(await log.answered(last![0])).toEqual(last![1]);
    expect(log.pairing.unanswered(0)).toEqual([]);
  });

  test('a filtered block, and the transactions that it proves', async () => {
    const { peer, log } = await session();
    peer.send('filterload', { filter: new Uint8Array(8).fill(0xff), hashFunctions: 1, tweak: 0, flags: 0 });
    peer.send('getdata', { inventory: [{ type: filteredBlock, hash: tip }] });
    const request = log.lastSent('getdata');
    await log.answered(request);
    await peer.ping();
    expect(log.answersTo(request)).toEqual(['merkleblock', 'tx']);
  });

  test('silence, each with its reason', async () => {
    // As a node with blocks, which the other asks for headers.
    const { peer, log } = await session({ version: { services: serviceBits.NETWORK | serviceBits.WITNESS } });
    const getData = (type: number, hash: Uint8Array) => peer.send('getdata', { inventory: [{ type, hash }] });
    getData(witnessBlock, unknown);
    getData(filteredBlock, tip);
    getData(99, tip);
    peer.send('getheaders', { version: 70016, locator: [], stop: unknown });
    peer.send('getblocks', { version: 70016, locator: [tip], stop: zeros });
    peer.send('getblocktxn', { blockHash: unknown, indexes: [0] });
    await peer.ping();
    const late = log.pairing.overdue(Date.now() + 120_000);
    expect(late.filter(({ direction }) => direction === 'sent').map(({ why }) => why.code)).toEqual([
      'unknown-block',
      'no-bloom-filter',
      'unknown-inventory-type',
      'unknown-stop',
      'nothing-to-announce',
      'unknown-block-transactions',
    ]);
    expect(late.filter(({ direction }) => direction === 'received')).toMatchObject([
      { requestType: 'getheaders', why: { code: 'not-served-here' } },
    ]);
  });

  test('a block that it announces is no answer', async () => {
    const { peer, log } = await session();
    const { headers } = await peer.ask.headers();
    expect(headers).toHaveLength(BLOCKS);
    peer.send('sendheaders', {});
    await peer.ping();
    const announced = peer.expect('headers', (message) => message.headers.length === 1);
    const [hash] = await node.rpc<string[]>('generatetoaddress', 1, wallet);
    const [header] = (await announced).headers;
    expect(blockHash(header!)).toEqual(hashFromString(hash!));
    expect(log.rows.findLast((row) => row.type === 'headers')!.answers).toEqual([]);
  });
});
