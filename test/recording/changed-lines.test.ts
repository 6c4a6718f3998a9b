/** What is said of a file in which one thing was changed, and what is shown of it nevertheless. */
import { describe, expect, test } from 'vitest';
import { toHex } from '../../shared/bytes.js';
import {
  RecordingParser,
  Replayer,
  writeRecording,
  type Recording,
  type RecordingLevel,
} from '../../shared/recording/index.js';
import { sessionKeyNames } from '../../shared/recording/secrets.js';
import { recordedSession } from '../browser/recorded-session.js';
import { fileOf, stepsOf } from './sessions.js';

/** Longer than the window in which a terminator is looked for. */
const session = recordedSession('v2', ({ ours, theirs, carry }) => {
  for (const side of [ours, theirs]) side.send('tx', new Uint8Array(6000));
  carry();
  for (const side of [ours, theirs]) side.send('ping', new Uint8Array(8));
  carry();
});

type Line = Record<string, unknown>;
const linesOf = (level: RecordingLevel): Line[] =>
  new TextDecoder()
    .decode(fileOf(writeRecording(session, level)))
    .trim()
    .split('\n')
    .map((line) => {
      const fields = JSON.parse(line) as Line;
      delete fields['crc'];
      return fields;
    });

function parsed(lines: readonly Line[]) {
  const parser = new RecordingParser();
  parser.push(new TextEncoder().encode(lines.map((line) => JSON.stringify(line) + '\n').join('')));
  parser.finish();
  return parser;
}

function shown(lines: readonly Line[]) {
  const { recording, damage } = parsed(lines);
  expect(damage).toBeUndefined();
  const replayer = new Replayer(recording!);
  const steps = stepsOf(replayer);
  const packets = (wanted: 'sent' | 'received') =>
    steps.filter((step) => step.kind === 'v2' && step.entry.packet && step.entry.direction === wanted).length;
  return {
    replayer,
    steps,
    problem: replayer.problem,
    sent: packets('sent'),
    received: packets('received'),
    contradicted: steps.filter((step) => step.kind === 'event' && step.contradicted).length,
  };
}

/** Flips a bit of the byte at `at`. */
function flip(hex: unknown, at: number): string {
  const bytes = Buffer.from(hex as string, 'hex');
  bytes[at]! ^= 0x10;
  return bytes.toString('hex');
}

/** @returns the lines with one changed, and its number */
function changed(lines: readonly Line[], which: (line: Line) => boolean, change: (line: Line) => Line) {
  const at = lines.findIndex(which);
  if (at === -1) throw new Error('no such line');
  return { lines: lines.map((line, i) => (i === at ? change(line) : line)), line: at + 1 };
}

const good = shown(linesOf('ephemeral-key'));
const derivedId = toHex(good.replayer.sessionId!);
/** The lines of a direction, in the order of Peerglass: key, garbage, terminator, packets. */
const nth = (dir: string, n: number) => {
  let seen = 0;
  return (line: Line) => line['dir'] === dir && line['bytes'] !== undefined && seen++ === n;
};

test('nothing is said of a sound file', () => {
  for (const level of ['ciphertext', 'session-keys', 'ephemeral-key', 'plaintext'] as const)
    expect(shown(linesOf(level))).toMatchObject({ problem: undefined, contradicted: 0 });
  expect(good).toMatchObject({ sent: 5, received: 6 });
});

describe('a garbage terminator', () => {
  test.each(['session-keys', 'ephemeral-key', 'plaintext'] as const)('of ours, at %s', (level) => {
    for (const byte of [0, 7, 15]) {
      const { lines, line } = changed(linesOf(level), nth('sent', 2), (fields) => ({
        ...fields,
        bytes: flip(fields['bytes'], byte),
      }));
      const { problem, sent, received, replayer } = shown(lines);
      expect(problem).toMatchObject({ code: 'bytes-changed', line });
      expect(problem!.message).toContain('our garbage terminator');
      expect(problem!.hint.includes('unless it is the keys in line')).toBe(level === 'session-keys');
      expect(replayer.readsWith).not.toBe('nothing');
      expect({ sent, received }).toEqual({ sent: 0, received: good.received });
    }
  });

  test('of theirs: what we sent is read all the same', () => {
    const { lines, line } = changed(linesOf('ephemeral-key'), nth('received', 2), (fields) => ({
      ...fields,
      bytes: flip(fields['bytes'], 3),
    }));
    const { problem, sent, received } = shown(lines);
    expect(problem).toMatchObject({ code: 'bytes-changed', line });
    expect(problem!.message).toContain('the peer’s garbage terminator');
    expect({ sent, received }).toEqual({ sent: good.sent, received: 0 });
  });
});

