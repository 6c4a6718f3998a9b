/** What a recording is, in memory. On disk: FORMAT.md. */
import type { NetworkName } from '../networks.js';
import type { RecordedSecrets } from './secrets.js';

export const FORMAT_NAME = 'peerglass-recording';
export const FORMAT_VERSION = 1;

/** Each holds what the ones before it hold. */
export const levels = ['ciphertext', 'session-keys', 'ephemeral-key', 'plaintext'] as const;
export type Level = (typeof levels)[number];

export function atLeast(level: Level, wanted: Level): boolean {
  return levels.indexOf(level) >= levels.indexOf(wanted);
}

export interface RecordingHeader {
  /** Of the format: 1. */
  readonly version: number;
  /** What the file says that it holds. A v1 session is plaintext whatever anybody wishes. */
  readonly level: Level;
  readonly protocol: 'v1' | 'v2';
  readonly network: NetworkName;
  /** Ours: the side that the recording was made on. */
  readonly role: 'initiator' | 'responder';
  /** 'YYYY-MM-DDTHH:MM:SS.mmmZ': when `at` was 0. */
  readonly startedAt: string;
  readonly software: { readonly name: string; readonly version: string };
  /** The limit on a received packet's contents (v2) or payload (v1) that the session had, in bytes. */
  readonly maxContents: number;
  readonly peer?: PeerFacts;
}

/** What the peer said of itself, where the recorder was told. */
export interface PeerFacts {
  readonly address?: string;
  readonly userAgent?: string;
  readonly version?: number;
  readonly services?: readonly string[];
  readonly height?: number;
}

export type Direction = 'sent' | 'received';

/** `at`: milliseconds since the start, never less than the item's before. */
export type RecordedItem = RecordedChunk | RecordedEvent | RecordedPacket;

export interface RecordedChunk {
  readonly kind: 'chunk';
  readonly at: number;
  readonly direction: Direction;
  readonly bytes: Uint8Array;
}

export interface RecordedEvent {
  readonly kind: 'event';
  readonly at: number;
  readonly event: SessionEvent;
}

/** A decrypted packet, as a file at level 'plaintext' tells it; derived again wherever it is needed. */
export interface RecordedPacket {
  readonly kind: 'packet';
  readonly at: number;
  readonly direction: Direction;
  readonly index: number;
  readonly role: 'version' | 'message' | 'decoy';
  readonly header: number;
  readonly contents: Uint8Array;
}

/** States that a session has only after both version packets. */
export const encrypted: ReadonlySet<string> = new Set(['negotiating', 'ready']);

/** 'end' and 'stopped' are last. */
export type SessionEvent =
  | { readonly type: 'state'; readonly state: string }
  | {
      readonly type: 'end';
      readonly state: 'closed' | 'failed';
      readonly by?: 'us' | 'peer';
      /** Of the error that ended it. */
      readonly code?: string;
    }
  /** The session went on, the recording did not: 'limit' of memory; 'saved' while the session was running. */
  | { readonly type: 'stopped'; readonly reason: 'limit' | 'saved' };

export interface Recording {
  readonly header: RecordingHeader;
  readonly secrets: RecordedSecrets;
  readonly items: readonly RecordedItem[];
  /** Of a file: where its items stand in it. */
  readonly places?: Places;
}

/** A line of a file, from 1, and the byte at which it starts; both 0 where there is none. */
export interface Place {
  readonly line: number;
  readonly offset: number;
}

/** Of each item, and of the lines before them. */
export interface Places {
  readonly lines: readonly number[];
  readonly offsets: readonly number[];
  readonly header: Place;
  readonly secrets: { readonly [kind in 'ephemeralKey' | 'sessionKeys']?: Place };
}
