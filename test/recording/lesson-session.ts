/**
 * The session that the page shows at the first visit, made with a real node on regtest: everything a lesson needs in
 * some ten seconds. `npm run record` writes it to web/recordings/regtest.jsonl.
 */
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { connectTcp } from '../../bridge/tcp.js';
import { packageVersion } from '../../bridge/version.js';
import { networks, V2Transport } from '../../shared/bip324/index.js';
import {
  blockHash,
  hashFromString,
  inventoryTypes,
  serviceNames,
  type InventoryEntry,
} from '../../shared/messages/index.js';
import { Peer, type PeerMessage } from '../../shared/peer/index.js';
import { Recorder, type Recording } from '../../shared/recording/index.js';
import { startNode, type BitcoinNode } from '../node/harness.js';

/** Ours is the same at every making; the node's is its own. */
function seeded(seed: string): (length: number) => Uint8Array {
  let counter = 0;
  return (length) => {
    const blocks = [];
    for (let made = 0; made < length; made += 32)
      blocks.push(createHash('sha256').update(`${seed} ${counter++}`).digest());
    return new Uint8Array(Buffer.concat(blocks).subarray(0, length));
  };
}

/** A chain with payments to and from the common types of script, and three transactions that wait. */
async function fillNode(node: BitcoinNode): Promise<{ mine: string }> {
  await node.rpc('createwallet', 'w');
  const mine = await node.rpc<string>('getnewaddress', '', 'bech32');
  await node.rpc('generatetoaddress', 103, mine);
  const addresses: string[] = [];
  for (const type of ['legacy', 'p2sh-segwit', 'bech32', 'bech32m'])
    addresses.push(await node.rpc<string>('getnewaddress', '', type));
  await node.rpc('sendmany', '', Object.fromEntries(addresses.map((address) => [address, 1])));
  await node.rpc('generatetoaddress', 1, mine);
  const coins = await node.rpc<{ txid: string; vout: number; address: string }[]>('listunspent');
  const spend = async (of: readonly string[], data: string) => {
    const inputs = coins
      .filter(({ address }) => of.includes(address))
      .map(({ txid, vout }) => ({ txid, vout }));
    const outputs = [{ [mine]: of.length - 0.001 }, { data: Buffer.from(data).toString('hex') }];
    const raw = await node.rpc<string>('createrawtransaction', inputs, outputs);
    const signed = await node.rpc<{ hex: string }>('signrawtransactionwithwallet', raw);
    await node.rpc('sendrawtransaction', signed.hex);
  };
  await spend(addresses.slice(0, 1), 'no witness');
  await spend(addresses.slice(1), 'three kinds of witness');
  await node.rpc('generatetoaddress', 1, mine);
  for (const type of ['bech32', 'bech32m', 'legacy'])
    await node.rpc('sendtoaddress', await node.rpc<string>('getnewaddress', '', type), 0.5);
  return { mine };
}

const PINGS = 230;

/** Starts a node, holds the session, and gives its recording. */
export async function recordLesson(): Promise<Recording> {
  const node = await startNode([
    '-blockfilterindex=1',
    '-peerblockfilters=1',
    '-peerbloomfilters=1',
    '-fallbackfee=0.0001',
  ]);
  try {
    return await holdSession(node, await fillNode(node));
  } finally {
    await node.stop();
  }
}

/** A ping now and then while the peer takes its time, so that there is something to see. */
async function meanwhile<T>(peer: Peer, answer: Promise<T>): Promise<T> {
  let waiting = true;
  const done = answer.finally(() => (waiting = false));
  done.catch(() => {});
  while (waiting) {
    await Promise.race([done, pause(700)]);
    if (waiting) await peer.ping();
  }
  return done;
}

async function holdSession(node: BitcoinNode, { mine }: { mine: string }): Promise<Recording> {
  const duplex = await connectTcp({ host: node.host, port: node.p2pPort });
  const start = performance.now();
  const now = () => performance.now() - start;
  const recorder = new Recorder({
    protocol: 'v2',
    network: 'regtest',
    role: 'initiator',
    startedAt: new Date().toISOString(),
    software: { name: 'peerglass', version: packageVersion() },
  });
  const transport = V2Transport.initiator({
    network: networks.regtest,
    garbage: 117,
    decoys: [42],
    random: seeded('the key and the garbage'),
    observer: { secrets: 'include', entry: (entry) => recorder.observe(entry, now()) },
  });
  const peer = new Peer({
    role: 'initiator',
    transport,
    duplex,
    clock: {
      now: () => Date.now(),
      setTimeout,
      clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
    },
    random: seeded('the nonces'),
    version: { relay: true },
    onEvent: (event) => {
      if (event.type === 'state' && event.state !== 'closed' && event.state !== 'failed')
        recorder.state(event.state, now());
      if (event.type !== 'end') return;
      transport.end();
      const { end } = event;
      recorder.end(
        end.state === 'closed' ? { state: 'closed', by: end.by } : { state: 'failed', code: end.error.code },
        now(),
      );
    },
  });
  recorder.state('handshaking', 0);
  const seen: PeerMessage[] = [];
  void (async () => {
    for await (const message of peer) seen.push(message);
  })();

  const theirs = await peer.ready;
  recorder.peer({
    userAgent: theirs.userAgent,
    version: theirs.version,
    services: serviceNames(theirs.services),
    height: theirs.startHeight,
  });
  peer.send('sendheaders', {});
  peer.send('sendcmpct', { announce: true, version: 2n });
  peer.send('feefilter', { feeRate: 1000n });
  await peer.ping();

  const { headers } = await peer.ask.headers();
  const hashes = headers.map(blockHash);
  const tip = hashes.at(-1)!;
  await pause(300);
  await peer.ask.block(tip);
  await pause(300);
  await peer.ask.compactBlock(tip);
  await peer.ask.blockTransactions(tip, [1]);
  await pause(300);
  await peer.ask.filterHeaders({ startHeight: 1, stopHash: tip });
  await peer.ask.filters({ startHeight: headers.length - 19, blockHashes: hashes.slice(-20) });
  peer.sendDecoy(300);

  // Announced when the node finds it time: half a second to half a minute.
  const fetchAll = async (entries: readonly InventoryEntry[]) => {
    for (const { type, hash } of entries)
      await peer.ask.transaction(hash, { by: type === inventoryTypes.wtx ? 'wtxid' : 'txid' });
  };
  await fetchAll(await meanwhile(peer, peer.ask.mempool()));
  const announced = peer.expect(
    'inv',
    ({ inventory }) => inventory.some(({ type }) => type !== inventoryTypes.block),
    { timeoutMs: 120_000 },
  );
  await node.rpc('sendtoaddress', mine, 0.25);
  for (let i = 0; i < PINGS; i++) {
    await peer.ping();
    await pause(15);
  }
  await fetchAll((await meanwhile(peer, announced)).inventory);
  peer.sendDecoy(0);

  const [mined] = await node.rpc<string[]>('generatetoaddress', 1, mine);
  const hash = hashFromString(mined!);
  await node.until(() =>
    seen.some(
      (message) =>
        message.kind === 'decoded' &&
        message.type === 'cmpctblock' &&
        Buffer.from(blockHash(message.value.header)).equals(Buffer.from(hash)),
    ),
  );
  await peer.ping();
  peer.close();
  await peer.ended;
  return recorder.recording;
}
