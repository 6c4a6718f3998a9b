/** What the stream's rows say, and what is told again of a packet that somebody opens: exactly what the trace told. */
import { chacha20 } from '@noble/ciphers/chacha.js';
import { expect, test } from 'vitest';
import type { Derivation, TraceEntry } from '../../shared/bip324/index.js';
import { concatBytes, toHex } from '../../shared/bytes.js';
import { Outbox } from '../../web/worker/outbox.js';
import type { FromWorker, PacketRow, StreamRow, Update, ValuePlace } from '../../web/worker/protocol.js';
import { SessionView } from '../../web/worker/view.js';
import { exchange, pair, type Side } from '../bip324/helpers.js';

interface Shown {
  readonly view: SessionView;
  readonly rows: StreamRow[];
  readonly updates: Update[];
}

/** The trace as a session's view shows it. */
function show(trace: readonly TraceEntry[]): Shown {
  const updates: Update[] = [];
  const outbox = new Outbox(1, (message: FromWorker) => {
    if (message.type === 'update') updates.push(message.update);
  });
  const view = new SessionView(outbox, { startedAt: 0, network: 'regtest' });
  trace.forEach((entry, at) => view.entry(entry, at));
  outbox.flush();
  return { view, updates, rows: updates.flatMap(({ stream = [] }) => stream) };
}

/** A session with decoys, its end cut off in the middle of a packet; the initiator's trace with its secrets. */
function session(packets: number): { trace: TraceEntry[]; sides: { initiator: Side; responder: Side } } {
  const trace: TraceEntry[] = [];
  const observer = { secrets: 'include' as const, entry: (entry: TraceEntry) => void trace.push(entry) };
  const sides = pair({ garbage: 25, decoys: [7], observer }, { garbage: 0, decoys: [0] });
  exchange(sides);
  for (let at = 0; at < packets; at++) {
    if (at % 50 === 9) sides.initiator.transport.sendDecoy(at);
    else sides.initiator.transport.send(at % 2 ? 'ping' : 'zzz', new Uint8Array(at % 90).fill(at));
    sides.responder.transport.send('pong', new Uint8Array(8).fill(at));
    exchange(sides);
  }
  sides.responder.transport.send('pong', new Uint8Array(8));
  sides.initiator.transport.receive(sides.responder.transport.takeOutput().subarray(0, 11));
  sides.initiator.transport.end();
  return { trace, sides };
}

const packetsOf = (trace: readonly TraceEntry[]) => trace.filter(({ packet }) => packet !== undefined);
const told = ({ id, source, inputs, outputs }: Derivation) => ({
  id,
  source,
  inputs: inputs.map(({ name, secret, value }) => ({ name, secret, value })),
  outputs: outputs.map(({ name, secret, value }) => ({ name, secret, value })),
});

/** Of long values as much crosses as is shown. */
const shownOf = (value: unknown) => (value instanceof Uint8Array ? value.slice(0, 128) : value);

test('every packet is a row, in order; each 224th is followed by a rekeying; the cut end is there', () => {
  const { trace } = session(460);
  const { rows, updates } = show(trace);
  expect(rows.map(({ index }) => index)).toEqual(rows.map((_, at) => at));
  const packets = rows.filter((row): row is PacketRow => row.kind === 'packet');
  expect(packets.map(({ direction, packet, wireBytes }) => [direction, packet, wireBytes])).toEqual(
    packetsOf(trace).map(({ direction, packet, bytes }) => [direction, packet!.index, bytes.length]),
  );
  expect(
    packets
      .slice(0, 4)
      .map(({ role }) => role)
      .sort(),
  ).toEqual(['decoy', 'decoy', 'version', 'version']);
  for (const [at, row] of rows.entries()) {
    const before = rows[at - 1];
    if (row.kind === 'rekey') {
      expect(before).toMatchObject({
        kind: 'packet',
        direction: row.direction,
        packet: 224 * row.epoch + 223,
      });
    } else if (before?.kind === 'packet') expect(before.packet % 224).not.toBe(223);
  }
  expect(rows.filter(({ kind }) => kind === 'rekey')).toHaveLength(4);
  expect(rows.at(-1)).toMatchObject({ kind: 'unread', direction: 'received', packet: 462, wireBytes: 11 });

  const sent = packets.find(({ type }) => type === 'ping')!;
  const entry = trace.find(({ direction, packet }) => direction === 'sent' && packet?.index === sent.packet)!;
  expect(sent.encryptedLength.toString(16).padStart(6, '0')).toBe(toHex(entry.bytes.subarray(0, 3)));
  expect(sent.tagStart.toString(16).padStart(8, '0')).toBe(toHex(entry.bytes.subarray(-16, -12)));
  expect(packets.find(({ type }) => type === 'zzz')!.role).toBe('unknown');

  // What all took, and what the messages among them would have taken behind v1's 24 bytes.
  const all = packetsOf(trace);
  const v1 = all.map(({ packet }) => (packet!.message ? 24 + packet!.message.payload.length : 0));
  const { sizes } = updates.filter((update) => update.sizes).at(-1)!;
  expect(sizes).toEqual({
    v2: concatBytes(...all.map(({ bytes }) => bytes)).length,
    v1: v1.reduce((a, b) => a + b),
  });
});

