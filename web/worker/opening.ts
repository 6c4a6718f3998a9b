import { readRecording, type Recording } from '../../shared/recording/index.js';
import type { OpeningFacts, RecordingKind, RecordingProblem } from './recordings.js';

/** Where a recording's bytes come from. */
export interface Source {
  readonly kind: RecordingKind;
  readonly name: string;
  open(signal: AbortSignal): Promise<{
    readonly bytes: ReadableStream<Uint8Array>;
    /** In bytes, where it is known. */
    readonly total?: number;
  }>;
}

/** A recording, and what the page is told of where it came from. */
export interface Named {
  readonly recording: Recording;
  readonly kind: RecordingKind;
  readonly name: string;
  readonly damage?: RecordingProblem;
}

export type Opened =
  | { readonly state: 'good'; readonly opened: Named }
  | { readonly state: 'refused'; readonly problem: RecordingProblem }
  | { readonly state: 'cancelled' };

/** Reads a recording beside whatever is on screen, so that only a good one takes its place. Never rejects. */
export async function openRecording(
  { kind, name, open }: Source,
  signal: AbortSignal,
  onProgress: (opening: OpeningFacts) => void,
): Promise<Opened> {
  try {
    const { bytes, total } = await open(signal);
    const read = await readRecording(bytes, {
      signal,
      onProgress: (read) => onProgress({ kind, name, read, ...(total !== undefined && { total }) }),
      pause: () => new Promise((resolve) => setTimeout(resolve)),
    });
    if (read.state === 'cancelled') return { state: 'cancelled' };
    if (read.state === 'refused') return { state: 'refused', problem: read.damage };
    const damage = read.state === 'damaged' ? { damage: read.damage } : {};
    return { state: 'good', opened: { recording: read.recording, kind, name, ...damage } };
  } catch (error) {
    if (signal.aborted) return { state: 'cancelled' };
    return { state: 'refused', problem: unreadable(error) };
  }
}

const unreadable = (error: unknown): RecordingProblem => ({
  code: 'unreadable',
  message: error instanceof Error ? error.message : 'the file could not be read',
  hint: 'Choose the file again.',
  line: 0,
  offset: 0,
});
