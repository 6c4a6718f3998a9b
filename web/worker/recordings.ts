/** What the page and its worker say to each other of recordings. Types only. */
import type { NetworkName } from '../../shared/networks.js';
import type { Level } from '../../shared/recording/types.js';
import type { Protocol } from './protocol.js';

/** 'bundled': what came with the page. */
export type RecordingSource =
  | { readonly kind: 'bundled'; readonly url: string }
  | { readonly kind: 'file'; readonly file: File }
  /** A session that the worker has, from its start. */
  | { readonly kind: 'again'; readonly of: number };

/** How fast a recording is replayed: all at once, or so many times as fast as it was; 0 waits. */
export type Pace = 'at-once' | number;

/** What a recording says of itself. */
export interface RecordingFacts {
  readonly kind: RecordingKind;
  /** Of its file. */
  readonly name: string;
  readonly protocol: Protocol;
  readonly network: NetworkName;
  /** The wall clock at its start, in ms. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly level: Level;
  /** What its bytes are read with. */
  readonly readsWith: 'ephemeral-key' | 'session-keys' | 'nothing' | 'v1';
  readonly pace: Pace;
  readonly damage?: RecordingProblem;
  /** A later one, where there are two: not everything before it is good. */
  readonly alsoDamaged?: RecordingProblem;
  /** How the session, or the recording of it, ended; once the replay is there. */
  readonly ended?: RecordedEnd;
}

/**
 * 'us', 'peer': who closed it. 'saved', 'limit': it went on, and was saved meanwhile, or there was no memory for more.
 * 'damaged': nothing tells.
 */
export type RecordedEnd = 'us' | 'peer' | 'failed' | 'saved' | 'limit' | 'damaged' | 'unknown';

/** 'session': what this tab had recorded of its own session. */
export type RecordingKind = 'bundled' | 'file' | 'session';

/** What is wrong with a recording. Everything before the first such place is good. */
export interface RecordingProblem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  /** From 1; 0 where it is about no line. */
  readonly line: number;
  readonly offset: number;
}

/** Of a recording while it is read, in bytes. */
export interface OpeningFacts {
  readonly kind: RecordingKind;
  readonly name: string;
  readonly read: number;
  readonly total?: number;
}

/** A file that is no recording. What was on screen stays there. */
export interface RefusedFile {
  readonly name: string;
  readonly problem: RecordingProblem;
}

/** Whether there was no room for the rest of a live session. */
export interface RecorderFacts {
  readonly stopped: boolean;
}

export type SaveAs =
  | { readonly format: 'recording'; readonly level: Level }
  | { readonly format: 'pcapng'; readonly contents: 'encrypted' | 'decrypted' };

/** The file, or why there is none. */
export type Saved =
  | { readonly blob: Blob; readonly name: string; readonly advice?: string }
  | { readonly problem: RecordingProblem };
