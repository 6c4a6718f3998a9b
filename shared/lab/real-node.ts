/** What a real node does in the receiver's place: measured against Bitcoin Knots, and tested in test/node/lab.test.ts. */
import type { Verdict } from './break.js';

export interface RealNode {
  /** In one or two sentences. */
  readonly does: string;
  /** What its debug.log says with -debug=net, in part. */
  readonly log?: string;
}

export function realNode(verdict: Verdict): RealNode {
  switch (verdict.type) {
    case 'check-failed':
      return failed[verdict.code] ?? { does: 'It ends the connection.' };
    case 'waits':
      return waited[verdict.code] ?? { does: 'It waits.' };
    case 'unnoticed':
      return { does: 'It notices nothing either.' };
  }
}

const failed: Readonly<Partial<Record<string, RealNode>>> = {
  'packet-authentication-failed': {
    does: 'It reads the packet, finds that the tag does not match, logs that the packet could not be decrypted and disconnects at once, without a word to the other side.',
    log: 'packet decryption failure',
  },
  'packet-too-large': {
    does: 'It disconnects as soon as it has read the length, before any contents come.',
    log: 'packet too large',
  },
  'missing-garbage-terminator': {
    does: 'It has searched 4,111 bytes without finding the terminator, and disconnects.',
    log: 'missing garbage terminator',
  },
};

const waited: Readonly<Partial<Record<string, RealNode>>> = {
  'timed-out-handshaking': {
    does: 'It says nothing and waits; getpeerinfo shows the transport as “detecting”. After 60 seconds it disconnects, or before that, should 4,111 bytes come without a terminator.',
    log: 'V2 handshake timeout',
  },
  'timed-out-negotiating': {
    does: 'It says nothing and waits for the rest. After 60 seconds without a finished version handshake it disconnects.',
    log: 'version handshake timeout',
  },
  'ping-timed-out': {
    does: 'It waits for the rest. The next messages would fill the missing bytes, and then the tag fails. Where none come, a ping that stays unanswered for 20 minutes ends the connection.',
    log: 'ping timeout',
  },
};
