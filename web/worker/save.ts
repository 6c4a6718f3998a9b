import {
  RecordingFailure,
  toPcapng,
  wiresharkHint,
  writeRecording,
  type Recording,
} from '../../shared/recording/index.js';
import type { SaveAs, Saved } from './recordings.js';

/** A session as a file; undefined before there is one. */
export function saved(recording: Recording | undefined, as: SaveAs): Saved | undefined {
  if (recording === undefined) return undefined;
  const { network, startedAt } = recording.header;
  // A file name may hold no colon.
  const name = `peerglass-${network}-${startedAt.slice(0, 16).replace(':', '')}`;
  try {
    if (as.format === 'recording')
      return {
        blob: new Blob([...writeRecording(recording, as.level)] as BlobPart[], { type: 'application/jsonl' }),
        name: `${name}-${as.level}.jsonl`,
      };
    return {
      blob: new Blob([...toPcapng(recording, { contents: as.contents })] as BlobPart[]),
      name: `${name}-${as.contents}.pcapng`,
      advice: wiresharkHint(network, recording.header.protocol === 'v1' ? 'decrypted' : as.contents),
    };
  } catch (error) {
    if (error instanceof RecordingFailure) return { problem: error.error };
    throw error;
  }
}
