import type { V2Event } from './bip324/events.js';
import type { States } from './bip324/states.js';

/**
 * The seam between a peer and its transport: bytes in, events out; messages in, bytes out. A transport holds no
 * socket and no clock, never waits, and never throws away what it cannot use yet.
 */
export interface Transport {
  /**
   * Takes received bytes in pieces of any size. Never keeps or changes the caller's array. After a terminal
   * event (`v1`, `error`, `closed`) it returns nothing.
   * @param options.borrow lets payloads be views that hold only until the next call; without it they are owned
   */
  receive(bytes: Uint8Array, options?: { borrow?: boolean }): V2Event[];
  /** The end of input. */
  end(): V2Event[];
  /**
   * Queues a message; before the transport may send it waits in order.
   * @throws {TransportClosedError} after the end
   * @throws {RangeError} when type and payload together are larger than a real node takes, and than maxContents
   * @throws {TypeError} when the type cannot be encoded
   */
  send(type: string, payload: Uint8Array, options?: { form?: 'short' | 'long' }): void;
  /** The bytes to write, as an array of the caller's own; empty when there are none. */
  takeOutput(): Uint8Array<ArrayBuffer>;
  /** How many bytes `takeOutput` would return. */
  readonly pendingOutput: number;
  readonly state: States;
  /** 32 bytes, once the session keys are known. */
  readonly sessionId?: Uint8Array | undefined;
}
