import { describe, expect, test } from 'vitest';
import { type PeerMessage } from '../../shared/peer/index.js';
import { peerErrorOf } from './ended.js';
import { misbehaviours, peerUnderTest, readyWithRaw, settle } from './setup.js';

describe('the iterable of messages', () => {
  test('gives every message in order, the first iterator also those before it, and ends with the session', async () => {
    const { peer, raw, far } = await readyWithRaw();
    await raw.send('feefilter', { feeRate: 1n });
    await settle();
    const got: PeerMessage[] = [];
    const reading = (async () => {
      for await (const message of peer) got.push(message);
    })();
    await raw.send('ping', { nonce: 1n });
    await raw.hear('pong');
    far.close();
    await reading;
    expect(got.map(({ type }) => type)).toEqual(['version', 'verack', 'feefilter', 'ping']);
  });

  test('narrows by type, and says when and how large on the wire', async () => {
    const { peer, raw, clock } = await readyWithRaw();
    clock.advance(77);
    await raw.send('feefilter', { feeRate: 1234n });
    for await (const message of peer) {
      if (message.kind !== 'decoded' || message.type !== 'feefilter') continue;
      expect(message.value.feeRate).toBe(1234n);
      expect(message.at).toBe(clock.now());
      // protocol.md: feefilter is 8 bytes of payload and 29 on the wire
      expect([message.payload.length, message.wireBytes]).toEqual([8, 29]);
      break;
    }
    expect(peer.state).toBe('ready');
  });

  test('two iterators each get everything from where they were opened', async () => {
    const { peer, raw } = await readyWithRaw();
    const one = peer[Symbol.asyncIterator]();
    await one.next();
    await one.next();
    const two = peer[Symbol.asyncIterator]();
    await raw.send('sendheaders', {});
    expect((await one.next()).value).toMatchObject({ type: 'sendheaders' });
    expect((await two.next()).value).toMatchObject({ type: 'sendheaders' });
  });

  test('delivers what came before a failure, then ends', async () => {
    const { peer, raw } = await readyWithRaw();
    const iterator = peer[Symbol.asyncIterator]();
    await raw.send('wtxidrelay', {});
    await peer.ended;
    const got = [];
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
      got.push(next.value.type);
    expect(got).toEqual(['version', 'verack', 'wtxidrelay']);
  });
});

describe('what does not fit', () => {
  test('a type without a codec is opaque, and known by its name', async () => {
    const { peer, raw, events } = await readyWithRaw();
    await raw.sendRaw('mystery', Uint8Array.of(1, 2, 3));
    await settle();
    expect(received(events)).toMatchObject({
      kind: 'opaque',
      type: 'mystery',
      payload: Uint8Array.of(1, 2, 3),
      wireBytes: 36,
    });
    expect(peer.state).toBe('ready');
  });

  test('a type that the caller has no use for is opaque, whatever it says', async () => {
    const { raw, events } = await readyWithRaw({ opaque: new Set(['tx'] as const) });
    await raw.sendRaw('tx', Uint8Array.of(1));
    await raw.sendRaw('block', Uint8Array.of(1));
    await raw.send('ping', { nonce: 1n });
    await raw.hear('pong');
    const got = events.flatMap((event) =>
      event.type === 'message' && event.direction === 'received' ? [event.message] : [],
    );
    expect(got.map(({ type, kind }) => [type, kind]).slice(2)).toEqual([
      ['tx', 'opaque'],
      ['block', 'malformed'],
      ['ping', 'decoded'],
    ]);
    expect(misbehaviours(events)).toEqual(['malformed-message']);
  });

  test.each([
    ['an unknown one-byte id', Uint8Array.of(200, 1), 200],
    ['a malformed long type', Uint8Array.of(0, 0x70, 0, 0x70, 0, 0, 0, 0, 0, 0, 0, 0, 0), undefined],
    ['empty contents', new Uint8Array(0), undefined],
  ])('%s is ignored and told of, and the session goes on', async (_, contents, id) => {
    const { peer, raw, events } = await readyWithRaw();
    await raw.sendContents(contents);
    await raw.send('ping', { nonce: 1n });
    await raw.hear('pong');
    expect(misbehaviours(events)).toEqual(['unknown-message-type']);
    expect(
      events.find((event) => event.type === 'message' && event.message.kind === 'unknown'),
    ).toMatchObject({
      message: { type: undefined, ...(id !== undefined && { id }) },
    });
    expect(peer.state).toBe('ready');
  });

  test('a payload that does not parse is told of with field and offset, and the session goes on', async () => {
    const { peer, raw, events } = await readyWithRaw();
    await raw.sendRaw('inv', Uint8Array.of(2, 1, 0, 0, 0));
    await settle();
    expect(received(events)).toMatchObject({
      kind: 'malformed',
      type: 'inv',
      payload: Uint8Array.of(2, 1, 0, 0, 0),
    });
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'misbehaviour',
        misbehaviour: expect.objectContaining({
          code: 'malformed-message',
          error: expect.objectContaining({ code: 'truncated', offset: 5 }),
        }),
      }),
    );
    expect(peer.state).toBe('ready');
  });

  test('contents over the maximum end the session on reading their length', async () => {
    const { peer, raw } = await readyWithRaw({ v2: { maxContents: 1000 } });
    raw.transport.sendDecoy(1001);
    await raw.write(raw.transport.takeOutput().subarray(0, 3));
    expect(await peerErrorOf(peer)).toMatchObject({ code: 'transport', error: { code: 'packet-too-large' } });
  });
});

