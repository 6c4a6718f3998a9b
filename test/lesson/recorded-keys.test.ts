/** The lesson of a recording that holds less than a live session: it shows what is there, and says what is not. */
import { describe, expect, test } from 'vitest';
import { NOT_RECORDED } from '../../shared/bip324/trace.js';
import {
  readRecording,
  Replayer,
  writeRecording,
  type RecordingLevel,
} from '../../shared/recording/index.js';
import { seesOf } from '../../web/screens/handshake/experts.js';
import { wordsOf } from '../../web/screens/handshake/lesson.js';
import { snippetOf, sessionKeyIds } from '../../web/screens/handshake/reproduce.js';
import { lacksInputs, placesOf, steps } from '../../web/screens/handshake/steps.js';
import type { StepView } from '../../web/worker/protocol.js';
import { recordedSession } from '../browser/recorded-session.js';
import { stepsOf } from '../recording/sessions.js';
import { network } from './trace.js';

const recording = recordedSession('v2', () => {});

async function lessonAt(level: RecordingLevel) {
  const read = await readRecording(writeRecording(recording, level));
  if (read.state !== 'whole') throw new Error(read.state);
  const trace = stepsOf(new Replayer(read.recording)).flatMap((step) =>
    step.kind === 'v2' ? [step.entry] : [],
  );
  const lesson = steps(
    trace.map((entry, index): StepView => ({ ...structuredClone(entry), index, at: index })),
  );
  return { lesson, step: (id: string) => lesson.find((step) => step.id === id) };
}

const computed = ['ellswift-decode', 'ecdh', 'tagged-hash', 'hkdf'];

describe('with session keys alone', () => {
  test('HKDF is there with its outputs; what leads to it is not, and is called that', async () => {
    const { lesson, step } = await lessonAt('session-keys');
    expect(computed.filter((id) => step(id))).toEqual(['hkdf']);
    const hkdf = step('hkdf')!;
    expect(lacksInputs(hkdf)).toBe(true);
    expect(placesOf(hkdf)).toEqual(['salt', 'shared-secret', 'pseudorandom-key', ...sessionKeyIds]);
    const [extract] = hkdf.derivations;
    expect([...extract!.inputs, ...extract!.outputs].map(({ view }) => [view.name, view.value])).toEqual([
      ['salt', expect.any(Uint8Array)],
      ['shared secret', NOT_RECORDED],
      ['pseudorandom key', NOT_RECORDED],
    ]);
    expect(wordsOf(hkdf).plain).toContain(
      'our private key, Diffie–Hellman and the shared secret are not in it',
    );
    // Nothing that it lacks can be revealed or computed with.
    for (const id of ['hkdf', 'our-terminator', 'their-terminator'])
      expect(snippetOf(step(id)!, { lesson, network })).toBeUndefined();
    expect(snippetOf(step('received.packet-0')!, { lesson, network })).toBeDefined();
  });

  test('the outputs are those of the whole lesson', async () => {
    const [few, all] = await Promise.all([lessonAt('session-keys'), lessonAt('ephemeral-key')]);
    const outputs = ({ step }: typeof few) =>
      step('hkdf')!
        .derivations.slice(1)
        .flatMap(({ outputs }) => outputs);
    expect(outputs(few)).toEqual(outputs(all).map((value) => ({ ...value, ref: expect.anything() })));
    expect(lacksInputs(all.step('hkdf')!)).toBe(false);
    expect(wordsOf(all.step('hkdf')!).plain).not.toContain('not in it');
  });
});

test('without a private key nobody is said to see one', async () => {
  for (const level of ['ciphertext', 'session-keys', 'ephemeral-key'] as const) {
    const { step } = await lessonAt(level);
    const has = level === 'ephemeral-key';
    expect(seesOf(step('our-key')!).you).toBe(
      has ? 'the private key and its disguise' : 'its disguise; the private key is not in this recording',
    );
  }
});
