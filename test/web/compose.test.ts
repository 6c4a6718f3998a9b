/** What is filled in becomes bytes, or a problem that names the field; what a node does with it is said before. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equalBytes, toHex } from '../../shared/bytes.js';
import {
  decodeMessage,
  draftOf,
  EncodeError,
  encodeMessage,
  formOf,
  initialDraft,
  messageRegistry,
  payloadOf,
  serviceBits,
  type DecodedType,
  type Draft,
} from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';
import { partOf, pathOf, withPart } from '../../web/screens/compose/draft.js';
import { groupOf, groups, typesOf, type Group } from '../../web/screens/compose/groups.js';
import { curious, endings, questions } from '../../web/screens/compose/presets.js';
import { composedOf } from '../../web/screens/compose/store.js';
import { build, type Built } from '../../web/worker/compose/build.js';
import { Composer, type Composing } from '../../web/worker/compose/composer.js';
import { foresee } from '../../web/worker/compose/foresee.js';
import type { Composed, Previewed } from '../../web/worker/compose/protocol.js';
import { MAX_PAYLOAD, parseRawHex } from '../../web/worker/compose/raw-hex.js';
import { messages, types } from '../messages/arbitraries.js';

const network = networks.regtest;
const errorOf = (make: () => unknown): EncodeError => {
  try {
    make();
  } catch (error) {
    if (error instanceof EncodeError) return error;
    throw error;
  }
  throw new Error('it was taken');
};
const message = (built: Built) => {
  if (built.kind !== 'message') throw new Error(built.kind);
  return built;
};
const ofForm = (type: DecodedType, draft: Draft): Composed => ({ kind: 'form', type, draft, form: 'short' });
const noSignal = new AbortController().signal;

describe.each(types)('%s', (type) => {
  test('its form as it stands there first is a message that reads back to the same form', () => {
    // A feature needs an id: nothing that stands there first could be one.
    const draft = type === 'feature' ? { id: 'test', data: '' } : initialDraft(formOf(type));
    const { payload, typeBytes } = message(build(ofForm(type, draft), 'v2'));
    expect(typeBytes.length).toBe(messageRegistry.get(type)!.shortId === undefined ? 13 : 1);
    const read = decodeMessage(type, payload);
    if (read.kind !== 'decoded') throw new Error(read.kind);
    expect(draftOf<DecodedType>(read.type, read.value)).toEqual(draft);
    expect(payloadOf(type, draft)).toEqual(payload);
  });

  test('stands in one group, and has words for what a node does with it', () => {
    expect((Object.keys(groups) as Group[]).filter((group) => typesOf(group).includes(type))).toEqual([
      groupOf[type],
    ]);
    const built = message(build({ kind: 'raw', type, form: 'short', payload: '' }, 'v2'));
    expect(foresee(built, { network, services: undefined }).text).toMatch(/^[A-Z].+\.$/);
  });

  test('a copy of any is the same message', () => {
    fc.assert(
      fc.property(messages[type], (value) => {
        const payload = encodeMessage(type, value as never);
        const composing: Composing = { protocol: 'v2', network, payload: () => payload, wire: 'recording' };
        const question = { about: 'composeFrom', message: 0, type, id: undefined } as const;
        const copied = new Composer(composing).answer(question, noSignal) as { composed: Composed };
        expect(toHex(message(build(copied.composed, 'v2')).payload)).toBe(toHex(payload));
      }),
      { numRuns: 20 },
    );
  });
});

describe('bytes as they are typed', () => {
  test.each([
    ['', ''],
    [' 00 fF\n01', '00ff01'],
    ['(0102)*3', '010201020102'],
    ['aa (00)×2 bb (01 02) x 1', 'aa0000bb0102'],
    ['()*9999999', ''],
    ['(00)*0', ''],
  ])('%j', (text, hex) => expect(toHex(parseRawHex(text))).toBe(hex));

  test.each([
    ['0', 'unreadable-text'],
    ['0g', 'unreadable-text'],
    ['(00', 'unreadable-text'],
    ['(00)', 'unreadable-text'],
    ['(0)*2', 'unreadable-text'],
    ['(00)*99999999', 'unreadable-text'],
    ['(00)*4000001', 'limit-exceeded'],
    ['00'.repeat(MAX_PAYLOAD) + '00', 'limit-exceeded'],
    [' '.repeat(3 * MAX_PAYLOAD + 1), 'limit-exceeded'],
  ])('%.20j is no payload', (text, code) => {
    expect(errorOf(() => parseRawHex(text))).toMatchObject({ code, field: 'payload' });
  });

  test('as many as real nodes take', () => {
    expect(parseRawHex('(00)*4000000')).toHaveLength(MAX_PAYLOAD);
    expect(parseRawHex('(0102)*2000000')).toHaveLength(MAX_PAYLOAD);
  });

  test('any text gives bytes or says why not', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f ()*×]{0,40}$/)), (text) => {
        try {
          expect(parseRawHex(text)).toBeInstanceOf(Uint8Array);
        } catch (error) {
          if (!(error instanceof EncodeError)) throw error;
        }
      }),
    );
  });
});

describe('what has no form', () => {
  const raw = (type: string, form: 'short' | 'long' = 'short'): Composed => ({
    kind: 'raw',
    type,
    form,
    payload: 'ff',
  });

  test('any type, spelled out where it has no id or that was chosen', () => {
    expect(toHex(message(build(raw('ping'), 'v2')).typeBytes)).toBe('12');
    expect(message(build(raw('ping', 'long'), 'v2')).typeBytes).toHaveLength(13);
    expect(message(build(raw('hello'), 'v2'))).toMatchObject({ type: 'hello' });
    for (const type of ['', 'thirteen char', 'naïve'])
      expect(errorOf(() => build(raw(type), 'v2'))).toMatchObject({ field: 'type' });
  });

  test('any one-byte id, over v2', () => {
    const id = (id: string): Composed => ({ kind: 'id', id, payload: '' });
    expect(message(build(id('18'), 'v2'))).toMatchObject({ type: 'ping', id: 18 });
    expect(message(build(id('200'), 'v2'))).toMatchObject({ type: undefined, id: 200 });
    for (const text of ['0', '256', '', '1e2', '-1'])
      expect(errorOf(() => build(id(text), 'v2'))).toMatchObject({ field: 'id' });
    expect(errorOf(() => build(id('200'), 'v1'))).toMatchObject({ field: 'id' });
  });

  test('decoys, over v2, as large as the format has room for', () => {
    expect(build({ kind: 'decoy', length: ' 16777215 ' }, 'v2')).toEqual({
      kind: 'decoy',
      length: 2 ** 24 - 1,
    });
    for (const length of ['16777216', '-1', 'many'])
      expect(errorOf(() => build({ kind: 'decoy', length }, 'v2'))).toMatchObject({ field: 'length' });
    expect(errorOf(() => build({ kind: 'decoy', length: '1' }, 'v1'))).toMatchObject({ field: 'length' });
  });

  test('a payload beyond what nodes take is a problem of the whole', () => {
    const script = '00'.repeat(MAX_PAYLOAD);
    const outpoint = { txid: '00'.repeat(32), vout: '0' };
    const input = { outpoint, scriptSig: script, sequence: '0', witness: [] };
    const draft = withPart(initialDraft(formOf('tx')), ['inputs'], [input]);
    expect(errorOf(() => build(ofForm('tx', draft), 'v2'))).toMatchObject({
      code: 'limit-exceeded',
      field: '',
    });
  });
});

describe('what a node does with it', () => {
  const of = (composed: Composed, services?: bigint) => foresee(build(composed, 'v2'), { network, services });

  test.each(endings.map((preset) => [preset.name, preset] as const))(
    '%s ends the session, or may',
    (_, preset) => {
      expect(of(preset.make(network)).effect).toMatch(/^(disconnects|depends)$/);
    },
  );

  test.each(curious.map((preset) => [preset.name, preset] as const))('%s does not', (_, preset) => {
    expect(of(preset.make(network)).effect).not.toBe('disconnects');
  });

  test('what it does not offer it disconnects over', () => {
    const mempool = ofForm('mempool', {});
    expect(of(mempool, serviceBits.BLOOM).effect).toBe('answers');
    expect(of(mempool).effect).toBe('answers');
    expect(of(mempool, 0n)).toEqual({
      effect: 'disconnects',
      text: expect.stringContaining('BLOOM') as string,
    });
  });

  test('an inv of 50,000 is no breach, one more is', () => {
    const inv = (count: string, entries: number): Composed => {
      return {
        kind: 'raw',
        type: 'inv',
        form: 'short',
        payload: `fd${count}(01000000${'00'.repeat(32)})*${entries}`,
      };
    };
    expect(of(inv('50c3', 50_000)).effect).not.toBe('disconnects');
    expect(of(inv('51c3', 50_001)).effect).toBe('disconnects');
  });
});

test('examples are messages as soon as their hash is typed', () => {
  for (const { asks, make } of [...questions, ...curious, ...endings]) {
    const composed = make(network);
    if (asks === undefined) expect(build(composed, 'v2')).toBeDefined();
    else expect(errorOf(() => build(composed, 'v2'))).toMatchObject({ field: asks });
  }
  const nonces = new Set(Array.from({ length: 4 }, () => JSON.stringify(questions[0]!.make(network))));
  expect(nonces.size).toBe(4);
});

test('a change of one part leaves all beside it the same object', () => {
  const draft = {
    inventory: [
      { type: 'tx', hash: '1' },
      { type: 'tx', hash: '2' },
    ],
    other: { a: '1' },
  };
  const place = ['inventory', 1, 'hash'] as const;
  const changed = withPart(draft, place, '3') as typeof draft;
  expect(changed.inventory[1]).toEqual({ type: 'tx', hash: '3' });
  expect(changed.inventory[0]).toBe(draft.inventory[0]);
  expect(changed.other).toBe(draft.other);
  expect(pathOf(place)).toBe('inventory[1].hash');
  expect(withPart(draft, ['other'], undefined)).not.toHaveProperty('other');
  expect(partOf(draft, '__proto__', formOf('ping'))).toEqual({ nonce: '0' });
});

test('without a session: payload, sizes and words, and no packet; drafts of any kind do no harm', () => {
  const composer = new Composer(undefined);
  const see = (composed: Composed) =>
    composer.answer({ about: 'composePreview', composed }, noSignal) as Previewed;
  const ping = see(composedOf({}, 'ping'));
  if (!ping.ok) throw new Error(ping.problem.message);
  expect(ping.preview).toMatchObject({
    packet: { state: 'none', why: 'no-session', wireBytes: 29, payloadBytes: 8, id: 18 },
    foresight: { effect: 'answers' },
  });
  expect(equalBytes(ping.preview.payload, new Uint8Array(8))).toBe(true);
  expect(ping.preview.fields[0]!.fields).toMatchObject([{ name: 'nonce', start: 0, end: 8 }]);
  const send = { about: 'composeSend', composed: composedOf({}, 'ping'), knowing: true } as const;
  expect(composer.answer(send, noSignal)).toEqual({ ok: false, missing: 'no-session' });
  fc.assert(
    fc.property(fc.constantFrom(...types), fc.jsonValue(), (type, draft) => {
      const previewed = see(ofForm(type, draft as Draft));
      if (!previewed.ok) expect(previewed.problem.message).not.toBe('');
    }),
  );
});

test('over v1 it is a header and the payload, and the checksum is right', () => {
  const composing: Composing = { protocol: 'v1', network, payload: () => undefined, wire: 'over' };
  const composer = new Composer(composing);
  const verack = composer.answer(
    { about: 'composePreview', composed: ofForm('verack', {}) },
    noSignal,
  ) as Previewed;
  if (!verack.ok || verack.preview.packet.state !== 'v1') throw new Error('no v1');
  expect(toHex(verack.preview.packet.bytes)).toBe('fabfb5da76657261636b000000000000000000005df6e0e2');
  expect(verack.preview.packet.fields.map(({ kind }) => kind)).toEqual([
    'magic',
    'type',
    'length',
    'checksum',
  ]);
});
