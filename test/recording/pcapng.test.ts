/** A stock Wireshark reads what we export. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { concatBytes, toHex } from '../../shared/bytes.js';
import { networks, type NetworkName } from '../../shared/networks.js';
import { decodeMessage, messageRegistry } from '../../shared/messages/index.js';
import {
  readRecording,
  Recorder,
  Replayer,
  RecordingFailure,
  toPcapng,
  wiresharkHint,
  writeRecording,
  type Recording,
} from '../../shared/recording/index.js';
import { temporaryFolder } from '../setup/processes.js';
import { root } from '../setup/product.js';
import { describeWithTshark } from '../setup/tools.js';
import { fileOf, play, stepsOf, type Plan } from './sessions.js';

async function bundled(): Promise<Recording> {
  const file = new Uint8Array(fs.readFileSync(path.join(root, 'web/recordings/regtest.jsonl')));
  const read = await readRecording([file]);
  if (read.state !== 'whole') throw new Error(read.state);
  return read.recording;
}

const short: Plan = {
  us: 'responder',
  initiator: { garbage: 3, decoys: [], version: 0 },
  responder: { garbage: 0, decoys: [9], version: 0 },
  steps: [
    { from: 'initiator', what: { type: 'ping', form: 'short', size: 8 }, carry: 'both' },
    { from: 'responder', what: { decoy: 77 }, carry: 'both' },
    { from: 'responder', what: { type: 'ping', form: 'long', size: 8 }, carry: 'both' },
  ],
  ending: { how: 'end' },
  pieces: [1000],
  seed: 5,
};

describeWithTshark('tshark', (tshark) => {
  const folder = temporaryFolder('pcapng');
  let files = 0;

  /** One row a frame, one column a field. */
  function dissect(
    recording: Recording,
    contents: 'encrypted' | 'decrypted',
    fields: string[],
    more: string[] = [],
  ) {
    const file = path.join(folder.path, `${files++}.pcapng`);
    fs.writeFileSync(file, fileOf(toPcapng(recording, { contents })));
    const checks = ['-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE'];
    const wanted = fields.flatMap((field) => ['-e', field]);
    const output = execFileSync(tshark, ['-n', '-r', file, ...checks, ...more, '-T', 'fields', ...wanted], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return output
      .split('\n')
      .slice(0, -1)
      .map((line) => Object.fromEntries(line.split('\t').map((value, i) => [fields[i]!, value])));
  }

  describe('the recording of the page', () => {
    let recording: Recording;
    /** The messages of the session, as the replay tells them. */
    let messages: { type: string; payload: Uint8Array; direction: string; at: number }[];
    beforeAll(async () => {
      recording = await bundled();
      messages = stepsOf(new Replayer(recording)).flatMap((step) => {
        if (step.kind !== 'v2' || step.entry.packet?.message === undefined) return [];
        const { type, payload } = step.entry.packet.message;
        return [{ type: type!, payload, direction: step.entry.direction, at: step.at }];
      });
    });

    test.each(['encrypted', 'decrypted'] as const)(
      '%s: a sound TCP connection, frame by frame',
      (contents) => {
        const rows = dissect(recording, contents, [
          ...[
            'ip.checksum.status',
            'tcp.checksum.status',
            'tcp.len',
            'tcp.analysis.flags',
            'tcp.flags.str',
            'ip.src',
          ],
          ...['frame.time_epoch'],
        ]);
        expect(rows.length).toBeGreaterThan(500);
        for (const row of rows) {
          // 1: good.
          expect([row['ip.checksum.status'], row['tcp.checksum.status']]).toEqual(['1', '1']);
          expect(Number(row['tcp.len'])).toBeLessThanOrEqual(1460);
          // Nothing lost, repeated, out of order or beyond a window.
          expect(row['tcp.analysis.flags']).toBe('');
        }
        const flags = rows.map((row) => row['tcp.flags.str']!.replace(/[^A-Z]/g, ''));
        expect(flags.slice(0, 3)).toEqual(['S', 'AS', 'A']);
        expect(flags.slice(-3)).toEqual(['AF', 'AF', 'A']);
        const start = new Date(recording.header.startedAt).getTime() / 1000;
        expect(Number(rows[0]!['frame.time_epoch'])).toBeCloseTo(start, 3);
        const seconds = Number(rows.at(-1)!['frame.time_epoch']) - start;
        expect(seconds).toBeCloseTo(recording.items.at(-1)!.at / 1000, 3);
      },
    );

    test('encrypted: the bytes of both directions, and no Bitcoin in them', () => {
      const rows = dissect(recording, 'encrypted', ['ip.src', 'tcp.payload', 'bitcoin.command']);
      for (const [direction, source] of [
        ['sent', '192.0.2.1'],
        ['received', '192.0.2.2'],
      ]) {
        const carried = rows
          .filter((row) => row['ip.src'] === source)
          .map((row) => row['tcp.payload'])
          .join('');
        const recorded = recording.items.flatMap((item) =>
          item.kind === 'chunk' && item.direction === direction ? [item.bytes] : [],
        );
        expect(carried).toBe(toHex(concatBytes(...recorded)));
      }
      expect(rows.every((row) => row['bitcoin.command'] === '')).toBe(true);
    });

    test('decrypted: every message in its order, by name, length and direction', () => {
      const fields = ['bitcoin.command', 'bitcoin.length', 'bitcoin.magic', 'ip.src'];
      const rows = dissect(recording, 'decrypted', fields, ['-Y', 'bitcoin']);
      expect(rows).toEqual(
        messages.map(({ type, payload, direction }) => ({
          'bitcoin.command': type,
          'bitcoin.length': String(payload.length),
          'bitcoin.magic': '0xfabfb5da',
          'ip.src': direction === 'sent' ? '192.0.2.1' : '192.0.2.2',
        })),
      );
    });

    test('decrypted: version, verack, inv, ping and pong have the right fields', () => {
      const valuesOf = (wanted: string) =>
        messages.flatMap(({ type, payload }) => {
          const message = decodeMessage(type, payload);
          return type === wanted && message.kind === 'decoded' ? [message] : [];
        });
      const versions = dissect(
        recording,
        'decrypted',
        [
          'bitcoin.version.version',
          'bitcoin.string.value',
          'bitcoin.version.start_height',
          'bitcoin.version.nonce',
        ],
        ['-Y', 'bitcoin.version'],
      );
      expect(versions).toEqual(
        valuesOf('version').map((message) => {
          if (message.type !== 'version') throw new Error(message.type);
          const { version, userAgent, startHeight, nonce } = message.value;
          return {
            'bitcoin.version.version': String(version),
            'bitcoin.string.value': userAgent,
            'bitcoin.version.start_height': String(startHeight),
            'bitcoin.version.nonce': `0x${nonce.toString(16).padStart(16, '0')}`,
          };
        }),
      );
      expect(versions).toHaveLength(2);
      expect(
        dissect(recording, 'decrypted', ['bitcoin.length'], ['-Y', 'bitcoin.command == "verack"']),
      ).toEqual([{ 'bitcoin.length': '0' }, { 'bitcoin.length': '0' }]);

      const inventories = dissect(recording, 'decrypted', ['bitcoin.inv.hash'], ['-Y', 'bitcoin.inv']);
      expect(inventories.map((row) => row['bitcoin.inv.hash'])).toEqual(
        valuesOf('inv').map((message) => {
          if (message.type !== 'inv') throw new Error(message.type);
          return message.value.inventory.map(({ hash }) => toHex(hash)).join(',');
        }),
      );
      for (const type of ['ping', 'pong'] as const) {
        const rows = dissect(recording, 'decrypted', [`bitcoin.${type}.nonce`], ['-Y', `bitcoin.${type}`]);
        const nonces = valuesOf(type).map((message) => {
          if (message.type !== 'ping' && message.type !== 'pong') throw new Error(message.type);
          return `0x${message.value.nonce.toString(16).padStart(16, '0')}`;
        });
        expect(rows.map((row) => row[`bitcoin.${type}.nonce`])).toEqual(nonces);
        expect(nonces.length).toBeGreaterThan(200);
      }
    });
  });

  const recognised: NetworkName[] = ['main', 'testnet3', 'regtest'];
  test.each(Object.keys(networks) as NetworkName[])(
    '%s: recognised by itself, or with what the hint says',
    (name) => {
      const { recording } = play(short, 'v2', name);
      const commands = (more: string[] = []) =>
        dissect(recording, 'decrypted', ['bitcoin.command'], ['-Y', 'bitcoin', ...more]).map(
          (row) => row['bitcoin.command'],
        );
      const hint = wiresharkHint(name, 'decrypted');
      const decodeAs = /-d (\S+bitcoin)/.exec(hint)?.[1];
      expect(decodeAs === undefined).toBe(recognised.includes(name));
      expect(commands().length > 0).toBe(recognised.includes(name));
      expect(commands(decodeAs === undefined ? [] : ['-d', decodeAs])).toEqual(['ping', 'ping']);
    },
  );

  test('the hint tells which types it does not take apart', () => {
    const steps = [...messageRegistry.keys()].map((type) => ({
      from: 'initiator' as const,
      what: { type, form: 'long' as const, size: 40 },
      carry: 'both' as const,
    }));
    const { recording } = play({ ...short, steps });
    const rows = dissect(recording, 'decrypted', ['bitcoin.command', '_ws.col.Info'], ['-Y', 'bitcoin']);
    const unknown = rows
      .filter((row) => /unknown command/i.test(row['_ws.col.Info']!))
      .map((row) => row['bitcoin.command']!);
    const proposed = (type: string) => messageRegistry.get(type)?.status === 'proposed';
    expect(rows).toHaveLength(messageRegistry.size);
    expect(unknown.filter(proposed)).toEqual([...messageRegistry.keys()].filter(proposed));
    const named = /“\[unknown command\]”: (.*), and all/.exec(wiresharkHint('regtest', 'decrypted'))?.[1];
    expect(named?.split(', ').sort()).toEqual(unknown.filter((type) => !proposed(type)).sort());
  });

  test('our responder is the server; what is left out is said in a comment', () => {
    const { recording } = play(short);
    const rows = dissect(recording, 'decrypted', ['ip.src', 'frame.comment'], ['-Y', 'bitcoin']);
    expect(rows.map((row) => row['ip.src'])).toEqual(['192.0.2.1', '192.0.2.2']);
    expect(rows[0]!['frame.comment']).toMatch(/version packet, packet 0/);
    expect(rows[1]!['frame.comment']).toMatch(
      /a decoy, packet 0.*version packet, packet 1.*a decoy, packet 2/,
    );
  });

  test('a v1 session is what it is', () => {
    const { recording } = play(short, 'v1');
    for (const contents of ['encrypted', 'decrypted'] as const) {
      const rows = dissect(recording, contents, ['bitcoin.command'], ['-Y', 'bitcoin']);
      expect(rows.map((row) => row['bitcoin.command'])).toEqual(['ping', 'ping']);
    }
  });

  test('a recording without a byte is a connection that opens', () => {
    const recorder = new Recorder({
      protocol: 'v2',
      network: 'regtest',
      role: 'initiator',
      startedAt: '2026-01-31T12:00:00Z',
      software: { name: 'test', version: '1' },
    });
    expect(dissect(recorder.recording, 'encrypted', ['tcp.flags.str'])).toHaveLength(3);
  });
});

test('without keys nothing is decrypted', async () => {
  const { recording } = play(short);
  const read = await readRecording(writeRecording(recording, 'ciphertext'));
  if (read.state !== 'whole') throw new Error(read.state);
  expect(() => toPcapng(read.recording, { contents: 'decrypted' })).toThrow(RecordingFailure);
  expect(fileOf(toPcapng(read.recording, { contents: 'encrypted' })).length).toBeGreaterThan(1000);
});
