import { describe, expect, test } from 'vitest';
import { networks } from '../../shared/networks.js';
import { PeerFailure } from '../../shared/peer/index.js';
import { peerErrorOf } from './ended.js';
import { nodeVersion, RawPeer } from './raw-peer.js';
import { peerUnderTest, readyWithRaw, settle, states } from './setup.js';

const reset = () => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

describe('time-outs', () => {
  test('without a byte: the port says nothing', async () => {
    const { peer, clock } = peerUnderTest('initiator');
    await settle();
    clock.advance(59_999);
    expect(peer.state).toBe('handshaking');
    clock.advance(1);
    const error = await peerErrorOf(peer);
    expect(error.code).toBe('timed-out-without-bytes');
    expect(error.message).toContain('60 s');
  });

  test('after bytes came: names how many', async () => {
    const { peer, clock, far } = peerUnderTest('initiator');
    const stranger = far.writable.getWriter();
    await stranger.write(new Uint8Array(40));
    await stranger.write(new Uint8Array(60));
    await settle();
    clock.advance(60_000);
    const error = await peerErrorOf(peer);
    expect(error).toMatchObject({ code: 'timed-out-handshaking', bytesReceived: 100 });
    expect(error.message).toContain('100 bytes');
    expect(error.hint).toContain('another network');
  });

  test.each([
    ['version', false],
    ['verack', true],
  ] as const)('encrypted, but without the peer’s %s', async (awaiting, sendVersion) => {
    const { peer, clock, far } = peerUnderTest('initiator');
    const raw = new RawPeer(far, 'responder');
    await raw.hear('version');
    if (sendVersion) await raw.send('version', nodeVersion());
    await settle();
    clock.advance(60_000);
    expect(await peerErrorOf(peer)).toMatchObject({ code: 'timed-out-negotiating', awaiting });
  });

  test('a version that cannot be read: named, not called missing', async () => {
    const { peer, clock, far } = peerUnderTest('initiator');
    const raw = new RawPeer(far, 'responder');
    await raw.hear('version');
    await raw.sendRaw('version', new Uint8Array(10));
    await settle();
    expect(peer.state).toBe('negotiating');
    clock.advance(60_000);
    const error = await peerErrorOf(peer);
    expect(error).toMatchObject({ code: 'timed-out-negotiating', awaiting: 'version' });
    expect(error.message).toContain('could not be read');
  });

  test('the time is the caller’s to choose', async () => {
    const { peer, clock } = peerUnderTest('responder', { timeouts: { handshakeMs: 10 } });
    await settle();
    clock.advance(10);
    expect((await peerErrorOf(peer)).code).toBe('timed-out-without-bytes');
  });

  test('once ready, the handshake’s time is over with', async () => {
    const { peer, clock } = await readyWithRaw({ timeouts: { pingIntervalMs: Infinity } });
    clock.advance(3_600_000);
    expect(peer.state).toBe('ready');
  });
});

