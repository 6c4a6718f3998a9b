/** `peerglass/recording`: sessions kept, saved, read and replayed. The format is in FORMAT.md. */
export { RecordingFailure, type RecordingError, type RecordingErrorCode } from './errors.js';
export { toPcapng, wiresharkHint, type PcapngOptions } from './pcapng/export.js';
export { RecordingParser, type ParserOptions } from './parser.js';
export { readRecording, type ReadOptions, type ReadResult } from './reader.js';
export { Recorder, type RecorderOptions } from './recorder.js';
export { Replayer, type ReplayOptions, type ReplayStep } from './replay.js';
export { RecordedSecrets, type EphemeralKey, type Secrets as RecordingSecrets } from './secrets.js';
export {
  levels as recordingLevels,
  type Level as RecordingLevel,
  type PeerFacts,
  type RecordedChunk,
  type RecordedEvent,
  type RecordedItem,
  type RecordedPacket,
  type Recording,
  type RecordingHeader,
  type SessionEvent,
} from './types.js';
export { verifyRecording, type Verdict, type VerifyOptions } from './verify.js';
export { type Difference } from './verify-direction.js';
export { availableLevels, writeRecording } from './writer.js';
