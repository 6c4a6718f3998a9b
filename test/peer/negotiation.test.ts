import { describe, expect, test } from 'vitest';
import { V2Transport } from '../../shared/bip324/index.js';
import { decodeMessage, encodeMessage } from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';
import { Peer } from '../../shared/peer/index.js';
import { duplexPair } from './duplex-pair.js';
import { peerErrorOf } from './ended.js';
import { FakeClock } from './fake-clock.js';
import { nodeVersion, RawPeer } from './raw-peer.js';
import { misbehaviours, peerUnderTest, readyWithRaw, settle, states } from './setup.js';

describe('as initiator', () => {
  test('sends version with its version packet, and wtxidrelay, sendaddrv2, verack once it has the peer’s', async () => {
    const { peer, far, events } = peerUnderTest('initiator', { v2: { garbage: 100 } });
    const raw = new RawPeer(far, 'responder');
    await raw.hear('version');
    await settle();
    expect(raw.heard).toEqual(['keys', 'ready', 'version']);
    // Key and garbage, then terminator, version packet and the version message, as a real node cuts them.
    expect(raw.chunks.map((chunk) => chunk.length)).toEqual([
      64 + 100,
      16 + 20 + 13 + 20 + raw.messages[0]!.payload.length,
    ]);
    await raw.send('version', nodeVersion());
    await raw.hear('verack');
    expect(raw.heard.slice(3)).toEqual(['wtxidrelay', 'sendaddrv2', 'verack']);
    // What is said in one turn goes out as one chunk.
    expect(raw.chunks.slice(2).map((chunk) => chunk.length)).toEqual([3 * 33]);
    expect(peer.state).toBe('negotiating');
    await raw.send('verack', {});
    expect(await peer.ready).toMatchObject({
      version: 70016,
      userAgent: '/Satoshi:29.4.0/',
      services: 0xc09n,
    });
    expect(states(events)).toEqual(['negotiating', 'ready']);
    await settle();
    expect(raw.heard.at(-1)).toBe('verack');
  });

  test('presents itself as a light client that offers nothing and wants no transactions', async () => {
    const { far, clock } = peerUnderTest('initiator');
    const raw = new RawPeer(far, 'responder');
    await raw.hear('version');
    expect(decodeMessage('version', raw.messages[0]!.payload)).toMatchObject({
      kind: 'decoded',
      value: {
        version: 70017,
        services: 0n,
        userAgent: '/Peerglass:0.1.0/',
        startHeight: 0,
        relay: false,
        time: BigInt(clock.now() / 1000),
      },
    });
  });

  test('says what the caller says about itself', async () => {
    const version = { services: 1n, userAgent: '/Mine:1/', startHeight: 42, relay: true };
    const { far } = peerUnderTest('initiator', { version });
    const raw = new RawPeer(far, 'responder');
    await raw.hear('version');
    expect(decodeMessage('version', raw.messages[0]!.payload)).toMatchObject({ value: version });
  });

  test('refuses at once what a version message cannot carry', () => {
    expect(() => peerUnderTest('initiator', { version: { userAgent: 'x'.repeat(257) } })).toThrow(
      /userAgent/,
    );
  });

  test('uses a fresh nonce each time', async () => {
    expect(peerUnderTest('initiator').peer.ourVersion.nonce).not.toBe(
      peerUnderTest('initiator').peer.ourVersion.nonce,
    );
  });
});

describe('as responder', () => {
  test('says nothing before the peer’s version, then version, wtxidrelay, sendaddrv2, verack', async () => {
    const { peer, far } = peerUnderTest('responder');
    const raw = new RawPeer(far, 'initiator');
    await raw.hear('ready');
    await settle();
    expect(raw.messages).toEqual([]);
    await raw.send('version', nodeVersion());
    await raw.hear('verack');
    expect(raw.messages.map(({ type }) => type)).toEqual(['version', 'wtxidrelay', 'sendaddrv2', 'verack']);
    await raw.send('verack', {});
    await peer.ready;
    expect(peer.state).toBe('ready');
  });
});

test('two of our own come to terms, whichever bytes come together', async () => {
  const initiator = peerUnderTest('initiator');
  const { near, far, ...rest } = initiator;
  const responder = peerUnderTest('responder', { duplex: far, version: { userAgent: '/Responder:1/' } });
  expect((await initiator.peer.ready).userAgent).toBe('/Responder:1/');
  expect((await responder.peer.ready).userAgent).toBe('/Peerglass:0.1.0/');
  expect(initiator.peer.sessionId).toEqual(responder.peer.sessionId);
  expect(initiator.peer.features).toMatchObject({ wtxidrelay: true, sendaddrv2: true, sendheaders: false });
  rest.peer.close();
  expect(await responder.peer.ended).toEqual({ state: 'closed', by: 'peer' });
  expect(near.closed).toBeDefined();
});

test('they do so byte by byte, too, with garbage, decoys and a version packet that is not empty', async () => {
  const clock = new FakeClock();
  const [a, b] = duplexPair({ cut: (bytes) => Array.from(bytes, (byte) => Uint8Array.of(byte)) });
  const v2 = {
    network: networks.regtest,
    garbage: 4095,
    decoys: [0, 300],
    versionContents: Uint8Array.of(1, 2, 3),
  };
  const initiator = new Peer({ role: 'initiator', transport: V2Transport.initiator(v2), duplex: a, clock });
  const responder = new Peer({ role: 'responder', transport: V2Transport.responder(v2), duplex: b, clock });
  await Promise.all([initiator.ready, responder.ready]);
  expect(await initiator.ping()).toBe(0);
  expect(await responder.ping()).toBe(0);
  responder.close();
  expect(await initiator.ended).toEqual({ state: 'closed', by: 'peer' });
});

