/** Control messages and close codes: what page and bridge agree on. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  closeCodes,
  closeHint,
  closeNameOf,
  type CloseName,
  closeReason,
  ControlError,
  encodeControl,
  fitReason,
  MAX_CREDIT,
  parseControl,
} from '../../shared/tunnel/index.js';

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

const connected = {
  type: 'connected',
  address: '203.0.113.5',
  port: 8333,
  connectMs: 12.5,
  bridge: { name: 'peerglass', version: '0.1.0' },
} as const;

describe('control messages', () => {
  test('are read as they were written', () => {
    expect(parseControl(encodeControl(connected))).toEqual(connected);
    expect(parseControl(encodeControl({ type: 'credit', bytes: MAX_CREDIT }))).toEqual({
      type: 'credit',
      bytes: MAX_CREDIT,
    });
    for (const type of ['ping', 'pong'] as const)
      expect(parseControl(encodeControl({ type, id: 7 }))).toEqual({ type, id: 7 });
  });

  test('of an unknown type are nothing; fields nobody knows are dropped', () => {
    expect(parseControl('{"type":"later","bytes":"x"}')).toBeUndefined();
    expect(parseControl('{"type":"credit","bytes":1,"more":2}')).toEqual({ type: 'credit', bytes: 1 });
  });

  test.each([
    '',
    'null',
    '[]',
    '"credit"',
    '{}',
    '{"type":1}',
    '{"type":"credit"}',
    '{"type":"credit","bytes":0}',
    '{"type":"credit","bytes":1.5}',
    '{"type":"credit","bytes":"1"}',
    `{"type":"credit","bytes":${2 ** 31 + 1}}`,
    '{"type":"credit","bytes":1e999}',
    '{"type":"ping"}',
    '{"type":"ping","id":-1}',
    '{"type":"pong","id":4294967296}',
    JSON.stringify({ ...connected, port: 0 }),
    JSON.stringify({ ...connected, connectMs: -1 }),
    JSON.stringify({ ...connected, bridge: [] }),
    JSON.stringify({ ...connected, address: 'x'.repeat(257) }),
    `{"type":"later","more":"${'x'.repeat(5000)}"}`,
  ])('%s is a typed error', (text) => {
    expect(() => parseControl(text)).toThrow(ControlError);
  });

  test('nothing but a ControlError comes of any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          parseControl(text);
        } catch (error) {
          expect(error).toBeInstanceOf(ControlError);
        }
      }),
    );
  });
});

describe('close codes', () => {
  const names = Object.keys(closeCodes) as CloseName[];

  test('are distinct, from 4000 to 4999, and found again by number', () => {
    for (const name of names) {
      expect(closeCodes[name].code).toBeGreaterThanOrEqual(4000);
      expect(closeCodes[name].code).toBeLessThanOrEqual(4999);
      expect(closeNameOf(closeCodes[name].code)).toBe(name);
    }
    expect(closeNameOf(4999)).toBeUndefined();
  });

  test.each(names)(
    '%s: sentence and hint are distinct texts, and every reason fits a close frame',
    (name) => {
      const { sentence, hint } = closeCodes[name];
      expect(sentence).toMatch(/^[A-Z].*\.$/);
      expect(hint).not.toBe(sentence);
      for (const host of ['1.2.3.4', 'ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255', 'a'.repeat(253)]) {
        expect(bytesOf(closeReason(name, { host, port: 65_535 }))).toBeLessThanOrEqual(123);
      }
    },
  );

  test.each(['refused-address', 'refused-name', 'refused-port'] as const)(
    '%s names the command that allows it',
    (name) => {
      for (const [host, written] of [
        ['127.0.0.1', '127.0.0.1:18444'],
        // Quoted: some shells take brackets as a pattern.
        ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '"[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:18444"'],
      ] as const) {
        const command = `npm start -- --allow ${written}`;
        expect(closeReason(name, { host, port: 18444 })).toContain(command);
        expect(closeHint(name, { host, port: 18444 })).toContain(command);
      }
      // Where the reason has no room, the hint still has.
      const name253 = `${'a'.repeat(60)}.`.repeat(4) + 'example';
      expect(closeHint(name, { host: name253, port: 1 })).toContain(`--allow ${name253}:1`);
    },
  );

  test('a reason is cut between characters', () => {
    expect(fitReason('short')).toBe('short');
    expect(bytesOf(fitReason('é€😀'.repeat(50)))).toBeLessThanOrEqual(123);
    expect(fitReason(`${'a'.repeat(121)}€`)).toBe('a'.repeat(121));
  });
});
