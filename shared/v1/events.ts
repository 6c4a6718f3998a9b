import type { V1Error } from './errors.js';

/** What `receive` and `end` yield, in the order of the stream. `error` and `closed` are terminal. */
export type V1Event =
  | {
      readonly type: 'message';
      /** The Bitcoin message type; undefined for 12 bytes that are none. */
      readonly message: string | undefined;
      readonly payload: Uint8Array;
      /** The header included. */
      readonly wireBytes: number;
    }
  /** A message with a wrong checksum: its payload is not handed on, and the connection goes on. */
  | {
      readonly type: 'dropped';
      readonly message: string | undefined;
      readonly error: V1Error;
      readonly wireBytes: number;
    }
  | { readonly type: 'error'; readonly error: V1Error }
  | { readonly type: 'closed'; readonly clean: boolean; readonly error?: V1Error };
