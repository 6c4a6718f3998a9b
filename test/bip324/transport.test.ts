import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { networks, TransportClosedError, V2Transport, type V2Event } from '../../shared/bip324/index.js';
import { ascii, concatBytes } from '../../shared/bytes.js';
import {
  carry,
  eventTypes,
  exchange,
  feed,
  lastError,
  messages,
  network,
  pair,
  seededRandom,
  sentBytes,
  side,
} from './helpers.js';

const payload = (length: number, fill = 7) => new Uint8Array(length).fill(fill);

describe('a handshake (BIP324, Overall handshake pseudocode)', () => {
  test('the initiator sends key and garbage at once, the responder nothing before the first byte that is not v1', () => {
    const { initiator, responder } = pair({ garbage: 100 }, { garbage: 50 });
    expect(initiator.transport.pendingOutput).toBe(64 + 100);
    expect(responder.transport.pendingOutput).toBe(0);
    expect(responder.transport.state).toEqual({ receive: 'key-or-v1', send: 'silent' });
    feed(responder, Uint8Array.of(~network.magic[0]! & 0xff));
    expect(responder.transport.pendingOutput).toBe(64 + 50);
    expect(responder.transport.state).toEqual({ receive: 'key', send: 'awaiting-key' });
  });

  test('both sides name the same session, different in every connection', () => {
    const sessions = [pair(), pair()].map((both) => {
      exchange(both);
      expect(eventTypes(both.initiator)).toEqual(['keys', 'ready']);
      expect(eventTypes(both.responder)).toEqual(['keys', 'ready']);
      expect(both.initiator.transport.sessionId).toEqual(both.responder.transport.sessionId);
      return both.initiator.transport.sessionId;
    });
    expect(sessions[0]).not.toEqual(sessions[1]);
  });

  test('terminator, version packet and what was queued go out as soon as the keys are known', () => {
    const { initiator, responder } = pair({ garbage: 0 }, { garbage: 0 });
    initiator.transport.send('ping', payload(8));
    carry(initiator, responder);
    // The responder's first flight: key, terminator, version packet. Nothing waits for our garbage to end.
    expect(responder.transport.pendingOutput).toBe(64 + 16 + 20);
    const flight = responder.transport.takeOutput();
    feed(initiator, flight.subarray(0, 64));
    expect(eventTypes(initiator)).toEqual(['keys']);
    expect(initiator.transport.pendingOutput).toBe(16 + 20 + (20 + 1 + 8));
  });

  test('garbage has a random length by default', () => {
    const lengths = new Set(Array.from({ length: 12 }, () => side('initiator').transport.pendingOutput));
    expect(lengths.size).toBeGreaterThan(1);
    for (const length of lengths) expect(length).toBeLessThanOrEqual(64 + 4095);
  });

  test('the version packet may say something; it is shown and otherwise ignored', () => {
    const both = pair({ versionContents: ascii('later') });
    exchange(both);
    expect(both.responder.events).toContainEqual({ type: 'ready', contents: ascii('later') });
    expect(both.responder.transport.state.receive).toBe('application');
  });

  test('decoys before the version packet, the first of them authenticating the garbage', () => {
    const both = pair({ decoys: [0, 5, 4000], garbage: 4095 }, { decoys: [1] });
    exchange(both);
    expect(both.responder.events.filter((event) => event.type === 'decoy')).toEqual([
      { type: 'decoy', length: 0 },
      { type: 'decoy', length: 5 },
      { type: 'decoy', length: 4000 },
    ]);
    expect(eventTypes(both.initiator)).toEqual(['keys', 'decoy', 'ready']);
  });

  test('4095 bytes of garbage that hold the first 15 bytes of the terminator are garbage', () => {
    // The terminator is known only once both keys are: so the responder's bytes are made here, by hand.
    const keysOf = side('initiator');
    const both = { initiator: keysOf, responder: side('responder', { garbage: 0 }) };
    carry(both.initiator, both.responder);
    const flight = both.responder.transport.takeOutput();
    const terminator = flight.subarray(64, 80);
    const lookalike = concatBytes(payload(4080), terminator.subarray(0, 15));
    feed(both.initiator, concatBytes(flight.subarray(0, 64), lookalike), () => 1);
    expect(eventTypes(both.initiator)).toEqual(['keys']);
    feed(both.initiator, terminator, () => 1);
    expect(both.initiator.transport.state.receive).toBe('version');
  });
});

