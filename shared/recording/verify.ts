import { ELLSWIFT_BYTES } from '../bip324/ellswift.js';
import { garbageTerminator, otherRole, sendingKeys } from '../bip324/keys.js';
import type { Engine } from '../engine/engine.js';
import { nobleEngine } from '../engine/noble/index.js';
import { faults, nowhere, type RecordingError } from './errors.js';
import { agreementOf, isPublicKeyOf, streamStart } from './keys.js';
import type { Direction, RecordedPacket, Recording } from './types.js';
import { DirectionCheck, type Difference } from './verify-direction.js';

type Counts = { readonly [D in Direction]: number };

export type Verdict =
  /**
   * Every byte is what the key gives. `unread`: bytes at the end of a direction that make no whole step, or garbage
   * without a terminator, of which nothing can be said.
   */
  | { readonly state: 'same'; readonly bytes: Counts; readonly packets: Counts; readonly unread: Counts }
  | ({ readonly state: 'different'; readonly direction: Direction } & Difference)
  | { readonly state: 'impossible'; readonly error: RecordingError };

export interface VerifyOptions {
  readonly engine?: Engine;
  /** Lets other work run: awaited after every 200 lines. */
  readonly pause?: () => Promise<void>;
}

const LINES_A_SLICE = 200;

/**
 * Derives everything again from the recorded ephemeral key and compares every byte of both directions, up to the first
 * that differs: our public key, both terminators, and every packet, opened and sealed anew with the garbage as
 * additional data of the first. At level 'plaintext' the told packets are compared, too.
 */
export async function verifyRecording(
  recording: Recording,
  { engine = nobleEngine, pause }: VerifyOptions = {},
): Promise<Verdict> {
  const { header, items } = recording;
  const { ephemeralKey } = recording.secrets.reveal();
  const ours = streamStart(recording, 'sent').slice(0, ELLSWIFT_BYTES);
  if (header.protocol === 'v1' || ephemeralKey === undefined || ours.length < ELLSWIFT_BYTES)
    return { state: 'impossible', error: nowhere(faults.keysMissing('deriving everything again')) };
  if (!isPublicKeyOf(engine, ours, ephemeralKey.secretKey)) {
    const message =
      'the 64 bytes that we sent first do not stand for the public key of the recorded secret key';
    return { state: 'different', direction: 'sent', what: 'key', offset: 0, message };
  }

  const keys = agreementOf(recording, engine, ephemeralKey.secretKey)?.keys;
  const told = new Map<string, RecordedPacket>();
  for (const item of items) if (item.kind === 'packet') told.set(`${item.direction} ${item.index}`, item);
  const check = (direction: Direction) => {
    const role = direction === 'sent' ? header.role : otherRole(header.role);
    return new DirectionCheck(
      engine,
      keys && { ...sendingKeys(keys, role), terminator: garbageTerminator(keys, role) },
      (index) => told.get(`${direction} ${index}`),
    );
  };
  const checks = { sent: check('sent'), received: check('received') };
  for (const [i, item] of items.entries()) {
    if (item.kind === 'chunk') {
      const difference = checks[item.direction].push(item.bytes);
      if (difference !== undefined) return { state: 'different', direction: item.direction, ...difference };
    }
    if (i % LINES_A_SLICE === LINES_A_SLICE - 1) await pause?.();
  }
  for (const direction of ['sent', 'received'] as const) {
    const difference = checks[direction].end();
    if (difference !== undefined) return { state: 'different', direction, ...difference };
  }
  const both = (of: (check: DirectionCheck) => number): Counts => ({
    sent: of(checks.sent),
    received: of(checks.received),
  });
  return {
    state: 'same',
    bytes: both(({ bytes }) => bytes),
    packets: both(({ packets }) => packets),
    unread: both(({ unread }) => unread),
  };
}
