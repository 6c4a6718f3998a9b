/**
 * Any two of our transports, any network, chunking, garbage, versions and decoys, any interleaving of what both
 * sides send: messages arrive whole, in order and once.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { networks, shortMessageIds, V2Transport, type Role } from '../../shared/bip324/index.js';
import { type Transport, type TransportEvent } from '../../shared/transport.js';
import { V1Transport } from '../../shared/v1/index.js';

type Combination = 'v2 with v2' | 'v1 with v1' | 'v1 with a v2 responder that hands over';
const combinations: Combination[] = ['v2 with v2', 'v1 with v1', 'v1 with a v2 responder that hands over'];

interface Sent {
  readonly type: string;
  readonly payload: Uint8Array;
}

/** Tells both sides' messages apart, and each from the next: a byte pattern of its own. */
const pattern = (length: number, salt: number) => Uint8Array.from({ length }, (_, i) => salt + 31 * i);

const shortTypes = Object.keys(shortMessageIds);
const size = fc.oneof(
  { weight: 20, arbitrary: fc.nat(300) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, 252, 253, 65_535, 65_536, 100_000) },
);
const step = fc.record({
  from: fc.constantFrom<Role>('initiator', 'responder'),
  what: fc.oneof(
    fc.record({
      type: fc.oneof(
        fc.constantFrom('version', 'verack', 'a', 'twelve-chars', '__proto__'),
        fc.constantFrom(...shortTypes),
        fc.stringMatching(/^[ -~]{1,12}$/),
      ),
      form: fc.constantFrom('default', 'short', 'long'),
      size,
    }),
    fc.record({ decoy: size }),
  ),
  /** What is carried to the other side after it. */
  carry: fc.constantFrom('nothing', 'initiator', 'responder', 'both'),
});
const flight = fc.record({
  garbage: fc.oneof(fc.nat(4095), fc.constantFrom(0, 1, 15, 16, 4095)),
  decoys: fc.array(size, { maxLength: 3 }),
  version: fc.nat(300),
  observed: fc.boolean(),
});
/** Zero is an empty read. */
const sizes = fc.infiniteStream(
  fc.oneof(
    fc.integer({ min: 0, max: 3 }),
    fc.integer({ min: 0, max: 5000 }),
    fc.constantFrom(1, 0, 1_000_000),
  ),
);

class End {
  transport: Transport & { sendDecoy?(length: number): void };
  readonly sent: Sent[] = [];
  readonly heard: { type: string | undefined; payload: Uint8Array }[] = [];
  readonly others: TransportEvent['type'][] = [];
  decoysSent = 0;
  decoysHeard = 0;
  bytesTraced = 0;
  bytesTaken = 0;

  constructor(
    transport: (observer: { entry(entry: { direction: string; bytes: Uint8Array }): void }) => Transport,
  ) {
    this.transport = transport({
      entry: ({ direction, bytes }) => (this.bytesTraced += direction === 'sent' ? bytes.length : 0),
    });
  }

  take(): Uint8Array {
    const pending = this.transport.pendingOutput;
    const bytes = this.transport.takeOutput();
    expect(bytes).toHaveLength(pending);
    expect(this.transport.pendingOutput).toBe(0);
    this.bytesTaken += bytes.length;
    return bytes;
  }

  receive(bytes: Uint8Array, borrow: boolean): void {
    for (const event of this.transport.receive(bytes, { borrow })) this.note(event);
  }

  note(event: TransportEvent): void {
    if (event.type === 'message')
      this.heard.push({
        type: event.message,
        // What was borrowed holds only for now.
        payload: event.payload.slice(),
      });
    else if (event.type === 'decoy') this.decoysHeard++;
    else if (event.type === 'v1') {
      const unsent = (this.transport as V2Transport).unsent;
      this.transport = V1Transport.responder({ network: this.network! });
      for (const { type, payload } of unsent) this.transport.send(type, payload);
      this.receive(event.buffered, false);
    } else this.others.push(event.type);
  }

  /** For the transport that takes over. */
  network: (typeof networks)[keyof typeof networks] | undefined;
}

function ends(
  combination: Combination,
  network: End['network'] & object,
  flights: Record<Role, { garbage: number; decoys: number[]; version: number; observed: boolean }>,
): Record<Role, End> {
  const make = (role: Role, protocol: 'v1' | 'v2') => {
    const { garbage, decoys, version, observed } = flights[role];
    const end = new End((observer) => {
      const options = { network, ...(observed && { observer }) };
      return protocol === 'v1'
        ? V1Transport[role](options)
        : V2Transport[role]({ ...options, garbage, decoys, versionContents: pattern(version, 9) });
    });
    end.network = network;
    if (protocol === 'v2' && combination === 'v2 with v2') end.decoysSent = decoys.length;
    return end;
  };
  return {
    initiator: make('initiator', combination === 'v2 with v2' ? 'v2' : 'v1'),
    responder: make('responder', combination === 'v1 with v1' ? 'v1' : 'v2'),
  };
}

