import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faults } from '../../shared/recording/errors.js';
import { parseIsoTime } from '../../shared/recording/iso-time.js';
import { readRecording, Recorder, Replayer, writeRecording } from '../../shared/recording/index.js';
import { root } from '../setup/product.js';
import { fileOf, stepsOf } from './sessions.js';

const facts = {
  version: 1,
  level: 'ciphertext',
  protocol: 'v2',
  network: 'regtest',
  role: 'initiator',
  startedAt: '2026-01-31T12:00:00.000Z',
  software: { name: 'test', version: '1' },
};
const header = { format: 'peerglass-recording', ...facts };
const key = '00'.repeat(64);
const chunk = { at: 1, dir: 'sent', offset: 0, bytes: key };
const end = { at: 9, event: 'end', state: 'closed', by: 'us', sent: 64, received: 0 };
const sessionKeys = {
  secrets: 'session-keys',
  sessionId: '11'.repeat(32),
  initiatorL: '11'.repeat(32),
  initiatorP: '11'.repeat(32),
  responderL: '11'.repeat(32),
  responderP: '11'.repeat(32),
  initiatorGarbageTerminator: '11'.repeat(16),
  responderGarbageTerminator: '11'.repeat(16),
};

const text = (...lines: unknown[]) =>
  lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)) + '\n').join('');
const bytesOf = (file: string) => new TextEncoder().encode(file);
const read = (...lines: unknown[]) => readRecording([bytesOf(text(...lines))]);

test('a small file is whole', async () => {
  const result = await read(header, chunk, end);
  expect(result).toMatchObject({
    state: 'whole',
    recording: { header: facts, items: [{ kind: 'chunk' }, { kind: 'event' }] },
  });
});

test('what a later version adds is ignored: fields, lines, events, secrets; and empty lines, and CR LF', async () => {
  const result = await read(
    { ...header, colour: 'blue' },
    { secrets: 'post-quantum', key: 5 },
    '',
    { at: 'whenever', weather: 'fine' },
    { ...chunk, port: 5 },
    { at: 2, event: 'rain' },
    JSON.stringify(end) + '\r',
  );
  expect(result).toMatchObject({
    state: 'whole',
    recording: { items: [{ kind: 'chunk' }, { kind: 'event' }] },
  });
});

