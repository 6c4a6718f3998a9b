import { readPasted, type NotPeers, type PeerEntry } from './getpeerinfo.js';

/** The session on screen, as far as its identity goes. */
export interface Ours {
  /** 64 lower-case hex digits; undefined without keys, or over v1. */
  readonly sessionId: string | undefined;
}

/** How many of the peers are on what. */
export interface Counts {
  readonly all: number;
  /** With a whole session id, the one thing that can be compared. */
  readonly v2: number;
  readonly v1: number;
  readonly detecting: number;
}

export type Answer =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'match';
      readonly peer: PeerEntry;
      /** More than one entry with the same id: pasted twice, or no output of a node. */
      readonly times: number;
      /** Only ids were pasted, so that nothing else is known of the peer. */
      readonly bare: boolean;
    }
  | { readonly kind: 'no-such-session'; readonly counts: Counts; readonly bare: boolean }
  /** The one peer, or each of them. */
  | { readonly kind: 'v1'; readonly counts: Counts; readonly peer: PeerEntry | undefined }
  | { readonly kind: 'detecting'; readonly counts: Counts; readonly peer: PeerEntry | undefined }
  /** There are sessions to compare with, but this tab has none. */
  | { readonly kind: 'nothing-to-compare'; readonly counts: Counts }
  | { readonly kind: 'not-getpeerinfo'; readonly found: NotPeers };

/** Whole ids only: a part of one never matches. Never throws. */
export function compare(pasted: string, { sessionId }: Ours): Answer {
  const read = readPasted(pasted);
  if (read.is === 'nothing') return { kind: 'nothing' };
  if (read.is === 'something-else') return { kind: 'not-getpeerinfo', found: read };
  const { peers } = read;
  const bare = read.is === 'ids';
  const counts = countsOf(peers);
  const same = sessionId === undefined ? [] : peers.filter((peer) => peer.sessionId === sessionId);
  if (same[0]) return { kind: 'match', peer: same[0], times: same.length, bare };
  if (counts.v2 === 0 && peers.length > 0) {
    const only = peers.length === 1 ? peers[0] : undefined;
    if (counts.detecting > 0) return { kind: 'detecting', counts, peer: only };
    if (counts.v1 === peers.length) return { kind: 'v1', counts, peer: only };
  }
  if (sessionId === undefined) return { kind: 'nothing-to-compare', counts };
  return { kind: 'no-such-session', counts, bare };
}

function countsOf(peers: readonly PeerEntry[]): Counts {
  const on = (transport: PeerEntry['transport']) =>
    peers.filter((peer) => peer.transport === transport && peer.sessionId === undefined).length;
  return {
    all: peers.length,
    v2: peers.filter((peer) => peer.sessionId !== undefined).length,
    v1: on('v1'),
    detecting: on('detecting'),
  };
}
