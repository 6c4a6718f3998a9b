/** What a session showed while it ran, its recording shows again: byte by byte, secret by secret. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  Recorder,
  type Recording,
  readRecording,
  writeRecording,
  Replayer,
  type RecordingLevel as Level,
} from '../../shared/recording/index.js';
import { fileOf, play, plans, replayed, revealed, stepsOf, type Live } from './sessions.js';

const runs = { numRuns: 30 };

function expectSame(again: Live, live: Live): void {
  expect(again).toEqual(live);
  expect(revealed(again)).toEqual(revealed(live));
}

describe('random v2 sessions in both roles, however they are cut and end', () => {
  test('replay as the same trace, with the same secrets', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const { recording, live } = play(plan);
        expectSame(replayed(recording), live);
        if (live.some(({ entry }) => entry.step === 'terminator'))
          expect(new Replayer(recording).readsWith).toBe('ephemeral-key');
      }),
      runs,
    );
  });

  test('also through a file, at both levels that hold the ephemeral key', async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.constantFrom<Level>('ephemeral-key', 'plaintext'), async (plan, level) => {
        const { recording, live } = play(plan);
        if (recording.header.level === 'ciphertext') return; // a responder that sent nothing made no key
        const read = await readRecording(writeRecording(recording, level));
        if (read.state !== 'whole') throw new Error(JSON.stringify(read));
        expectSame(replayed(read.recording), live);
        expect(fileOf(writeRecording(read.recording, level))).toEqual(
          fileOf(writeRecording(recording, level)),
        );
      }),
      runs,
    );
  });

  test('with session keys alone: the same packets, and nothing of how the keys came about', async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const { recording, live } = play(plan);
        if (!live.some(({ entry }) => entry.packet)) return;
        const read = await readRecording(writeRecording(recording, 'session-keys'));
        if (read.state !== 'whole') throw new Error(JSON.stringify(read));
        expect(read.recording.secrets.reveal().ephemeralKey).toBeUndefined();
        // Of the keys, what came out.
        const outputsAlone = (all: Live) =>
          all.map(({ at, entry }) => {
            const outputs = entry.derivations.filter(({ id }) => id.startsWith('hkdf-expand'));
            const derivations = outputs.map((derivation) => ({ ...derivation, inputs: [] }));
            return { at, entry: entry.step === 'key' ? { ...entry, derivations } : entry };
          }) as Live;
        expectSame(outputsAlone(replayed(read.recording)), outputsAlone(live));
      }),
      runs,
    );
  });

  test('as ciphertext: two keys, and bytes of which nothing is said; every byte in its place', async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const { recording, live } = play(plan);
        const read = await readRecording(writeRecording(recording));
        if (read.state !== 'whole') throw new Error(JSON.stringify(read));
        const again = replayed(read.recording);
        for (const direction of ['sent', 'received'] as const) {
          const of = (trace: Live) => trace.filter(({ entry }) => entry.direction === direction);
          const stream = (trace: Live) => fileOf(of(trace).map(({ entry }) => entry.bytes));
          expect(stream(again)).toEqual(stream(live));
          let at = 0;
          for (const field of of(again).flatMap(({ entry }) => entry.fields)) {
            expect(field.start).toBe(at);
            at = field.end;
            expect(['ellswift', 'unread', 'v1']).toContain(field.kind);
          }
          const ids = of(again).flatMap(({ entry }) => entry.fields.map(({ id }) => id));
          expect(new Set(ids).size).toBe(ids.length);
          if (stream(live).length >= 64 && direction === 'sent')
            expect(of(again)[0]!.entry).toMatchObject({ step: 'key', fields: [{ start: 0, end: 64 }] });
        }
        expect(revealed(again)).toEqual([]);
      }),
      runs,
    );
  });
});

test('random v1 sessions replay as the same trace', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const { recording, live } = play(plan, 'v1');
      expectSame(replayed(recording), live);
      const read = await readRecording(writeRecording(recording));
      if (read.state !== 'whole') throw new Error(JSON.stringify(read));
      expect(read.recording.header.level).toBe('plaintext');
      expectSame(replayed(read.recording), live);
    }),
    runs,
  );
});

test('advance plays what was due, in slices too', () => {
  fc.assert(
    fc.property(
      plans,
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 5 }),
      (plan, tick, limit) => {
        const { recording } = play(plan);
        const all = stepsOf(new Replayer(recording));
        const replayer = new Replayer(recording);
        const played = [];
        for (let now = 0; !replayer.done; now += tick) {
          for (;;) {
            const due = replayer.advance(now, limit);
            for (const { at } of due) expect(at).toBeLessThanOrEqual(now);
            expect(due.length).toBeLessThanOrEqual(limit);
            played.push(...due);
            if (due.length < limit) break;
          }
          if (replayer.nextAt !== undefined) expect(replayer.nextAt).toBeGreaterThan(now);
        }
        expect(played).toEqual(all);
        expect(replayer.position).toBe(recording.items.length);
      },
    ),
    runs,
  );
});

/** What crossed, as reads and writes of any size would have carried it, one direction ahead of the other. */
function carriedOtherwise(
  recording: Recording,
  pieces: readonly number[],
  first: 'sent' | 'received' | 'as it was',
): Recording {
  const recorder = new Recorder(recording.header);
  recorder.secrets(recording.secrets.reveal());
  const chunks = recording.items.filter((item) => item.kind === 'chunk');
  const rest = chunks.filter(({ direction }) => direction !== first);
  const ordered =
    first === 'as it was' ? chunks : [...chunks.filter(({ direction }) => direction === first), ...rest];
  let piece = 0;
  for (const { direction, bytes } of ordered) {
    for (let at = 0; at < bytes.length;) {
      const length = pieces[piece++ % pieces.length]!;
      recorder.chunk(direction, bytes.subarray(at, at + length), 0);
      at += length;
    }
  }
  recorder.end({ state: 'closed', by: 'peer' }, 0);
  return recorder.recording;
}

test('recorded without a trace, in reads and writes of any size: each direction has the same entries', () => {
  fc.assert(
    fc.property(
      plans,
      fc.constantFrom('sent' as const, 'received' as const, 'as it was' as const),
      fc.constantFrom<'v1' | 'v2'>('v1', 'v2'),
      (plan, first, protocol) => {
        // What follows an error depends on the reads.
        const { recording, live } = play({ ...plan, ending: { how: 'end' } }, protocol);
        const again = replayed(carriedOtherwise(recording, plan.pieces, first));
        for (const direction of ['sent', 'received'] as const) {
          const of = (trace: Live) =>
            trace
              .filter(({ entry }) => entry.direction === direction)
              .map(({ entry }) => ({ ...entry, before: undefined, after: undefined }));
          expect(of(again)).toEqual(of(live));
        }
      },
    ),
    runs,
  );
});