describe('what is wrong is named, with its line', () => {
  const refused: [string, unknown[], string, RegExp][] = [
    ['no JSON', ['hello'], 'not-json-lines', /begin/],
    ['another JSON', [{ log: { version: '1.2' } }], 'wrong-format', /header/],
    ['a higher version', [{ ...header, version: 2 }], 'wrong-version', /version 2.*up to version 1/],
    ['another network', [{ ...header, network: '__proto__' }], 'bad-field', /network/],
    ['a date that is none', [{ ...header, startedAt: '2026-02-30T12:00:00Z' }], 'bad-field', /startedAt/],
  ];
  test.each(refused)('%s', async (_, lines, code, message) => {
    const result = await read(...lines);
    expect(result).toMatchObject({
      state: 'refused',
      damage: { code, line: 1, offset: 0, message: expect.stringMatching(message) },
    });
  });

  test('an empty file', async () => {
    expect(await readRecording([])).toMatchObject({ state: 'refused', damage: { code: 'empty' } });
  });

  const damaged: [string, unknown[], string, number][] = [
    ['a line that is no JSON', [chunk, 'oops', end], 'not-json-lines', 3],
    ['nesting without end', [chunk, '['.repeat(100_000), end], 'not-json-lines', 3],
    ['bytes that are no hex', [{ ...chunk, bytes: '0g' }], 'bad-field', 2],
    ['half a byte', [{ ...chunk, bytes: '012' }], 'bad-field', 2],
    ['a direction that is none', [{ ...chunk, dir: 'up' }], 'bad-field', 2],
    ['no time', [{ ...chunk, at: undefined }], 'bad-field', 2],
    ['a time before the start', [{ ...chunk, at: -1 }], 'bad-field', 2],
    ['a time that runs backwards', [chunk, { ...chunk, at: 0.5, offset: 64 }], 'time-runs-backwards', 3],
    ['an offset that lies', [chunk, { ...chunk, offset: 63 }], 'offset-mismatch', 3],
    ['totals that lie', [chunk, { ...end, sent: 65 }], 'length-mismatch', 3],
    ['a second header', [header, chunk], 'out-of-order', 2],
    ['a line after the end', [chunk, end, { ...chunk, at: 10, offset: 64 }], 'out-of-order', 4],
    ['keys in a file of ciphertext', [sessionKeys, chunk], 'secret-above-level', 2],
    [
      'plaintext in a file of ciphertext',
      [{ at: 1, dir: 'sent', packet: 0, role: 'decoy', header: 0, contents: '' }],
      'secret-above-level',
      2,
    ],
    ['no last line', [chunk], 'cut', 3],
  ];
  test.each(damaged)('%s', async (_, lines, code, line) => {
    const result = await read(header, ...lines);
    expect(result).toMatchObject({ state: 'damaged', damage: { code, line } });
    if (result.state !== 'damaged') return;
    const before = text(header, ...lines.slice(0, line - 2));
    expect(result.damage.offset).toBe(before.length);
    expect(result.damage.hint).not.toBe('');
  });

  test('secrets behind bytes', async () => {
    const result = await read({ ...header, level: 'session-keys' }, chunk, sessionKeys);
    expect(result).toMatchObject({ state: 'damaged', damage: { code: 'out-of-order', line: 3 } });
  });

  test('text that is no UTF-8', async () => {
    const file = fileOf([bytesOf(text(header, chunk)), Uint8Array.of(0xff, 0xfe, 0x0a)]);
    expect(await readRecording([file])).toMatchObject({
      state: 'damaged',
      damage: { code: 'not-utf-8', line: 3 },
    });
  });

  test('a cut inside a line', async () => {
    const file = bytesOf(text(header, chunk, end)).slice(0, -10);
    const result = await readRecording([file]);
    expect(result).toMatchObject({
      state: 'damaged',
      damage: { code: 'cut', line: 3 },
      recording: { items: [{ kind: 'chunk' }] },
    });
  });
});

describe('limits', () => {
  test('a line without end is refused without being kept, and the source is told to stop', async () => {
    let given = 0;
    let stopped = false;
    function* endless() {
      try {
        for (;;) yield new Uint8Array(((given += 65_536), 65_536)).fill(0x20);
      } finally {
        stopped = true;
      }
    }
    const result = await readRecording(endless(), { maxLineBytes: 1_000_000 });
    expect(result).toMatchObject({ state: 'refused', damage: { code: 'line-too-long' } });
    expect(given).toBeLessThan(1_200_000);
    await Promise.resolve();
    expect(stopped).toBe(true);
  });

  test('half a gigabyte: what fits is kept, the rest is not even read', async () => {
    const line = bytesOf(text({ at: 1, dir: 'received', bytes: '00'.repeat(30_000) }));
    let given = 0;
    async function* file() {
      yield bytesOf(text(header));
      while (given < 500_000_000) {
        given += line.length;
        yield line;
      }
    }
    let pauses = 0;
    const progress: number[] = [];
    const result = await readRecording(file(), {
      maxBytes: 10_000_000,
      onProgress: (bytes) => progress.push(bytes),
      pause: async () => void pauses++,
    });
    if (result.state !== 'damaged') throw new Error(result.state);
    expect(result.damage.code).toBe('too-large');
    expect(result.recording.items.length).toBe(Math.floor(10_000_000 / 30_160));
    expect(given).toBeLessThan(25_000_000);
    expect(pauses).toBeGreaterThan(10);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
  });

  test('cancel, while the source says nothing', async () => {
    const abort = new AbortController();
    let cancelled = false;
    const silent = new ReadableStream<Uint8Array>({ cancel: () => void (cancelled = true) });
    const result = readRecording(silent, { signal: abort.signal });
    abort.abort();
    expect(await result).toEqual({ state: 'cancelled' });
    expect(cancelled).toBe(true);
  });

  test('a source that fails: what came is kept', async () => {
    async function* failing() {
      yield bytesOf(text(header, chunk));
      throw new Error('gone');
    }
    expect(await readRecording(failing())).toMatchObject({
      state: 'damaged',
      damage: { code: 'unreadable', line: 3 },
      recording: { items: [{ kind: 'chunk' }] },
    });
  });
});

