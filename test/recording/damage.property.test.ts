/** A file that was changed, by accident or on purpose: nothing is thrown, nothing hangs, nothing good is lost. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHex } from '../../shared/bytes.js';
import {
  readRecording,
  Replayer,
  writeRecording,
  type RecordingLevel as Level,
  type RecordedItem,
} from '../../shared/recording/index.js';
import { fileOf, play, plans, stepsOf } from './sessions.js';

const level = fc.constantFrom<Level>('ciphertext', 'session-keys', 'ephemeral-key', 'plaintext');

type Mutation =
  | { kind: 'flip'; at: number; bit: number }
  | { kind: 'cut'; at: number }
  | { kind: 'remove' | 'double'; at: number; length: number }
  | { kind: 'insert'; at: number; bytes: Uint8Array }
  | { kind: 'line'; at: number; what: 'remove' | 'double' | 'swap' };

const at = fc.nat(10_000_000);
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at, bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('cut' as const), at }),
  fc.record({ kind: fc.constantFrom('remove' as const, 'double' as const), at, length: fc.nat(200) }),
  fc.record({
    kind: fc.constant('insert' as const),
    at,
    bytes: fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc
        .constantFrom(
          '\n',
          '{}',
          '\n[[[[\n',
          ',"__proto__":{}',
          '1e999',
          '-',
          '\ufeff',
          '{"at":1e400,"event":"state"}\n',
        )
        .map((text) => new TextEncoder().encode(text)),
    ),
  }),
  fc.record({
    kind: fc.constant('line' as const),
    at,
    what: fc.constantFrom('remove' as const, 'double' as const, 'swap' as const),
  }),
);

/** @returns the changed file, and where its first changed byte is */
function mutate(file: Uint8Array, mutation: Mutation): { changed: Uint8Array; from: number } {
  const position = mutation.at % file.length;
  const [before, after] = [file.subarray(0, position), file.subarray(position)];
  switch (mutation.kind) {
    case 'flip': {
      const changed = file.slice();
      changed[position]! ^= 1 << mutation.bit;
      return { changed, from: position };
    }
    case 'cut':
      return { changed: before, from: position };
    case 'remove':
      return { changed: fileOf([before, after.subarray(mutation.length)]), from: position };
    case 'double':
      return { changed: fileOf([before, after.subarray(0, mutation.length), after]), from: position };
    case 'insert':
      return { changed: fileOf([before, mutation.bytes, after]), from: position };
    case 'line': {
      const lines = linesOf(file);
      const i = mutation.at % lines.length;
      const replaced = {
        remove: [],
        double: [lines[i]!, lines[i]!],
        swap: i + 1 < lines.length ? [lines[i + 1]!, lines[i]!] : [lines[i]!],
      }[mutation.what];
      const rest = lines.slice(i + (mutation.what === 'swap' ? 2 : 1));
      const start = fileOf(lines.slice(0, i));
      return { changed: fileOf([start, ...replaced, ...rest]), from: start.length };
    }
  }
}

function linesOf(file: Uint8Array): Uint8Array[] {
  const lines = [];
  for (let start = 0; start < file.length;) {
    const newline = file.indexOf(0x0a, start);
    const end = newline === -1 ? file.length : newline + 1;
    lines.push(file.subarray(start, end));
    start = end;
  }
  return lines;
}

function* inPieces(file: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < file.length; at += size) yield file.subarray(at, at + size);
}

test('whatever is changed, what comes before it is intact, and the replay does not throw', async () => {
  await fc.assert(
    fc.asyncProperty(
      plans,
      level,
      mutation,
      fc.integer({ min: 1, max: 5000 }),
      async (plan, level, mutation, size) => {
        const { recording } = play(plan);
        const wanted = recording.header.level === 'ciphertext' ? 'ciphertext' : level;
        const file = fileOf(writeRecording(recording, wanted));
        const { changed, from } = mutate(file, mutation);
        const read = await readRecording(inPieces(changed, size));
        const whole = await readRecording([file]);
        if (whole.state !== 'whole') throw new Error(whole.state);
        const goodLines = linesOf(file.subarray(0, from)).filter((line) => line.at(-1) === 0x0a);
        const goodItems = Math.max(0, goodLines.filter((line) => startsAtTime(line)).length);

        if (read.state === 'cancelled') throw new Error('nobody cancelled');
        if (goodLines.length > 0) {
          if (read.state === 'refused') throw new Error('a good header was lost');
          expect(read.recording.header).toEqual(whole.recording.header);
          expect(
            same(read.recording.items.slice(0, goodItems), whole.recording.items.slice(0, goodItems)),
          ).toBe(true);
        }
        if (read.state !== 'refused') stepsOf(new Replayer(read.recording));
        if (read.state !== 'whole') {
          const { damage } = read;
          expect(damage.line).toBeGreaterThanOrEqual(goodLines.length === 0 ? 1 : goodLines.length);
          expect(damage.offset).toBeLessThanOrEqual(changed.length);
          const secret = recording.secrets.reveal().ephemeralKey?.secretKey;
          if (secret !== undefined) expect(JSON.stringify(damage)).not.toContain(toHex(secret));
        }
      },
    ),
    { numRuns: 300 },
  );
});

function startsAtTime(line: Uint8Array): boolean {
  return new TextDecoder().decode(line.subarray(0, 6)) === '{"at":';
}

function same(a: readonly RecordedItem[], b: readonly RecordedItem[]): boolean {
  return a.length === b.length && a.every((item, i) => JSON.stringify(item) === JSON.stringify(b[i]));
}

test('a file cut anywhere gives the steps of the whole one, up to the cut', async () => {
  await fc.assert(
    fc.asyncProperty(plans, fc.nat(10_000_000), async (plan, at) => {
      const { recording } = play(plan);
      if (recording.header.level === 'ciphertext') return;
      const file = fileOf(writeRecording(recording, 'ephemeral-key'));
      const read = await readRecording([file.subarray(0, at % file.length)]);
      if (read.state === 'refused') return;
      if (read.state !== 'damaged') throw new Error(read.state);
      expect(read.damage.code).toBe('cut');
      const { items } = read.recording;
      expect(same(items, recording.items.slice(0, items.length))).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('bytes that are no recording at all are refused', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((text) => new TextEncoder().encode(text)),
      ),
      async (bytes) => {
        const read = await readRecording([bytes]);
        expect(read.state).toBe('refused');
      },
    ),
  );
});
