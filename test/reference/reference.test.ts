/** What the reference promises about itself: every link has an entry, and the numbers and rows are the code's. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_MAX_CONTENTS, MAX_GARBAGE_BYTES, shortMessageIds } from '../../shared/bip324/index.js';
import { messageRegistry } from '../../shared/messages/index.js';
import { bipUrl } from '../../web/screens/reference/bip.js';
import { glossary, type Entry } from '../../web/screens/reference/glossary.js';
import { limitGroups } from '../../web/screens/reference/limits.js';
import { columns, questions } from '../../web/screens/reference/road.js';
import { fits } from '../../web/screens/reference/search.js';
import { placeOf } from '../../web/screens/reference/sections.js';
import { root } from '../setup/product.js';

const web = path.join(root, 'web');
const sources = fs
  .readdirSync(web, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => ({ file, text: fs.readFileSync(path.join(web, file), 'utf8') }));

/** What each file says by this pattern, but where the pattern itself is explained. */
const found = (pattern: RegExp) =>
  sources.flatMap(({ file, text }) =>
    [...text.matchAll(pattern)].map(([, id]) => ({ file, id: id! })).filter(({ id }) => id !== 'id'),
  );

describe('terms', () => {
  test('every one that a screen uses has an entry', () => {
    const used = [
      ...found(/<Term id="([^"]*)"/g),
      // As the lesson writes them: [words](id).
      ...found(/\[[^\]\n]+\]\(([a-z0-9-]+)\)/g),
      ...found(/\bterm: '([a-z0-9-]+)'/g).filter(({ file }) => !file.endsWith('glossary.ts')),
      ...found(/\/reference\/glossary\/([a-z0-9-]+)/g),
    ];
    expect(used.length).toBeGreaterThan(30);
    expect(used.filter(({ id }) => !Object.hasOwn(glossary, id))).toEqual([]);
  });

  test('each says something, once, and leads to others that exist', () => {
    const entries = Object.entries<Entry>(glossary);
    for (const [id, { term, says, see = [] }] of entries) {
      expect(id).toMatch(/^[a-z0-9-]+$/);
      expect(says).toMatch(/^[^!]{30,}\.$/);
      expect(says).not.toContain("'");
      expect(term).not.toBe('');
      expect(see.filter((other) => !Object.hasOwn(glossary, other) || other === id)).toEqual([]);
    }
    expect(new Set(entries.map(([, { term }]) => term.toLowerCase())).size).toBe(entries.length);
  });

  test('what BIP324 cannot be told without is there', () => {
    for (const id of [
      'ellswift',
      'ecdh',
      'x-only',
      'hkdf',
      'tagged-hash',
      'garbage',
      'aad',
      'decoy',
      'nonce',
      'rekey',
      'key-epoch',
      'tag',
      'aead',
      'chacha20',
      'poly1305',
      'session-id',
      'initiator',
      'responder',
      'version-packet',
      'short-id',
      'magic',
      'bridge',
      'tunnel',
      'downgrade',
      'man-in-the-middle',
      'observer',
    ])
      expect(glossary).toHaveProperty(id);
  });
});

test('every short id belongs to a type of the registry, which the message types list whole', () => {
  for (const [type, id] of Object.entries(shortMessageIds))
    expect(messageRegistry.get(type)?.shortId).toBe(id);
  expect(Object.values(shortMessageIds).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 37 }, (_, at) => at + 1),
  );
});

test('each BIP has a plain https link', () => {
  for (const { bip } of messageRegistry.values())
    if (bip !== undefined) expect(bipUrl(bip)).toMatch(/^https:\/\/github\.com\/bitcoin\/bips\/[\w/.-]+$/);
  expect(bipUrl(31)).toBe('https://github.com/bitcoin/bips/blob/master/bip-0031.mediawiki');
  expect(bipUrl(434)).toMatch(/bip-0434\.md$/);
});

test('the limits are the code’s constants, each with a reason and a link of its own', () => {
  const limits = limitGroups.flatMap((group) => group.limits);
  const value = (id: string) => limits.find((limit) => limit.id === id)?.value;
  expect(value('garbage')).toContain(MAX_GARBAGE_BYTES.toLocaleString('en'));
  expect(value('contents')).toContain(DEFAULT_MAX_CONTENTS.toLocaleString('en'));
  expect(value('terminator-search')).toContain('4,111');
  expect(value('format-contents')).toContain('16,777,215');
  expect(value('rekey')).toBe('224');
  for (const { why } of limits) expect(why).toMatch(/\.$/);
  expect(new Set(limits.map(({ id }) => id)).size).toBe(limits.length);
});

test('the road answers each question three times', () => {
  for (const { answers } of questions) {
    expect(answers).toHaveLength(columns.length);
    for (const answer of answers) expect(answer).toMatch(/\.$/);
  }
});

describe('links', () => {
  test.each([
    ['/reference', { section: undefined, entry: undefined }],
    ['/reference/states', { section: 'states', entry: undefined }],
    ['/reference/glossary/aad', { section: 'glossary', entry: 'aad' }],
    ['/reference/message/ping', { section: 'messages', entry: 'ping' }],
    ['/reference/glossary/', { section: 'glossary', entry: undefined }],
    ['/reference/glossary/%zz', { section: 'glossary', entry: '%zz' }],
    ['/reference/nowhere/aad', { section: undefined, entry: undefined, unknown: 'nowhere' }],
    ['/reference/__proto__/x', { section: undefined, entry: undefined, unknown: '__proto__' }],
  ])('%s', (link, place) => {
    expect(placeOf(link)).toEqual(place);
  });
  test('a name of any length is cut', () => {
    expect(placeOf(`/reference/glossary/${'a'.repeat(10_000)}`).entry).toHaveLength(40);
  });
});

test('a filter’s words may stand in any of the texts, in any order and case', () => {
  expect(fits('BIP37 bloom', ['Adds to the Bloom filter', 'BIP37'])).toBe(true);
  expect(fits('bloom BIP31', ['Adds to the Bloom filter', 'BIP37'])).toBe(false);
  expect(fits('', [undefined])).toBe(true);
});
