import type { RecordingError } from './errors.js';
import { RecordingParser, type ParserOptions } from './parser.js';
import type { Recording } from './types.js';

export interface ReadOptions extends ParserOptions {
  /** Called with the bytes read so far. */
  readonly onProgress?: (bytes: number) => void;
  readonly signal?: AbortSignal;
  /** Lets other work run: awaited after every 256 KiB. Without it the reader goes on at once. */
  readonly pause?: () => Promise<void>;
}

export type ReadResult =
  | { readonly state: 'whole'; readonly recording: Recording }
  /** All that is good before the damage, and the damage. */
  | { readonly state: 'damaged'; readonly recording: Recording; readonly damage: RecordingError }
  /** Not even its header is good. */
  | { readonly state: 'refused'; readonly damage: RecordingError }
  | { readonly state: 'cancelled' };

const SLICE_BYTES = 1 << 16;
const PAUSE_BYTES = 1 << 18;

/**
 * Reads a file of a recording, whatever is in it. Never rejects for what the file holds, nor for a source that fails.
 * It reads no further than it needs, and cancels the source when it stops early.
 */
export async function readRecording(
  source: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: ReadOptions = {},
): Promise<ReadResult> {
  const { signal, onProgress, pause } = options;
  const parser = new RecordingParser(options);
  const pieces = 'getReader' in source ? ofStream(source) : ofIterable(source);
  const abort = whenAborted(signal);
  const aborted = () => signal?.aborted === true;
  let bytes = 0;
  let sincePause = 0;
  try {
    reading: for (;;) {
      const next = await Promise.race([pieces.next(), abort.promise]);
      if (next === 'aborted' || aborted()) return { state: 'cancelled' };
      if (next === undefined) break;
      for (let at = 0; at < next.length; at += SLICE_BYTES) {
        const slice = next.subarray(at, at + SLICE_BYTES);
        parser.push(slice);
        bytes += slice.length;
        if (parser.damage !== undefined) break reading;
        sincePause += slice.length;
        if (sincePause < PAUSE_BYTES) continue;
        sincePause = 0;
        onProgress?.(bytes);
        await pause?.();
        if (aborted()) return { state: 'cancelled' };
      }
    }
    onProgress?.(bytes);
    parser.finish();
  } catch (error) {
    if (!(error instanceof SourceFailed)) throw error;
    parser.unreadable();
  } finally {
    abort.forget();
    pieces.stop();
  }
  const { recording, damage } = parser;
  if (damage === undefined && recording !== undefined) return { state: 'whole', recording };
  if (recording === undefined) return { state: 'refused', damage: damage! };
  return { state: 'damaged', recording, damage: damage! };
}

/** The source's fault, not the caller's. */
class SourceFailed extends Error {}

interface Pieces {
  /** undefined at the end */
  next(): Promise<Uint8Array | undefined>;
  stop(): void;
}

function ofStream(stream: ReadableStream<Uint8Array>): Pieces {
  const reader = stream.getReader();
  return {
    next: () => failing(reader.read().then((read) => (read.done ? undefined : read.value))),
    stop: () => void reader.cancel().catch(() => {}),
  };
}

function ofIterable(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Pieces {
  const iterator =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  const next = async () => {
    const read = await iterator.next();
    return read.done === true ? undefined : read.value;
  };
  return {
    next: () => failing(next()),
    stop: () => void (async () => iterator.return?.())().catch(() => {}),
  };
}

async function failing<T>(read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch {
    throw new SourceFailed();
  }
}

function whenAborted(signal: AbortSignal | undefined): { promise: Promise<'aborted'>; forget(): void } {
  let listener = () => {};
  const promise = new Promise<'aborted'>((resolve) => {
    listener = () => resolve('aborted');
    if (signal?.aborted === true) resolve('aborted');
    else signal?.addEventListener('abort', listener);
  });
  return { promise, forget: () => signal?.removeEventListener('abort', listener) };
}