describe('a v1 peer (BIP324, v1 fallback)', () => {
  const v1Start = concatBytes(network.magic, ascii('version'), new Uint8Array(5));

  test.each([1, 3, 16, 40])('is handed on with all its bytes, in pieces of %i', (size) => {
    const responder = side('responder');
    const bytes = concatBytes(v1Start, payload(20));
    for (let at = 0; at < bytes.length; at += size) feed(responder, bytes.subarray(at, at + size));
    const [event] = responder.events;
    expect(event?.type).toBe('v1');
    const buffered = event?.type === 'v1' ? event.buffered : payload(0);
    expect(buffered).toEqual(bytes.subarray(0, Math.max(16, Math.ceil(16 / size) * size)));
    expect(responder.events).toHaveLength(1);
    expect(responder.transport.pendingOutput).toBe(0);
  });

  test.each(Array.from({ length: 15 }, (_, i) => i + 1))(
    '%i matching bytes and silence: nothing is sent',
    (count) => {
      const responder = side('responder');
      feed(responder, v1Start.subarray(0, count));
      expect(responder.transport.pendingOutput).toBe(0);
      expect(responder.transport.state.send).toBe('silent');
    },
  );

  test.each(Array.from({ length: 15 }, (_, i) => i + 1))(
    'a key that starts like v1 for %i bytes is whole',
    (count) => {
      // Grind nothing: a v2 key may start with any bytes, so hand the responder a made-up key.
      const key = concatBytes(v1Start.subarray(0, count), payload(64 - count, 0xee));
      const responder = side('responder', { garbage: 0 });
      feed(responder, key, () => 5);
      expect(eventTypes(responder)).toEqual(['keys']);
      expect(responder.trace.find((entry) => entry.direction === 'received')?.bytes).toEqual(key);
    },
  );

  test('of another network is refused by name', () => {
    const responder = side('responder');
    feed(responder, concatBytes(networks.main.magic, v1Start.subarray(4)), () => 3);
    expect(lastError(responder)).toMatchObject({ code: 'v1-wrong-network', at: 0 });
    expect(lastError(responder)?.message).toContain('Mainnet');
  });

  test.each([
    [[16], 0],
    [[40], 0],
    // The first byte that differs is answered, before anybody can know better.
    [[1, 15], 64],
    [[15, 1], 64],
  ])('of another network, in reads of %j, gets %i bytes', (reads, answer) => {
    const responder = side('responder', { garbage: 0 });
    const bytes = concatBytes(networks.main.magic, v1Start.subarray(4), payload(24));
    let at = 0;
    for (const length of reads) feed(responder, bytes.subarray(at, (at += length)));
    expect(eventTypes(responder)).toEqual(['error']);
    expect(lastError(responder)).toMatchObject({ code: 'v1-wrong-network', at: 0 });
    expect(responder.transport.pendingOutput).toBe(answer);
    expect(sentBytes(responder)).toHaveLength(0);
  });
});