describe('the peer closes', () => {
  test('before any byte: the cue that it may speak only v1', async () => {
    const { peer, far } = peerUnderTest('initiator');
    await settle();
    far.close();
    const error = await peerErrorOf(peer);
    expect(error.code).toBe('closed-before-any-byte');
    expect(error.hint).toContain('v1');
  });

  test('before any byte, with a reset, as when our key stays unread', async () => {
    const { peer, near } = peerUnderTest('initiator');
    await settle();
    near.fail(reset());
    expect((await peerErrorOf(peer)).code).toBe('closed-before-any-byte');
  });

  test('a connection that never stood is no such cue', async () => {
    const { peer, near } = peerUnderTest('initiator');
    const cause = Object.assign(new Error('unreachable'), {
      code: 'unreachable',
      hint: 'Check the address.',
    });
    near.fail(cause);
    expect(await peerErrorOf(peer)).toMatchObject({
      code: 'connection-lost',
      cause,
      hint: 'Check the address.',
    });
  });

  test('after a byte: the transport says where', async () => {
    const { peer, far } = peerUnderTest('initiator');
    await far.writable.getWriter().write(Uint8Array.of(1));
    await settle();
    far.close();
    expect(await peerErrorOf(peer)).toMatchObject({
      code: 'transport',
      error: { code: 'closed-during-key' },
    });
  });

  test.each([
    ['version', false],
    ['verack', true],
  ] as const)('before its %s', async (awaiting, sendVersion) => {
    const { peer, far } = peerUnderTest('initiator');
    const raw = new RawPeer(far, 'responder');
    await raw.hear('version');
    if (sendVersion) await raw.send('version', nodeVersion());
    await settle();
    far.close();
    expect((await peerErrorOf(peer)).code).toBe('closed-while-negotiating');
    expect((await peerErrorOf(peer)).message).toContain(awaiting);
  });

  test('once ready: closed, and no failure', async () => {
    const { peer, far, events } = await readyWithRaw();
    far.close();
    expect(await peer.ended).toEqual({ state: 'closed', by: 'peer' });
    expect(states(events)).toEqual(['negotiating', 'ready', 'closed']);
    expect(events.at(-1)).toMatchObject({ type: 'end', end: { by: 'peer' } });
  });

  test('once ready, with a reset: the connection is lost', async () => {
    const { peer, near } = await readyWithRaw();
    near.fail(reset());
    expect((await peerErrorOf(peer)).code).toBe('connection-lost');
  });
});

test('a flipped bit ends the session with the transport’s error', async () => {
  const { peer, raw } = await readyWithRaw();
  raw.transport.send('ping', new Uint8Array(8));
  const packet = raw.transport.takeOutput();
  packet[packet.length - 1]! ^= 1;
  await raw.write(packet);
  expect(await peerErrorOf(peer)).toMatchObject({
    code: 'transport',
    error: { code: 'packet-authentication-failed' },
  });
  await raw.over;
});

test('what came before a broken packet in the same read is still delivered', async () => {
  const { peer, raw, events } = await readyWithRaw();
  raw.transport.send('ping', new Uint8Array(8));
  raw.transport.send('ping', new Uint8Array(8));
  const packets = raw.transport.takeOutput();
  packets[packets.length - 1]! ^= 1;
  await raw.write(packets);
  expect((await peerErrorOf(peer)).code).toBe('transport');
  expect(events.filter((event) => event.type === 'message' && event.message.type === 'ping')).toHaveLength(1);
});

test('a v1 peer towards our responder: everything it sent is in the error', async () => {
  const { peer, far } = peerUnderTest('responder');
  const v1 = Uint8Array.from([
    ...networks.regtest.magic,
    ...new TextEncoder().encode('version'),
    0,
    0,
    0,
    0,
    0,
    9,
    9,
  ]);
  await far.writable.getWriter().write(v1);
  expect(await peerErrorOf(peer)).toMatchObject({ code: 'peer-speaks-v1', buffered: v1 });
});

