import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeMessage, encodeMessage } from '../../shared/messages/index.js';
import { messages, types } from './arbitraries.js';

describe.each(types)('%s', (type) => {
  test('a value survives its bytes, and the bytes survive their value', () => {
    fc.assert(
      fc.property(messages[type], (value) => {
        const payload = encodeMessage(type, value);
        const decoded = decodeMessage(type, payload);
        expect(decoded).toEqual({ kind: 'decoded', type, value });
        if (decoded.kind !== 'decoded') return;
        expect(encodeMessage(type, decoded.value as typeof value)).toEqual(payload);
      }),
      { numRuns: 50 },
    );
  });

  test('cut anywhere it is truncated, unless an older form ends there', () => {
    fc.assert(
      fc.property(messages[type], (value) => {
        const payload = encodeMessage(type, value);
        for (let length = 0; length < payload.length; length += length < 700 ? 1 : 97) {
          const cut = decodeMessage(type, payload.subarray(0, length));
          if (cut.kind === 'decoded' && cut.type === 'version') {
            expect(cut.value.omittedFrom).toBeDefined();
            expect(encodeMessage('version', cut.value)).toEqual(payload.subarray(0, length));
          } else {
            expect(cut).toMatchObject({ kind: 'malformed', error: { code: 'truncated' } });
          }
        }
      }),
      { numRuns: 5 },
    );
  });

  test('a byte too many is named with its place', () => {
    fc.assert(
      fc.property(messages[type], fc.uint8Array({ minLength: 1, maxLength: 9 }), (value, extra) => {
        fc.pre(!('omittedFrom' in value));
        const payload = encodeMessage(type, value);
        const decoded = decodeMessage(type, new Uint8Array([...payload, ...extra]));
        expect(decoded).toMatchObject({
          kind: 'malformed',
          error: { code: 'trailing-bytes', offset: payload.length, field: '' },
        });
      }),
      { numRuns: 20 },
    );
  });

  test('with any byte changed, what still decodes is written as it came', () => {
    fc.assert(
      fc.property(messages[type], fc.nat(), fc.integer({ min: 1, max: 255 }), (value, at, change) => {
        const payload = encodeMessage(type, value);
        if (payload.length > 0) payload[at % payload.length]! ^= change;
        const decoded = decodeMessage(type, payload);
        const again =
          decoded.kind === 'decoded' ? encodeMessage(type, decoded.value as typeof value) : payload;
        expect(again).toEqual(payload);
      }),
      { numRuns: 30 },
    );
  });

  test('random bytes never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400, size: 'max' }), (payload) => {
        expect(['decoded', 'malformed']).toContain(decodeMessage(type, payload).kind);
      }),
    );
  });
});

test('a type without a codec passes as the bytes it came with, whatever its name', () => {
  const payload = Uint8Array.of(1, 2, 3);
  for (const type of ['alert', 'reject', 'uproof', 'nonsense', '', '__proto__', 'constructor', 'toString']) {
    expect(decodeMessage(type, payload)).toEqual({ kind: 'opaque', type, payload });
  }
});

test('the type tells what the value is', () => {
  const message = decodeMessage('ping', Uint8Array.of(5, 0, 0, 0, 0, 0, 0, 0));
  // This also compiles only if `type` narrows `value`.
  const nonce: bigint | undefined =
    message.kind === 'decoded' && message.type === 'ping' ? message.value.nonce : undefined;
  expect(nonce).toBe(5n);
});

test('hashes are views of the payload, not copies', () => {
  const payload = encodeMessage('inv', { inventory: [{ type: 1, hash: new Uint8Array(32).fill(7) }] });
  const message = decodeMessage('inv', payload);
  if (message.kind !== 'decoded' || message.type !== 'inv') throw new Error('not decoded');
  expect(message.value.inventory[0]?.hash.buffer).toBe(payload.buffer);
});
