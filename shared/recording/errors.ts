/** What can be wrong with a recording, as values. Their texts quote nothing of the file, so no secret is in them. */

export type RecordingErrorCode =
  | 'empty'
  | 'not-json-lines'
  | 'not-utf-8'
  | 'wrong-format'
  | 'wrong-version'
  | 'bad-field'
  | 'out-of-order'
  | 'time-runs-backwards'
  | 'offset-mismatch'
  | 'length-mismatch'
  | 'secret-above-level'
  | 'line-too-long'
  | 'too-large'
  | 'cut'
  | 'unreadable'
  | 'keys-missing'
  | 'keys-do-not-fit'
  | 'told-otherwise'
  | 'bytes-changed';

export interface RecordingError {
  readonly code: RecordingErrorCode;
  /** What is wrong, one sentence. */
  readonly message: string;
  /** What a person can do about it. */
  readonly hint: string;
  /** From 1; 0 where it is about no line. */
  readonly line: number;
  /** The byte of the file at which that line starts. */
  readonly offset: number;
}

/** Thrown where a recording cannot do what it is asked for. */
export class RecordingFailure extends Error {
  override readonly name = 'RecordingFailure';
  readonly error: RecordingError;
  constructor(error: RecordingError) {
    super(error.message);
    this.error = error;
  }
}

/** An error without its place: whoever reads lines adds it. */
export type Fault = Omit<RecordingError, 'line' | 'offset'>;

const EDITED =
  'The file was changed or damaged; everything before this line is good. Get it anew from where it came.';
const NOT_OURS =
  'Open a file that Peerglass saved as a recording (.jsonl); its format is described in FORMAT.md.';

const OF_THE_HEADER =
  'Without its first line nothing of the file can be read. Get it anew from where it came.';
const BYTES_ARE_SHOWN = 'What is shown comes from the bytes. Get the file anew from where it came.';

/** A fault of a line, where that line is the header: nothing is before it. */
export const inHeader = (what: Fault): Fault =>
  what.hint === EDITED ? { ...what, hint: OF_THE_HEADER } : what;

const fault = (code: RecordingErrorCode, message: string, hint: string): Fault => ({ code, message, hint });

export const faults = {
  empty: () => fault('empty', 'the file is empty', NOT_OURS),
  notJson: (first: boolean) =>
    fault(
      'not-json-lines',
      first ? 'the file does not begin with a line of JSON' : 'this line is no JSON object',
      first ? NOT_OURS : EDITED,
    ),
  notUtf8: (first: boolean) => fault('not-utf-8', 'this line is no UTF-8 text', first ? NOT_OURS : EDITED),
  wrongFormat: () =>
    fault('wrong-format', 'the first line is not the header of a Peerglass recording', NOT_OURS),
  wrongVersion: (version: number, known: number) =>
    fault(
      'wrong-version',
      version > known
        ? `the recording has version ${version} of the format; this program reads up to version ${known}`
        : `the first line says version ${version} of the format, which there never was`,
      version > known ? 'Open it with a newer Peerglass.' : OF_THE_HEADER,
    ),
  badField: (field: string, expected: string) =>
    fault('bad-field', `the field "${field}" is not ${expected}`, EDITED),
  outOfOrder: (what: string) => fault('out-of-order', what, EDITED),
  timeBackwards: (at: number, before: number) =>
    fault('time-runs-backwards', `this line is of ${at} ms, but the one before it of ${before} ms`, EDITED),
  offsetMismatch: (direction: string, said: number, is: number) =>
    fault(
      'offset-mismatch',
      `the line says that it starts at byte ${said} of what was ${direction}, but byte ${is} comes next`,
      'Lines are missing, doubled or changed; everything before this line is good.',
    ),
  lengthMismatch: (direction: string, said: number, is: number) =>
    fault(
      'length-mismatch',
      `the end says that ${said} bytes were ${direction}, but the lines hold ${is}`,
      'Lines are missing, doubled or changed.',
    ),
  secretAboveLevel: (level: string) =>
    fault(
      'secret-above-level',
      `the header says "${level}", but the file holds what only a higher level has`,
      EDITED,
    ),
  lineTooLong: (limit: number) =>
    fault(
      'line-too-long',
      `this line is longer than ${limit} bytes`,
      'No recording has such lines: the file is damaged, or another kind of file.',
    ),
  tooLarge: (limit: number) =>
    fault(
      'too-large',
      `the recording needs more than ${limit} bytes of memory`,
      'Everything before this line is shown. Record shorter sessions, or read it with the library and a higher limit.',
    ),
  wrongSum: (is: string, said: string) =>
    fault(
      'bytes-changed',
      `the bytes of this line have the CRC-32 ${is}, and the line says ${said}`,
      'The line was changed or damaged; everything before it is good. Get the file anew from where it came.',
    ),
  /**
   * @param until the line at which it shows, where that is a later one
   * @param keys the line of keys that may as well be what was changed: nothing but what they read bears them out
   */
  bytesChanged: (what: string, until?: number, keys?: number) =>
    fault(
      'bytes-changed',
      `bytes of this session were changed after it was recorded: ${what}`,
      `${
        until === undefined
          ? 'All before this line is good'
          : `The change is in this line or in a later one, up to line ${until}, where it shows; all before is good`
      }, ${keys === undefined ? '' : `unless it is the keys in line ${keys} that were changed, `}and of the same direction nothing after it can be read. Get the file anew from where it came.`,
    ),
  toldOtherwise: (what: string) => fault('told-otherwise', what, BYTES_ARE_SHOWN),
  cut: () =>
    fault(
      'cut',
      'the file ends before the end of the recording',
      'It was cut off, by a copy that did not finish perhaps; everything before is good.',
    ),
  unreadable: () =>
    fault(
      'unreadable',
      'the file could not be read on',
      'It was moved, changed or removed while it was read: open it again.',
    ),
  keysMissing: (what: string) =>
    fault(
      'keys-missing',
      `${what} needs keys that the recording does not hold`,
      'Save the session again, at a level that includes its keys.',
    ),
  keysLost: (level: string, what: string, shown: string) =>
    fault(
      'keys-missing',
      `the header says "${level}", but ${what} in the file`,
      `Its line was lost or changed. ${shown} is shown. Get the file anew from where it came.`,
    ),
  /** @param instead what reads them, where something does */
  keysDoNotFit: (what: string, instead?: string) =>
    fault(
      'keys-do-not-fit',
      `the keys of the recording are not those of its bytes: ${what}`,
      instead === undefined
        ? 'The keys or the bytes were changed, or belong to another session. What is readable without keys is shown.'
        : `The keys or the bytes were changed. ${instead} read the bytes, and are used.`,
    ),
};

export function nowhere(what: Fault): RecordingError {
  return { ...what, line: 0, offset: 0 };
}

export function at(place: Pick<RecordingError, 'line' | 'offset'>, what: Fault): RecordingError {
  return { ...what, line: place.line, offset: place.offset };
}
