import { describe, expect, test } from 'vitest';
import { V2Transport } from '../../shared/bip324/index.js';
import { type Duplex } from '../../shared/duplex.js';
import { networks } from '../../shared/networks.js';
import {
  dial,
  Peer,
  PeerFailure,
  V1Transport,
  type DialEvent,
  type DialOptions,
  type FallbackOffer,
  type PeerEvent,
} from '../../shared/peer/index.js';
import { duplexPair, type TestDuplex } from './duplex-pair.js';
import { FakeClock } from './fake-clock.js';
import { settle } from './setup.js';

const network = networks.regtest;
const P2P_V2 = 1n << 11n;

type Node = (far: TestDuplex, near: TestDuplex) => unknown;

const serves =
  (transport: () => V1Transport | V2Transport): Node =>
  (far) =>
    new Peer({ role: 'responder', transport: transport(), duplex: far, clock: new FakeClock() });
const speaksV2 = serves(() => V2Transport.responder({ network }));
const speaksV1 = serves(() => V1Transport.responder({ network }));

/** What a v1 node does to v2: it has read a header's worth, and hangs up without a word. */
const hangsUp: Node = async (far) => {
  const reader = far.readable.getReader();
  let count = 0;
  while (count < 24) count += (await reader.read()).value?.length ?? 24;
  far.close();
};

/** Dials nodes that behave, one connection after the other, as listed. */
function dialling(nodes: Node[], options: Partial<DialOptions> = {}) {
  const clock = new FakeClock();
  const events: (PeerEvent | DialEvent)[] = [];
  const ends: TestDuplex[] = [];
  const connect = (): Promise<Duplex> => {
    const [near, far] = duplexPair();
    const node = nodes[ends.length];
    ends.push(near);
    if (node === undefined) throw new Error('one connection more than expected');
    node(far, near);
    return Promise.resolve(near);
  };
  const dialled = dial({ network, connect, clock, onEvent: (event) => events.push(event), ...options });
  dialled.catch(() => {});
  return { dialled, clock, events, ends };
}

const steps = (events: readonly (PeerEvent | DialEvent)[]) =>
  events.flatMap((event) =>
    event.type === 'dialing' ? [event.protocol] : event.type === 'fallback' ? [event.decision] : [],
  );

async function failure(dialled: Promise<Peer>): Promise<PeerFailure> {
  const outcome = await dialled.catch((error: unknown) => error);
  if (!(outcome instanceof PeerFailure))
    throw new Error('it did not fail with a PeerFailure', { cause: outcome });
  return outcome;
}

test('a v2 node: one connection, v2, and no word of v1', async () => {
  const { dialled, events, ends } = dialling([speaksV2], { fallback: 'v1' });
  const peer = await dialled;
  expect([peer.state, peer.protocol]).toEqual(['ready', 'v2']);
  expect(steps(events)).toEqual(['v2']);
  expect(ends).toHaveLength(1);
});

describe('a node that speaks only v1', () => {
  test('by default: it fails, and says what might be done', async () => {
    const { dialled, events, ends } = dialling([hangsUp]);
    const error = await failure(dialled);
    expect(error.code).toBe('closed-before-any-byte');
    expect(error.hint).toContain('v1');
    expect(steps(events)).toEqual(['v2', 'not-asked-for']);
    expect(ends).toHaveLength(1);
  });

  test('when the caller’s option says so: a second, fresh connection, with v1, and events tell', async () => {
    const { dialled, events, ends } = dialling([hangsUp, speaksV1], { fallback: 'v1' });
    const peer = await dialled;
    expect([peer.state, peer.protocol, peer.sessionId]).toEqual(['ready', 'v1', undefined]);
    expect(steps(events)).toEqual(['v2', 'retry-with-v1', 'v1']);
    expect(ends).toHaveLength(2);
    expect(ends[0]!.closed).toBeDefined();
    expect(await peer.ping()).toBe(0);
  });

  test('known to speak v2 (service bit 11): the option is not enough, the downgrade is refused', async () => {
    const { dialled, events, ends } = dialling([hangsUp], { fallback: 'v1', knownServices: P2P_V2 | 9n });
    const error = await failure(dialled);
    expect(error.code).toBe('downgrade-refused');
    expect(error.hint).toContain('unencrypted');
    expect(steps(events)).toEqual(['v2', 'downgrade-refused']);
    expect(events).toContainEqual(expect.objectContaining({ type: 'fallback', v2Promised: true }));
    expect(ends).toHaveLength(1);
  });

  test('known to offer other services: nothing was promised', async () => {
    const { dialled } = dialling([hangsUp, speaksV1], { fallback: 'v1', knownServices: 0xfffff7ffn });
    expect((await dialled).protocol).toBe('v1');
  });

  test.each([0n, P2P_V2])(
    'a person decides, and is told what was promised (services %i)',
    async (knownServices) => {
      const offers: FallbackOffer[] = [];
      const agree = (offer: FallbackOffer) => (offers.push(offer), Promise.resolve(true));
      const { dialled, events } = dialling([hangsUp, speaksV1], { fallback: agree, knownServices });
      expect((await dialled).protocol).toBe('v1');
      expect(offers).toEqual([{ v2Promised: knownServices === P2P_V2 }]);
      expect(steps(events)).toEqual(['v2', 'retry-with-v1', 'v1']);
    },
  );

  test('a person declines: nothing is dialled', async () => {
    const { dialled, events, ends } = dialling([hangsUp], { fallback: () => false });
    expect((await failure(dialled)).code).toBe('closed-before-any-byte');
    expect(steps(events)).toEqual(['v2', 'declined']);
    expect(ends).toHaveLength(1);
  });

  test('and hangs up on v1, too: that is the end', async () => {
    const { dialled, events, ends } = dialling([hangsUp, hangsUp], { fallback: 'v1' });
    const error = await failure(dialled);
    expect(error.code).toBe('closed-before-any-byte');
    expect(error.hint).toContain('v1 either');
    expect(steps(events)).toEqual(['v2', 'retry-with-v1', 'v1']);
    expect(ends).toHaveLength(2);
  });
});

