/** A place inside a message, from the outside in: names of fields and indices of list entries. */
type Segment = string | number;

function inside(segment: Segment, field: string): string {
  const head = typeof segment === 'number' ? `[${segment}]` : segment;
  return field === '' || field.startsWith('[') ? head + field : `${head}.${field}`;
}

export type DecodeErrorCode =
  /** The payload ends inside the field. */
  | 'truncated'
  /** The message is complete, and bytes follow it. */
  | 'trailing-bytes'
  /** A CompactSize that a shorter encoding could hold. */
  | 'non-minimal-compact-size'
  /** A count or a length above what the protocol allows. */
  | 'limit-exceeded'
  /** Readable, but not a value the protocol allows. */
  | 'invalid-value';

const decodeHints: Record<DecodeErrorCode, string> = {
  truncated: 'The peer sent less than the message needs; the message is ignored and the session goes on.',
  'trailing-bytes':
    'The peer may speak a newer version of this message; what is known of it counts, and the session goes on.',
  'non-minimal-compact-size':
    'A CompactSize must use its shortest form; the message is ignored and the session goes on.',
  'limit-exceeded': 'The peer broke a limit of the protocol; if it goes on doing so, disconnect.',
  'invalid-value':
    'The peer sent a value with no meaning here; the message is ignored and the session goes on.',
};

/** Why a payload is not the message its type says. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  readonly code: DecodeErrorCode;
  /** The dotted path of the field, as `inventory[3].hash`; empty for the message as a whole. */
  readonly field: string;
  /** Where in the payload it shows: the first byte of that field. */
  readonly offset: number;
  /** What is wrong, without the place. */
  readonly reason: string;
  /** What it means for the session. */
  readonly hint: string;

  constructor(code: DecodeErrorCode, offset: number, reason: string, field = '') {
    super(`${field === '' ? 'the message' : field}, at offset ${offset}: ${reason}`);
    this.code = code;
    this.field = field;
    this.offset = offset;
    this.reason = reason;
    this.hint = decodeHints[code];
  }

  /** The same error, seen from one level further out. */
  within(segment: Segment): DecodeError {
    return new DecodeError(this.code, this.offset, this.reason, inside(segment, this.field));
  }
}

export type EncodeErrorCode =
  | 'unknown-type'
  | 'limit-exceeded'
  | 'invalid-value'
  /** What was typed for a field is not of the form that it takes. */
  | 'unreadable-text';

const encodeHints: Record<EncodeErrorCode, string> = {
  'unknown-type': 'Only the types of MessageMap have a codec; others are sent as bytes.',
  'limit-exceeded': 'Send less at once: a peer disconnects whoever breaks this limit.',
  'invalid-value': 'Give a value of the kind and range that the field says.',
  'unreadable-text': 'Type what the field says that it takes.',
};

/** Why a value cannot be encoded: a mistake of the caller's. */
export class EncodeError extends Error {
  override readonly name = 'EncodeError';
  readonly code: EncodeErrorCode;
  /** The dotted path of the field; empty for the message as a whole. */
  readonly field: string;
  readonly reason: string;
  readonly hint: string;

  constructor(code: EncodeErrorCode, reason: string, field = '') {
    super(`${field === '' ? 'the message' : field}: ${reason}`);
    this.code = code;
    this.field = field;
    this.reason = reason;
    this.hint = encodeHints[code];
  }

  /** The same error, seen from one level further out. */
  within(segment: Segment): EncodeError {
    return new EncodeError(this.code, this.reason, inside(segment, this.field));
  }
}