describe('errors are values, each with a hint', () => {
  test('no terminator in 4111 bytes', () => {
    const { initiator } = pair();
    feed(initiator, payload(64 + 4110));
    expect(initiator.transport.state.receive).toBe('garbage');
    feed(initiator, payload(1));
    expect(lastError(initiator)).toMatchObject({ code: 'missing-garbage-terminator', at: 64 + 4111 });
  });

  test('another network gives other keys: the terminator is never found', () => {
    const both = pair({ garbage: 0 }, { network: networks.signet, garbage: 0 });
    exchange(both);
    expect(both.initiator.transport.state.receive).toBe('garbage');
    expect(both.initiator.transport.sessionId).not.toEqual(both.responder.transport.sessionId);
  });

  test('changed garbage fails the first packet', () => {
    const both = pair({ garbage: 10 });
    const flight = both.initiator.transport.takeOutput();
    flight[70]! ^= 1;
    feed(both.responder, flight);
    exchange(both);
    expect(lastError(both.responder)).toMatchObject({
      code: 'packet-authentication-failed',
      at: 64 + 10 + 16,
    });
    expect(lastError(both.responder)?.hint).not.toBe('');
  });

  test('a flipped bit in the third of ten packets: two messages, then the error, then nothing', () => {
    const both = pair({ garbage: 0 });
    exchange(both);
    for (let i = 0; i < 10; i++) both.initiator.transport.send('ping', payload(8, i));
    const bytes = both.initiator.transport.takeOutput();
    bytes[2 * 29 + 10]! ^= 0x40;
    const before = both.responder.events.length;
    feed(both.responder, bytes);
    expect(both.responder.events.slice(before).map((event) => event.type)).toEqual([
      'message',
      'message',
      'error',
    ]);
    expect(lastError(both.responder)).toMatchObject({
      code: 'packet-authentication-failed',
      at: 64 + 16 + 20 + 2 * 29,
    });
    expect(both.responder.transport.receive(payload(100))).toEqual([]);
    expect(both.responder.transport.end()).toEqual([]);
    expect(() => both.responder.transport.send('ping', payload(8))).toThrow(TransportClosedError);
    expect(() => both.responder.transport.sendDecoy(1)).toThrow(TransportClosedError);
  });

  test('contents over the limit are refused on reading the length', () => {
    const both = pair({ garbage: 0, maxContents: 2 ** 24 - 1 }, { maxContents: 1000 });
    exchange(both);
    both.initiator.transport.sendDecoy(1001);
    const bytes = both.initiator.transport.takeOutput();
    feed(both.responder, bytes.subarray(0, 3));
    expect(lastError(both.responder)).toMatchObject({ code: 'packet-too-large' });
  });

  test('exactly the limit passes', () => {
    const both = pair({}, { maxContents: 1000 });
    both.initiator.transport.sendDecoy(1000);
    exchange(both);
    expect(both.responder.events).toContainEqual({ type: 'decoy', length: 1000 });
  });

  test('by default the limit is 4,000,013 bytes, as in real nodes', () => {
    const both = pair({ garbage: 0 });
    both.initiator.transport.sendDecoy(4_000_013);
    both.initiator.transport.sendDecoy(4_000_014);
    exchange(both);
    expect(both.responder.events.slice(-2)).toMatchObject([
      { type: 'decoy', length: 4_000_013 },
      { type: 'error', error: { code: 'packet-too-large' } },
    ]);
    expect(() => both.initiator.transport.send('block', payload(4_000_013))).toThrow(RangeError);
  });

  test.each([
    ['garbage', { garbage: 4096 }],
    ['garbage', { garbage: payload(4096) }],
    ['garbage', { garbage: -1 }],
    ['garbage', { garbage: 1.5 }],
    ['decoy', { decoys: [2 ** 24] }],
    ['maxContents', { maxContents: 2 ** 24 }],
  ])('%s out of range is refused', (named, options) => {
    expect(() => V2Transport.initiator({ network, ...options })).toThrow(RangeError);
    expect(() => V2Transport.initiator({ network, ...options })).toThrow(named);
  });
});

describe('the end of input, in every state', () => {
  // key 64, garbage 10, terminator 16, decoy 23, version packet 20
  test.each([
    [0, 'closed-before-key'],
    [1, 'closed-during-key'],
    [63, 'closed-during-key'],
    [64, 'closed-during-garbage'],
    [89, 'closed-during-garbage'],
    [90, 'closed-before-version'],
    [91, 'closed-during-packet'],
    [113, 'closed-before-version'],
    [132, 'closed-during-packet'],
    [133, undefined],
  ])('after %i bytes: %s', (count, code) => {
    // A second initiator with the same randomness hears the same answer.
    const first = pair(
      { random: seededRandom(1), garbage: 10 },
      { random: seededRandom(2), garbage: 10, decoys: [3] },
    );
    exchange(first);
    const again = side('initiator', { random: seededRandom(1), garbage: 10 });
    feed(again, sentBytes(first.responder).subarray(0, count));
    const events = again.transport.end();
    again.events.push(...events);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ type: 'closed', clean: code === undefined });
    expect(lastError(again)?.code).toBe(code);
    if (code !== undefined) expect(lastError(again)?.at).toBe(count);
    expect(again.transport.state).toEqual({ receive: 'ended', send: 'ended' });
    expect(again.transport.end()).toEqual([]);
    expect(sentBytes(first.responder)).toHaveLength(133);
  });

  test('a responder that waits for the v1 prefix', () => {
    const responder = side('responder');
    feed(responder, network.magic);
    expect(responder.transport.end()).toMatchObject([{ type: 'closed', clean: false, error: { at: 4 } }]);
  });
});