describe('we close', () => {
  test('the peer sees the end, with what was sent before it', async () => {
    const { peer, raw, near } = await readyWithRaw();
    peer.send('feefilter', { feeRate: 5n });
    peer.close('enough');
    await raw.over;
    expect(raw.heard.at(-1)).toBe('feefilter');
    expect(near.closed).toEqual({ reason: 'enough' });
    expect(await peer.ended).toEqual({ state: 'closed', by: 'us', reason: 'enough' });
  });

  test('before ready: those who wait for ready are told', async () => {
    const { peer } = peerUnderTest('initiator');
    peer.close();
    await expect(peer.ready).rejects.toMatchObject({ code: 'session-ended' });
  });

  test('nothing runs on, and nothing can be sent', async () => {
    const { peer, clock, events } = await readyWithRaw();
    const count = events.length;
    peer.close();
    peer.close('again');
    expect(clock.timers).toBe(0);
    expect(events.slice(count).map(({ type }) => type)).toEqual(['state', 'end']);
    expect(() => peer.send('ping', { nonce: 1n })).toThrow(PeerFailure);
    expect(() => peer.sendRaw('ping', new Uint8Array(8))).toThrow(PeerFailure);
    expect(() => peer.sendDecoy(1)).toThrow(PeerFailure);
    await expect(peer.ping()).rejects.toMatchObject({ code: 'session-ended' });
    await expect(peer.expect('inv')).rejects.toMatchObject({ code: 'session-ended' });
  });

  test('by an AbortSignal, before the start and later', async () => {
    const before = peerUnderTest('initiator', { signal: AbortSignal.abort() });
    expect(await before.peer.ended).toEqual({ state: 'closed', by: 'us', reason: 'aborted' });
    const controller = new AbortController();
    const later = await readyWithRaw({ signal: controller.signal });
    controller.abort();
    expect(await later.peer.ended).toEqual({ state: 'closed', by: 'us', reason: 'aborted' });
    await later.raw.over;
  });
});

describe('when writing fails', () => {
  const brokenPipe = () => Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });

  test('what the peer said before is still read, and its end is what counts', async () => {
    const { peer, raw, near, far, events } = await readyWithRaw();
    near.failWriting(brokenPipe());
    peer.send('ping', { nonce: 1n });
    await settle();
    expect(peer.state).toBe('ready');
    await raw.send('feefilter', { feeRate: 3n });
    far.close();
    expect(await peer.ended).toEqual({ state: 'closed', by: 'peer' });
    expect(peer.features.feefilter).toBe(3n);
    expect(events.at(-1)?.type).toBe('end');
  });

  test('and nothing more can be read, the connection is lost soon after', async () => {
    const { peer, near, clock } = await readyWithRaw();
    near.failWriting(brokenPipe());
    peer.send('ping', { nonce: 1n });
    await settle();
    clock.advance(1000);
    expect((await peerErrorOf(peer)).code).toBe('connection-lost');
  });
});

test('a peer that takes none of our bytes for too long is stalled', async () => {
  const { peer, raw, clock } = await readyWithRaw({
    buffer: 1024,
    timeouts: { pingIntervalMs: Infinity, stallMs: 60_000 },
  });
  raw.stopReading();
  // The read that is under way takes this one.
  peer.sendRaw('y', new Uint8Array(0));
  await raw.hear('y');
  peer.sendRaw('x', new Uint8Array(100_000));
  await settle();
  clock.advance(59_999);
  expect(peer.state).toBe('ready');
  clock.advance(1);
  expect(await peerErrorOf(peer)).toMatchObject({ code: 'stalled' });
});

test('a fault of ours is called that', async () => {
  const { peer, raw } = await readyWithRaw({ timeouts: { pingIntervalMs: Infinity } });
  Object.defineProperty(peer.features, 'sendheaders', {
    set() {
      throw new TypeError('a mistake in the session');
    },
  });
  await raw.send('sendheaders', {});
  const error = await peerErrorOf(peer);
  expect(error).toMatchObject({ code: 'internal', cause: expect.any(TypeError) as TypeError });
  expect(error.hint).toMatch(/report/);
});

test('a decoy after the transport has met its end goes nowhere, and throws nothing', async () => {
  const { peer, raw } = await readyWithRaw({ inbox: { messages: 2, bytes: 1 << 20 } });
  // Held up by a loop that does not take its messages, with the end further on in the same read.
  const loop = peer[Symbol.asyncIterator]();
  await loop.next();
  for (let i = 0; i < 6; i++) raw.transport.send('sendheaders', new Uint8Array(0));
  await raw.write(Uint8Array.from([...raw.transport.takeOutput(), ...new Uint8Array(5000)]));
  await settle();
  expect(peer.state).toBe('ready');
  expect(() => peer.sendDecoy(10)).not.toThrow();
  expect(() => peer.send('ping', { nonce: 1n })).not.toThrow();
});
