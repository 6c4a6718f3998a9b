/** What a real node makes and sends, read by our codecs: ids, sizes and bytes must be the node's own. */
import { WIF } from '@scure/btc-signer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectTcp } from '../../bridge/tcp.js';
import { networks, V2Transport } from '../../shared/bip324/index.js';
import { equalBytes, fromHex } from '../../shared/bytes.js';
import { provenTransactions, reconstructBlock } from '../../shared/chain/index.js';
import {
  addressFromString,
  addressToString,
  blockHash,
  blockMerkleTree,
  blockWithoutWitness,
  checkMerkleRoot,
  checkWitnessCommitment,
  compactBlockOf,
  decodeBlock,
  decodeTransaction,
  type DecodedType,
  encodeBlock,
  encodeMessage,
  encodeTransaction,
  hashFromString,
  hashToString,
  inventoryTypes,
  type MessageMap,
  type Transaction,
  transactionIds,
  transactionSize,
  txid,
  unusableAddress,
} from '../../shared/messages/index.js';
import { Peer, type PeerEvent } from '../../shared/peer/index.js';
import { describeWithNode } from '../setup/tools.js';
import { startNode, type BitcoinNode } from './harness.js';

interface NodeTransaction {
  txid: string;
  hash: string;
  size: number;
  vsize: number;
  weight: number;
  hex: string;
  version: number;
  locktime: number;
  vin: { coinbase?: string; txinwitness?: string[]; sequence: number }[];
  vout: { value: number; scriptPubKey: { hex: string; type: string } }[];
}

interface NodeBlock {
  hash: string;
  merkleroot: string;
  tx: NodeTransaction[];
}

const clock = {
  now: () => Date.now(),
  setTimeout: (f: () => void, ms: number): unknown => setTimeout(f, ms),
  clearTimeout: (handle: unknown) => clearTimeout(handle as NodeJS.Timeout),
};

function expectSame(ours: Transaction, theirs: NodeTransaction): void {
  const ids = transactionIds(ours);
  expect(hashToString(ids.txid)).toBe(theirs.txid);
  expect(hashToString(ids.wtxid)).toBe(theirs.hash);
  expect(transactionSize(ours)).toMatchObject({
    bytes: theirs.size,
    vsize: theirs.vsize,
    weight: theirs.weight,
  });
  expect(Buffer.from(encodeTransaction(ours)).toString('hex')).toBe(theirs.hex);
  expect([ours.version, ours.lockTime]).toEqual([theirs.version, theirs.locktime]);
  expect(ours.inputs.map(({ sequence }) => sequence)).toEqual(theirs.vin.map(({ sequence }) => sequence));
  expect(ours.inputs.map(({ witness }) => witness.map((item) => Buffer.from(item).toString('hex')))).toEqual(
    theirs.vin.map(({ txinwitness }) => txinwitness ?? []),
  );
  expect(ours.outputs.map(({ value }) => Number(value) / 1e8)).toEqual(theirs.vout.map(({ value }) => value));
}