describe('v1 is not tried where a real node would not', () => {
  test.each<[string, Node, string]>([
    [
      'the node sent one byte before it closed',
      async (far) => {
        await far.writable.getWriter().write(Uint8Array.of(1));
        await settle();
        far.close();
      },
      'transport',
    ],
    [
      'our first bytes did not go out',
      async (far, near) => {
        near.failWriting(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
        await settle();
        far.close();
      },
      'closed-before-any-byte',
    ],
    [
      'the connection broke for a reason of its own',
      (far) => far.fail(Object.assign(new Error('no route'), { code: 'unreachable' })),
      'connection-lost',
    ],
  ])('%s', async (_, node, code) => {
    const { dialled, events, ends } = dialling([node], { fallback: 'v1' });
    expect((await failure(dialled)).code).toBe(code);
    expect(steps(events)).toEqual(['v2']);
    expect(ends).toHaveLength(1);
  });

  test('nothing comes in time', async () => {
    const { dialled, clock, events } = dialling([() => {}], { fallback: 'v1' });
    await settle();
    clock.advance(60_000);
    expect((await failure(dialled)).code).toBe('timed-out-without-bytes');
    expect(steps(events)).toEqual(['v2']);
  });

  test('there was no connection at all', async () => {
    const refused = Object.assign(new Error('refused'), { hint: 'Start the node.' });
    const { dialled, events } = dialling([], { fallback: 'v1', connect: () => Promise.reject(refused) });
    expect((await failure(dialled)).error).toMatchObject({
      code: 'connection-lost',
      cause: refused,
      hint: 'Start the node.',
    });
    expect(steps(events)).toEqual(['v2']);
  });
});

describe('an AbortSignal', () => {
  test('while connecting: a connection that comes too late is closed', async () => {
    const controller = new AbortController();
    const [near] = duplexPair();
    let connected!: (duplex: Duplex) => void;
    const { dialled } = dialling([], {
      signal: controller.signal,
      connect: () => new Promise((resolve) => (connected = resolve)),
    });
    controller.abort();
    expect((await failure(dialled)).code).toBe('aborted');
    connected(near);
    await settle();
    expect(near.closed).toBeDefined();
  });

  test('while handshaking, and while a person thinks: nothing more is dialled', async () => {
    for (const [node, fallback] of [
      [() => {}, 'v1'],
      [hangsUp, () => new Promise<boolean>(() => {})],
    ] as const) {
      const controller = new AbortController();
      const { dialled, ends } = dialling([node], { fallback, signal: controller.signal });
      await settle();
      controller.abort();
      expect((await failure(dialled)).code).toBe('aborted');
      expect(ends).toHaveLength(1);
      expect(ends[0]!.closed).toBeDefined();
    }
  });

  test('before the start: no connection', async () => {
    const { dialled, ends } = dialling([], { signal: AbortSignal.abort() });
    expect((await failure(dialled)).code).toBe('aborted');
    expect(ends).toHaveLength(0);
  });
});