describe('keys that do not fit', () => {
  test('an ephemeral key of another session: what an observer sees, and why', async () => {
    const result = await read(
      { ...header, level: 'ephemeral-key' },
      { secrets: 'ephemeral-key', secretKey: '22'.repeat(32), ellCase: 0, attempts: 1 },
      chunk,
      end,
    );
    if (result.state !== 'whole') throw new Error(result.state);
    const replayer = new Replayer(result.recording);
    expect(replayer.readsWith).toBe('nothing');
    expect(replayer.problem).toMatchObject({ code: 'keys-do-not-fit' });
    expect(JSON.stringify(replayer.problem)).not.toContain('22222222');
    expect(stepsOf(replayer)[0]).toMatchObject({ entry: { step: 'key', derivations: [] } });
    expect(() => writeRecording(result.recording, 'session-keys')).toThrow('keys');
  });

  test('a secret key that is no scalar', async () => {
    for (const digits of ['00', 'ff']) {
      const result = await read(
        { ...header, level: 'ephemeral-key' },
        { secrets: 'ephemeral-key', secretKey: digits.repeat(32), ellCase: 0, attempts: 1 },
        chunk,
        end,
      );
      if (result.state !== 'whole') throw new Error(result.state);
      expect(new Replayer(result.recording).problem).toMatchObject({ code: 'keys-do-not-fit' });
    }
  });

  test('session keys of another session', async () => {
    const result = await read(
      { ...header, level: 'session-keys' },
      sessionKeys,
      chunk,
      { at: 1, dir: 'received', bytes: '00'.repeat(64) },
      { at: 1, dir: 'sent', bytes: '00'.repeat(5000) },
      { ...end, sent: 5064, received: 64 },
    );
    if (result.state !== 'whole') throw new Error(result.state);
    expect(new Replayer(result.recording)).toMatchObject({
      readsWith: 'nothing',
      problem: { code: 'keys-do-not-fit' },
    });
  });
});

