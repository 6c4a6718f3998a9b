/** One byte of a session changed on the way, and what becomes of it: found by running the session. */
import { type V2Error, type V2ErrorCode } from '../bip324/index.js';
import { PACKET_EXPANSION } from '../engine/engine.js';
import { peerErrors, type PeerError, type PeerErrorCode } from '../peer/errors.js';
import { defaultTimeouts } from '../peer/options.js';
import { grouped } from './grouped.js';
import { converse, makeSides, type Delivery, type LabSession, type Wire } from './session.js';
import { otherParty, type Awaiting, type Party, type Side } from './side.js';

export interface Break {
  /** Whose byte it is. */
  readonly sender: Party;
  /** In the bytes that `sender` sends. */
  readonly offset: number;
  /** 1–255: the bits to flip. */
  readonly mask: number;
}

/** Why there is no such break: a link may lead anywhere. */
export interface BreakProblem {
  readonly code: 'no-such-place' | 'no-such-byte' | 'no-such-mask';
  readonly message: string;
  readonly hint: string;
}

/** What a side has of something that never becomes whole. */
export type HeldBack =
  | { readonly what: 'terminator'; readonly searched: number }
  | { readonly what: 'packet'; readonly packet: number; readonly received: number; readonly expected: number }
  /** Every packet that came could be read; another one is awaited. */
  | { readonly what: 'message' };

export type Ending =
  /** It has all that it waited for, and its connection stands. */
  | { readonly type: 'content' }
  | { readonly type: 'check-failed'; readonly error: V2Error; readonly packet?: number }
  | {
      readonly type: 'waits';
      readonly awaiting: Exclude<Awaiting, 'nothing'>;
      readonly held: HeldBack;
      readonly afterMs: number;
      /** What ends the wait. */
      readonly error: PeerError;
    }
  /** The other side hung up first. Without an error the end came between two packets, after all that it waited for. */
  | { readonly type: 'saw-close'; readonly error?: V2Error | PeerError };

/** In one line, for comparing it with what was predicted. */
export type Verdict =
  | {
      readonly type: 'check-failed';
      readonly by: Party;
      readonly code: V2ErrorCode;
      /** Offset in the sender's stream of the step that fails. */
      readonly at: number;
      readonly packet?: number;
    }
  | { readonly type: 'waits'; readonly by: Party; readonly code: PeerErrorCode }
  | { readonly type: 'unnoticed' };

export interface BrokenSession {
  readonly broken: Break;
  /** Up to the failure, or until nobody says anything more. */
  readonly deliveries: readonly Delivery[];
  readonly endings: Readonly<Record<Party, Ending>>;
  readonly verdict: Verdict;
  /** What the receiver of the broken byte held when nothing more came; undefined unless it waited. */
  readonly held?: HeldBack;
}

/** Checks what a link or a person asks for. */
export function problemOf(session: LabSession, { sender, offset, mask }: Break): BreakProblem | undefined {
  const { length } = session.streams[sender].bytes;
  if (!Number.isInteger(offset) || offset < 0 || offset >= length)
    return {
      code: 'no-such-byte',
      message: `${nameOf(sender)} sends ${grouped(length)} bytes, numbered 0 to ${grouped(length - 1)}; there is no such byte.`,
      hint: 'Pick a byte of the session below.',
    };
  if (!Number.isInteger(mask) || mask < 1 || mask > 0xff)
    return {
      code: 'no-such-mask',
      message: 'The mask says which of a byte’s eight bits flip: 01 to ff, in hex.',
      hint: 'Pick a byte and its bits below.',
    };
  return undefined;
}

/**
 * Runs the session anew with one byte changed.
 * @throws {RangeError} where `problemOf` finds one
 */
export function breakByte(session: LabSession, broken: Break): BrokenSession {
  const problem = problemOf(session, broken);
  if (problem) throw new RangeError(problem.message);
  const sides = makeSides(session.seed);
  const deliveries = converse(sides, flip(broken));
  const receiver = sides[otherParty(broken.sender)];
  const sender = sides[broken.sender];
  const failing = [receiver, sender].find(({ error }) => error);
  if (failing?.error) {
    const failed = failure(failing, failing.error);
    return {
      broken,
      deliveries,
      endings: both(failing.party, failed, sawClose(sides[otherParty(failing.party)])),
      verdict: {
        type: 'check-failed',
        by: failing.party,
        code: failing.error.code,
        at: failing.error.at,
        ...(failed.packet === undefined ? {} : { packet: failed.packet }),
      },
    };
  }
  return silence(broken, deliveries, receiver, sender);
}

