/** The demo node's misbehaviours, met by a real node as initiator: it does what the table says of them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDemoNode, type DemoNode } from '../../bridge/demo-node/index.js';
import { misbehaviours, type Misbehaviour } from '../../bridge/demo-node/misbehaviour/index.js';
import { describeWithNode } from '../setup/tools.js';
import { startNode, type BitcoinNode, type PeerInfo } from './harness.js';
import { logFrom, noPeers } from './meeting.js';

interface Seen {
  /** In the node's log. */
  log?: RegExp;
  /** For `waits`: all that will come has come, and the node goes on waiting. */
  until?: (peer: Peer) => boolean;
  /**
   * A peer that was added by hand is not punished for what it sends: the node dials this one as if of its own will.
   */
  dialled?: 'automatically';
}

type Peer = PeerInfo & { bytesrecv_per_msg: Record<string, number> };

const noTerminator: Seen = { log: /missing garbage terminator/ };
const notAuthentic: Seen = { log: /packet decryption failure/ };
const invalidType: Seen = { log: /invalid message type/ };
const punished = (log: RegExp): Seen => ({ log, dialled: 'automatically' });
const undecided = (bytes: number): Seen => ({
  until: (peer) => peer.transport_protocol_type === 'detecting' && peer.bytesrecv >= bytes,
});

/** A key, 20 bytes of garbage, a terminator, an empty version packet. */
const FLIGHT = 64 + 20 + 16 + 20;

const seen: Readonly<Record<string, Seen>> = {
  'garbage-4095': {},
  'garbage-4096': noTerminator,
  'no-terminator': noTerminator,
  'wrong-terminator': undecided(FLIGHT),
  'altered-garbage': notAuthentic,
  'missing-aad': notAuthentic,
  'missing-aad-decoy': notAuthentic,
  'wrong-network': undecided(FLIGHT),
  'early-key': {},
  'decoys-before-version': {},
  'non-empty-version': {},
  'reserved-header-bits': {},
  'byte-by-byte': {},
  slow: undecided(1),
  silent: { until: (peer) => peer.bytessent >= 64 && peer.bytesrecv === 0 },
  'speaks-v1': undecided(64 + 24),
  'other-network-v1': undecided(64 + 24),
  'v2-off': { log: /retrying with v1/ },
  'slots-full': {},
  'half-key': {},
  http: {},
  'no-version': { until: (peer) => peer.transport_protocol_type === 'v2' && peer.version === 0 },
  'no-verack': { until: (peer) => peer.version === 70016 },
  'obsolete-version': { log: /using obsolete version 31799/ },
  'wtxidrelay-after-verack': { log: /wtxidrelay received after verack/ },
  'sendaddrv2-after-verack': { log: /sendaddrv2 received after verack/ },
  'decoys-in-session': {},
  'block-as-decoy': {},
  'flipped-bit': notAuthentic,
  'flipped-tag': notAuthentic,
  'too-large': { log: /packet too large/ },
  'unknown-id': invalidType,
  'empty-contents': invalidType,
  'malformed-type': invalidType,
  'unknown-type': { log: /Unknown command "peerglass"/ },
  'malformed-payload': { log: /ProcessMessages\(headers, 2 bytes\): Exception/ },
  'invalid-tx': { log: /received: tx/ },
  'inv-over-limit': punished(/inv message size = 50001/),
  'getdata-over-limit': punished(/getdata message size = 50001/),
  'addr-over-limit': punished(/addr message size = 1001/),
  'headers-over-limit': punished(/headers message size = 2001/),
  'locator-over-limit': punished(/getheaders locator size 102 > 101/),
  'filterload-over-limit': punished(/too-large bloom filter/),
  'bad-proof-of-work': punished(/header with invalid proof of work/),
  'wrong-pong': { log: /Nonce mismatch/ },
  truncated: {},
  'hangs-up': {},
};

/** What the node says in twenty minutes, and what it has no part in: it asks for nothing here. */
const OURS_ALONE = ['no-pong', 'silent-after-ready', 'flood'];

test('every way to misbehave is here', () => {
  expect([...Object.keys(seen), ...OURS_ALONE].sort()).toEqual(misbehaviours.map(({ name }) => name).sort());
});

