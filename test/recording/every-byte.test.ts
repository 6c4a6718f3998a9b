/**
 * Every character of a small file changed, one at a time, at each level, with sums and without: it is never silent where
 * the bytes are read otherwise than they were, and all that is before the change is shown.
 */
import { describe, expect, test } from 'vitest';
import type { TraceEntry } from '../../shared/bip324/index.js';
import { toHex } from '../../shared/bytes.js';
import type { Engine } from '../../shared/engine/engine.js';
import { nobleEngine } from '../../shared/engine/noble/index.js';
import {
  RecordingParser,
  Replayer,
  writeRecording,
  type RecordingError,
  type RecordingLevel,
} from '../../shared/recording/index.js';
import { recordedSession } from '../browser/recorded-session.js';
import { fileOf } from './sessions.js';

const recording = recordedSession(
  'v2',
  ({ ours, theirs, carry }) => {
    ours.send('ping', new Uint8Array(8));
    theirs.send('pong', new Uint8Array(8).fill(1));
    carry();
  },
  { garbage: 5, decoys: [2] },
);

/** The curve's arithmetic is the same each time, and what takes the time. */
const remembered = (): Engine => {
  const known = new Map<string, Uint8Array>();
  const once = (name: string, inputs: Uint8Array[], compute: () => Uint8Array) => {
    const key = [name, ...inputs.map(toHex)].join(' ');
    const found = known.get(key) ?? compute();
    known.set(key, found);
    return found.slice();
  };
  return {
    ...nobleEngine,
    ellswiftCreate: nobleEngine.ellswiftCreate,
    ellswiftDecode: (bytes) => once('decode', [bytes], () => nobleEngine.ellswiftDecode(bytes)),
    xOnlyEcdh: (key, x) => once('ecdh', [key, x], () => nobleEngine.xOnlyEcdh(key, x)),
    opener: (...all) => nobleEngine.opener(...all),
    sealer: (...all) => nobleEngine.sealer(...all),
  };
};
const engine = remembered();

interface Shown {
  /** What is read, and of which byte of which line it is: derived values are left to other tests. */
  readonly steps: readonly { readonly step: string; readonly line: number }[];
  readonly said: RecordingError | undefined;
}

const same = ({ step, direction, offset, bytes, packet, fields }: TraceEntry): string =>
  [step, direction, offset, toHex(bytes), packet?.role, ...fields.map(({ id }) => id)].join(' ');

/** @returns undefined where it is refused as a whole */
function show(file: Uint8Array): Shown | { readonly refused: RecordingError } {
  const parser = new RecordingParser();
  parser.push(file);
  parser.finish();
  if (parser.recording === undefined) return { refused: parser.damage! };
  const replayer = new Replayer(parser.recording, { engine });
  const steps = [];
  for (let step = replayer.next(); step !== undefined; step = replayer.next())
    if (step.kind === 'v2')
      steps.push({
        step: same(step.entry),
        line: parser.recording.places!.lines[replayer.position - 1]!,
      });
  return { steps, said: parser.damage ?? replayer.problem };
}

const without = (text: string): string => text.replaceAll(/"crc":"[0-9a-f]{8}",/g, '');

/** Digits become other digits, everything else another character of its kind. */
function other(character: string): string {
  if (/[0-9a-f]/.test(character)) return character === '0' ? '1' : character === 'f' ? 'e' : '0';
  return character === 'x' ? 'y' : 'x';
}

const levels: readonly (readonly [RecordingLevel, sums: 'with' | 'without', every: number])[] = [
  ['ciphertext', 'with', 3],
  ['session-keys', 'with', 4],
  ['session-keys', 'without', 1],
  ['ephemeral-key', 'with', 4],
  ['ephemeral-key', 'without', 1],
  ['plaintext', 'with', 4],
  ['plaintext', 'without', 1],
];

describe('one character changed', () => {
  test.each(levels)('at %s, %s sums', (level, sums, every) => {
    const written = new TextDecoder().decode(fileOf(writeRecording(recording, level)));
    const text = sums === 'with' ? written : without(written);
    const whole = show(new TextEncoder().encode(text));
    if ('refused' in whole) throw new Error(whole.refused.message);
    expect(whole.said).toBeUndefined();
    const lines = text.split('\n');
    const bad: string[] = [];
    let changes = 0;
    let start = 0;
    for (const [i, content] of lines.entries()) {
      const line = i + 1;
      const before = whole.steps.filter((step) => step.line < line).map(({ step }) => step);
      for (let at = i % every; at < content.length; at += every) {
        const position = start + at;
        const changed = text.slice(0, position) + other(text[position]!) + text.slice(position + 1);
        const shown = show(new TextEncoder().encode(changed));
        const name = `line ${line}, ${content.slice(Math.max(0, at - 30), at)}▸${content[at]}◂`;
        changes++;
        if ('refused' in shown) {
          if (line !== 1 || shown.refused.hint.includes('before')) bad.push(`refused: ${name}`);
          continue;
        }
        const steps = shown.steps.map(({ step }) => step);
        if (shown.said === undefined) {
          const isSame = String(steps) === String(whole.steps.map(({ step }) => step));
          if (!isSame && !cannotBeKnown(level, content, at)) bad.push(`silent: ${name}`);
          continue;
        }
        // Of a line that is none of this version's any more, or is too late, the next one tells.
        const isNext = /mismatch|backwards|^cut|stands where|no line in the clear/.test(said(shown.said));
        const isNamed = shown.said.line > 0 && shown.said.line <= line;
        if (!isNext && !isNamed && !shown.said.hint.includes(`the keys in line ${line} `))
          bad.push(`no place: ${name}: ${said(shown.said)}`);
        const good = whole.steps.filter((step) => step.line < shown.said!.line).map(({ step }) => step);
        const expected = content.includes('"secrets"') ? good : before.length < good.length ? before : good;
        if (String(steps.slice(0, expected.length)) !== String(expected))
          bad.push(`lost: ${name}: ${said(shown.said)}`);
      }
      start += content.length + 1;
    }
    expect(changes).toBeGreaterThan(500);
    expect(bad).toEqual([]);
  });
});

/**
 * Session keys do not bear out the public keys. And the length of the very last packet that was received: we close when
 * we like, so a packet that did not come whole is no contradiction, but it is shown as such.
 */
function cannotBeKnown(level: RecordingLevel, line: string, at: number): boolean {
  const inBytes = at - line.indexOf('"bytes":"') - '"bytes":"'.length;
  const isLast = line.includes('"dir":"received"') && line.includes(`"offset":${lastReceived},`);
  if (level !== 'plaintext' && isLast && inBytes < 6) return true;
  return level === 'session-keys' && line.includes('"offset":0,') && inBytes >= 0;
}

const received = recording.items.filter((item) => item.kind === 'chunk' && item.direction === 'received');
const lastReceived = received
  .slice(0, -1)
  .reduce((sum, item) => sum + (item.kind === 'chunk' ? item.bytes.length : 0), 0);

const said = ({ code, line, message }: RecordingError) => `${code} ${line} ${message}`;