describe('messages', () => {
  test('arrive whole, in order and once, however the streams are cut, with any garbage and decoys anywhere', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('message' as const),
        type: fc.constantFrom('ping', 'inv', 'version', 'tx', 'a'),
        size: fc.nat(300),
      }),
      fc.record({ kind: fc.constant('decoy' as const), size: fc.nat(300) }),
    );
    const options = fc.record({
      garbage: fc.oneof(fc.nat(4095), fc.constantFrom(0, 1, 15, 16, 4095)),
      decoys: fc.array(fc.nat(200), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(
        options,
        options,
        fc.array(fc.tuple(fc.boolean(), fc.boolean(), step), { maxLength: 40 }),
        fc.infiniteStream(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 5000 }))),
        (a, b, steps, sizes) => {
          const both = pair(a, b);
          const chunk = () => sizes.next().value as number;
          const sent = { initiator: [] as [string, Uint8Array][], responder: [] as [string, Uint8Array][] };
          steps.forEach(([fromInitiator, flush, { kind, size, ...rest }], i) => {
            const from = fromInitiator ? 'initiator' : 'responder';
            if (kind === 'decoy') both[from].transport.sendDecoy(size);
            else {
              const { type } = rest as { type: string };
              sent[from].push([type, payload(size, i)]);
              both[from].transport.send(type, payload(size, i));
            }
            if (flush) carry(both[from], both[fromInitiator ? 'responder' : 'initiator'], chunk);
          });
          exchange(both, chunk);
          const expected = (list: [string, Uint8Array][]) =>
            list.map(([type, payload]) => ({ type, payload }));
          expect(messages(both.responder)).toEqual(expected(sent.initiator));
          expect(messages(both.initiator)).toEqual(expected(sent.responder));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('one byte at a time, through 500 messages each way and two rekeyings', () => {
    const both = pair({ garbage: 4095 }, { garbage: 4095 });
    for (let i = 0; i < 500; i++) {
      both.initiator.transport.send('ping', payload(i % 9, i));
      both.responder.transport.send('pong', payload(i % 7, i));
    }
    exchange(both, () => 1);
    expect(messages(both.responder)).toHaveLength(500);
    expect(messages(both.initiator).at(-1)).toEqual({ type: 'pong', payload: payload(499 % 7, 499) });
  });

  test('1,000 messages in one read, with an authentication that spans rekeyings', () => {
    const both = pair();
    exchange(both);
    for (let i = 0; i < 1000; i++) both.initiator.transport.send('inv', payload(37, i));
    carry(both.initiator, both.responder);
    expect(messages(both.responder).map(({ payload }) => payload[0])).toEqual(
      Array.from({ length: 1000 }, (_, i) => i & 0xff),
    );
  });

  test('the caller’s arrays are neither kept nor changed, and payloads are owned', () => {
    const both = pair({ garbage: 0 });
    exchange(both);
    const text = ascii('12345678');
    both.initiator.transport.send('ping', text);
    text.fill(0);
    const bytes = both.initiator.transport.takeOutput();
    const copy = bytes.slice();
    const [first] = both.responder.transport.receive(bytes);
    expect(bytes).toEqual(copy);
    bytes.fill(0);
    both.initiator.transport.send('ping', payload(8, 1));
    carry(both.initiator, both.responder);
    expect(first).toMatchObject({ type: 'message', payload: ascii('12345678') });
  });

  test('a message queued before the keys is a copy, too', () => {
    const both = pair();
    const text = ascii('12345678');
    both.initiator.transport.send('ping', text);
    text.fill(0);
    exchange(both);
    expect(messages(both.responder)).toEqual([{ type: 'ping', payload: ascii('12345678') }]);
  });

  test('long and short forms are accepted alike, unknown ids pass', () => {
    const both = pair();
    both.initiator.transport.send('ping', payload(8), { form: 'long' });
    both.initiator.transport.send('ping', payload(8), { form: 'short' });
    both.initiator.transport.send('feature', payload(3), { form: 'short' });
    exchange(both);
    const got = both.responder.events.filter(
      (event): event is V2Event & { type: 'message' } => event.type === 'message',
    );
    expect(got.map(({ message, id }) => [message, id])).toEqual([
      ['ping', undefined],
      ['ping', 18],
      ['feature', 37],
    ]);
  });
});

test('an end inside an empty packet names its 20 bytes', () => {
  const both = pair({ garbage: 0 });
  carry(both.initiator, both.responder);
  carry(both.responder, both.initiator);
  feed(both.responder, both.initiator.transport.takeOutput().subarray(0, 16 + 5));
  const [event] = both.responder.transport.end();
  expect(event?.type === 'closed' && event.error?.message).toContain('after 5 of 20 bytes');
});

test('our own messages may be larger than what we accept, up to what real nodes take', () => {
  const both = pair({ maxContents: 100 });
  both.initiator.transport.send('tx', payload(1000));
  exchange(both);
  expect(messages(both.responder)[0]?.payload).toHaveLength(1000);
});