describe('the recorder', () => {
  const options = {
    protocol: 'v2',
    network: 'regtest',
    role: 'initiator',
    startedAt: header.startedAt,
    software: header.software,
  } as const;

  test('stops at its limit, and says so', async () => {
    const recorder = new Recorder({ ...options, maxBytes: 10_000 });
    for (let i = 0; i < 100; i++) recorder.chunk('sent', new Uint8Array(1000), i * 10);
    recorder.end({ state: 'closed', by: 'us' }, 1000);
    expect(recorder).toMatchObject({ over: true, stopped: true });
    expect(recorder.bytes).toBeLessThanOrEqual(10_000);
    const result = await readRecording(writeRecording(recorder.recording));
    if (result.state !== 'whole') throw new Error(result.state);
    expect(result.recording.items).toHaveLength(9);
    expect(result.recording.items.at(-1)).toMatchObject({
      at: 80,
      event: { type: 'stopped', reason: 'limit' },
    });
  });

  test('while the session runs it is saved as it stands, with what is known of the peer', async () => {
    const recorder = new Recorder(options);
    recorder.state('handshaking', 0);
    recorder.chunk('sent', new Uint8Array(64), 1.23456);
    recorder.peer({ userAgent: '/x:1/', services: ['NETWORK'] });
    recorder.peer({ height: 7 });
    recorder.chunk('received', new Uint8Array(3), 1);
    const early = recorder.recording;
    recorder.end({ state: 'failed', code: 'closed-during-key' }, 5);
    const result = await readRecording(writeRecording(early));
    if (result.state !== 'whole') throw new Error(result.state);
    expect(early.header.peer).toEqual({ userAgent: '/x:1/', services: ['NETWORK'], height: 7 });
    // They were decrypted.
    expect(result.recording.header.peer).toBeUndefined();
    expect(result.recording.items.map(({ at }) => at)).toEqual([0, 1.235, 1.235, 1.235]);
    expect(result.recording.items.at(-1)).toMatchObject({ event: { type: 'stopped', reason: 'saved' } });
    expect(recorder.recording.items.at(-1)).toMatchObject({
      event: { type: 'end', code: 'closed-during-key' },
    });
  });

  test('as ciphertext it tells what an observer saw: no end of a field or packet, no state of the two ends', async () => {
    const recorder = new Recorder(options);
    recorder.state('handshaking', 0);
    for (const [at, length] of [64, 117, 16, 20, 33].entries())
      recorder.chunk('received', new Uint8Array(length).fill(at), 10 + at / 10);
    recorder.state('ready', 11);
    recorder.chunk('received', new Uint8Array(29), 12);
    recorder.chunk('received', new Uint8Array(29), 30);
    recorder.end({ state: 'closed', by: 'us' }, 40);
    const result = await readRecording(writeRecording(recorder.recording));
    if (result.state !== 'whole') throw new Error(result.state);
    expect(
      result.recording.items.map((item) => (item.kind === 'chunk' ? item.bytes.length : item.kind)),
    ).toEqual(['event', 64 + 117 + 16 + 20 + 33 + 29, 29, 'event']);
  });

  test('its secrets are in no log, no clone and no JSON', () => {
    const recorder = new Recorder(options);
    const secretKey = new Uint8Array(32).fill(0xab);
    recorder.secrets({ ephemeralKey: { secretKey, ellCase: 1, attempts: 1 } });
    const { secrets } = recorder.recording;
    expect(secrets.holds).toBe('ephemeral-key');
    expect(secrets.reveal().ephemeralKey?.secretKey).toEqual(secretKey);
    for (const shown of [
      JSON.stringify(recorder.recording),
      JSON.stringify(structuredClone(recorder.recording)),
    ])
      expect(shown).not.toMatch(/171|abab/);
  });

  test('without keys there is nothing but ciphertext to save', () => {
    const recorder = new Recorder(options);
    recorder.chunk('sent', new Uint8Array(64), 0);
    expect(() => writeRecording(recorder.recording, 'plaintext')).toThrow(
      expect.objectContaining({ error: expect.objectContaining({ code: 'keys-missing' }) }),
    );
  });
});

test('the format’s description lists every error', () => {
  const description = fs.readFileSync(path.join(root, 'shared/recording/FORMAT.md'), 'utf8');
  const codes = [
    ...[
      faults.empty(),
      faults.notJson(true),
      faults.notUtf8(true),
      faults.wrongFormat(),
      faults.wrongVersion(2, 1),
    ],
    ...[
      faults.badField('', ''),
      faults.outOfOrder(''),
      faults.timeBackwards(0, 1),
      faults.offsetMismatch('', 0, 1),
    ],
    ...[
      faults.lengthMismatch('', 0, 1),
      faults.secretAboveLevel(''),
      faults.lineTooLong(1),
      faults.tooLarge(1),
    ],
    ...[faults.cut(), faults.unreadable(), faults.keysMissing(''), faults.keysDoNotFit('')],
    ...[
      faults.wrongSum('', ''),
      faults.bytesChanged(''),
      faults.keysLost('', '', ''),
      faults.toldOtherwise(''),
    ],
  ].map(({ code }) => code);
  expect(codes.length).toBe(Object.keys(faults).length);
  for (const code of codes) expect(description).toContain(`\`${code}\``);
});

test('times in UTC are read as the platform reads them', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }),
      (date) => {
        expect(parseIsoTime(date.toISOString())).toBe(date.getTime());
      },
    ),
  );
  for (const odd of [
    '2026-02-29T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01',
    '1969-12-31T23:59:59Z',
    '2026-01-01T00:00:00+01:00',
  ])
    expect(parseIsoTime(odd)).toBeUndefined();
});
