import type { ReceiveState } from '../shared/bip324/states.js';
import type { ConnectionState, Protocol } from './worker/protocol.js';

/** The connection's states in words, as v2 has them. */
export const stateWords: {
  readonly [S in ConnectionState]: {
    readonly label: string;
    readonly doing: string;
    readonly announced: string;
  };
} = {
  idle: { label: 'Idle', doing: 'no connection yet', announced: '' },
  connecting: {
    label: 'Connecting',
    doing: 'the bridge opens a TCP connection to the node',
    announced: 'Connecting to the node.',
  },
  handshaking: {
    label: 'Handshaking',
    doing: 'keys and garbage cross; nothing can be read yet',
    announced: 'Connected. The v2 handshake runs.',
  },
  negotiating: {
    label: 'Negotiating',
    doing: 'encrypted; both sides exchange version and verack',
    announced: 'Encrypted. Versions are exchanged.',
  },
  ready: {
    label: 'Ready',
    doing: 'an encrypted session is open',
    announced: 'Ready: an encrypted session is open.',
  },
  closed: { label: 'Closed', doing: 'the session has ended', announced: 'The connection is closed.' },
  failed: {
    label: 'Failed',
    doing: 'the connection could not be made or broke',
    announced: 'The connection failed.',
  },
};

/** Over v1 nothing is encrypted, and the words say so. */
const v1Words: { readonly [S in ConnectionState]?: Partial<(typeof stateWords)[S]> } = {
  negotiating: {
    doing: 'unencrypted; both sides exchange version and verack',
    announced: 'Connected with v1, unencrypted. Versions are exchanged.',
  },
  ready: {
    doing: 'a session over v1 is open: everyone on the way can read and change it',
    announced: 'Ready: a session over v1 is open, unencrypted.',
  },
};

export function wordsOfState(
  state: ConnectionState,
  protocol: Protocol | undefined,
): (typeof stateWords)[ConnectionState] {
  return protocol === 'v1' ? { ...stateWords[state], ...v1Words[state] } : stateWords[state];
}

/** What is awaited in a state of the receiving machine. */
export const awaited: { readonly [S in ReceiveState]?: string } = {
  key: 'waiting for the 64 bytes of the node’s key',
  garbage: 'searching for the node’s garbage terminator, within 4111 bytes',
  version: 'waiting for the node’s version packet',
};

/** Over the form, where it stands without an introduction. */
export const formTitles: { readonly [S in ConnectionState]?: string } = {
  idle: 'No session yet',
  closed: 'Open another session',
  failed: 'Correct it and try again, or take another node',
};

/** The way to a session, in order. v1 has no handshake. */
export const roads = {
  v1: ['connecting', 'negotiating', 'ready'],
  v2: ['connecting', 'handshaking', 'negotiating', 'ready'],
} as const;
