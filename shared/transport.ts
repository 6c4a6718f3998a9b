import type { V2Error } from './bip324/errors.js';
import type { V2Event } from './bip324/events.js';
import type { States } from './bip324/states.js';
import type { Network } from './networks.js';
import type { V1Error } from './v1/errors.js';
import type { V1Event } from './v1/events.js';
import type { V1States } from './v1/states.js';

/** What both transports have in common, and v2 defines. */
export { TransportClosedError } from './bip324/errors.js';
export {
  TraceValue,
  type FieldKind,
  type TraceEntry,
  type TraceField,
  type TraceObserver,
} from './bip324/trace.js';

export type TransportEvent = V2Event | V1Event;
export type TransportError = V2Error | V1Error;

/**
 * The seam between a peer and its transport: bytes in, events out; messages in, bytes out. A transport holds no
 * socket and no clock, never waits, and never throws away what it cannot use yet.
 */
export interface Transport {
  /** v1 is readable, and changeable, by everyone on the way. */
  readonly protocol: 'v1' | 'v2';
  /** Whose magic it speaks with. */
  readonly network: Network;
  /**
   * Takes received bytes in pieces of any size. Never keeps or changes the caller's array. After a terminal
   * event (`v1`, `error`, `closed`) it returns nothing.
   * @param options.borrow lets payloads be views that hold only until the next call of any transport on the same
   *   engine, or until one more is made; without it they are owned
   */
  receive(bytes: Uint8Array, options?: { borrow?: boolean }): TransportEvent[];
  /** The end of input. */
  end(): TransportEvent[];
  /**
   * Queues a message; before the transport may send it waits in order.
   * @throws {TransportClosedError} after the end
   * @throws {RangeError} when the message is larger than the transport's limit
   * @throws {TypeError} when the type cannot be encoded
   */
  send(type: string, payload: Uint8Array, options?: { form?: 'short' | 'long' }): void;
  /** The bytes to write, as an array of the caller's own; empty when there are none. */
  takeOutput(): Uint8Array<ArrayBuffer>;
  /** How many bytes `takeOutput` would return. */
  readonly pendingOutput: number;
  /** A transport whose `send` is 'ready' encodes at once what it is told to send. */
  readonly state: States | V1States;
  /** 32 bytes, once the session keys are known; v1 has none. */
  readonly sessionId?: Uint8Array | undefined;
}
