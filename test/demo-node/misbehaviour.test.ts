/** The demo node, told to misbehave: what our initiator does about each way, and what it tells a person. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDemoNode, type DemoNode } from '../../bridge/demo-node/index.js';
import { misbehaviours, type Misbehaviour } from '../../bridge/demo-node/misbehaviour/index.js';
import { connectTcp } from '../../bridge/tcp.js';
import { networks } from '../../shared/networks.js';
import { dial, type DialEvent, type Peer, type PeerEvent } from '../../shared/peer/index.js';
import { closeAfterTest, clock, meet, type Met } from '../node/meeting.js';
import { peerErrorOf } from '../peer/ended.js';
import { FakeClock } from '../peer/fake-clock.js';

/** What is seen of a row, beyond what its effect says. */
interface Seen {
  /** Our error's code, or that of the transport's error in it. */
  code?: string;
  /** Something that our message or hint tells a person. */
  tells?: RegExp;
  /** Codes of our misbehaviour events; none by default. */
  noticed?: readonly string[];
  /** For `waits`: all that will come has come. */
  until?: (peer: Peer) => boolean;
}

const noTerminator: Seen = { code: 'missing-garbage-terminator', tells: /network/ };
const notAuthentic: Seen = { code: 'packet-authentication-failed', tells: /garbage before it/ };
const altered: Seen = { code: 'packet-authentication-failed', tells: /alter/ };
const beyond: Seen = {
  code: 'limit-exceeded',
  tells: /more than the \d+ allowed/,
  noticed: ['malformed-message'],
};
const late = (bytes: number): Seen => ({
  code: 'timed-out-handshaking',
  tells: /network.*BIP324/,
  until: (peer) => peer.bytesReceived >= bytes,
});
const unknownType: Seen = { noticed: ['unknown-message-type'] };
const noTest: Seen = {};

/** A key, 20 bytes of garbage, a terminator, an empty version packet. */
const FLIGHT = 64 + 20 + 16 + 20;

const seen: Readonly<Record<string, Seen>> = {
  'garbage-4095': {},
  'garbage-4096': noTerminator,
  'no-terminator': noTerminator,
  'wrong-terminator': late(FLIGHT),
  'altered-garbage': notAuthentic,
  'missing-aad': notAuthentic,
  'missing-aad-decoy': notAuthentic,
  'wrong-network': late(FLIGHT),
  'early-key': {},
  'decoys-before-version': {},
  'non-empty-version': {},
  'reserved-header-bits': {},
  'byte-by-byte': {},
  slow: late(1),
  'v2-off': { code: 'closed-before-any-byte', tells: /Retrying with v1/ },
  'slots-full': { code: 'closed-before-any-byte', tells: /slots are full/ },
  silent: { code: 'timed-out-without-bytes', tells: /says nothing/, until: (peer) => peer.bytesSent > 0 },
  'half-key': { code: 'closed-during-key', tells: /32 of the 64 bytes/ },
  'speaks-v1': late(64 + 24),
  'other-network-v1': late(64 + 24),
  http: { code: 'closed-during-garbage', tells: /does not speak v2/ },
  'no-version': {
    code: 'timed-out-negotiating',
    tells: /version did not come/,
    until: (peer) => peer.state === 'negotiating',
  },
  'no-verack': {
    code: 'timed-out-negotiating',
    tells: /verack did not come/,
    until: (peer) => peer.theirVersion !== undefined,
  },
  'obsolete-version': { code: 'obsolete-version', tells: /31799 is too old/ },
  'wtxidrelay-after-verack': { code: 'negotiation-after-verack', tells: /wtxidrelay/ },
  'sendaddrv2-after-verack': { code: 'negotiation-after-verack', tells: /sendaddrv2/ },
  'decoys-in-session': {},
  'block-as-decoy': {},
  'flipped-bit': altered,
  'flipped-tag': altered,
  'too-large': { code: 'packet-too-large', tells: /4000014.*4000013/ },
  'unknown-id': unknownType,
  'empty-contents': unknownType,
  'malformed-type': unknownType,
  'unknown-type': {},
  'malformed-payload': { noticed: ['malformed-message'] },
  'invalid-tx': {},
  flood: noTest, // below: whoever listens hears it
  'no-pong': { code: 'ping-timed-out', tells: /did not answer a ping/ },
  'wrong-pong': { code: 'ping-timed-out', tells: /did not answer a ping/, noticed: ['unexpected-pong'] },
  'silent-after-ready': noTest, // below: the session goes on, and a request times out
  truncated: { code: 'closed-during-packet', tells: /inside a packet/ },
  'hangs-up': noTest, // below: the regular end of a session
  'inv-over-limit': beyond,
  'getdata-over-limit': beyond,
  'addr-over-limit': beyond,
  'headers-over-limit': beyond,
  'locator-over-limit': beyond,
  // A light client offers no Bloom filters, and that is seen first.
  'filterload-over-limit': { code: 'service-not-offered', tells: /BLOOM/, noticed: ['malformed-message'] },
  'bad-proof-of-work': { code: 'bad-proof-of-work', tells: /without proof of work/ },
};