test('an opened packet is told as the trace told it: bytes, fields, derivations, and each secret', () => {
  const { trace } = session(240);
  const { view, rows } = show(trace);
  const entries = packetsOf(trace);
  let secrets = 0;
  for (const row of rows) {
    if (row.kind !== 'packet') continue;
    const entry = entries.find(
      ({ direction, packet }) => direction === row.direction && packet!.index === row.packet,
    )!;
    const detail = view.answer({ about: 'packet', packet: row.index });
    const { packet, bytes, offset, fields, derivations } = entry;
    expect(detail).toMatchObject({ kind: 'packet', bytes, offset, nonce: packet!.nonce, aad: packet!.aad });
    if (!detail || !('kind' in detail) || detail.kind !== 'packet') throw new Error('no packet');
    const bare = (all: TraceEntry['fields']) =>
      all.map(({ id, kind, start, end, meaning, secret }) => ({ id, kind, start, end, meaning, secret }));
    expect(bare(detail.fields)).toEqual(bare(fields));
    const opened = derivations.slice(0, 2).map(told);
    expect(detail.derivations).toHaveLength(2);
    for (const [at, { id, source, inputs, outputs }] of detail.derivations.entries()) {
      expect({ id, source }).toEqual({ id: opened[at]!.id, source: opened[at]!.source });
      for (const side of ['inputs', 'outputs'] as const) {
        for (const [index, value] of { inputs, outputs }[side].entries()) {
          const original = derivations[at]![side][index]!;
          expect(value.name).toBe(original.name);
          if (!value.secret) expect(value.value).toEqual(shownOf(original.value));
          else {
            secrets++;
            const secret = { packet: row.index, derivation: at, side, index };
            expect(view.answer({ about: 'secret', secret })).toEqual(original.reveal());
          }
        }
      }
    }
  }
  expect(secrets).toBe(2 * entries.length);
});

test('a rekeying is told as the trace told it, and both of its keys', () => {
  const { trace } = session(240);
  const { view, rows } = show(trace);
  const rekeyings = rows.filter((row) => row.kind === 'rekey');
  expect(rekeyings).toHaveLength(2);
  for (const { direction, epoch } of rekeyings) {
    const rekey = { direction, epoch };
    const entry = packetsOf(trace).find((one) => one.direction === direction && one.packet!.rekeyed)!;
    const originals = entry.derivations.slice(2);
    expect(originals.map(({ id }) => id)).toEqual(['rekey-length', 'rekey-packet']);
    expect(view.answer({ about: 'rekeying', rekey })).toMatchObject(
      originals.map(({ id, source }) => ({ id, source })),
    );
    const reveal = (place: ValuePlace) =>
      view.answer({ about: 'secret', secret: { rekey, ...place } }) as Uint8Array;
    for (const [derivation, original] of originals.entries()) {
      expect(reveal({ derivation, side: 'inputs', index: 0 })).toEqual(original.inputs[0]!.reveal());
      expect(reveal({ derivation, side: 'outputs', index: 0 })).toEqual(original.outputs[0]!.reveal());
      // Asked for twice, it is the same: telling it changes nothing.
      expect(reveal({ derivation, side: 'outputs', index: 0 })).toEqual(original.outputs[0]!.reveal());
    }
    const nonce = new Uint8Array(12).fill(0xff, 0, 4);
    expect(reveal({ derivation: 1, side: 'outputs', index: 0 })).toEqual(
      chacha20(reveal({ derivation: 1, side: 'inputs', index: 0 }), nonce, new Uint8Array(32), undefined, 1),
    );
  }
  expect(view.answer({ about: 'rekeying', rekey: { direction: 'sent', epoch: 77 } })).toMatchObject([
    { id: 'rekey-length' },
    { id: 'rekey-packet' },
  ]);
  const nowhere = {
    rekey: { direction: 'sent', epoch: 77 },
    derivation: 0,
    side: 'inputs',
    index: 0,
  } as const;
  expect(view.answer({ about: 'secret', secret: nowhere })).toBeUndefined();
});

test('nothing that crosses unasked holds a secret', () => {
  const { trace } = session(240);
  const { view, rows, updates } = show(trace);
  const secret = packetsOf(trace)[0]!.derivations[1]!.inputs[0]!.reveal()!;
  const crossing = (value: unknown) =>
    JSON.stringify(structuredClone(value), (_, part: unknown) =>
      part instanceof Uint8Array ? toHex(part) : typeof part === 'bigint' ? String(part) : part,
    );
  expect(crossing(updates)).not.toContain(toHex(secret));
  for (const { index } of rows)
    expect(crossing(view.answer({ about: 'packet', packet: index }) ?? null)).not.toContain(toHex(secret));
});

test('bytes are found on the wire and decrypted; who has the same size is told', () => {
  const { trace } = session(30);
  const { view, rows } = show(trace);
  const pongs = rows.filter((row) => row.kind === 'packet' && row.type === 'pong') as PacketRow[];
  const entry = packetsOf(trace).find(
    ({ direction, packet }) => direction === 'received' && packet!.index === pongs[3]!.packet,
  )!;
  for (const hex of [toHex(entry.bytes.subarray(5, 20)), '1303030303'])
    expect(view.answer({ about: 'findPackets', hex, from: 0 })).toEqual({
      found: [pongs[3]!.index],
      next: rows.length,
    });
  expect(view.answer({ about: 'packet', packet: pongs[0]!.index })).toMatchObject({
    sameSize: [
      ['pong', pongs.length],
      ['decoy', 1],
    ],
  });
});
