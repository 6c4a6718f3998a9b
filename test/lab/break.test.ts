/** A broken byte does what the table says of its field. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ascii } from '../../shared/bytes.js';
import {
  breakableKinds,
  breakByte,
  fieldAt,
  labSession,
  otherParty,
  parties,
  predict,
  problemOf,
  type BreakableKind,
  type Break,
  type Party,
} from '../../shared/lab/index.js';

const session = labSession(ascii('break a byte'));
const outcome = (broken: Break) => breakByte(session, broken);

/** The first field of its kind in each direction that is in a message rather than in the version packet, where there is one. */
function firstOf(sender: Party, kind: BreakableKind): number {
  const fields = session.streams[sender].fields.filter((field) => field.kind === kind);
  return (fields[1] ?? fields[0])!.start;
}

const sending = parties.flatMap((sender) => breakableKinds.map((kind) => ({ sender, kind })));
const tagFails = { alice: 'packet-authentication-failed', bob: 'packet-authentication-failed' };
const handshakes = { alice: 'timed-out-handshaking', bob: 'timed-out-handshaking' };
const codes: Readonly<Record<BreakableKind, Record<Party, string>>> = {
  ellswift: handshakes,
  garbage: tagFails,
  terminator: handshakes,
  // Alice’s version then seems one byte longer than it is, and nothing follows it; Bob’s seems shorter.
  length: { alice: 'timed-out-negotiating', bob: 'packet-authentication-failed' },
  header: tagFails,
  contents: tagFails,
  tag: tagFails,
};

describe('the lowest bit of a field', () => {
  test.each(sending)(
    '$kind of $sender: the receiver ends it with the code that it should',
    ({ sender, kind }) => {
      const broken = { sender, offset: firstOf(sender, kind), mask: 1 };
      expect(predict(session, broken).verdict).toMatchObject({
        by: otherParty(sender),
        code: codes[kind][sender],
      });
      expect(outcome(broken).verdict).toEqual(predict(session, broken).verdict);
    },
  );
});

test.each(parties)(
  'every byte that %s sends, its lowest bit flipped: as predicted, and never unnoticed',
  (sender) => {
    for (let offset = 0; offset < session.streams[sender].bytes.length; offset++) {
      const broken = { sender, offset, mask: 1 };
      const { verdict } = outcome(broken);
      expect(verdict, `offset ${offset}`).toEqual(predict(session, broken).verdict);
      expect(verdict.type).not.toBe('unnoticed');
    }
  },
);

test.each(parties)('every bit of every length that %s sends', (sender) => {
  const seen = new Set<string>();
  for (const { kind, start, end } of session.streams[sender].fields) {
    if (kind !== 'length') continue;
    for (let offset = start; offset < end; offset++) {
      for (let bit = 0; bit < 8; bit++) {
        const broken = { sender, offset, mask: 1 << bit };
        const { verdict } = outcome(broken);
        expect(verdict, `offset ${offset}, bit ${bit}`).toEqual(predict(session, broken).verdict);
        seen.add('code' in verdict ? verdict.code : verdict.type);
      }
    }
  }
  expect([...seen].sort()).toEqual([
    'packet-authentication-failed',
    'packet-too-large',
    'ping-timed-out',
    'timed-out-handshaking',
    'timed-out-negotiating',
  ]);
});

test('any byte, any mask, any keys', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 8, maxLength: 8 }),
      fc.constantFrom(...parties),
      fc.nat({ max: 10_000 }),
      fc.integer({ min: 1, max: 255 }),
      (seed, sender, somewhere, mask) => {
        const other = labSession(seed);
        const broken = { sender, offset: somewhere % other.streams[sender].bytes.length, mask };
        expect(breakByte(other, broken).verdict).toEqual(predict(other, broken).verdict);
      },
    ),
    { numRuns: 60 },
  );
});

