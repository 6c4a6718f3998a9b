/**
 * The states of a v1 transport: it has no handshake, so both roles are alike.
 *
 *   receive:  header ──▶ payload ──▶ header …     send:  ready          (any) ──▶ ended
 */
export type V1ReceiveState = 'header' | 'payload' | 'ended';
export type V1SendState = 'ready' | 'ended';

export interface V1States {
  readonly receive: V1ReceiveState;
  readonly send: V1SendState;
}

/** What is held back in each state, and what ends it. */
export const v1ReceiveStates: {
  readonly [S in V1ReceiveState]: { readonly state: S; readonly buffers: string; readonly until: string };
} = {
  header: {
    state: 'header',
    buffers: 'up to 23 bytes of the 24-byte header',
    until: 'the 24th byte; then the magic and the length are checked',
  },
  payload: {
    state: 'payload',
    buffers: 'what came of one payload, up to 4,000,000 bytes',
    until: 'its last byte; then the checksum is compared',
  },
  ended: { state: 'ended', buffers: 'nothing', until: 'never' },
};
