/** What a person may paste into the Identity screen, and what the page makes of it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare } from '../../web/screens/identity/compare.js';
import { MAX_PASTED, readPasted } from '../../web/screens/identity/getpeerinfo.js';

const OURS = 'c0ffee'.padEnd(64, '12');
const THEIRS = 'beef'.padEnd(64, '34');
const session = { sessionId: OURS };

const v2 = (sessionId: string, id = 7) => ({
  id,
  addr: '127.0.0.1:40000',
  subver: '/Peerglass:0.1.0/',
  transport_protocol_type: 'v2',
  session_id: sessionId,
});
const v1 = { id: 1, addr: '10.0.0.2:8333', subver: '/old/', transport_protocol_type: 'v1', session_id: '' };
const detecting = { ...v1, transport_protocol_type: 'detecting' };
const says = (value: unknown, ours: Parameters<typeof compare>[1] = session) =>
  compare(typeof value === 'string' ? value : JSON.stringify(value, null, 2), ours);

describe('a match', () => {
  test.each([
    ['the whole array', [v1, v2(THEIRS), v2(OURS, 9)]],
    ['one entry', v2(OURS, 9)],
    ['an array of one', [v2(OURS, 9)]],
    ['what JSON-RPC wraps', { result: [v2(OURS, 9)], error: null, id: 1 }],
    ['an id in upper case', [v2(OURS.toUpperCase(), 9)]],
    [
      'between a terminal’s prompts',
      `$ bitcoin-cli getpeerinfo\n${JSON.stringify([v2(OURS, 9)], null, 2)}\n[me@here ~]$ `,
    ],
    [
      'after a prompt that looks like JSON',
      `[me@here ~]$ bitcoin-cli getpeerinfo\n${JSON.stringify([v2(OURS, 9)], null, 2)}\n`,
    ],
  ])('%s', (_, pasted) => {
    expect(says(pasted)).toEqual({
      kind: 'match',
      times: 1,
      bare: false,
      peer: {
        transport: 'v2',
        sessionId: OURS,
        id: 9,
        addr: '127.0.0.1:40000',
        subver: '/Peerglass:0.1.0/',
      },
    });
  });

  test.each([
    ['as it is', OURS],
    ['in upper case', OURS.toUpperCase()],
    ['in groups and lines', `  ${OURS.replace(/(.{8})/g, '$1 ').replace(/(.{36})/g, '$1\r\n')}`],
    ['as bytes with colons', OURS.replace(/(..)(?=.)/g, '$1:')],
    ['quoted', `"${OURS}",`],
    ['as the line that has it', `    "session_id": "${OURS}",`],
    [
      'as grep prints them',
      `    "session_id": "",\n    "session_id": "${THEIRS}",\n    "session_id": "${OURS}",\n`,
    ],
  ])('the id alone, %s', (_, pasted) => {
    expect(says(pasted)).toMatchObject({ kind: 'match', bare: true, times: 1 });
  });

  test('of an entry that stands there twice says so', () => {
    expect(says([v2(OURS), v2(OURS)])).toMatchObject({ kind: 'match', times: 2 });
  });
});

describe('a part of an id never matches', () => {
  test.each([8, 32, 63, 65, 128])('%i digits', (digits) => {
    const pasted = OURS.repeat(2).slice(0, digits);
    expect(says(pasted)).toEqual({
      kind: 'not-getpeerinfo',
      found: expect.objectContaining({ looksLike: 'an-id-of-another-length', digits }) as unknown,
    });
    expect(says([v2(pasted)])).toMatchObject({ kind: 'no-such-session', counts: { all: 1, v2: 0 } });
    expect(says(`"session_id": "${pasted}"`)).toMatchObject({ kind: 'not-getpeerinfo' });
  });
});

describe('no such session', () => {
  test('tells how many v2 sessions were looked at', () => {
    expect(says([v1, v2(THEIRS), v2(THEIRS.replace('beef', 'f00d')), detecting])).toEqual({
      kind: 'no-such-session',
      bare: false,
      counts: { all: 4, v2: 2, v1: 1, detecting: 1 },
    });
  });
  test('of a node without peers', () => {
    expect(says('[ ]')).toMatchObject({ kind: 'no-such-session', counts: { all: 0, v2: 0 } });
  });
  test('of another id', () => {
    expect(says(THEIRS)).toMatchObject({ kind: 'no-such-session', bare: true, counts: { v2: 1 } });
  });
});

describe('a peer on v1, or on nothing yet', () => {
  test('one entry, or all of them', () => {
    expect(says(v1)).toMatchObject({ kind: 'v1', counts: { all: 1 }, peer: { addr: '10.0.0.2:8333' } });
    expect(says([v1, v1])).toMatchObject({ kind: 'v1', counts: { all: 2 }, peer: undefined });
    expect(says(v1, { sessionId: undefined })).toMatchObject({ kind: 'v1' });
  });
  test('a node from before v2 names neither a transport nor an id', () => {
    expect(says([{ id: 0, addr: '1.2.3.4:8333', subver: '/Satoshi:25.0.0/' }])).toMatchObject({ kind: 'v1' });
  });
  test('detecting', () => {
    expect(says(detecting)).toMatchObject({ kind: 'detecting', peer: { id: 1 } });
    expect(says([v1, detecting])).toMatchObject({ kind: 'detecting', counts: { v1: 1, detecting: 1 } });
  });
  test('not when one of them has a session', () => {
    expect(says([v1, v2(THEIRS)])).toMatchObject({ kind: 'no-such-session' });
  });
});

test('without a session of ours there is nothing to compare with, and nothing matches', () => {
  expect(says([v2(THEIRS)], { sessionId: undefined })).toMatchObject({
    kind: 'nothing-to-compare',
    counts: { v2: 1 },
  });
  expect(says(THEIRS, { sessionId: undefined })).toMatchObject({ kind: 'nothing-to-compare' });
});

describe('this is not getpeerinfo', () => {
  const big = '['.repeat(100_000);
  test.each([
    ['prose', 'Dear node, who are you?', { looksLike: 'text' }],
    ['the command', 'bitcoin-cli -regtest getpeerinfo', { looksLike: 'the-command' }],
    ['the name of the command', 'getpeerinfo', { looksLike: 'the-command' }],
    ['an error of bitcoin-cli', 'error: Could not connect to the server', { looksLike: 'an-error' }],
    ['an error of JSON-RPC', { code: -32601, message: 'Method not found' }, { looksLike: 'an-error' }],
    ['JSON that was cut', '[ { "id": 1, "addr": "1.2', { looksLike: 'cut-json' }],
    ['deep nesting, not closed', big, { looksLike: 'cut-json' }],
    ['deep nesting', big + ']'.repeat(100_000), { looksLike: expect.stringMatching(/json/) as unknown }],
    [
      'another command’s object',
      { version: 290000, subversion: '/x/' },
      { looksLike: 'other-json', what: 'an object with “version”, “subversion”' },
    ],
    [
      'a list of texts',
      ['a', 'b'],
      { looksLike: 'other-json', what: 'a list whose first entry is a string' },
    ],
    ['null among peers', [v1, null], { looksLike: 'a-strange-entry', at: 1, what: 'null' }],
    ['a list among peers', [[], v1], { looksLike: 'a-strange-entry', at: 0, what: 'a list' }],
    ['too much', ' '.repeat(MAX_PASTED + 1), { looksLike: 'too-much', characters: MAX_PASTED + 1 }],
  ])('%s', (_, pasted, found) => {
    expect(says(pasted)).toEqual({
      kind: 'not-getpeerinfo',
      found: expect.objectContaining(found) as unknown,
    });
  });

  test('nothing is nothing', () => {
    expect(says(' \n\t')).toEqual({ kind: 'nothing' });
  });
});

describe('hostile text', () => {
  test('names of a prototype are names: nothing is inherited from them', () => {
    const planted = `{"id":1,"addr":"x","__proto__":{"session_id":"${OURS}","transport_protocol_type":"v2"},"constructor":{"session_id":"${OURS}"}}`;
    expect(says(planted)).toMatchObject({ kind: 'v1', peer: { sessionId: undefined } });
    expect(says(`{"__proto__":${JSON.stringify(v2(OURS))}}`)).toMatchObject({ kind: 'not-getpeerinfo' });
    expect(({} as { session_id?: string }).session_id).toBeUndefined();
  });
  test('wrong types are not taken for what they are not', () => {
    const strange = { id: '7', addr: 5, subver: {}, transport_protocol_type: 2, session_id: [OURS] };
    expect(says([{ ...strange, session_id: '' }])).toMatchObject({
      kind: 'no-such-session',
      counts: { v2: 0 },
    });
    expect(says([{ ...v2(OURS), id: 1e300, addr: null, subver: ['x'] }])).toMatchObject({
      kind: 'match',
      peer: { id: undefined, addr: undefined, subver: undefined },
    });
    expect(says([strange])).toMatchObject({ kind: 'not-getpeerinfo' });
  });
  test('the peer’s own words are shown without what hides or turns text, and cut', () => {
    const answer = says([{ ...v2(OURS), subver: '/a\u202Eb\u0000\u2028c/', addr: 'x'.repeat(500) }]);
    expect(answer).toMatchObject({ kind: 'match', peer: { subver: '/a·b··c/' } });
    expect(answer.kind === 'match' && answer.peer.addr!.length).toBe(80);
  });
  test('the last of two fields of one name counts, as everywhere in JSON', () => {
    expect(says(`{"id":1,"addr":"x","session_id":"${OURS}","session_id":""}`)).toMatchObject({
      kind: 'no-such-session',
    });
  });
  test.each([
    ['spaces', `session_id:${' '.repeat(MAX_PASTED - 20)}x`],
    ['lines that open', '[\n'.repeat(MAX_PASTED / 2)],
    ['hex', 'a'.repeat(MAX_PASTED)],
    ['prompts', `$${' '.repeat(MAX_PASTED - 2)}x`],
    ['empty objects', `[${'{},'.repeat(MAX_PASTED / 3 - 1)}0]`],
  ])('as much of %s as is taken has an answer', (_, pasted) => {
    expect(says(pasted).kind).toBe('not-getpeerinfo');
  });

  test('nothing throws, and nothing matches but the whole id', () => {
    const near = fc.constantFrom(
      '[',
      ']',
      '{',
      '}',
      '"',
      ',',
      ':',
      '\n',
      ' ',
      'session_id',
      'id',
      'addr',
      '"session_id": "',
      OURS,
      OURS.slice(0, 63),
      'transport_protocol_type',
      'v2',
      'v1',
      '__proto__',
      'error',
      'bitcoin-cli',
      '0x',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.array(near, { maxLength: 30 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const answer = compare(text, session);
        if (answer.kind === 'match') expect(text.toLowerCase()).toContain(OURS);
        expect(compare(text, { sessionId: undefined }).kind).not.toBe('match');
        expect(readPasted(text).is).toBeTypeOf('string');
      }),
      { numRuns: 3000 },
    );
  });

  test('entries of any shape are read without a throw', () => {
    const entry = fc.dictionary(
      fc.constantFrom('id', 'addr', 'subver', 'session_id', 'transport_protocol_type', '__proto__', 'x'),
      fc.oneof(fc.jsonValue(), fc.constantFrom('v1', 'v2', 'detecting', THEIRS)),
    );
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        expect(['match']).not.toContain(says(entries).kind);
      }),
    );
  });
});
