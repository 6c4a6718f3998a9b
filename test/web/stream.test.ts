/** Links to packets, the rekey counter, the views' fields, and what lists are made of. */
import { describe, expect, test } from 'vitest';
import { matcher, noFilter } from '../../web/components/log/filter.js';
import { Matches } from '../../web/components/log/matches.js';
import { headerSays, indexOfField, seen } from '../../web/screens/stream/views.js';
import { isAt, pathOf, placeOf } from '../../web/screens/stream/place.js';
import { rekeyCounter } from '../../web/screens/stream/rekey-counter.js';
import { kindOfStream } from '../../web/store/row-kinds.js';
import { MAX_ROWS, RowLog } from '../../web/store/row-log.js';
import { Latest } from '../../web/worker/latest.js';
import type { PacketDetail, PacketRow, RekeyRow, StreamRow } from '../../web/worker/protocol.js';

const packet: PacketRow = {
  kind: 'packet',
  index: 30,
  at: 5,
  direction: 'received',
  packet: 12,
  role: 'message',
  type: 'ping',
  id: 18,
  header: 0,
  wireBytes: 29,
  payloadBytes: 8,
  encryptedLength: 0xa1b2c3,
  tagStart: 0,
};
const rekey: RekeyRow = { kind: 'rekey', index: 400, at: 9, direction: 'sent', epoch: 0 };

describe('a link', () => {
  test('names a packet, a rekeying or a field, and comes back the same', () => {
    expect(pathOf(packet)).toBe('/stream/received.packet-12');
    expect(pathOf(packet, 'tag')).toBe('/stream/received.packet-12/tag');
    expect(pathOf(rekey, 'tag')).toBe('/stream/sent.rekey-0');
    expect(pathOf(undefined)).toBe('/stream');
    expect(placeOf('/stream/received.packet-12/tag')).toEqual({
      direction: 'received',
      kind: 'packet',
      number: 12,
      field: 'tag',
    });
    for (const row of [packet, rekey]) {
      const place = placeOf(pathOf(row));
      expect(typeof place === 'object' && isAt(row, place)).toBe(true);
      const other = placeOf('/stream/sent.packet-0');
      expect(typeof other === 'object' && isAt(row, other)).toBe(false);
    }
  });

  test.each(['/stream', '/stream/'])('%s is the whole stream', (path) => {
    expect(placeOf(path)).toBe('nowhere');
  });

  test.each([
    'packet-1',
    'received.packet-',
    'received.packet-01',
    'received.packet--1',
    'received.packet-1e3',
    'received.packet-9999999999',
    'received.packet-1/nonce',
    'received.packet-1/tag/more',
    'sent.rekey-0/tag',
    '__proto__',
    '%00',
  ])('%s names nothing', (name) => {
    expect(placeOf(`/stream/${name}`)).toBe('broken');
  });
});

test('the rekey counter is the nonce’s first part: 224 packets an epoch', () => {
  expect(rekeyCounter(0)).toEqual({ used: 0, left: 223, epoch: 0 });
  expect(rekeyCounter(223)).toEqual({ used: 223, left: 0, epoch: 0 });
  expect(rekeyCounter(224)).toEqual({ used: 0, left: 223, epoch: 1 });
  expect(rekeyCounter(100_000)).toEqual({ used: 96, left: 127, epoch: 446 });
});

