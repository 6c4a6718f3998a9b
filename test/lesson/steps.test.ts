import { describe, expect, test } from 'vitest';
import { receiveStates, sendStates } from '../../shared/bip324/index.js';
import { pathOf, placeOf } from '../../web/screens/handshake/place.js';
import { gapOf, placesOf, steps } from '../../web/screens/handshake/steps.js';
import { record } from './trace.js';

describe('the lesson of a handshake', () => {
  test('has a step for all that crosses and all that is computed, in the order in which it came', () => {
    const { trace } = record({ garbage: 20 }, { garbage: 30, decoys: [5] });
    expect(steps(trace).map(({ id }) => id)).toEqual([
      'our-key',
      'our-garbage',
      'their-key',
      'ellswift-decode',
      'ecdh',
      'tagged-hash',
      'hkdf',
      'our-terminator',
      'sent.packet-0',
      'their-garbage',
      'their-terminator',
      'received.packet-0',
      'received.packet-1',
      'ready',
    ]);
  });

  test('grows with its trace, and what it showed before stays as it was', () => {
    const { trace } = record({ garbage: 20 }, { garbage: 0 });
    for (let length = 0; length < trace.length; length++) {
      const whole = steps(trace);
      const start = steps(trace.slice(0, length));
      expect(start).toEqual(whole.slice(0, start.length));
    }
  });

  test('every step, field and value has an id of its own, made of plain characters', () => {
    const { trace } = record({ garbage: 20, decoys: [1] }, { garbage: 30, decoys: [5] });
    const lesson = steps(trace);
    expect(new Set(lesson.map(({ id }) => id)).size).toBe(lesson.length);
    for (const step of lesson) {
      const places = placesOf(step);
      expect(new Set(places).size).toBe(places.length);
      for (const id of [step.id, ...places]) expect(id).toMatch(/^[a-z0-9]+([-.][a-z0-9]+)*$/);
    }
    const fields = (id: string) => placesOf(lesson.find((step) => step.id === id)!);
    expect(fields('received.packet-0')).toEqual(
      expect.arrayContaining(['received.packet-0.tag', 'packet-key', 'nonce', 'packet-aead.nonce']),
    );
    expect(fields('hkdf')).toEqual([
      'salt',
      'shared-secret',
      'pseudorandom-key',
      'session-id',
      'initiators-length-key',
      'initiators-packet-key',
      'responders-length-key',
      'responders-packet-key',
      'initiators-garbage-terminator',
      'responders-garbage-terminator',
    ]);
  });

  test('the states before and after a step are neighbours in the table, and meet those of the next', () => {
    const lesson = steps(record({ garbage: 20 }, { garbage: 30 }).trace);
    lesson.forEach(({ before, after }, index) => {
      expect([before.receive, ...Object.values(receiveStates[before.receive].on)]).toContain(after.receive);
      expect([before.send, ...Object.values(sendStates[before.send].on)]).toContain(after.send);
      const next = lesson[index + 1];
      if (next) expect(next.before).toEqual(after);
    });
    expect(lesson.at(-1)!.after).toEqual({ receive: 'application', send: 'ready' });
  });

  test('a stream that ends early ends in a step that says so, and is never ready', () => {
    const cut = record({}, { garbage: 30 }, (bytes) => bytes.subarray(0, 80));
    expect(steps(cut.trace).at(-1)).toMatchObject({ id: 'cut', kind: 'cut' });
    const bent = record({}, { garbage: 0 }, (bytes) => bytes.map((byte, i) => (i === 90 ? byte ^ 1 : byte)));
    expect(steps(bent.trace).map(({ id }) => id)).not.toContain('ready');
  });
});

test('space stands for time by its logarithm', () => {
  const gaps = [0, 0.1, 1, 10, 100, 1000, 10_000].map(gapOf);
  expect(gaps[0]).toBe(0.25);
  for (const [index, gap] of gaps.entries()) {
    if (index > 0) expect(gap).toBeGreaterThan(gaps[index - 1]!);
  }
  expect(gapOf(10_000) - gapOf(1000)).toBeCloseTo(0.75, 2);
  expect(gapOf(-1)).toBe(0.25);
});

test('a link says step, field and view; what it cannot mean is left out', () => {
  for (const place of [
    { present: false },
    { step: 'hkdf', present: false },
    { step: 'hkdf', field: 'session-id', present: true },
  ]) {
    const [path, query = ''] = pathOf(place).split('?');
    expect(placeOf(path!, query)).toEqual(place);
  }
  expect(placeOf('/handshake//x', 'view=other')).toEqual({ present: false });
  expect(placeOf(`/handshake/${'a'.repeat(5000)}`, '').step).toHaveLength(80);
});