let node: DemoNode;
beforeAll(async () => {
  node = await startDemoNode();
});
afterAll(() => node?.close());

const address = async (name: string) => {
  const found = await node.misbehaving(name);
  if (found === undefined) throw new Error(`no misbehaviour is called ${name}`);
  return found;
};
const meetWhich = async (name: string, fakeClock?: FakeClock): Promise<Met> =>
  meet(await connectTcp(await address(name)), fakeClock && { clock: fakeClock });

const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
};
const noticedIn = (events: readonly PeerEvent[]) =>
  events.flatMap((event) => (event.type === 'misbehaviour' ? [event.misbehaviour.code] : []));
const rows = (...effects: Misbehaviour['effect'][]) =>
  misbehaviours.filter(({ name, effect }) => effects.includes(effect) && (seen[name] ?? noTest) !== noTest);

async function expectFailure({ peer, events }: Met, { code, tells, noticed = [] }: Seen): Promise<void> {
  const error = await peerErrorOf(peer);
  expect(error.code === 'transport' ? error.error.code : error.code).toBe(code);
  expect(`${error.message} ${error.hint}`).toMatch(tells!);
  expect(error.hint).not.toBe('');
  expect(noticedIn(events)).toEqual(noticed);
}

test('every way has a name, a sentence, and a row here', () => {
  expect(misbehaviours.map(({ name }) => name).sort()).toEqual(Object.keys(seen).sort());
  for (const { name, title } of misbehaviours) {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(title).toMatch(/^[A-Z].*\.$/);
    expect(title.length).toBeLessThan(100);
  }
});

describe('our initiator', () => {
  test.each(rows('accepts', 'ignores'))('$effect $name', async ({ name }) => {
    const met = await meetWhich(name);
    expect((await met.peer.ready).userAgent).toContain(`(demo; ${name})`);
    // A first pong may overtake what is said once the session is ready; a second one cannot.
    await met.peer.ping();
    await met.peer.ping();
    expect(noticedIn(met.events)).toEqual(seen[name]!.noticed ?? []);
  });

  test.each(rows('disconnects', 'retries', 'reports'))('$effect: $name', async ({ name }) => {
    await expectFailure(await meetWhich(name), seen[name]!);
  });

  test.each(rows('waits').filter(({ name }) => seen[name]!.until !== undefined))(
    'waits for a minute: $name',
    async ({ name }) => {
      const fakeClock = new FakeClock();
      const met = await meetWhich(name, fakeClock);
      await until(() => seen[name]!.until!(met.peer));
      fakeClock.advance(59_999);
      expect(met.peer.state).not.toBe('failed');
      fakeClock.advance(1);
      await expectFailure(met, seen[name]!);
    },
  );

  test.each(['no-pong', 'wrong-pong'])('waits for an answer to its ping: %s', async (name) => {
    const fakeClock = new FakeClock();
    const met = await meetWhich(name, fakeClock);
    await met.peer.ready;
    const { noticed = [] } = seen[name]!;
    fakeClock.advance(120_000);
    await until(() => noticedIn(met.events).length >= noticed.length);
    fakeClock.advance(120_000);
    await expectFailure(met, seen[name]!);
  });

  test('waits for an answer to its request, and goes on: silent-after-ready', async () => {
    const fakeClock = new FakeClock();
    const { peer } = await meetWhich('silent-after-ready', fakeClock);
    await peer.ready;
    const asked = peer.ask.headers({});
    const refused = expect(asked).rejects.toMatchObject({ code: 'request-timed-out' });
    await peer.ping();
    fakeClock.advance(30_000);
    await refused;
    expect(peer.state).toBe('ready');
  });

  test('says that the other side ended it: hangs-up', async () => {
    const { peer } = await meetWhich('hangs-up');
    await peer.ready;
    expect(await peer.ended).toEqual({ state: 'closed', by: 'peer' });
  });

  test('finds v1 where v2 is off, when it is asked to retry', async () => {
    const target = await address('v2-off');
    const steps: string[] = [];
    const peer = await dial({
      network: networks.regtest,
      connect: () => connectTcp(target),
      clock,
      fallback: 'v1',
      onEvent: (event: PeerEvent | DialEvent) => {
        if (event.type === 'dialing') steps.push(event.protocol);
      },
    });
    closeAfterTest(() => peer.close());
    expect(steps).toEqual(['v2', 'v1']);
    expect((await peer.ready).services & 0x800n).toBe(0n);
    await peer.ping();
  });

  test('shows the block in a decoy to nobody, and the announcements of a flood to whoever listens', async () => {
    const hidden = await meetWhich('block-as-decoy');
    await hidden.peer.ready;
    await until(() => hidden.events.some(({ type }) => type === 'decoy'));
    const flood = await meetWhich('flood');
    let count = 0;
    for await (const { type } of flood.peer) if (type === 'inv' && (count += 1) === 500) break;
    expect(count).toBe(500);
    const types = hidden.events.flatMap((event) => (event.type === 'message' ? [event.message.type] : []));
    expect(types).not.toContain('block');
  });
});