/** A message with bytes of its own; afterwards the array is its caller's, who writes over it. */
function say(end: End, type: string, length: number, form = 'default'): void {
  const payload = pattern(length, end.sent.length);
  end.sent.push({ type, payload: payload.slice() });
  end.transport.send(type, payload, form === 'default' ? {} : { form: form as 'short' | 'long' });
  payload.fill(0xbb);
}

/** As text, which is compared at once. */
const told = ({ type, payload }: { type: string | undefined; payload: Uint8Array }) =>
  `${type} ${Buffer.from(payload).toString('hex')}`;

const other = { initiator: 'responder', responder: 'initiator' } as const;

describe.each(combinations)('%s', (combination) => {
  test('messages arrive whole, in order and once', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(networks)),
        fc.record({ initiator: flight, responder: flight }),
        fc.array(step, { maxLength: 30 }),
        sizes,
        fc.infiniteStream(fc.boolean()),
        (network, flights, steps, chunks, borrows) => {
          const both = ends(combination, network, flights);
          const carry = (from: Role) => {
            const bytes = both[from].take();
            for (let at = 0; at < bytes.length;) {
              // However small the pieces are to be, a long flight comes to its end.
              const length = Math.max(chunks.next().value, Math.floor(bytes.length / 300));
              const chunk = bytes.slice(at, at + length);
              both[other[from]].receive(chunk, borrows.next().value);
              // Whatever was kept of it would show.
              chunk.fill(0xaa);
              at += length;
            }
            return bytes.length;
          };

          // Only a version message tells a v2 responder that it is v1 that follows.
          if (combination === 'v1 with a v2 responder that hands over') say(both.initiator, 'version', 20);
          steps.forEach(({ from, what, carry: carried }) => {
            const end = both[from];
            if ('decoy' in what) {
              // v1 has none; those that wait when v1 takes over are dropped.
              end.transport.sendDecoy?.(what.decoy);
              if (combination === 'v2 with v2') end.decoysSent++;
            } else {
              const form = what.form === 'short' && !shortTypes.includes(what.type) ? 'long' : what.form;
              say(end, what.type, what.size, form);
            }
            if (carried === 'initiator' || carried === 'both') carry('initiator');
            if (carried === 'responder' || carried === 'both') carry('responder');
          });
          while (carry('initiator') + carry('responder') > 0);

          for (const role of ['initiator', 'responder'] as const) {
            const [end, far] = [both[role], both[other[role]]];
            expect(end.heard.map(told)).toEqual(far.sent.map(told));
            expect(end.decoysHeard).toBe(far.decoysSent);
            expect(end.others).toEqual(combination === 'v2 with v2' ? ['keys', 'ready'] : []);
            if (flights[role].observed && combination !== 'v1 with a v2 responder that hands over')
              expect(end.bytesTraced).toBe(end.bytesTaken);
            expect(end.transport.end()).toEqual([{ type: 'closed', clean: true }]);
            expect(end.transport.pendingOutput).toBe(0);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

test('through rekeyings both ways, with decoys among the messages, in pieces of any size', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 225, max: 700 }),
      fc.integer({ min: 2, max: 9 }),
      fc.integer({ min: 1, max: 4000 }),
      fc.boolean(),
      (count, every, chunk, observed) => {
        const quiet = { garbage: 3, decoys: [1], version: 0, observed };
        const both = ends('v2 with v2', networks.signet, { initiator: quiet, responder: quiet });
        for (let i = 0; i < count; i++)
          for (const [role, end] of Object.entries(both)) {
            if ((i + role.length) % every === 0) {
              end.transport.sendDecoy!(i % 7);
              end.decoysSent++;
            }
            say(end, 'ping', i % 19);
          }
        for (let moved = -1; moved !== 0;) {
          moved = 0;
          for (const role of ['initiator', 'responder'] as const) {
            const bytes = both[role].take();
            moved += bytes.length;
            for (let at = 0; at < bytes.length; at += chunk)
              both[other[role]].receive(bytes.subarray(at, at + chunk), !observed);
          }
        }
        for (const role of ['initiator', 'responder'] as const) {
          const [end, far] = [both[role], both[other[role]]];
          expect(end.heard.map(told)).toEqual(far.sent.map(told));
          expect(end.decoysHeard).toBe(far.decoysSent);
          expect(end.transport.end()).toEqual([{ type: 'closed', clean: true }]);
        }
      },
    ),
    { numRuns: 8 },
  );
});