describe('keys', () => {
  test.each(sessionKeyNames)('beside the ephemeral one, %s: the session is shown as derived', (name) => {
    const { lines, line } = changed(
      linesOf('ephemeral-key'),
      (fields) => fields['secrets'] === 'session-keys',
      (fields) => ({ ...fields, [name]: flip(fields[name], 5) }),
    );
    const { problem, replayer, ...rest } = shown(lines);
    expect(problem).toMatchObject({ code: 'told-otherwise', line });
    expect(problem!.message).toContain(name);
    expect(replayer.readsWith).toBe('ephemeral-key');
    expect(toHex(replayer.sessionId!)).toBe(derivedId);
    expect(rest).toMatchObject({ sent: good.sent, received: good.received, contradicted: 0 });
    // Saved anew, it is sound again.
    expect(saved(lines)['sessionId']).toBe(derivedId);
  });

  const saved = (lines: readonly Line[]): Line => {
    const text = new TextDecoder().decode(fileOf(writeRecording(recordingOf(lines), 'session-keys')));
    return JSON.parse(text.split('\n')[1]!) as Line;
  };
  const recordingOf = (lines: readonly Line[]): Recording => parsed(lines).recording!;

  test('the ephemeral one: the session keys read the bytes, and it is not handed on', () => {
    const { lines, line } = changed(
      linesOf('ephemeral-key'),
      (fields) => fields['secrets'] === 'ephemeral-key',
      (fields) => ({ ...fields, secretKey: flip(fields['secretKey'], 9) }),
    );
    const { problem, replayer, ...rest } = shown(lines);
    expect(problem).toMatchObject({ code: 'keys-do-not-fit', line });
    expect(replayer.readsWith).toBe('session-keys');
    expect(rest).toMatchObject({ sent: good.sent, received: good.received, contradicted: 0 });
    expect(() => writeRecording(recordingOf(lines), 'ephemeral-key')).toThrow('public key');
    expect(saved(lines)['sessionId']).toBe(derivedId);
  });

  test('the public ones: the line of each', () => {
    for (const dir of ['sent', 'received']) {
      const { lines, line } = changed(linesOf('ephemeral-key'), nth(dir, 0), (fields) => ({
        ...fields,
        bytes: flip(fields['bytes'], 33),
      }));
      const { problem, sent, received } = shown(lines);
      expect(problem).toMatchObject({ code: 'keys-do-not-fit', line: dir === 'sent' ? 2 : line });
      expect({ sent, received }).toEqual({ sent: good.sent, received: good.received });
    }
  });

  test('the network that salts them: the header', () => {
    const [header, ...rest] = linesOf('ephemeral-key');
    const { problem, sent, received } = shown([{ ...header, network: 'signet' }, ...rest]);
    expect(problem).toMatchObject({ code: 'keys-do-not-fit', line: 1 });
    expect(problem!.message).toContain('of a session on regtest');
    expect({ sent, received }).toEqual({ sent: good.sent, received: good.received });
  });

  test('lost, though the header promises them', () => {
    const none = linesOf('plaintext').filter((line) => line['secrets'] === undefined);
    expect(shown(none).problem).toMatchObject({ code: 'keys-missing', line: 1 });
    const half = linesOf('ephemeral-key').filter((line) => line['secrets'] !== 'ephemeral-key');
    expect(shown(half)).toMatchObject({
      problem: { code: 'keys-missing', line: 1 },
      sent: good.sent,
      received: good.received,
    });
  });
});

