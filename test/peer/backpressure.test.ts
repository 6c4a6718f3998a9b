import { expect, test } from 'vitest';
import { peerErrorOf } from './ended.js';
import { readyWithRaw, settle } from './setup.js';

const KIB = 1024;

/** Writes `count` messages from the far side as fast as they are taken, and says how many were. */
function flood(
  raw: Awaited<ReturnType<typeof readyWithRaw>>['raw'],
  type: string,
  payload: Uint8Array,
  count: number,
) {
  const progress = { written: 0 };
  const done = (async () => {
    for (let i = 0; i < count; i++) {
      await raw.sendRaw(type, payload);
      progress.written++;
    }
  })();
  return { progress, done };
}

test('while an iterator is behind nothing is read: the sender waits, and memory stays bounded', async () => {
  const { peer, raw, events } = await readyWithRaw({ buffer: 64 * KIB });
  const slow = peer[Symbol.asyncIterator]();
  const before = peer.bytesReceived;
  const { progress, done } = flood(raw, 'x', new Uint8Array(100), 20_000);
  await settle();
  const stuck = progress.written;
  await settle();
  expect(progress.written).toBe(stuck);
  expect(peer.bytesReceived - before).toBeLessThan(256 * KIB);
  // As soon as the iterator is read, everything arrives, in order, once.
  let got = 0;
  for (let next = await slow.next(); got < 20_000; next = await slow.next())
    if (next.value?.type === 'x' && ++got === 20_000) break;
  await done;
  expect(got).toBe(20_000);
  expect(peer.state).toBe('ready');
  expect(events.some((event) => event.type === 'misbehaviour')).toBe(false);
});

test('large messages count by their bytes', async () => {
  const { peer, raw } = await readyWithRaw({ buffer: 64 * KIB, inbox: { bytes: 300 * KIB } });
  void peer[Symbol.asyncIterator]();
  const before = peer.bytesReceived;
  const { progress } = flood(raw, 'x', new Uint8Array(100 * KIB), 100);
  await settle();
  expect(progress.written).toBeLessThan(8);
  expect(peer.bytesReceived - before).toBeLessThan(700 * KIB);
});

test('one large read is handed on in pieces, message by message', async () => {
  const { peer, raw, events } = await readyWithRaw({ inbox: { messages: 10 } });
  void peer[Symbol.asyncIterator]();
  for (let i = 0; i < 5000; i++) raw.transport.send('x', new Uint8Array(0));
  void raw.flush();
  await settle();
  expect(
    events.filter((event) => event.type === 'message' && event.message.type === 'x').length,
  ).toBeLessThanOrEqual(10);
});

test('while nobody iterates, reading goes on and the latest messages are kept', async () => {
  const { peer, raw } = await readyWithRaw({ inbox: { messages: 50 } });
  await flood(raw, 'x', new Uint8Array(10), 1000).done;
  await raw.send('sendheaders', {});
  await raw.send('ping', { nonce: 1n });
  await raw.hear('pong');
  const got: (string | undefined)[] = [];
  for await (const message of peer) {
    got.push(message.type);
    if (message.type === 'ping') break;
  }
  expect(got).toHaveLength(50);
  expect(got.slice(-3)).toEqual(['x', 'sendheaders', 'ping']);
});

test('an iterator that is left holds nothing up', async () => {
  const { peer, raw } = await readyWithRaw({ inbox: { messages: 10 } });
  for await (const message of peer) if (message.type === 'version') break;
  await flood(raw, 'x', new Uint8Array(10), 1000).done;
  await raw.send('ping', { nonce: 1n });
  await raw.hear('pong');
});

test('a peer that asks and does not read gets no more answers than fit', async () => {
  const { peer, raw } = await readyWithRaw({ buffer: 16 * KIB });
  raw.stopReading();
  const { progress } = flood(raw, 'ping', new Uint8Array(8), 200_000);
  // Every turn moves at most a buffer of pings; stop when two rounds make no difference.
  for (let last = -1; last !== progress.written;) {
    last = progress.written;
    for (let i = 0; i < 10; i++) await settle();
  }
  expect(progress.written).toBeLessThan(200_000);
  expect(peer.pendingOutput).toBeLessThan(1.2 * KIB * KIB);
});

test('a keep-alive that our own slow iterator holds up is not the peer’s fault; one the peer holds up is', async () => {
  const timeouts = { pingIntervalMs: 1000, pingTimeoutMs: 500 };
  const ours = await readyWithRaw({ buffer: 16 * KIB, inbox: { messages: 10 }, timeouts });
  void ours.peer[Symbol.asyncIterator]();
  void flood(ours.raw, 'x', new Uint8Array(100), 5000).done;
  await settle();
  ours.clock.advance(1500);
  await settle();
  expect(ours.peer.state).toBe('ready');
  ours.peer.close();

  const theirs = await readyWithRaw({ buffer: 16 * KIB, timeouts });
  theirs.raw.stopReading();
  theirs.clock.advance(1500);
  expect((await peerErrorOf(theirs.peer)).code).toBe('ping-timed-out');
});

test('what we send waits for the duplex to take it', async () => {
  const { peer, raw } = await readyWithRaw({ buffer: 16 * KIB });
  raw.stopReading();
  // The read that is under way takes this one.
  peer.sendRaw('y', new Uint8Array(0));
  await raw.hear('y');
  const before = peer.bytesSent;
  for (let i = 0; i < 100; i++) peer.sendRaw('x', new Uint8Array(10 * KIB));
  await settle();
  expect(peer.pendingOutput).toBeGreaterThan(900 * KIB);
  raw.readOn();
  await raw.hear('x', 100);
  expect(peer.pendingOutput).toBe(0);
  expect(peer.bytesSent - before).toBe(100 * (10 * KIB + 33));
});
