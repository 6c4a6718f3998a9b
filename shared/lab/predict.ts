/**
 * What a flipped byte should lead to, from a table by the kind of field: the specification's rules and nothing
 * that was run. The lab holds it against what happened (break.ts), tests hold it against a real node too.
 */
import { DEFAULT_MAX_CONTENTS, type FieldKind, type TraceField } from '../bip324/index.js';
import { PACKET_EXPANSION } from '../engine/engine.js';
import { grouped } from './grouped.js';
import type { Break, Verdict } from './break.js';
import { fieldAt, packetAt, type LabSession, type LabStream } from './session.js';
import { otherParty, type Party } from './side.js';

/** The kinds of field that a v2 stream consists of. */
export type BreakableKind = Extract<
  FieldKind,
  'ellswift' | 'garbage' | 'terminator' | 'length' | 'header' | 'contents' | 'tag'
>;

export interface Prediction {
  readonly verdict: Verdict;
  /** Why, in one or two sentences. */
  readonly because: string;
}

interface Facts extends Break {
  readonly session: LabSession;
  readonly field: TraceField;
  readonly stream: LabStream;
  readonly receiver: Party;
}

const table: { readonly [Kind in BreakableKind]: (facts: Facts) => Prediction } = {
  ellswift: (facts) => ({
    verdict: waits(facts, 0),
    because:
      'Any 64 bytes are a key, so nobody sees that this one changed. But the two sides now derive different secrets, and each looks in vain for the terminator that the other did not send.',
  }),
  garbage: (facts) => ({
    verdict: tagFails(facts, 0),
    because:
      'Garbage means nothing and is not looked at, but the first packet authenticates it as additional data: that packet’s tag fails.',
  }),
  terminator: (facts) => ({
    verdict: waits(facts, 0),
    because:
      'The terminator is found by its 16 bytes alone. With one of them changed it is taken for more garbage, and the search goes on, up to 4,111 bytes.',
  }),
  length: ofLength,
  header: (facts) => ({
    verdict: tagFails(facts),
    because:
      'The header is encrypted and authenticated together with the contents: the tag does not match any more.',
  }),
  contents: (facts) => ({
    verdict: tagFails(facts),
    because:
      'Flipping a bit of the ciphertext flips the same bit of the message, but the tag was made over what was sent: it does not match, and nobody acts on the message.',
  }),
  tag: (facts) => ({
    verdict: tagFails(facts),
    because: 'The tag that came is not the one that follows from the packet and the key.',
  }),
};

/** @throws {RangeError} for an offset beyond the stream */
export function predict(session: LabSession, broken: Break): Prediction {
  const stream = session.streams[broken.sender];
  const field = fieldAt(stream, broken.offset);
  if (field === undefined || !isBreakable(field.kind)) throw new RangeError('there is no such byte');
  return table[field.kind]({ ...broken, session, field, stream, receiver: otherParty(broken.sender) });
}

export const breakableKinds = Object.keys(table) as BreakableKind[];

function isBreakable(kind: FieldKind): kind is BreakableKind {
  return Object.hasOwn(table, kind);
}

/** The tag of a packet, by default the one that the byte is in, does not match. It is said to be where the packet starts. */
function tagFails(facts: Facts, packet = packetOf(facts)): Verdict {
  return {
    type: 'check-failed',
    by: facts.receiver,
    code: 'packet-authentication-failed',
    at: packetStart(facts.stream, packet),
    packet,
  };
}

/**
 * The length is encrypted, but not authenticated by itself: the receiver believes it, and only then comes the tag.
 * Three bytes, little-endian, encrypted with a key stream: a flipped bit is flipped in the length too.
 */
function ofLength(facts: Facts): Prediction {
  const { field, offset, mask, receiver } = facts;
  const packet = packetOf(facts);
  const at = packetStart(facts.stream, packet);
  const told = (field.value as number) ^ (mask << (8 * (offset - field.start)));
  if (told > DEFAULT_MAX_CONTENTS)
    return {
      verdict: { type: 'check-failed', by: receiver, code: 'packet-too-large', at, packet },
      because: `The length now says ${grouped(told)} bytes. More than ${grouped(DEFAULT_MAX_CONTENTS)} are refused as soon as the length is read.`,
    };
  const coming = comesAnyway(facts, packet);
  const needed = told + PACKET_EXPANSION;
  const because = `The length now says ${grouped(told)} bytes of contents instead of ${grouped(field.value as number)}, and nothing shows yet that this is wrong: the receiver takes ${grouped(needed)} bytes for the packet.`;
  return needed <= coming
    ? { verdict: tagFails(facts), because: `${because} Where it then looks for the tag, there is none.` }
    : {
        verdict: waits(facts, packet),
        because: `${because} Only ${grouped(coming)} come, so it waits for more, and whatever comes is taken for this packet’s.`,
      };
}

/** Bytes from the start of `packet` on that are sent although the receiver never reads it, nor anything after it. */
function comesAnyway({ session, sender, receiver }: Facts, packet: number): number {
  const ours = session.streams[sender];
  const theirs = session.streams[receiver];
  // A packet of theirs is sent if all that they read before it lies before the broken one; one of ours if all of theirs is.
  const theirsComes = (index: number) => theirs.sealedAfter[index]! <= packet;
  const oursComes = (index: number) =>
    theirs.sealedAfter.slice(0, ours.sealedAfter[index]).every((_, needed) => theirsComes(needed));
  return packetsOf(ours)
    .filter(({ packet: { index } }) => index >= packet && oursComes(index))
    .reduce((sum, { bytes }) => sum + bytes.length, 0);
}

/**
 * The receiver reads nothing from `packet` on, and waits. Whose time-out ends that: its own before both verack
 * have come; afterwards that of Alice, who has asked with a ping.
 */
function waits({ session, sender, receiver }: Facts, packet: number): Verdict {
  const steps = packetsOf(session.streams[sender]);
  const verack = steps.findIndex((step) => step.packet.message?.type === 'verack');
  if (packet === 0) return { type: 'waits', by: receiver, code: 'timed-out-handshaking' };
  if (packet <= verack) return { type: 'waits', by: receiver, code: 'timed-out-negotiating' };
  return { type: 'waits', by: 'alice', code: 'ping-timed-out' };
}

const packetOf = ({ stream, offset }: Facts): number => packetAt(stream, offset)!.packet.index;

const packetsOf = (stream: LabStream) =>
  stream.steps.flatMap((step) => (step.packet ? [{ ...step, packet: step.packet }] : []));

const packetStart = (stream: LabStream, packet: number): number => packetsOf(stream)[packet]!.offset;