describe('a line in the clear', () => {
  const isPing = (line: Line) => line['packet'] !== undefined && line['type'] === 'ping';
  test.each([
    ['its payload', (line: Line) => ({ ...line, payload: flip(line['payload'], 2) })],
    ['its type', (line: Line) => ({ ...line, type: 'pong', id: 19 })],
    ['its header', (line: Line) => ({ ...line, header: 1 })],
    ['its role', (line: Line) => ({ ...line, role: 'decoy' })],
    ['its number', (line: Line) => ({ ...line, packet: 77 })],
    ['its direction', (line: Line) => ({ ...line, dir: line['dir'] === 'sent' ? 'received' : 'sent' })],
  ])('%s', (_, change) => {
    const { lines, line } = changed(linesOf('plaintext'), isPing, change);
    const { problem, sent, received, contradicted } = shown(lines);
    expect(problem).toMatchObject({ code: 'told-otherwise', line });
    expect({ sent, received, contradicted }).toEqual({
      sent: good.sent,
      received: good.received,
      contradicted: 0,
    });
  });

  test('lost', () => {
    const lines = linesOf('plaintext');
    const without = lines.filter((_, i) => i !== lines.findLastIndex(isPing));
    expect(shown(without).problem).toMatchObject({ code: 'told-otherwise', line: without.length });
  });
});

describe('the length of the last packet', () => {
  /** Its top byte: it becomes far longer than what is there. */
  const longer = (level: RecordingLevel, dir: string, end: Line) => {
    const lines = linesOf(level);
    const last = lines.findLastIndex((line) => line['dir'] === dir && line['bytes'] !== undefined);
    const bent = lines.map((line, i) => (i === last ? { ...line, bytes: flip(line['bytes'], 1) } : line));
    return { ...shown([...bent.slice(0, -1), { ...bent.at(-1), ...end }]), line: last + 1 };
  };
  test.each([
    ['sent', { by: 'us' }],
    ['sent', { by: 'peer' }],
    ['received', { by: 'peer' }],
  ])('%s, in a session that ended %o', (dir, end) => {
    const { problem, line } = longer('ephemeral-key', dir, end);
    expect(problem).toMatchObject({ code: 'bytes-changed', line });
    expect(problem!.message).toMatch(/the recording ends inside packet \d+ .* takes \d+ bytes, and 29 came/);
  });

  test('received, in a session that we closed: a packet that did not come whole, unless it stands in the clear', () => {
    expect(longer('ephemeral-key', 'received', { by: 'us' }).problem).toBeUndefined();
    const { problem, line } = longer('plaintext', 'received', { by: 'us' });
    expect(problem).toMatchObject({ code: 'bytes-changed', line });
  });
});

describe('the first line and the last', () => {
  test('a header has nothing before it, and there never was a version 0', () => {
    const [header, ...rest] = linesOf('ciphertext');
    for (const change of [{ version: 0 }, { version: 1.5 }, { role: 'both' }, { level: 'all' }]) {
      const { damage, recording } = parsed([{ ...header, ...change }, ...rest]);
      expect(recording).toBeUndefined();
      expect(damage!.line).toBe(1);
      expect(damage!.hint).not.toMatch(/before|newer/);
    }
    expect(parsed([{ ...header, version: 0 }]).damage!.message).toContain('there never was');
    expect(parsed([{ ...header, version: 2 }]).damage!.hint).toContain('newer');
  });

  test('whatever follows the end is that', () => {
    const lines = linesOf('plaintext');
    const after: Line[] = [
      { at: 99_999, dir: 'sent', offset: 0, bytes: '00' },
      { at: 99_999, dir: 'sent', bytes: 'no hex', crc: 'none' },
      { at: 0, event: 'state', state: 'ready' },
      { at: 99_999, dir: 'sent', packet: 0 },
      { secrets: 'session-keys' },
    ];
    for (const line of after)
      expect(parsed([...lines, line]).damage).toMatchObject({
        code: 'out-of-order',
        line: lines.length + 1,
        message: 'a line after the end of the session',
      });
  });
});
