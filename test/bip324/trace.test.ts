import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDecipheriv } from 'node:crypto';
import { inspect } from 'node:util';
import {
  deriveSessionKeys,
  ellswiftDecode,
  receiveStates,
  sendStates,
  v2Ecdh,
  type Derivation,
  type TraceEntry,
  type TraceObserver,
} from '../../shared/bip324/index.js';
import { concatBytes, toHex } from '../../shared/bytes.js';
import { exchange, feed, network, pair, sentBytes, side, type Side } from './helpers.js';

const of = (side: Side, direction: 'sent' | 'received') =>
  side.trace.filter((entry) => entry.direction === direction);

/** Every byte of the stream belongs to exactly one field, and the entries show the stream. */
function expectPartition(entries: TraceEntry[], stream: Uint8Array): void {
  expect(concatBytes(...entries.map(({ bytes }) => bytes))).toEqual(stream);
  let at = 0;
  for (const entry of entries) {
    expect(entry.offset).toBe(at);
    for (const field of entry.fields) {
      expect(field.start).toBe(at);
      expect(field.end).toBeGreaterThan(at);
      at = field.end;
    }
    expect(at).toBe(entry.offset + entry.bytes.length);
  }
  expect(at).toBe(stream.length);
  const ids = entries.flatMap(({ fields }) => fields.map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
}

const derivation = (entries: TraceEntry[], id: Derivation['id']) =>
  entries.flatMap(({ derivations }) => derivations).find((each) => each.id === id)!;
const output = (entries: TraceEntry[], id: Derivation['id'], index = 0) =>
  derivation(entries, id).outputs[index]!;

describe('the trace partitions both streams', () => {
  test('of random sessions in both roles, however they are cut', () => {
    const options = fc.record({ garbage: fc.nat(4095), decoys: fc.array(fc.nat(100), { maxLength: 2 }) });
    fc.assert(
      fc.property(
        options,
        options,
        fc.array(fc.nat(400), { maxLength: 30 }),
        fc.integer({ min: 1, max: 6000 }),
        (a, b, sizes, cut) => {
          const both = pair(a, b);
          sizes.forEach((size, i) => {
            const from = i % 3 === 0 ? both.responder : both.initiator;
            if (i % 4 === 0) from.transport.sendDecoy(size);
            else from.transport.send('tx', new Uint8Array(size));
          });
          exchange(both, () => cut);
          for (const [from, to] of [
            [both.initiator, both.responder],
            [both.responder, both.initiator],
          ] as const) {
            expectPartition(of(from, 'sent'), sentBytes(from));
            expectPartition(of(to, 'received'), sentBytes(from));
            expect(of(to, 'received').map(({ fields }) => fields.map(({ kind }) => kind))).toEqual(
              of(from, 'sent').map(({ fields }) => fields.map(({ kind }) => kind)),
            );
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('of streams that end or fail anywhere', () => {
    const both = pair({ garbage: 20 }, { garbage: 30, decoys: [4] });
    both.responder.transport.send('ping', new Uint8Array(8));
    exchange(both);
    const stream = sentBytes(both.initiator);
    for (let cut = 0; cut <= stream.length; cut++) {
      for (const tail of [0, 5, 4200]) {
        // A responder with other keys: after the cut everything is noise to it.
        const responder = side('responder');
        const bytes = concatBytes(stream.subarray(0, cut), new Uint8Array(tail).fill(0x5a));
        feed(responder, bytes);
        responder.transport.end();
        const seen = of(responder, 'received');
        expectPartition(
          seen,
          bytes.subarray(
            0,
            seen.reduce((sum, entry) => sum + entry.bytes.length, 0),
          ),
        );
        expect(sum(seen)).toBe(bytes.length);
      }
    }
    function sum(entries: TraceEntry[]): number {
      return entries.reduce((total, entry) => total + entry.bytes.length, 0);
    }
  });

  test('a packet that does not authenticate keeps its fields; what follows is unread', () => {
    const both = pair({ garbage: 0 });
    exchange(both);
    both.initiator.transport.send('ping', new Uint8Array(8));
    both.initiator.transport.send('ping', new Uint8Array(8));
    const bytes = both.initiator.transport.takeOutput();
    bytes[20]! ^= 1;
    feed(both.responder, bytes);
    const last = of(both.responder, 'received').at(-1)!;
    expect(last.step).toBe('cut');
    expect(last.fields.map(({ kind, end, start }) => [kind, end - start])).toEqual([
      ['length', 3],
      ['header', 1],
      ['contents', 9],
      ['tag', 16],
      ['unread', 29],
    ]);
  });

  test('a v1 peer', () => {
    const responder = side('responder');
    const bytes = concatBytes(network.magic, new TextEncoder().encode('version'), new Uint8Array(30));
    feed(responder, bytes);
    expectPartition(of(responder, 'received'), bytes);
    expect(responder.trace.at(-1)).toMatchObject({ step: 'v1', after: { receive: 'v1', send: 'v1' } });
  });
});

describe('the trace tells how each value comes about', () => {
  const observed = (secrets?: 'omit' | 'include') => {
    const entries: TraceEntry[] = [];
    const observer: TraceObserver = {
      entry: (entry) => entries.push(entry),
      ...(secrets ? { secrets } : {}),
    };
    const both = pair({ observer, garbage: 40, decoys: [2] }, { garbage: 50 });
    for (let i = 0; i < 460; i++) both.initiator.transport.send('ping', new Uint8Array(8));
    exchange(both);
    return { entries, both };
  };

  test('from the secret key to the session keys, as the plain steps compute them', () => {
    const { entries, both } = observed('include');
    const ours = entries[0]!.bytes;
    const theirs = entries.find(({ direction, step }) => direction === 'received' && step === 'key')!.bytes;
    const secretKey = derivation(entries, 'ellswift-create').inputs[0]!.reveal()!;
    expect(output(entries, 'ellswift-decode').value).toEqual(ellswiftDecode(theirs));
    const secret = v2Ecdh(secretKey, theirs, ours, true);
    expect(output(entries, 'shared-secret').reveal()).toEqual(secret);
    const keys = deriveSessionKeys(secret, network.magic);
    expect(output(entries, 'hkdf-expand session_id').value).toEqual(keys.sessionId);
    expect(keys.sessionId).toEqual(both.responder.transport.sessionId);
    expect(output(entries, 'hkdf-expand initiator_P').reveal()).toEqual(keys.initiatorP);
    expect(output(entries, 'hkdf-expand responder_L').reveal()).toEqual(keys.responderL);
    expect(output(entries, 'hkdf-expand garbage_terminators', 1).value).toEqual(
      keys.responderGarbageTerminator,
    );
  });

  test('rekeyings come after every 224 packets, with the keys that open what follows', () => {
    const { entries } = observed('include');
    const rekeyed = entries.filter(({ packet }) => packet?.rekeyed);
    expect(rekeyed.map(({ packet }) => packet!.index)).toEqual([223, 447]);
    const key = output(rekeyed, 'rekey-packet').reveal()!;
    const after = entries.find(({ packet, direction }) => direction === 'sent' && packet?.index === 224)!;
    expect(derivation([after], 'packet-aead').inputs[0]!.reveal()).toEqual(key);
    expect(after.packet).toMatchObject({ epoch: 1 });
    expect(toHex(after.packet!.nonce)).toBe('000000000100000000000000');
    const ciphertext = after.bytes.subarray(3);
    const opened = createDecipheriv('chacha20-poly1305', key, after.packet!.nonce, { authTagLength: 16 });
    opened.setAuthTag(ciphertext.subarray(-16));
    const plaintext = concatBytes(opened.update(ciphertext.subarray(0, -16)), opened.final());
    expect(plaintext).toEqual(concatBytes(Uint8Array.of(0, 18), new Uint8Array(8)));
  });

  test('the first packet authenticates the garbage, the others nothing', () => {
    const { entries } = observed();
    const [first, second] = entries.filter(
      ({ direction, packet }) => direction === 'sent' && packet !== undefined,
    );
    expect(first!.packet).toMatchObject({ index: 0, role: 'decoy' });
    expect(first!.packet!.aad).toEqual(entries[1]!.bytes);
    expect(second!.packet).toMatchObject({ index: 1, role: 'version', aad: new Uint8Array(0) });
  });

  test('states before and after follow the table', () => {
    const { entries } = observed();
    for (const { before, after } of entries) {
      expect([before.receive, ...Object.values(receiveStates[before.receive].on)]).toContain(after.receive);
      expect([before.send, ...Object.values(sendStates[before.send].on)]).toContain(after.send);
    }
    expect(entries.at(-1)!.after).toEqual({ receive: 'application', send: 'ready' });
  });

  test('secrets are omitted unless asked for, and never leak by serialising, cloning or logging', () => {
    const omitted = observed().entries;
    const secretValues = (entries: TraceEntry[]) =>
      entries
        .flatMap(({ derivations }) => derivations.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]))
        .filter(({ secret }) => secret);
    expect(secretValues(omitted).length).toBeGreaterThan(10);
    for (const value of secretValues(omitted)) expect(value.reveal()).toBeUndefined();

    const { entries } = observed('include');
    const secrets = secretValues(entries).map((value) => value.reveal()!);
    expect(secrets.every((bytes) => bytes.length === 32)).toBe(true);
    const handshake = entries.slice(0, 6);
    const shown = [
      JSON.stringify(handshake, (_, value: unknown) => (value instanceof Uint8Array ? toHex(value) : value)),
      JSON.stringify(structuredClone(handshake), (_, value: unknown) =>
        value instanceof Uint8Array ? toHex(value) : value,
      ),
      inspect(handshake, { depth: Infinity, maxArrayLength: Infinity, showHidden: true }),
    ];
    for (const bytes of secrets.slice(0, 20)) {
      for (const text of shown) {
        expect(text).not.toContain(toHex(bytes));
        expect(text.replaceAll(/\s/g, '')).not.toContain([...bytes].join(','));
      }
    }
  });
});
