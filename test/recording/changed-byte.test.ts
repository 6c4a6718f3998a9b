/** One byte of a session changed: by accident, which the sums show, or together with its sum, which the keys show. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readRecording, Replayer, type Recording } from '../../shared/recording/index.js';
import { root } from '../setup/product.js';
import { stepsOf } from './sessions.js';

const lines = fs.readFileSync(path.join(root, 'web/recordings/regtest.jsonl'), 'utf8').trim().split('\n');
const chunks = lines.flatMap((text, i) => {
  const line = JSON.parse(text) as { dir?: string; bytes?: string; offset?: number };
  return line.bytes === undefined ? [] : [{ line: i + 1, dir: line.dir!, bytes: line.bytes }];
});
/** The last packet of each direction: were its length changed, more bytes could be on their way. */
const last = { sent: 0, received: 0 };
for (const { line, dir } of chunks) last[dir as 'sent' | 'received'] = line;

/** @param sums whether the line keeps the sum that it had */
async function changed(line: number, byte: number, sums: 'kept' | 'removed') {
  const fields = JSON.parse(lines[line - 1]!) as { bytes: string; crc?: string };
  const value = parseInt(fields.bytes.slice(2 * byte, 2 * byte + 2), 16) ^ 0x10;
  const hex = value.toString(16).padStart(2, '0');
  fields.bytes = fields.bytes.slice(0, 2 * byte) + hex + fields.bytes.slice(2 * byte + 2);
  if (sums === 'removed') delete fields.crc;
  const file = lines.map((text, i) => (i === line - 1 ? JSON.stringify(fields) : text)).join('\n') + '\n';
  return readRecording([new TextEncoder().encode(file)]);
}

const offsetOf = (line: number) => Buffer.byteLength(lines.slice(0, line - 1).join('\n') + '\n');

test('an accident is found at its line, whatever the byte, and all before it is there', async () => {
  for (const { line, bytes } of chunks) {
    const at = line % (bytes.length / 2);
    const read = await changed(line, at, 'kept');
    if (read.state !== 'damaged') throw new Error(`line ${line}: ${read.state}`);
    expect(read.damage).toMatchObject({ code: 'bytes-changed', line, offset: offsetOf(line) });
    const before = chunks.filter((chunk) => chunk.line < line).length;
    expect(read.recording.items.filter(({ kind }) => kind === 'chunk').length).toBe(before);
  }
});

describe('a change that has the right sum', () => {
  const problemOf = (recording: Recording) => {
    const replayer = new Replayer(recording);
    stepsOf(replayer);
    return replayer;
  };

  test('shows at that packet, in its header', async () => {
    for (const { line, dir, bytes } of chunks.slice(8).filter((_, i) => i % 6 === 0)) {
      const read = await changed(line, Math.min(3, bytes.length / 2 - 1), 'removed');
      if (read.state !== 'whole') throw new Error(read.state);
      const { problem } = problemOf(read.recording);
      expect(problem, `line ${line}`).toMatchObject({ code: 'bytes-changed' });
      expect(problem!.message).toMatch(
        new RegExp(`packet \\d+ \\(key epoch \\d, \\d+ of 224\\).* that was ${dir}`),
      );
      // The first one authenticates the garbage, which may as well be what was changed.
      if (!/packet 0 .*the garbage/.test(problem!.message)) expect(problem!.line).toBe(line);
      else expect(problem!.hint).toContain(`up to line ${line}, where it shows`);
    }
  });

  test.each(chunks.slice(0, 16))(
    'shows all through the handshake and the first packets: line $line',
    async ({ line, bytes }) => {
      for (let byte = line % 3; byte < bytes.length / 2; byte += 3) {
        const read = await changed(line, byte, 'removed');
        if (read.state !== 'whole') throw new Error(read.state);
        const { problem } = problemOf(read.recording);
        expect(problem?.code ?? 'none', `byte ${byte}`).toMatch(/^(bytes-changed|keys-do-not-fit)$/);
      }
    },
  );

  test('shows in the lengths of packets, but for the last of a direction', async () => {
    for (const { line, dir } of chunks.slice(8).filter((_, i) => i % 12 === 0)) {
      if (line === last[dir as 'sent' | 'received']) continue;
      for (const byte of [0, 1, 2]) {
        const read = await changed(line, byte, 'removed');
        if (read.state !== 'whole') throw new Error(read.state);
        const { problem } = problemOf(read.recording);
        expect(problem?.code, `line ${line}, byte ${byte}`).toBe('bytes-changed');
        expect(problem!.line).toBeGreaterThanOrEqual(line);
      }
    }
  });
});