/** Closing with bytes of the node's unread comes as a reset. */
const hungUp = /socket closed, disconnecting|socket (recv|send) error/;

describeWithNode('a real node as initiator', () => {
  let node: BitcoinNode;
  let demo: DemoNode;
  beforeAll(async () => {
    [node, demo] = await Promise.all([startNode(['-peerbloomfilters=1']), startDemoNode()]);
    await node.rpc('generatetoaddress', 1, 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080');
  });
  afterAll(async () => {
    await node?.stop();
    await demo?.close();
  });

  /** Has it connect, and waits for what the log is to say. */
  const encounter = async ({ name }: Misbehaviour) => {
    await noPeers(node);
    const log = logFrom(node);
    const { host, port } = (await demo.misbehaving(name))!;
    const address = `${host}:${port}`;
    if (seen[name]!.dialled === undefined) await node.rpc('addnode', address, 'onetry', true);
    else await node.rpc('addconnection', address, 'outbound-full-relay', true);
    if (seen[name]!.log !== undefined) await log.contains(seen[name]!.log);
    return { address, log };
  };
  const peerThat = (holds: (peer: Peer) => boolean) =>
    node.until(async () => ((await node.peers()) as Peer[]).find(holds));
  const leave = async (address: string) => {
    await node.rpc('disconnectnode', address);
    await noPeers(node);
  };
  const rows = (...effects: Misbehaviour['effect'][]) =>
    misbehaviours.filter(({ name, effect }) => effects.includes(effect) && name in seen);

  test.each(rows('accepts', 'ignores'))('$effect $name', async (row) => {
    const { address } = await encounter(row);
    const ready = (peer: Peer) => peer.subver.includes(`(demo; ${row.name})`);
    const pongs = (peer: Peer) => peer.bytesrecv_per_msg['pong'] ?? 0;
    // Its first ping has been answered, and one that comes after all that was sent.
    const before = pongs(await peerThat((peer) => ready(peer) && pongs(peer) > 0));
    await node.rpc('ping');
    const peer = await peerThat((one) => pongs(one) > before);
    expect(peer.transport_protocol_type).toBe('v2');
    expect(await node.rpc('getblockcount')).toBe(1);
    await leave(address);
  });

  test.each(rows('disconnects'))('disconnects: $name', async (row) => {
    const { log } = await encounter(row);
    await noPeers(node);
    expect(log.all()).not.toMatch(/retrying with v1|socket closed/);
  });

  test.each(rows('waits').filter(({ name }) => name !== 'wrong-pong'))('waits: $name', async (row) => {
    const { address, log } = await encounter(row);
    const { id } = await peerThat(seen[row.name]!.until!);
    expect((await node.peers()).map((peer) => peer.id)).toEqual([id]);
    expect(log.all()).not.toMatch(/disconnecting|Misbehaving/);
    await leave(address);
    if (row.name !== 'silent') return;
    // Not one byte had come: that is its cue for another try, whoever ended the first.
    await peerThat((peer) => peer.transport_protocol_type === 'v1');
    await leave(address);
  });

  test('waits on, when its ping was answered with another nonce', async () => {
    const { address } = await encounter(misbehaviours.find(({ name }) => name === 'wrong-pong')!);
    expect(await node.peers()).toHaveLength(1);
    await leave(address);
  });

  test.each(rows('reports'))('was hung up on, and does not retry with v1: $name', async (row) => {
    const { log } = await encounter(row);
    await log.contains(hungUp);
    await noPeers(node);
    expect(log.all()).not.toMatch(/retrying with v1/);
  });

  test('retries with v1 where v2 is off, and is served', async () => {
    const { address } = await encounter(misbehaviours.find(({ name }) => name === 'v2-off')!);
    await peerThat((peer) => peer.transport_protocol_type === 'v1' && peer.subver.includes('v2-off'));
    await leave(address);
  });

  test('is closed at once where slots are full, whatever it tries', async () => {
    const { log } = await encounter(misbehaviours.find(({ name }) => name === 'slots-full')!);
    await log.contains(hungUp);
    await noPeers(node);
  });
});
