import { RecordingFailure, writeRecording, type Recording } from '../../shared/recording/index.js';
import type { SaveAs, Saved } from './protocol.js';

/** A session as a file; undefined before there is one. */
export function saved(recording: Recording | undefined, as: SaveAs): Saved | undefined {
  if (recording === undefined) return undefined;
  const { network, startedAt } = recording.header;
  // A file name may hold no colon.
  const name = `peerglass-${network}-${startedAt.slice(0, 16).replace(':', '')}`;
  try {
    const pieces = [
      ...writeRecording(recording, as.format === 'recording' ? as.level : 'ciphertext'),
    ] as BlobPart[];
    return { blob: new Blob(pieces, { type: 'application/jsonl' }), name: `${name}-x.jsonl` };
  } catch (error) {
    if (error instanceof RecordingFailure) return { problem: error.error };
    throw error;
  }
}
