/**
 * What each state of the two machines holds: just what it needs. Keys exist only in states that have keys.
 * Which states there are, and what leads from one to the next: states.ts.
 */
import type { ByteQueue } from '../bytes.js';
import { PACKET_EXPANSION, type Opener, type Sealer } from '../engine/engine.js';
import { v2Errors, type V2Error } from './errors.js';
import type { UnsentMessage } from './events.js';
import { decodeMessageType } from './message-type.js';

export type Receiving =
  | { readonly state: 'key-or-v1' | 'key'; readonly key: Uint8Array; received: number }
  | {
      readonly state: 'garbage';
      readonly terminator: Uint8Array;
      readonly received: ByteQueue;
      /** They wait for the garbage, which the opener authenticates with the first packet. */
      readonly keys: { readonly L: Uint8Array; readonly P: Uint8Array };
    }
  | { readonly state: 'version' | 'application'; readonly opener: Opener; readonly garbage: Uint8Array }
  | { readonly state: 'v1' | 'ended' };

export type Sending =
  | { readonly state: 'silent'; readonly queue: Outgoing[] }
  | {
      readonly state: 'awaiting-key';
      readonly queue: Outgoing[];
      readonly secretKey: Uint8Array;
      readonly publicKey: Uint8Array;
      readonly garbage: Uint8Array;
    }
  | { readonly state: 'ready'; readonly sealer: Sealer; packets: number }
  | { readonly state: 'v1' | 'ended' };

/** A packet to send, before it is sealed. */
export interface Outgoing {
  readonly contents: readonly Uint8Array[];
  readonly ignore: boolean;
}

/** A machine in the state of that name. */
export type In<Machine extends { state: string }, State extends Machine['state']> = Machine extends unknown
  ? State extends Machine['state']
    ? Machine & { readonly state: State }
    : never
  : never;

/** What the end of input cuts off in this state, as an error; undefined between packets. */
export function cutOff(receiving: Receiving, consumed: number): V2Error | undefined {
  switch (receiving.state) {
    case 'key-or-v1':
    case 'key':
      return receiving.received === 0
        ? v2Errors.closedBeforeKey()
        : v2Errors.closedDuringKey(receiving.received);
    case 'garbage': {
      const { length } = receiving.received;
      return v2Errors.closedDuringGarbage(length, consumed + length);
    }
    case 'version':
    case 'application': {
      const { received, length } = receiving.opener.partial;
      const at = consumed + received;
      if (received > 0)
        return v2Errors.closedDuringPacket(
          received,
          length === undefined ? undefined : length + PACKET_EXPANSION,
          at,
        );
      return receiving.state === 'version' ? v2Errors.closedBeforeVersion(at) : undefined;
    }
    default:
      return undefined;
  }
}

/** Overwrites whatever secrets the two machines hold. */
export function wipeMachines(receiving: Receiving, sending: Sending): void {
  if ('opener' in receiving) receiving.opener.destroy();
  if ('keys' in receiving) wipe(receiving.keys.L, receiving.keys.P);
  if ('sealer' in sending) sending.sealer.destroy();
  if ('secretKey' in sending) wipe(sending.secretKey);
}

export function wipe(...secrets: Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0);
}

/** What waits to be sent, as messages again; decoys are v2's alone. */
export function unsentMessages(queue: readonly Outgoing[]): UnsentMessage[] {
  return queue.flatMap(({ contents: [type, payload], ignore }) => {
    const message = type && decodeMessageType(type).type;
    return ignore || message === undefined || payload === undefined ? [] : [{ type: message, payload }];
  });
}
