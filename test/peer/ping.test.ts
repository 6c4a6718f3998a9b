import { expect, test } from 'vitest';
import { decodeMessage } from '../../shared/messages/index.js';
import { peerErrorOf } from './ended.js';
import { type RawPeer } from './raw-peer.js';
import { misbehaviours, peerUnderTest, readyWithRaw, settle } from './setup.js';

async function nonceOfPing(raw: RawPeer, nth = 1): Promise<bigint> {
  await raw.hear('ping', nth);
  const ping = raw.messages.filter(({ type }) => type === 'ping')[nth - 1]!;
  const decoded = decodeMessage('ping', ping.payload);
  if (decoded.kind !== 'decoded' || decoded.type !== 'ping') throw new Error('not a ping');
  return decoded.value.nonce;
}

test('a ping is answered with its nonce', async () => {
  const { raw } = await readyWithRaw();
  await raw.send('ping', { nonce: 0x0123456789abcdefn });
  await raw.hear('pong');
  expect(decodeMessage('pong', raw.messages.at(-1)!.payload)).toMatchObject({
    value: { nonce: 0x0123456789abcdefn },
  });
});

test('our pings are paired with their pongs by nonce, in any order, and measured by the clock', async () => {
  const { peer, raw, clock, events } = await readyWithRaw();
  const first = peer.ping();
  const nonce1 = await nonceOfPing(raw, 1);
  clock.advance(10);
  const second = peer.ping();
  const nonce2 = await nonceOfPing(raw, 2);
  clock.advance(5);
  await raw.send('pong', { nonce: nonce2 });
  expect(await second).toBe(5);
  clock.advance(100);
  await raw.send('pong', { nonce: nonce1 });
  expect(await first).toBe(115);
  expect(events.filter((event) => event.type === 'ping')).toMatchObject([
    { nonce: nonce2, ms: 5 },
    { nonce: nonce1, ms: 115 },
  ]);
});

test('a pong with another nonce answers nothing, and is told of', async () => {
  const { peer, raw, clock, events } = await readyWithRaw();
  const ping = peer.ping({ timeoutMs: 50 });
  await raw.send('pong', { nonce: (await nonceOfPing(raw)) ^ 1n });
  await settle();
  expect(misbehaviours(events)).toEqual(['unexpected-pong']);
  clock.advance(50);
  await expect(ping).rejects.toMatchObject({ code: 'request-timed-out' });
  expect(peer.state).toBe('ready');
});

test('a caller may stop waiting', async () => {
  const { peer, clock } = await readyWithRaw({ timeouts: { pingIntervalMs: Infinity } });
  const controller = new AbortController();
  const ping = peer.ping({ signal: controller.signal });
  controller.abort();
  await expect(ping).rejects.toMatchObject({ code: 'aborted' });
  await expect(peer.ping({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
  expect(clock.timers).toBe(0);
});

test('before ready there is no ping', async () => {
  await expect(peerUnderTest('initiator').peer.ping()).rejects.toMatchObject({ code: 'not-ready' });
});

test('keep-alive: a ping each interval after the last answer', async () => {
  const { peer, raw, clock } = await readyWithRaw({ timeouts: { pingIntervalMs: 1000, pingTimeoutMs: 500 } });
  for (let nth = 1; nth <= 3; nth++) {
    clock.advance(999);
    await settle();
    expect(raw.heard.filter((heard) => heard === 'ping')).toHaveLength(nth - 1);
    clock.advance(1);
    await raw.send('pong', { nonce: await nonceOfPing(raw, nth) });
    await settle();
  }
  expect(peer.state).toBe('ready');
});

test('keep-alive: a ping without an answer ends the session', async () => {
  const { peer, raw, clock } = await readyWithRaw({ timeouts: { pingIntervalMs: 1000, pingTimeoutMs: 500 } });
  clock.advance(1000);
  await raw.hear('ping');
  clock.advance(499);
  await settle();
  expect(peer.state).toBe('ready');
  clock.advance(1);
  expect((await peerErrorOf(peer)).code).toBe('ping-timed-out');
  await raw.over;
});

test('the end of the session is the end of waiting', async () => {
  const { peer, far, raw } = await readyWithRaw();
  const ping = peer.ping();
  const headers = peer.ask.headers({});
  const failures = Promise.all([
    expect(ping).rejects.toMatchObject({ code: 'session-ended' }),
    expect(headers).rejects.toMatchObject({ code: 'session-ended' }),
  ]);
  await raw.hear('getheaders');
  far.close();
  await failures;
});
