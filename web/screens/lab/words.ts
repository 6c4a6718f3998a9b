/** The lab's words: what is in a field, what a side makes of bytes, what became of a break. */
import type { TraceEntry, TraceField, V2Event } from '../../../shared/bip324/index.js';
import {
  nameOf,
  packetAt,
  type Awaiting,
  type BrokenSession,
  type Delivery,
  type Ending,
  type HeldBack,
  type LabSession,
  type LabStream,
  type Party,
} from '../../../shared/lab/index.js';
import { count, number } from '../../format.js';
import { decoy, kinds, type Kind } from '../../kinds.js';

/** What a step of a stream is called in one or two words: 'garbage', 'version packet', 'ping'. */
export function stepName({ step, packet }: TraceEntry): string {
  if (packet?.role === 'version') return 'version packet';
  if (packet?.role === 'decoy') return 'decoy';
  return packet?.message?.type ?? (step === 'key' ? 'key' : step);
}

export function lookOf({ kind }: TraceField, { packet }: TraceEntry): Kind {
  return packet?.role === 'decoy' && kind === 'contents' ? decoy : kinds[kind];
}

/** 'the authentication tag of version' */
export function fieldName(field: TraceField, step: TraceEntry): string {
  const { label } = lookOf(field, step);
  return step.packet ? `${label} of ${stepName(step)}` : label;
}

/** The trace speaks as one of the two sides; the lab looks at both. */
export function meaningOf({ kind, meaning }: TraceField, sender: Party): string {
  const name = nameOf(sender);
  switch (kind) {
    case 'ellswift':
      return `64 bytes that look random: ${name}’s public key in disguise (ElligatorSwift).`;
    case 'garbage':
      return `Random bytes of a length that ${name} chose, so that the connection has no fixed pattern.`;
    case 'terminator':
      return `Ends ${name}’s garbage: 16 bytes that only the two sides can compute.`;
    default:
      return meaning;
  }
}

/** 'packet 1, version' */
function packetName(session: LabSession, { broken }: BrokenSession, packet: number): string {
  const step = session.streams[broken.sender].steps.find((step) => step.packet?.index === packet);
  return step ? `packet ${packet}, ${stepName(step)}` : `packet ${packet}`;
}

/** What the receiver made of a delivery, in order. */
export const readings = ({ events }: Delivery): string[] => events.map(reading);

function reading(event: V2Event): string {
  switch (event.type) {
    case 'keys':
      return 'derives the session keys';
    case 'ready':
      return 'reads the version packet';
    case 'message':
      return `reads ${event.message ?? 'a message without a name'}`;
    case 'decoy':
      return 'throws a decoy away';
    case 'error':
      return `stops: ${event.error.code}`;
    case 'v1':
      return 'takes it for v1';
    case 'closed':
      return 'sees the connection close';
  }
}

/** The names of the steps that a delivery consists of. */
export function stepsIn({ steps }: LabStream, { offset, sent }: Delivery): string {
  return steps
    .filter((step) => offset <= step.offset && step.offset < offset + sent.length)
    .map(stepName)
    .join(', ');
}

export function title(session: LabSession, outcome: BrokenSession): string {
  const { verdict, held } = outcome;
  if (verdict.type === 'unnoticed') return 'Nobody notices';
  const by = nameOf(verdict.by);
  if (verdict.type === 'check-failed') {
    if (verdict.packet === undefined) return `${by}’s check fails`;
    const packet = packetName(session, outcome, verdict.packet);
    return verdict.code === 'packet-too-large'
      ? `${by} refuses the length of ${packet}`
      : `${by}’s check fails: the tag of ${packet}`;
  }
  if (verdict.code === 'ping-timed-out')
    return verdict.by === outcome.broken.sender
      ? `No check fails: ${by}’s ping stays unanswered`
      : `No check fails: ${by} waits for ${heldWords(held)}`;
  return `No check fails: ${by} waits for ${heldWords(held)}`;
}

function heldWords(held: HeldBack | undefined): string {
  switch (held?.what) {
    case 'terminator':
      return 'a garbage terminator';
    case 'packet':
      return `the rest of packet ${held.packet}`;
    default:
      return 'a message';
  }
}

const awaits: { readonly [A in Exclude<Awaiting, 'nothing'>]: string } = {
  handshake: 'the end of the handshake',
  version: 'a version message',
  verack: 'a verack',
  pong: 'the answer to its ping',
};

/** What a side has of what it waits for. */
export function heldSentence(held: HeldBack): string {
  switch (held.what) {
    case 'terminator':
      return `It has searched ${count(held.searched, 'byte')} of at most 4,111 and not found its terminator.`;
    case 'packet':
      return `It has ${number(held.received)} of the ${number(held.expected)} bytes that it takes packet ${held.packet} to have.`;
    case 'message':
      return 'All that came could be read.';
  }
}

export function endingSentence(ending: Ending): string {
  switch (ending.type) {
    case 'content':
      return 'Has all that it waited for.';
    case 'check-failed':
      return 'Hangs up at once, and says nothing.';
    case 'waits':
      return `Waits for ${awaits[ending.awaiting]}. ${heldSentence(ending.held)} After ${ending.afterMs / 1000} s it hangs up.`;
    case 'saw-close':
      return 'Sees the connection close, and is not told why.';
  }
}

/** The first byte of the packet that a failure is about, and what it is called there. */
export function placeSentence(session: LabSession, { broken, verdict }: BrokenSession): string | undefined {
  if (verdict.type !== 'check-failed') return undefined;
  const step = packetAt(session.streams[broken.sender], verdict.at);
  return `Packet ${verdict.packet ?? 0}${step ? `, ${stepName(step)}` : ''}: it starts at byte ${number(verdict.at)} of what ${nameOf(broken.sender)} sends.`;
}
