import type { ReceiveState } from '../shared/bip324/states.js';
import type { ConnectionState } from './worker/protocol.js';

/** The connection's states in words. */
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

/** The way to a session, in order. */
export const road = ['connecting', 'handshaking', 'negotiating', 'ready'] as const;
