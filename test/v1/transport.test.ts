import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ascii, concatBytes, fromHex, toHex } from '../../shared/bytes.js';
import { networks } from '../../shared/networks.js';
import { TransportClosedError, type TraceEntry } from '../../shared/transport.js';
import { V1Transport, type V1Event, type V1States } from '../../shared/v1/index.js';

const network = networks.regtest;
const payload = (length: number, fill = 7) => new Uint8Array(length).fill(fill);

/** Written by hand, with Node's own SHA-256: what a header should be. */
function framed(
  type: string,
  contents: Uint8Array,
  changes: Partial<Record<'magic' | 'length' | 'checksum' | 'type', Uint8Array>> = {},
): Uint8Array {
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, contents.length, true);
  return concatBytes(
    changes.magic ?? network.magic,
    changes.type ?? ascii(type.padEnd(12, '\0')),
    changes.length ?? length,
    changes.checksum ?? sha256(sha256(contents)).subarray(0, 4),
    contents,
  );
}

/** Feeds a stream in pieces, and ends it when told to. */
function received(
  stream: Uint8Array,
  { size = Infinity, end = false, maxPayload = 4_000_000 } = {},
): V1Event[] {
  const transport = V1Transport.responder({ network, maxPayload });
  const events: V1Event[] = [];
  for (let at = 0; at < stream.length; at += size)
    events.push(...transport.receive(stream.subarray(at, at + size)));
  return end ? [...events, ...transport.end()] : events;
}

describe('the framing (24 bytes before every payload)', () => {
  test('verack, as every mainnet node sends it', () => {
    const transport = V1Transport.initiator({ network: networks.main });
    transport.send('verack', new Uint8Array(0));
    expect(toHex(transport.takeOutput())).toBe('f9beb4d976657261636b000000000000000000005df6e0e2');
  });

  test.each([0, 1, 8, 70_000])(
    'a payload of %i bytes has its length and its double SHA-256 before it',
    (length) => {
      const transport = V1Transport.initiator({ network });
      transport.send('tx', payload(length));
      expect(transport.pendingOutput).toBe(24 + length);
      expect(transport.takeOutput()).toEqual(framed('tx', payload(length)));
      expect(transport.pendingOutput).toBe(0);
    },
  );

  test('both roles may send at once: v1 has no handshake', () => {
    for (const role of ['initiator', 'responder'] as const) {
      const transport = V1Transport[role]({ network });
      expect(transport.state).toEqual({ receive: 'header', send: 'ready' });
      transport.send('version', payload(100));
      expect(transport.pendingOutput).toBe(124);
    }
  });

  test('what cannot be framed is refused, and nothing of it goes out', () => {
    const transport = V1Transport.initiator({ network });
    for (const type of ['', 'thirteen-char', 'täg', 'a\0b'])
      expect(() => transport.send(type, payload(1))).toThrow(TypeError);
    expect(() => transport.send('block', payload(4_000_001))).toThrow(RangeError);
    expect(transport.pendingOutput).toBe(0);
    transport.send('block', payload(4_000_000));
    expect(transport.pendingOutput).toBe(4_000_024);
  });

  test('maxPayload is what four bytes can say', () => {
    for (const maxPayload of [-1, 0.5, 2 ** 32])
      expect(() => V1Transport.initiator({ network, maxPayload })).toThrow(RangeError);
  });
});

describe('messages', () => {
  test('arrive whole, in order and once, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('ping', 'inv', 'verack', 'a', 'twelve-chars'), fc.nat(300)), {
          maxLength: 20,
        }),
        fc.infiniteStream(fc.integer({ min: 1, max: 60 })),
        fc.boolean(),
        (messages, sizes, borrow) => {
          const from = V1Transport.initiator({ network });
          messages.forEach(([type, length], i) => from.send(type, payload(length, i)));
          const stream = from.takeOutput();
          const to = V1Transport.responder({ network });
          const got: unknown[] = [];
          for (let at = 0; at < stream.length;) {
            const end = at + (sizes.next().value as number);
            for (const event of to.receive(stream.subarray(at, end), { borrow })) {
              if (event.type !== 'message') throw new Error(event.type);
              got.push([event.message, event.payload.length, event.payload[0], event.wireBytes]);
            }
            at = end;
          }
          expect(got).toEqual(
            messages.map(([type, length], i) => [type, length, length > 0 ? i : undefined, 24 + length]),
          );
          expect(to.end()).toEqual([{ type: 'closed', clean: true }]);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('payloads are owned, and the caller’s array is neither kept nor changed', () => {
    const stream = concatBytes(framed('ping', payload(8)), framed('pong', payload(9)).subarray(0, 28));
    const copy = stream.slice();
    const transport = V1Transport.responder({ network });
    const [ping] = transport.receive(stream);
    expect(stream).toEqual(copy);
    stream.fill(0);
    expect(ping).toMatchObject({ message: 'ping', payload: payload(8) });
    expect(transport.receive(payload(5))).toMatchObject([{ message: 'pong', payload: payload(9) }]);
  });

  test('a borrowed payload is a view of the read', () => {
    const stream = framed('ping', payload(8));
    const [event] = V1Transport.responder({ network }).receive(stream, { borrow: true });
    stream.fill(1);
    expect(event).toMatchObject({ payload: payload(8, 1) });
  });

  test('a message of 4,000,000 bytes, byte by byte or not, costs time in proportion', () => {
    const stream = framed('block', payload(4_000_000));
    expect(received(stream)).toMatchObject([{ message: 'block', wireBytes: 4_000_024 }]);
    expect(received(stream, { size: 1 })).toMatchObject([{ message: 'block', wireBytes: 4_000_024 }]);
  });

  test('a length that is only announced costs no memory', () => {
    const start = framed('block', payload(4_000_000)).slice(0, 34);
    const before = process.memoryUsage().arrayBuffers;
    const held = Array.from({ length: 200 }, () => V1Transport.responder({ network }));
    for (const transport of held) transport.receive(start);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4_000_000);
    expect(held.every(({ state }) => state.receive === 'payload')).toBe(true);
  });

  test('100,000 messages in one read', () => {
    const one = framed('verack', payload(0));
    const stream = new Uint8Array(100_000 * one.length);
    for (let at = 0; at < stream.length; at += one.length) stream.set(one, at);
    expect(received(stream)).toHaveLength(100_000);
  });
});