describeWithNode('a real node’s transactions, blocks and messages', () => {
  let node: BitcoinNode;
  let blocks: NodeBlock[];
  const tip = () => blocks.at(-1)!;

  /** Blocks with payments to and from every common type of script, several of them spent at once. */
  beforeAll(async () => {
    node = await startNode([
      '-blockfilterindex=1',
      '-peerblockfilters=1',
      '-peerbloomfilters=1',
      '-fallbackfee=0.0001',
      '-txindex=1',
    ]);
    await node.rpc('createwallet', 'w');
    const mine = await node.rpc<string>('getnewaddress', '', 'bech32');
    await node.rpc('generatetoaddress', 104, mine);

    const addresses: string[] = [];
    for (const type of ['legacy', 'legacy', 'p2sh-segwit', 'bech32', 'bech32m'])
      addresses.push(await node.rpc<string>('getnewaddress', '', type));
    const keys = [1, 2].map((seed) =>
      WIF({ bech32: 'bcrt', pubKeyHash: 0x6f, scriptHash: 0xc4, wif: 0xef }).encode(
        new Uint8Array(32).fill(seed),
      ),
    );
    const multisig = `wsh(multi(2,${keys.join(',')}))`;
    const { checksum } = await node.rpc<{ checksum: string }>('getdescriptorinfo', multisig);
    const desc = `${multisig}#${checksum}`;
    const [imported] = await node.rpc<{ success: boolean }[]>('importdescriptors', [
      { desc, timestamp: 'now' },
    ]);
    expect(imported).toMatchObject({ success: true });
    addresses.push(...(await node.rpc<string[]>('deriveaddresses', desc)));

    await node.rpc('sendmany', '', Object.fromEntries(addresses.map((address) => [address, 1])));
    await node.rpc('generatetoaddress', 1, mine);
    const coins = await node.rpc<{ txid: string; vout: number; address: string }[]>('listunspent');
    const spend = async (of: string[]) => {
      const inputs = coins
        .filter(({ address }) => of.includes(address))
        .map(({ txid, vout }) => ({ txid, vout }));
      expect(inputs).toHaveLength(of.length);
      const raw = await node.rpc<string>('createrawtransaction', inputs, [
        { [mine]: of.length - 0.001 },
        { data: '70656572676c617373' },
      ]);
      const signed = await node.rpc<{ hex: string; complete: boolean }>('signrawtransactionwithwallet', raw);
      expect(signed.complete).toBe(true);
      await node.rpc('sendrawtransaction', signed.hex);
    };
    // Without witnesses, with and without side by side, and with one of each kind.
    await spend(addresses.slice(0, 1));
    await spend(addresses.slice(1, 3));
    await spend(addresses.slice(3));
    await node.rpc('generatetoaddress', 1, mine);
    await node.rpc('sendtoaddress', mine, 1);
    await node.rpc('generatetoaddress', 1, mine);
    const height = await node.rpc<number>('getblockcount');
    blocks = [];
    for (const at of [1, height - 2, height - 1, height]) {
      blocks.push(await node.rpc<NodeBlock>('getblock', await node.rpc<string>('getblockhash', at), 2));
    }
  });
  afterAll(async () => {
    await node?.stop();
  });

  test('transactions: the same bytes, ids, sizes and witnesses', () => {
    const all = blocks.flatMap(({ tx }) => tx);
    for (const theirs of all) expectSame(decodeTransaction(fromHex(theirs.hex)), theirs);

    // The chain holds what this is about.
    const types = new Set(all.flatMap(({ vout }) => vout.map(({ scriptPubKey }) => scriptPubKey.type)));
    for (const type of [
      'pubkeyhash',
      'scripthash',
      'witness_v0_keyhash',
      'witness_v0_scripthash',
      'witness_v1_taproot',
      'nulldata',
    ])
      expect(types).toContain(type);
    const spends = all.filter(({ vin }) => vin[0]!.coinbase === undefined);
    // How many of a transaction's inputs have a witness, and how many have none.
    const shapes = spends.map(({ vin }) => {
      const witnessed = vin.filter(({ txinwitness }) => txinwitness !== undefined).length;
      return `${witnessed}, ${vin.length - witnessed}`;
    });
    expect(shapes).toEqual(expect.arrayContaining(['0, 1', '1, 1', '3, 0']));
    const stackSizes = spends.flatMap(({ vin }) => vin.map(({ txinwitness }) => txinwitness?.length ?? 0));
    expect(new Set(stackSizes)).toEqual(new Set([0, 1, 2, 4]));
  });

  test('blocks: the same bytes, hash, merkle root; and the coinbase commits to the witnesses', async () => {
    for (const theirs of blocks) {
      const raw = fromHex(await node.rpc<string>('getblock', theirs.hash, 0));
      const ours = decodeBlock(raw);
      expect(equalBytes(encodeBlock(ours), raw)).toBe(true);
      expect(hashToString(blockHash(ours.header))).toBe(theirs.hash);
      expect(hashToString(blockMerkleTree(ours).root)).toBe(theirs.merkleroot);
      expect(checkMerkleRoot(ours)).toBeUndefined();
      expect(checkWitnessCommitment(ours)).toBeUndefined();
      expect(ours.transactions).toHaveLength(theirs.tx.length);
    }
  });

  test('messages from the node come back byte for byte', async () => {
    const events: PeerEvent[] = [];
    const peer = new Peer({
      role: 'initiator',
      transport: V2Transport.initiator({ network: networks.regtest }),
      duplex: await connectTcp({ host: node.host, port: node.p2pPort }),
      clock,
      onEvent: (event) => events.push(event),
    });
    await peer.ready;
    const ask = async <Asked extends DecodedType, Answer extends DecodedType>(
      type: Asked,
      value: MessageMap[Asked],
      answer: Answer,
    ) => {
      const answered = peer.expect(answer);
      peer.send(type, value);
      return answered;
    };
    const stopHash = hashFromString(tip().hash);
    const getData = (type: number, hash = stopHash) => ({ inventory: [{ type, hash }] });

    const whole = await ask('getdata', getData(inventoryTypes.witnessBlock), 'block');
    const raw = await node.rpc<string>('getblock', tip().hash, 0);
    expect(equalBytes(encodeMessage('block', whole), fromHex(raw))).toBe(true);
    expect(await ask('getdata', getData(inventoryTypes.block), 'block')).toEqual(blockWithoutWitness(whole));

    peer.send('sendcmpct', { announce: false, version: 2n });
    const compact = await ask('getdata', getData(inventoryTypes.compactBlock), 'cmpctblock');
    expect(compact).toEqual(compactBlockOf(whole, compact.nonce));
    const rebuilt = reconstructBlock(compact, []);
    if (rebuilt.state !== 'missing') throw new Error('nothing was known');
    const answer = await ask('getblocktxn', rebuilt.request, 'blocktxn');
    expect(rebuilt.complete(answer)).toEqual(whole);
    const missing = await ask('getblocktxn', { blockHash: stopHash, indexes: [0, 1] }, 'blocktxn');
    expect(missing).toEqual({ blockHash: stopHash, transactions: whole.transactions.slice(0, 2) });

    const range = { filterType: 0, startHeight: 105, stopHash };
    const filterOf = (hash: string) => node.rpc<{ filter: string; header: string }>('getblockfilter', hash);
    const { filterHashes, previousFilterHeader } = await ask('getcfheaders', range, 'cfheaders');
    expect(filterHashes).toHaveLength(blocks.length - 1);
    const before = await node.rpc<string>('getblockhash', 104);
    expect(hashToString(previousFilterHeader)).toBe((await filterOf(before)).header);
    const { filter } = await ask('getcfilters', { ...range, startHeight: 107 }, 'cfilter');
    expect(Buffer.from(filter).toString('hex')).toBe((await filterOf(tip().hash)).filter);
    expect(await ask('getcfcheckpt', { filterType: 0, stopHash }, 'cfcheckpt')).toMatchObject({
      filterHeaders: [],
    });

    const genesis = hashFromString(networks.regtest.genesis.hash);
    const locator = { version: 70016, locator: [genesis], stop: new Uint8Array(32) };
    expect((await ask('getblocks', locator, 'inv')).inventory).toHaveLength(107);

    // Addresses of its own making, that it is told of and never dials (-connect=0); it hands on a part of them.
    const hosts = Array.from({ length: 40 }, (_, i) =>
      addressToString({
        time: 0,
        services: 0n,
        ...[
          { network: 1, address: Uint8Array.of(203, 1 + i, 5, 7) },
          { network: 2, address: Uint8Array.of(0x2a, i, ...new Uint8Array(13), 1) },
          { network: 4, address: new Uint8Array(32).fill(i) },
          { network: 5, address: new Uint8Array(32).fill(i) },
        ][i % 4]!,
        port: 8333,
      })
        .replace(':8333', '')
        .replace(/[[\]]/g, ''),
    );
    for (const host of hosts) await node.rpc('addpeeraddress', host, 8333);
    const { addresses } = await ask('getaddr', {}, 'addrv2');
    expect(addresses.length).toBeGreaterThan(0);
    for (const address of addresses) {
      expect(hosts.map((host) => (host.includes(':') ? `[${host}]:8333` : `${host}:8333`))).toContain(
        addressToString(address),
      );
      expect(addressFromString(addressToString(address))).toEqual({
        network: address.network,
        address: address.address,
        port: 8333,
      });
      expect(unusableAddress(address)).toBeUndefined();
    }

    // A filter that everything matches: all bits are set.
    peer.send('filterload', { filter: new Uint8Array(8).fill(0xff), hashFunctions: 1, tweak: 0, flags: 0 });
    peer.send('filteradd', { element: new Uint8Array(20) });
    const proof = await ask('getdata', getData(inventoryTypes.filteredBlock), 'merkleblock');
    expect(proof).toMatchObject({ header: whole.header, transactionCount: whole.transactions.length });
    expect(provenTransactions(proof)).toEqual(
      whole.transactions.map((tx, index) => ({ txid: txid(tx), index })),
    );
    peer.send('filterclear', {});
    await peer.ping();

    peer.close();
    const messages = events.flatMap((event) =>
      event.type === 'message' && event.direction === 'received' ? [event.message] : [],
    );
    for (const message of messages) {
      expect(message.kind).toBe('decoded');
      if (message.kind !== 'decoded') continue;
      const again = encodeMessage(message.type, message.value as never);
      expect(equalBytes(again, message.payload)).toBe(true);
    }
    expect(messages.map(({ type }) => type)).toContain('tx');
    expect(events.filter(({ type }) => type === 'misbehaviour')).toEqual([]);
  });
});
