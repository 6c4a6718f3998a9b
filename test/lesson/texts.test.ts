import { describe, expect, test } from 'vitest';
import { receiveStates, sendStates } from '../../shared/bip324/index.js';
import { ruleOf, seesOf } from '../../web/screens/handshake/experts.js';
import { wordsOf, wordsOfDerivation, wordsOfId } from '../../web/screens/handshake/lesson.js';
import { draw, transitionBetween } from '../../web/screens/handshake/machine-drawing.js';
import { snippetOf } from '../../web/screens/handshake/reproduce.js';
import { steps } from '../../web/screens/handshake/steps.js';
import { network, record } from './trace.js';

const sessions = [
  record({ garbage: 20, decoys: [3] }, { garbage: 30, decoys: [5] }),
  record({}, { garbage: 60 }, (bytes) => bytes.map((byte, at) => (at === 70 ? byte ^ 1 : byte))),
  record({}, { garbage: 60 }, (bytes) => bytes.subarray(0, 90)),
];
const lesson = sessions.flatMap(({ trace }) => steps(trace));
/** Sections of BIP324, as its own table of contents has them. */
const sections = [
  'Handshake: key exchange and version negotiation',
  'Shared secret computation',
  'ElligatorSwift encoding of curve X coordinates',
  'Keys and session ID derivation',
  'Overall handshake pseudocode',
  'Packet encryption',
];

describe('every step has', () => {
  test('a title and a sentence, and its link says the same before the session has it', () => {
    for (const step of lesson) {
      const { title, plain } = wordsOf(step);
      expect(title).not.toBe('');
      expect(plain).toMatch(/\.$/);
      const before = wordsOfId(step.id);
      expect(before).toBeDefined();
      if (step.kind !== 'packet') expect(before!.title).toBe(title);
      for (const { id } of step.derivations) expect(wordsOfDerivation(id).title).not.toBe(id);
    }
    for (const id of ['', 'our-', 'sent.packet-', 'received.packet-1234567', 'constructor', '__proto__'])
      expect(wordsOfId(id)).toBeUndefined();
  });

  test('a rule of a section that BIP324 has', () => {
    for (const step of lesson) {
      const { text, section } = ruleOf(step);
      expect(text).toMatch(/\.$/);
      expect(sections).toContain(section);
    }
  });

  test('its own answer to who can see what', () => {
    for (const step of lesson) {
      for (const sight of Object.values(seesOf(step))) expect(sight).toMatch(/^[^.]+(\. [^.]+)*$/);
    }
    const tables = new Set(lesson.map((step) => JSON.stringify(seesOf(step))));
    expect(tables.size).toBeGreaterThan(10);
  });
});

test('a changed byte is called that, a stream that ends is not', () => {
  const [, bent, short] = sessions.map(({ trace }) => wordsOf(steps(trace).at(-1)!).plain);
  expect(bent).toMatch(/does not fit/);
  expect(short).not.toMatch(/does not fit/);
});

describe('the drawing of a machine', () => {
  test.each([
    ['sending, initiator', () => draw(sendStates, 'awaiting-key'), ['awaiting-key', 'ready', 'ended']],
    [
      'receiving, initiator',
      () => draw(receiveStates, 'key'),
      ['key', 'garbage', 'version', 'application', 'ended'],
    ],
  ])('%s: every state that the table reaches, and no two in one place', (_, drawing, expected) => {
    const { boxes, width, height } = drawing();
    expect(boxes.map(({ state }) => state)).toEqual(expected);
    expect(new Set(boxes.map(({ x, y }) => `${x} ${y}`)).size).toBe(boxes.length);
    for (const { x, y, width: w } of boxes) {
      expect(x + w).toBeLessThanOrEqual(width);
      expect(y + 28).toBeLessThanOrEqual(height);
    }
  });

  test('its arrows are the table’s transitions', () => {
    const { arrows } = draw(receiveStates, 'key');
    expect(arrows.map(({ from, on, to }) => [from, on, to])).toEqual([
      ['key', 'key-complete', 'garbage'],
      ['garbage', 'terminator-found', 'version'],
      ['version', 'version-received', 'application'],
    ]);
    expect(transitionBetween(receiveStates, 'version', 'ended')).toBe('end');
    expect(transitionBetween(receiveStates, 'version', 'key')).toBeUndefined();
  });
});

test('a trace that holds less has no code for what it lacks, and goes on', () => {
  const bare = steps(sessions[0]!.trace.map((entry) => ({ ...entry, derivations: [] })));
  expect(bare.map(({ id }) => id)).not.toContain('hkdf');
  const missing = bare.filter((step) => snippetOf(step, { lesson: bare, network }) === undefined);
  expect(missing.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['key', 'terminator', 'packet']));
  expect(missing.length).toBeLessThan(bare.length);
});