test('a peer below protocol 70016 is sent neither wtxidrelay nor sendaddrv2', async () => {
  const { far } = peerUnderTest('initiator');
  const raw = new RawPeer(far, 'responder');
  await raw.hear('version');
  await raw.send('version', nodeVersion({ version: 70015 }));
  await raw.hear('verack');
  expect(raw.messages.map(({ type }) => type)).toEqual(['version', 'verack']);
});

test('a peer below protocol 31800 is too old', async () => {
  const { peer, far } = peerUnderTest('initiator');
  const raw = new RawPeer(far, 'responder');
  await raw.hear('version');
  await raw.send('version', nodeVersion({ version: 31799 }));
  expect(await peerErrorOf(peer)).toMatchObject({ code: 'obsolete-version', version: 31799 });
});

describe('feature (BIP434)', () => {
  const ours = { id: 'ours', data: Uint8Array.of(1) };

  test.each([
    [70017, ['version', 'wtxidrelay', 'sendaddrv2', 'feature', 'verack']],
    [70016, ['version', 'wtxidrelay', 'sendaddrv2', 'verack']],
  ])('ours go to a peer of %i: %j', async (version, expected) => {
    const { far } = peerUnderTest('initiator', { features: [ours] });
    const raw = new RawPeer(far, 'responder');
    await raw.hear('version');
    await raw.send('version', nodeVersion({ version }));
    await raw.hear('verack');
    expect(raw.messages.map(({ type }) => type)).toEqual(expected);
  });

  test('the peer’s are an event and kept, between version and verack; later ones are out of order', async () => {
    const { peer, far, events } = peerUnderTest('initiator');
    const raw = new RawPeer(far, 'responder');
    await raw.hear('version');
    await raw.send('version', nodeVersion({ version: 70017 }));
    await raw.send('feature', { id: 'some-feature', data: Uint8Array.of(1, 2) });
    await raw.send('verack', {});
    await peer.ready;
    await raw.send('feature', { id: 'late-feature', data: new Uint8Array(0) });
    await settle();
    expect(events.filter((event) => event.type === 'feature')).toMatchObject([
      { feature: { id: 'some-feature' } },
    ]);
    expect(peer.features.announced.map(({ id }) => id)).toEqual(['some-feature']);
    expect(misbehaviours(events)).toEqual(['feature-after-verack']);
    expect(peer.state).toBe('ready');
  });
});

describe('out of order', () => {
  test('messages before version, and most before verack, are ignored and told of', async () => {
    const { peer, far, events } = peerUnderTest('initiator');
    const raw = new RawPeer(far, 'responder');
    await raw.hear('version');
    await raw.send('verack', {});
    await raw.send('ping', { nonce: 1n });
    await raw.send('version', nodeVersion());
    await raw.send('ping', { nonce: 2n });
    await raw.send('verack', {});
    await peer.ready;
    await settle();
    expect(misbehaviours(events)).toEqual([
      'message-before-version',
      'message-before-version',
      'message-before-verack',
    ]);
    expect(raw.heard).not.toContain('pong');
  });

  test('a second version or verack is ignored and told of', async () => {
    const { peer, raw, events } = await readyWithRaw();
    await raw.send('version', nodeVersion({ userAgent: '/Other:1/' }));
    await raw.send('verack', {});
    await settle();
    expect(misbehaviours(events)).toEqual(['duplicate-version', 'duplicate-verack']);
    expect(peer.theirVersion?.userAgent).toBe('/Satoshi:29.4.0/');
    expect(peer.state).toBe('ready');
  });

  test.each(['wtxidrelay', 'sendaddrv2'] as const)(
    '%s after verack ends the session, as with a real node',
    async (type) => {
      const { peer, raw } = await readyWithRaw();
      await raw.send(type, {});
      expect(await peerErrorOf(peer)).toMatchObject({ code: 'negotiation-after-verack', type });
      await raw.over;
    },
  );

  test('a version that does not parse is ignored and told of', async () => {
    const { peer, far, events } = peerUnderTest('initiator');
    const raw = new RawPeer(far, 'responder');
    await raw.hear('version');
    await raw.sendRaw('version', encodeMessage('version', nodeVersion()).subarray(0, 30));
    await raw.send('version', nodeVersion());
    await raw.send('verack', {});
    await peer.ready;
    expect(misbehaviours(events)).toEqual(['malformed-message']);
  });
});

test('what the peer wants is known: sendheaders, sendcmpct, feefilter', async () => {
  const { peer, raw } = await readyWithRaw();
  expect(peer.features).toMatchObject({ sendheaders: false });
  await raw.send('sendheaders', {});
  await raw.send('sendcmpct', { announce: false, version: 2n });
  await raw.send('feefilter', { feeRate: 1000n });
  await settle();
  expect(peer.features).toMatchObject({
    sendheaders: true,
    sendcmpct: { announce: false, version: 2n },
    feefilter: 1000n,
  });
});
