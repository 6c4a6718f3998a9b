/**
 * The two state machines of a v2 transport, as one table: it moves the code, and documents and draws it.
 *
 *   receive, initiator:              key ──▶ garbage ──▶ version ──▶ application
 *   receive, responder:  key-or-v1 ─▶ key ─▶ garbage ──▶ version ──▶ application
 *                             └─────▶ v1                 (any) ──▶ ended
 *
 *   send, initiator:                 awaiting-key ──▶ ready
 *   send, responder:     silent ──▶  awaiting-key ──▶ ready          (any) ──▶ ended
 *                           └─────▶ v1
 */

export type ReceiveState = 'key-or-v1' | 'key' | 'garbage' | 'version' | 'application' | 'v1' | 'ended';
export type SendState = 'silent' | 'awaiting-key' | 'ready' | 'v1' | 'ended';

export interface States {
  readonly receive: ReceiveState;
  readonly send: SendState;
}

/** What moves a machine. Each is a fact about the received stream. */
export type Transition =
  /** a byte differs from the v1 prefix: the peer speaks v2 */
  | 'not-v1'
  /** all 16 bytes of the v1 prefix came */
  | 'v1-prefix'
  /** all 64 bytes of the peer's key came, and the session keys are derived */
  | 'key-complete'
  | 'terminator-found'
  /** the peer's version packet was authenticated */
  | 'version-received'
  /** an error, or the end of input */
  | 'end';

export interface StateRow<State extends string> {
  readonly state: State;
  /** What is held back in this state, and how much of it at most. */
  readonly buffers: string;
  /** What ends the state. */
  readonly until: string;
  readonly on: Readonly<Partial<Record<Transition, State>>>;
}

export const receiveStates: { readonly [S in ReceiveState]: StateRow<ReceiveState> & { readonly state: S } } =
  {
    'key-or-v1': {
      state: 'key-or-v1',
      buffers: 'up to 15 bytes that match magic + "version" + five zeros',
      until: 'the first byte that does not match, or all 16 that do (responder only)',
      on: { 'not-v1': 'key', 'v1-prefix': 'v1', end: 'ended' },
    },
    key: {
      state: 'key',
      buffers: 'up to 63 bytes of the 64-byte ElligatorSwift key',
      until: 'the 64th byte',
      on: { 'key-complete': 'garbage', end: 'ended' },
    },
    garbage: {
      state: 'garbage',
      buffers: 'up to 4095 bytes of garbage and 16 of its terminator',
      until: 'the garbage terminator, within 4111 bytes',
      on: { 'terminator-found': 'version', end: 'ended' },
    },
    version: {
      state: 'version',
      buffers: 'at most one incomplete packet',
      until: 'the first packet that is not a decoy: the version packet',
      on: { 'version-received': 'application', end: 'ended' },
    },
    application: {
      state: 'application',
      buffers: 'at most one incomplete packet',
      until: 'the end of input, or an error',
      on: { end: 'ended' },
    },
    v1: { state: 'v1', buffers: 'nothing: the event hands everything on', until: 'never', on: {} },
    ended: { state: 'ended', buffers: 'nothing', until: 'never', on: {} },
  };

export const sendStates: { readonly [S in SendState]: StateRow<SendState> & { readonly state: S } } = {
  silent: {
    state: 'silent',
    buffers: 'messages to send; no byte goes out while the peer may speak v1 (responder only)',
    until: 'the peer shows that it speaks v2, or v1',
    on: { 'not-v1': 'awaiting-key', 'v1-prefix': 'v1', end: 'ended' },
  },
  'awaiting-key': {
    state: 'awaiting-key',
    buffers: 'messages to send; our key and garbage are out',
    until: 'the 64th byte of the peer’s key: then the garbage terminator and the version packet go out',
    on: { 'key-complete': 'ready', end: 'ended' },
  },
  ready: {
    state: 'ready',
    buffers: 'nothing: each message is sealed at once',
    until: 'the end of the connection',
    on: { end: 'ended' },
  },
  v1: { state: 'v1', buffers: 'nothing', until: 'never', on: {} },
  ended: { state: 'ended', buffers: 'nothing', until: 'never', on: {} },
};

/** The state after `transition`; a state that the transition does not concern stays as it is. */
export function nextStates(states: States, transition: Transition): States {
  return {
    receive: receiveStates[states.receive].on[transition] ?? states.receive,
    send: sendStates[states.send].on[transition] ?? states.send,
  };
}