describe('what a real node refuses, it refuses', () => {
  test('another network’s magic, by name, once the header is there', () => {
    const stream = framed('version', payload(10), { magic: networks.testnet4.magic });
    expect(received(stream.subarray(0, 23))).toEqual([]);
    const [event, ...more] = received(stream, { size: 5 });
    expect(more).toEqual([]);
    expect(event).toMatchObject({ type: 'error', error: { code: 'v1-wrong-network', at: 0 } });
    const { message, hint } = (event as V1Event & { type: 'error' }).error;
    expect(message).toContain('Testnet4');
    expect(message).toContain('Regtest');
    expect(hint).toContain('Choose Testnet4');
  });

  test('a magic that nobody has: at the start it is no v1 peer, later the framing is lost', () => {
    const garbage = ascii('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const [first] = received(garbage);
    expect(first).toMatchObject({ type: 'error', error: { code: 'v1-wrong-magic', at: 0 } });
    expect((first as V1Event & { type: 'error' }).error.hint).toContain('no v1 peer');
    const [ping, second] = received(concatBytes(framed('ping', payload(8)), garbage));
    expect(ping?.type).toBe('message');
    expect(second).toMatchObject({ type: 'error', error: { code: 'v1-wrong-magic', at: 32 } });
    expect((second as V1Event & { type: 'error' }).error.hint).toContain('framing');
  });

  test.each([
    [4_000_001, 4_000_000],
    [0xffff_ffff, 4_000_000],
    [11, 10],
  ])('%i bytes announced, %i allowed: refused on reading the header', (length, maxPayload) => {
    const announced = new Uint8Array(4);
    new DataView(announced.buffer).setUint32(0, length, true);
    const header = framed('tx', payload(0), { length: announced });
    const [event] = received(header, { maxPayload });
    expect(event).toMatchObject({ type: 'error', error: { code: 'message-too-large', at: 0 } });
    expect((event as V1Event & { type: 'error' }).error.message).toContain(String(length));
  });

  test('after an error nothing is read, nothing can be sent, and nothing is held', () => {
    const transport = V1Transport.initiator({ network });
    transport.receive(payload(24));
    expect(transport.state).toEqual({ receive: 'ended', send: 'ended' });
    expect(transport.receive(framed('ping', payload(8)))).toEqual([]);
    expect(transport.end()).toEqual([]);
    expect(() => transport.send('ping', payload(8))).toThrow(TransportClosedError);
  });
});

describe('what a real node survives, it survives', () => {
  test('a wrong checksum: that message is dropped, the next one counts', () => {
    const damaged = framed('ping', payload(8), { checksum: payload(4) });
    const events = received(concatBytes(damaged, framed('pong', payload(8))), { size: 7 });
    expect(events).toMatchObject([
      { type: 'dropped', message: 'ping', wireBytes: 32, error: { code: 'wrong-checksum', at: 0 } },
      { type: 'message', message: 'pong' },
    ]);
    expect((events[0] as V1Event & { type: 'dropped' }).error.message).toContain('07070707');
  });

  test.each([
    ['bytes after the zero', 'ping\0x'],
    ['a byte below the space', 'pi\u0001ng'],
    ['a byte above the tilde', 'ping\u007f'],
    ['nothing at all', ''],
  ])('a type with %s: the message has none', (_, type) => {
    const stream = concatBytes(framed(type, payload(3)), framed('pong', payload(8)));
    expect(received(stream)).toMatchObject([
      { type: 'message', message: undefined, payload: payload(3), wireBytes: 27 },
      { type: 'message', message: 'pong' },
    ]);
  });
});

describe('the end of input, in every state', () => {
  const stream = concatBytes(framed('ping', payload(8)), framed('tx', payload(100)));
  test.each([
    [0, undefined],
    [1, 'closed-during-header'],
    [23, 'closed-during-header'],
    [24, 'closed-during-payload'],
    [31, 'closed-during-payload'],
    [32, undefined],
    [33, 'closed-during-header'],
    [155, 'closed-during-payload'],
    [156, undefined],
  ])('after %i bytes: %s', (count, code) => {
    const events = received(stream.subarray(0, count), { end: true });
    const last = events.at(-1);
    expect(last).toMatchObject({ type: 'closed', clean: code === undefined });
    const error = last?.type === 'closed' ? last.error : undefined;
    expect(error?.code).toBe(code);
    if (code !== undefined) expect(error?.at).toBe(count);
  });
});

describe('the trace', () => {
  const observed = () => {
    const trace: TraceEntry<V1States>[] = [];
    const transport = V1Transport.responder({ network, observer: { entry: (entry) => trace.push(entry) } });
    return {
      trace,
      transport,
      of: (direction: 'sent' | 'received') => trace.filter((entry) => entry.direction === direction),
    };
  };

  /** Every byte of the stream belongs to exactly one field, and the entries show the stream. */
  function expectPartition(entries: readonly TraceEntry<V1States>[], stream: Uint8Array): void {
    expect(concatBytes(...entries.map(({ bytes }) => bytes))).toEqual(stream);
    let at = 0;
    for (const { offset, bytes, fields } of entries) {
      expect(offset).toBe(at);
      for (const field of fields) {
        expect(field.start).toBe(at);
        expect(field.end).toBeGreaterThan(at);
        at = field.end;
      }
      expect(at).toBe(offset + bytes.length);
    }
    const ids = entries.flatMap(({ fields }) => fields.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  }

  test('names each field of a message, both ways', () => {
    const { trace, transport } = observed();
    transport.receive(framed('ping', payload(8)));
    transport.send('pong', payload(8));
    expect(trace.map(({ step, direction }) => [step, direction])).toEqual([
      ['v1-message', 'received'],
      ['v1-message', 'sent'],
    ]);
    for (const { fields } of trace)
      expect(fields.map(({ kind, start, end }) => [kind, end - start])).toEqual([
        ['magic', 4],
        ['type', 12],
        ['length', 4],
        ['checksum', 4],
        ['contents', 8],
      ]);
    expect(trace[0]!.v1Message).toEqual({ index: 0, type: 'ping', payload: payload(8), checksum: 'right' });
    expect(trace[0]!.derivations[0]).toMatchObject({ id: 'v1-checksum' });
    expect(trace[0]!.derivations[0]!.outputs[0]!.value).toEqual(framed('ping', payload(8)).subarray(20, 24));
  });

  test('partitions both streams, wherever they are cut or fail', () => {
    const good = concatBytes(
      framed('verack', payload(0)),
      framed('ping', payload(8), { checksum: payload(4) }),
    );
    const tails = [
      payload(0),
      payload(30),
      framed('tx', payload(0), { length: payload(4, 255) }),
      payload(50),
    ];
    for (const tail of tails) {
      const stream = concatBytes(good, tail);
      for (let cut = 0; cut <= stream.length; cut++) {
        const { transport, of } = observed();
        transport.send('ping', payload(8));
        const sent = transport.takeOutput();
        transport.receive(stream.subarray(0, cut));
        transport.end();
        expectPartition(of('received'), stream.subarray(0, cut));
        expectPartition(of('sent'), sent);
      }
    }
  });

  test('after a header that was refused, bytes are unread', () => {
    const { trace, transport } = observed();
    transport.receive(
      concatBytes(framed('version', payload(5), { magic: networks.main.magic }), payload(10)),
    );
    expect(trace.at(-1)!.fields.map(({ kind, end, start }) => [kind, end - start])).toEqual([
      ['magic', 4],
      ['type', 12],
      ['length', 4],
      ['checksum', 4],
      ['unread', 15],
    ]);
    expect(trace.at(-1)).toMatchObject({ step: 'cut', after: { receive: 'ended', send: 'ended' } });
  });

  test('a payload that was cut off is incomplete', () => {
    const { trace, transport } = observed();
    transport.receive(framed('tx', payload(100)).subarray(0, 30));
    transport.end();
    expect(trace.at(-1)!.fields.at(-1)).toMatchObject({
      kind: 'contents',
      start: 24,
      end: 30,
      incomplete: true,
    });
  });
});

test('random bytes never throw, and end in an error or wait', () => {
  const start = fc.constantFrom(
    fromHex(''),
    network.magic,
    framed('ping', payload(8)),
    framed('ping', payload(3)).subarray(0, 20),
  );
  fc.assert(
    fc.property(
      start,
      fc.uint8Array({ maxLength: 200 }),
      fc.integer({ min: 1, max: 50 }),
      (head, noise, size) => {
        const events = received(concatBytes(head, noise), { size, end: true });
        expect(['closed', 'error']).toContain(events.at(-1)?.type);
      },
    ),
    { numRuns: 500 },
  );
});