describe('sending', () => {
  test('typed messages wait for ready; raw ones do not', async () => {
    const { peer } = peerUnderTest('initiator');
    expect(() => peer.send('ping', { nonce: 1n })).toThrow(/negotiated/);
    expect(() => peer.sendRaw('ping', new Uint8Array(8))).not.toThrow();
  });

  test('raw bytes go out as they are, in the form that is asked for', async () => {
    const { peer, raw, events } = await readyWithRaw();
    peer.sendRaw('ping', Uint8Array.of(1, 2), { form: 'long' });
    await raw.hear('ping');
    expect(raw.messages.at(-1)).toEqual({ type: 'ping', payload: Uint8Array.of(1, 2) });
    expect(events.at(-1)).toMatchObject({
      type: 'message',
      direction: 'sent',
      message: { kind: 'malformed', wireBytes: 2 + 13 + 20 },
    });
  });

  test('a value that the message cannot carry is the caller’s mistake, and the session goes on', async () => {
    const { peer } = await readyWithRaw();
    expect(() => peer.send('ping', { nonce: -1n })).toThrow(/nonce/);
    expect(peer.state).toBe('ready');
  });

  test('decoys go both ways and are told of', async () => {
    const { peer, raw, events } = await readyWithRaw();
    peer.sendDecoy(11);
    await raw.hear('decoy');
    raw.transport.sendDecoy(22);
    await raw.flush();
    await settle();
    expect(events.filter((event) => event.type === 'decoy')).toMatchObject([
      { direction: 'sent', length: 11 },
      { direction: 'received', length: 22 },
    ]);
  });
});

describe('requests', () => {
  const header = {
    version: 1,
    previous: new Uint8Array(32),
    merkleRoot: new Uint8Array(32),
    time: 1,
    bits: 0x207fffff,
    nonce: 0,
  };

  test('headers: the next that come', async () => {
    const { peer, raw } = await readyWithRaw();
    const asked = peer.ask.headers({ locator: [header.previous] });
    await raw.hear('getheaders');
    await raw.send('headers', { headers: [header] });
    expect((await asked).headers).toEqual([header]);
  });

  test('silence is a time-out, and the session goes on', async () => {
    const { peer, clock } = await readyWithRaw({ timeouts: { pingIntervalMs: Infinity } });
    const asked = peer.ask.headers({});
    const failure = expect(asked).rejects.toMatchObject({ code: 'request-timed-out' });
    clock.advance(30_000);
    await failure;
    expect(peer.state).toBe('ready');
  });

  test('expect takes the first that fits', async () => {
    const { peer, raw } = await readyWithRaw();
    const wanted = peer.expect('feefilter', ({ feeRate }) => feeRate > 5n);
    await raw.send('feefilter', { feeRate: 1n });
    await raw.send('feefilter', { feeRate: 9n });
    expect(await wanted).toEqual({ feeRate: 9n });
  });
});

function received(events: readonly { type: string }[]) {
  const last = events.findLast((event) => event.type === 'message') as { message: PeerMessage } | undefined;
  return last?.message;
}
