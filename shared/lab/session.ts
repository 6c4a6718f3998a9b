/** A whole v2 session between two of our own transports, from a seed, without any network. */
import type { TraceEntry, TraceField, V2Event } from '../bip324/index.js';
import { concatBytes } from '../bytes.js';
import { seededRandom } from './seed.js';
import { otherParty, parties, Side, type Party } from './side.js';

/** Bytes that one side handed to the network at once. */
export interface Delivery {
  readonly sender: Party;
  /** Of its first byte in what `sender` sends. */
  readonly offset: number;
  readonly sent: Uint8Array;
  /** What arrived: the same, unless somebody on the way changed it. */
  readonly arrived: Uint8Array;
  /** What the receiver made of it. */
  readonly events: readonly V2Event[];
}

/** All that one side sends. Its fields partition the bytes. */
export interface LabStream {
  readonly bytes: Uint8Array;
  /** Key, garbage, terminator, then packets. */
  readonly steps: readonly TraceEntry[];
  readonly fields: readonly TraceField[];
  /** For each packet, how many packets of the other side its sender had read before. */
  readonly sealedAfter: readonly number[];
}

export interface LabSession {
  readonly seed: Uint8Array;
  readonly deliveries: readonly Delivery[];
  readonly streams: Readonly<Record<Party, LabStream>>;
}

/** Changes bytes on the way, or returns them as they are. */
export type Wire = (sender: Party, offset: number, bytes: Uint8Array) => Uint8Array;

export type Sides = Readonly<Record<Party, Side>>;

export function makeSides(seed: Uint8Array): Sides {
  return {
    alice: new Side('alice', seededRandom(seed, 'alice')),
    bob: new Side('bob', seededRandom(seed, 'bob')),
  };
}

/**
 * Carries bytes both ways until nobody says anything more, or one side's check has failed. What that side had
 * said before still arrives; the end of the connection is the caller's to tell.
 */
export function converse(sides: Sides, wire: Wire = (_sender, _offset, bytes) => bytes): Delivery[] {
  const deliveries: Delivery[] = [];
  const offsets = { alice: 0, bob: 0 };
  for (let quiet = 0, turn = 0; quiet < parties.length; turn++) {
    const sender = parties[turn % parties.length]!;
    const sent = sides[sender].transport.takeOutput();
    if (sent.length === 0) {
      quiet++;
      continue;
    }
    quiet = 0;
    const offset = offsets[sender];
    offsets[sender] += sent.length;
    const arrived = wire(sender, offset, sent);
    deliveries.push({ sender, offset, sent, arrived, events: sides[otherParty(sender)].receive(arrived) });
  }
  return deliveries;
}

/** @param seed any bytes; the same seed gives the same session, byte for byte */
export function labSession(seed: Uint8Array): LabSession {
  const sides = makeSides(seed);
  const deliveries = converse(sides);
  const streamOf = (party: Party): LabStream => {
    const steps = sides[party].trace.filter(({ direction }) => direction === 'sent');
    return {
      bytes: concatBytes(...steps.map(({ bytes }) => bytes)),
      steps,
      fields: steps.flatMap(({ fields }) => fields),
      sealedAfter: sides[party].sealedAfter,
    };
  };
  return { seed, deliveries, streams: { alice: streamOf('alice'), bob: streamOf('bob') } };
}

export function fieldAt({ fields }: LabStream, offset: number): TraceField | undefined {
  return fields.find(({ start, end }) => start <= offset && offset < end);
}

/** The packet that holds the byte; undefined before the first packet. */
export function packetAt(
  { steps }: LabStream,
  offset: number,
): (TraceEntry & { packet: object }) | undefined {
  const step = steps.find((entry) => entry.offset <= offset && offset < entry.offset + entry.bytes.length);
  return step?.packet && { ...step, packet: step.packet };
}