export const nameOf = (party: Party): string => (party === 'alice' ? 'Alice' : 'Bob');

function flip({ sender: broken, offset: at, mask }: Break): Wire {
  return (sender, offset, bytes) => {
    if (sender !== broken || at < offset || at >= offset + bytes.length) return bytes;
    const arrived = bytes.slice();
    arrived[at - offset]! ^= mask;
    return arrived;
  };
}

function both(party: Party, its: Ending, others: Ending): BrokenSession['endings'] {
  return party === 'alice' ? { alice: its, bob: others } : { alice: others, bob: its };
}

function failure(side: Side, error: V2Error): Extract<Ending, { type: 'check-failed' }> {
  const packet = error.code === 'packet-authentication-failed' || error.code === 'packet-too-large';
  return { type: 'check-failed', error, ...(packet ? { packet: side.packetsRead } : {}) };
}

/** Nobody failed, and nobody says anything more: clocks decide. */
function silence(
  broken: Break,
  deliveries: readonly Delivery[],
  receiver: Side,
  sender: Side,
): BrokenSession {
  const waits = { receiver: waiting(receiver), sender: waiting(sender) };
  const first = Math.min(waits.receiver?.afterMs ?? Infinity, waits.sender?.afterMs ?? Infinity);
  const end = (side: Side, wait: Extract<Ending, { type: 'waits' }> | undefined): Ending => {
    if (first === Infinity) return { type: 'content' };
    // The end of input shows what is held back.
    return wait && wait.afterMs <= first ? { ...wait, held: heldBack(side) } : sawClose(side);
  };
  const endings = both(receiver.party, end(receiver, waits.receiver), end(sender, waits.sender));
  const of = waits.receiver && waits.receiver.afterMs <= first ? receiver : sender;
  const decisive = endings[of.party];
  return {
    broken,
    deliveries,
    endings,
    verdict:
      decisive.type === 'waits'
        ? { type: 'waits', by: of.party, code: decisive.error.code }
        : { type: 'unnoticed' },
    ...(first === Infinity ? {} : { held: heldBack(receiver) }),
  };
}

/** As our own peer times out: shared/peer. */
function waiting(side: Side): Extract<Ending, { type: 'waits' }> | undefined {
  const { awaiting } = side;
  const { handshakeMs, pingTimeoutMs } = defaultTimeouts;
  const held = { what: 'message' } as const;
  switch (awaiting) {
    case 'nothing':
      return undefined;
    case 'handshake':
      return {
        type: 'waits',
        awaiting,
        held,
        afterMs: handshakeMs,
        error: peerErrors.timedOut(handshakeMs, side.bytesReceived),
      };
    case 'pong':
      return {
        type: 'waits',
        awaiting,
        held,
        afterMs: pingTimeoutMs,
        error: peerErrors.pingTimedOut(pingTimeoutMs),
      };
    default:
      return {
        type: 'waits',
        awaiting,
        held,
        afterMs: handshakeMs,
        error: peerErrors.timedOutNegotiating(handshakeMs, awaiting, 'v2'),
      };
  }
}

function sawClose(side: Side): Ending {
  const { awaiting } = side;
  const event = side.end();
  const error = event?.type === 'closed' ? event.error : undefined;
  if (error) return { type: 'saw-close', error };
  return awaiting === 'version' || awaiting === 'verack'
    ? { type: 'saw-close', error: peerErrors.closedWhileNegotiating(awaiting, 'v2') }
    : { type: 'saw-close' };
}

/** Ends the side's input, which tells what it could not use: the trace's last entry. */
function heldBack(side: Side): HeldBack {
  side.end();
  const cut = side.trace.at(-1);
  const length = cut?.fields[0];
  if (cut?.step !== 'cut') return { what: 'message' };
  if (cut.before.receive === 'garbage') return { what: 'terminator', searched: cut.bytes.length };
  const contents = typeof length?.value === 'number' ? length.value : 0;
  return {
    what: 'packet',
    packet: side.packetsRead,
    received: cut.bytes.length,
    expected: contents + PACKET_EXPANSION,
  };
}
