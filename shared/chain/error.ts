export type FilterErrorCode =
  /** The filter ends inside its count or inside an element. */
  | 'truncated'
  /** All elements were read, and bytes follow. */
  | 'trailing-bytes'
  /** The count of elements is not in its shortest form, or is more than anything holds. */
  | 'invalid-count'
  /** An element beyond the range that the count gives. */
  | 'invalid-element';

const hints: Record<FilterErrorCode, string> = {
  truncated: 'The peer sent a part of a filter; ask another one.',
  'trailing-bytes': 'The peer sent something else than a basic filter; ask another one.',
  'invalid-count': 'The peer sent something else than a basic filter; ask another one.',
  'invalid-element': 'The peer made this filter up; ask another one.',
};

/** Why bytes are not a filter of BIP158. */
export class FilterError extends Error {
  override readonly name = 'FilterError';
  readonly code: FilterErrorCode;
  /** Where in the filter it shows, in bytes. */
  readonly offset: number;
  /** What is wrong, without the place. */
  readonly reason: string;
  /** What to do about it. */
  readonly hint: string;

  constructor(code: FilterErrorCode, offset: number, reason: string) {
    super(`the filter, at offset ${offset}: ${reason}`);
    this.code = code;
    this.offset = offset;
    this.reason = reason;
    this.hint = hints[code];
  }
}