describe('the nodes that misbehave', () => {
  test('listen once for each name, on 127.0.0.1, and know no other name', async () => {
    const [first, again] = await Promise.all([address('silent'), address('silent')]);
    expect(again).toEqual(first);
    expect(first.host).toBe('127.0.0.1');
    expect(await address('half-key')).not.toEqual(first);
    for (const name of ['', 'SILENT', 'constructor', '__proto__'])
      expect(await node.misbehaving(name)).toBeUndefined();
  });

  const fresh = async () => {
    const fakeClock = new FakeClock();
    const one = await startDemoNode({ clock: fakeClock });
    closeAfterTest(() => one.close());
    const open = async (name: string) => {
      const { host, port } = (await one.misbehaving(name))!;
      const socket = connect({ host, port, noDelay: true });
      const state = { bytes: 0, closed: false };
      socket.on('error', () => {});
      socket.on('data', (chunk) => (state.bytes += chunk.length));
      socket.once('close', () => (state.closed = true));
      await new Promise((resolve) => socket.once('connect', resolve));
      closeAfterTest(() => socket.destroy());
      return { socket, state };
    };
    return { one, fakeClock, open };
  };

  test('end every visit after ten minutes', async () => {
    const { fakeClock, open } = await fresh();
    const { state } = await open('silent');
    await until(() => fakeClock.timers > 0);
    fakeClock.advance(599_999);
    expect(state.closed).toBe(false);
    fakeClock.advance(1);
    await until(() => state.closed);
    await until(() => fakeClock.timers === 0);
  });

  test('leave no timer behind when a visitor leaves, however slow they are', async () => {
    const { fakeClock, open } = await fresh();
    const { socket, state } = await open('slow');
    socket.write(new Uint8Array(64).fill(1));
    for (let byte = 1; byte <= 3; byte++) {
      await until(() => state.bytes === byte && fakeClock.timers === 2);
      fakeClock.advance(250);
    }
    socket.destroy();
    await until(() => fakeClock.timers === 0);
  });

  test('close further connections at once when they have 32, and all of them with the node', async () => {
    const { one, open } = await fresh();
    const visits: Awaited<ReturnType<typeof open>>[] = [];
    for (let i = 0; i < 32; i++) visits.push(await open(i % 2 === 0 ? 'silent' : 'no-version'));
    const { state: refused } = await open('garbage-4095');
    await until(() => refused.closed);
    expect(refused.bytes).toBe(0);
    expect(visits.some(({ state }) => state.closed)).toBe(false);
    await one.close();
    await until(() => visits.every(({ state }) => state.closed));
    expect(await one.misbehaving('silent')).toBeUndefined();
  });

  test('survive nonsense and resets in every way', async () => {
    const { fakeClock, open } = await fresh();
    for (const { name } of misbehaviours) {
      const { socket } = await open(name);
      socket.write(new Uint8Array(5000).fill(0x5a));
      await new Promise((resolve) => setImmediate(resolve));
      socket.resetAndDestroy();
    }
    await until(() => fakeClock.timers === 0);
  });
});
