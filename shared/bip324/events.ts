import type { V2Error } from './errors.js';

/** What `receive` and `end` yield, in the order of the stream. `v1`, `error` and `closed` are terminal. */
export type V2Event =
  | { readonly type: 'keys'; readonly sessionId: Uint8Array }
  /** The peer's version packet was authenticated. Its contents are ignored by the protocol, and shown. */
  | { readonly type: 'ready'; readonly contents: Uint8Array }
  | {
      readonly type: 'message';
      /** The Bitcoin message type; undefined for an unknown short id or a malformed type. */
      readonly message: string | undefined;
      /** The short id, when the type came as one. */
      readonly id?: number;
      readonly payload: Uint8Array;
    }
  | { readonly type: 'decoy'; readonly length: number }
  /** The peer speaks v1 to our responder: all bytes received so far, none of them lost. See also `unsent`. */
  | { readonly type: 'v1'; readonly buffered: Uint8Array }
  | { readonly type: 'error'; readonly error: V2Error }
  | { readonly type: 'closed'; readonly clean: boolean; readonly error?: V2Error };

export interface UnsentMessage {
  readonly type: string;
  readonly payload: Uint8Array;
}
