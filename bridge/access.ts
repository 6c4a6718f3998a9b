/** `--access-key`: a phrase that whoever opens a tunnel must know. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Characters. Guesses are few (--max-failures-per-hour), but come from many addresses. */
export const MIN_ACCESS_KEY = 12;

/** One line, without a space at its ends: header fields lose those. */
export const ACCESS_KEY = /^(?!\s)[^\p{Cc}]*(?<!\s)$/u;

export class AccessKey {
  readonly #hash: Buffer;

  constructor(phrase: string) {
    this.#hash = hashOf(phrase);
  }

  /** In constant time, whatever the lengths. */
  matches(phrase: string): boolean {
    return timingSafeEqual(hashOf(phrase), this.#hash);
  }
}

const hashOf = (phrase: string) => createHash('sha256').update(phrase, 'utf8').digest();

export function accessKeyOf(config: {
  readonly 'access-key'?: string | undefined;
  readonly 'access-key-file'?: string | undefined;
}): AccessKey | undefined {
  const { 'access-key': phrase, 'access-key-file': file } = config;
  const known = file === undefined ? phrase : readAccessKey(file);
  return known === undefined ? undefined : new AccessKey(known);
}

/** @throws {Error} for the one who runs the bridge: nothing of what is in the file */
export function readAccessKey(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch {
    throw new Error('this file cannot be read');
  }
  if (text.length >= MIN_ACCESS_KEY && text.length <= 256 && ACCESS_KEY.test(text)) return text;
  throw new Error(
    `expected one line of ${MIN_ACCESS_KEY} to 256 characters in this file, without a space at its ends`,
  );
}

/** The phrase of `Authorization: Bearer PHRASE`. */
export function bearerOf(authorization: string | undefined): string | undefined {
  const phrase = /^Bearer +(.+)$/i.exec(authorization ?? '')?.[1]?.trimEnd();
  // Node reads header fields as Latin-1; whoever sends more than ASCII sends UTF-8.
  return phrase === undefined ? undefined : Buffer.from(phrase, 'latin1').toString('utf8');
}