describe('what the sides see', () => {
  const at = (sender: Party, kind: BreakableKind, more: Partial<Break> = {}) =>
    outcome({ sender, offset: firstOf(sender, kind), mask: 1, ...more });

  test('a failed check: its side hangs up, the other sees the connection close before it was answered', () => {
    const { endings, deliveries } = at('alice', 'tag');
    expect(endings.bob).toMatchObject({ type: 'check-failed', packet: 1, error: { at: 123 } });
    expect(endings.alice).toMatchObject({ type: 'saw-close', error: { code: 'closed-while-negotiating' } });
    expect(deliveries.at(-1)!.events.at(-1)).toMatchObject({ type: 'error' });
  });

  test('a changed key: both search for a terminator that was not sent', () => {
    const { endings, held } = at('alice', 'ellswift');
    expect(endings).toMatchObject({
      alice: { type: 'waits', awaiting: 'handshake', held: { what: 'terminator' }, afterMs: 60_000 },
      bob: { type: 'waits', awaiting: 'handshake', held: { what: 'terminator' }, afterMs: 60_000 },
    });
    // Alice's garbage, terminator, version packet and version message, in which nothing was found.
    expect(held).toEqual({ what: 'terminator', searched: 23 + 16 + 20 + 130 });
  });

  test('a changed terminator: the receiver searches, the sender waits for a version', () => {
    expect(at('alice', 'terminator').endings).toMatchObject({
      bob: { type: 'waits', awaiting: 'handshake', held: { what: 'terminator' } },
      alice: { type: 'waits', awaiting: 'version', held: { what: 'message' } },
    });
  });

  test('a longer length: the receiver waits inside of the packet, and says for how many bytes', () => {
    const offset = firstOf('alice', 'length') + 1;
    const { endings, held } = outcome({ sender: 'alice', offset, mask: 1 });
    expect(held).toEqual({ what: 'packet', packet: 1, received: 130, expected: 130 + 256 });
    expect(endings.bob).toMatchObject({ type: 'waits', awaiting: 'version', held });
  });

  test('after both verack, only an unanswered ping shows that the receiver waits', () => {
    const ping = session.streams.alice.fields.filter(({ kind }) => kind === 'length').at(-1)!;
    const { endings, held } = outcome({ sender: 'alice', offset: ping.start + 1, mask: 1 });
    expect(endings.alice).toMatchObject({
      type: 'waits',
      awaiting: 'pong',
      error: { code: 'ping-timed-out' },
    });
    expect(endings.bob).toMatchObject({ type: 'saw-close', error: { code: 'closed-during-packet' } });
    expect(held).toMatchObject({ what: 'packet', packet: 3, received: 29 });
  });

  test('nothing before the broken byte differs from the undisturbed session', () => {
    const { deliveries } = at('bob', 'tag');
    const before = deliveries.slice(0, -1);
    expect(before.length).toBeGreaterThan(2);
    expect(before.map(({ arrived }) => arrived)).toEqual(
      session.deliveries.slice(0, before.length).map(({ sent }) => sent),
    );
    expect(fieldAt(session.streams.bob, deliveries.at(-1)!.offset)?.kind).toBe('length');
  });
});

test.each([
  [{ sender: 'alice', offset: -1, mask: 1 }, 'no-such-byte'],
  [{ sender: 'alice', offset: 315, mask: 1 }, 'no-such-byte'],
  [{ sender: 'bob', offset: 1.5, mask: 1 }, 'no-such-byte'],
  [{ sender: 'bob', offset: NaN, mask: 1 }, 'no-such-byte'],
  [{ sender: 'bob', offset: 0, mask: 0 }, 'no-such-mask'],
  [{ sender: 'bob', offset: 0, mask: 256 }, 'no-such-mask'],
] as const)('%j is refused: %s', (broken, code) => {
  expect(problemOf(session, broken)).toMatchObject({ code, hint: /\w/ });
  expect(() => breakByte(session, broken)).toThrow(RangeError);
});