describe('three views of the same bytes', () => {
  const wire = Uint8Array.from({ length: 29 }, (_, at) => 0x80 + at);
  const field = (
    name: string,
    kind: 'length' | 'header' | 'contents' | 'tag',
    start: number,
    end: number,
  ) => ({
    id: `received.packet-12.${name}`,
    kind,
    start,
    end,
    meaning: name,
    secret: false,
  });
  const detail: PacketDetail = {
    kind: 'packet',
    offset: 1000,
    bytes: wire,
    fields: [
      field('length', 'length', 1000, 1003),
      field('header', 'header', 1003, 1004),
      field('contents', 'contents', 1004, 1013),
      field('tag', 'tag', 1013, 1029),
    ],
    contents: Uint8Array.of(18, 1, 2, 3, 4, 5, 6, 7, 8),
    typeBytes: 1,
    nonce: new Uint8Array(12),
    aad: new Uint8Array(),
    derivations: [],
    sameSize: [],
  };

  test.each(['wire', 'observer', 'decrypted'] as const)('%s: as many bytes, each in one field', (view) => {
    const { bytes, fields } = seen(packet, detail, view);
    expect(bytes).toHaveLength(29);
    let at = 1000;
    for (const { start, end } of fields) {
      expect(start).toBe(at);
      at = end;
    }
    expect(at).toBe(1029);
  });

  test('decrypted, the length is little-endian, the type apart from the payload, the tag as it was sent', () => {
    const { bytes, fields } = seen(packet, detail, 'decrypted');
    expect([...bytes.subarray(0, 13)]).toEqual([9, 0, 0, 0, 18, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(bytes.subarray(13)).toEqual(wire.subarray(13));
    expect(fields.map(({ name }) => name)).toEqual(['length', 'header', 'type', 'payload', 'tag']);
  });

  test('a field of one view leads to its like in another', () => {
    const [onWire, open] = [seen(packet, detail, 'wire').fields, seen(packet, detail, 'decrypted').fields];
    expect(onWire[indexOfField(onWire, 'payload')]!.name).toBe('contents');
    expect(open[indexOfField(open, 'contents')]!.name).toBe('type');
    expect(open[indexOfField(open, 'tag')]!.name).toBe('tag');
    expect(indexOfField(open, undefined)).toBe(0);
    expect(indexOfField(seen(packet, detail, 'observer').fields, 'tag')).toBe(0);
  });

  test('the ignore bit is the header’s highest', () => {
    expect(headerSays(0)).toMatch(/^00000000: .* not set\..* and zero\.$/);
    expect(headerSays(0x80)).toMatch(/^10000000: .* set: a decoy.* and zero\.$/);
    expect(headerSays(0x01)).toMatch(/^00000001: .* not set\..* but not all zero/);
  });
});

describe('what lists are made of', () => {
  const row = (index: number): StreamRow => ({ ...packet, index, packet: index });

  test('a log holds 200,000 rows and lets the oldest go beyond its limit', () => {
    expect(MAX_ROWS).toBeGreaterThanOrEqual(200_000);
    const log = new RowLog(kindOfStream);
    const frozen = log.frozen();
    for (let from = 0; from < MAX_ROWS + 5000; from += 1000)
      log.push(Array.from({ length: 1000 }, (_, at) => row(from + at)));
    expect(log.end - log.first).toBe(MAX_ROWS);
    expect(log.at(log.first).index).toBe(log.first);
    expect(log.at(log.end - 1).index).toBe(log.end - 1);
    expect(frozen.end).toBe(0);
    expect(log.kinds).toEqual(new Map([['ping', log.end]]));
  });

  test('the worker keeps what fits, the latest first', () => {
    const kept = new Latest<string>({ entries: 3000, bytes: 10_000 }, (entry) => entry.length);
    for (let at = 0; at < 5000; at++) kept.push(String(at));
    // 2500 of four characters.
    expect([kept.first, kept.end]).toEqual([2500, 5000]);
    expect([kept.at(2499), kept.at(2500), kept.at(4999), kept.at(5000)]).toEqual([
      undefined,
      '2500',
      '4999',
      undefined,
    ]);
    kept.push('x'.repeat(20_000));
    expect([kept.first, kept.end, kept.at(5000)]).toEqual([5001, 5001, undefined]);
    kept.push('y');
    expect([kept.first, kept.end, kept.at(5001)]).toEqual([5001, 5002, 'y']);
    const few = new Latest<number>({ entries: 10, bytes: 1 }, () => 0);
    for (let at = 0; at < 4000; at++) few.push(at);
    expect([few.first, few.end, few.at(3990), few.at(3989)]).toEqual([3990, 4000, 3990, undefined]);
  });

  test('a version packet is not filed with version messages', () => {
    expect(kindOfStream({ ...packet, role: 'version', type: undefined })).toBe('version-packet');
    expect(kindOfStream({ ...packet, type: 'version' })).toBe('version');
    expect(kindOfStream(rekey)).toBe('rekey');
  });

  const says = {
    kind: kindOfStream,
    text: (one: StreamRow) => (one.kind === 'packet' ? `${one.type} packet-${one.packet}` : 'rekey'),
    problem: () => false,
  };

  test('a filter finds in slices what fits, bytes where the worker says', async () => {
    const log = new RowLog(kindOfStream);
    log.push(Array.from({ length: 50_000 }, (_, at) => row(at)));
    const matches = new Matches<StreamRow>({ ...noFilter, text: 'packet-4999' }, says, () =>
      Promise.reject(new Error('no bytes were asked for')),
    );
    while (matches.advance(log, log.end));
    const shown = matches.shown(log);
    expect(shown.length).toBe(11);
    expect([shown.at(0).index, shown.positionOf(49_995), shown.positionOf(7)]).toEqual([4999, 6, -1]);

    const found: number[] = [];
    const inBytes = new Matches<StreamRow>({ ...noFilter, text: 'a1b2c3d4' }, says, (hex, from) => {
      expect(hex).toBe('a1b2c3d4');
      return Promise.resolve({ found: [from + 1], next: from + 25_000 });
    });
    await inBytes.search(log.end, () => {
      while (inBytes.advance(log, log.end));
      found.push(inBytes.shown(log).length);
    });
    expect(found).toEqual([1, 2]);
  });

  test('direction and kind narrow what text finds', () => {
    const fits = (change: Partial<typeof noFilter>) =>
      [packet, rekey].map(matcher({ ...noFilter, ...change }, new Set<number>(), says));
    expect(fits({ direction: 'sent' })).toEqual([false, true]);
    expect(fits({ kind: 'ping' })).toEqual([true, false]);
    expect(fits({ text: 'RECEIVED pi' })).toEqual([true, false]);
  });
});
