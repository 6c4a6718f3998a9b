import { ByteQueue } from '../bytes.js';
import { faults, inHeader, type Fault, type RecordingError } from './errors.js';
import { crcHex } from './crc.js';
import { BadLine, time, type Fields } from './fields.js';
import { parseJson, readChunk, readEvent, readHeader, readPacket, readSecrets, readTotals } from './lines.js';
import { ITEM_BYTES } from './recorder.js';
import { RecordedSecrets, type Secrets } from './secrets.js';
import { atLeast, type Place, type RecordedItem, type Recording, type RecordingHeader } from './types.js';

export interface ParserOptions {
  /** The longest line, in bytes. By default what the largest packet takes in hex, and a little more: 33.7 MB. */
  readonly maxLineBytes?: number;
  /** Memory that the recording may take. 128 MiB by default. */
  readonly maxBytes?: number;
}

const DEFAULT_MAX_LINE_BYTES = 2 ** 25 + 100_000;
const DEFAULT_MAX_BYTES = 128 << 20;
const NEWLINE = 0x0a;
/** Of lines: the field that tells each. */
const kinds = ['secrets', 'packet', 'bytes', 'event'] as const;

/**
 * Reads a recording from bytes in pieces of any size. It never throws: at the first thing that is wrong it stops,
 * keeps all that came before, and says what and where.
 */
export class RecordingParser {
  readonly #maxLineBytes: number;
  readonly #maxBytes: number;
  readonly #partial = new ByteQueue(0);
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #header: RecordingHeader | undefined;
  #secrets: Secrets = {};
  readonly #items: RecordedItem[] = [];
  readonly #places = {
    lines: [] as number[],
    offsets: [] as number[],
    header: { line: 1, offset: 0 },
    secrets: {} as { ephemeralKey?: Place; sessionKeys?: Place },
  };
  readonly #offsets = { sent: 0, received: 0 };
  #memory = 0;
  #at = 0;
  #ended = false;
  #damage: RecordingError | undefined;
  /** The line that is being read: its number, and the byte at which it starts. */
  #line = 1;
  #lineStart = 0;

  constructor({ maxLineBytes = DEFAULT_MAX_LINE_BYTES, maxBytes = DEFAULT_MAX_BYTES }: ParserOptions = {}) {
    this.#maxLineBytes = maxLineBytes;
    this.#maxBytes = maxBytes;
  }

  /** What is wrong: nothing more is read then. */
  get damage(): RecordingError | undefined {
    return this.#damage;
  }

  /** All that was good so far; undefined before the header. */
  get recording(): Recording | undefined {
    const header = this.#header;
    return (
      header && {
        header,
        secrets: new RecordedSecrets(this.#secrets),
        items: this.#items,
        places: this.#places,
      }
    );
  }

  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length && this.#damage === undefined) {
      const newline = bytes.indexOf(NEWLINE, at);
      const end = newline === -1 ? bytes.length : newline;
      const part = bytes.subarray(at, end);
      if (this.#partial.length + part.length > this.#maxLineBytes)
        return this.#fail(faults.lineTooLong(this.#maxLineBytes));
      if (newline === -1) return this.#partial.append(part);
      this.#wholeLine(part, end + 1 - at);
      at = end + 1;
    }
  }

  /** The end of the file. */
  finish(): void {
    if (this.#damage !== undefined) return;
    if (this.#partial.length > 0) this.#wholeLine(new Uint8Array(0), 0, 'last');
    if (this.#damage !== undefined || this.#ended) return;
    this.#fail(this.#header === undefined ? faults.empty() : faults.cut());
  }

  /** The source fails. */
  unreadable(): void {
    if (this.#damage === undefined) this.#fail(faults.unreadable());
  }

  #wholeLine(part: Uint8Array, withNewline: number, last?: 'last'): void {
    const held = this.#partial.length;
    let line = part;
    if (held > 0) {
      this.#partial.append(part);
      line = this.#partial.peek();
    }
    this.#read(line, last !== undefined);
    this.#partial.clear();
    if (this.#damage !== undefined) return;
    this.#line++;
    this.#lineStart += held + withNewline;
  }

  #read(bytes: Uint8Array, last: boolean): void {
    const first = this.#header === undefined;
    let line;
    try {
      line = this.#decoder.decode(bytes);
    } catch {
      return this.#fail(last && !first ? faults.cut() : faults.notUtf8(first));
    }
    if (line.trim() === '') return;
    const fields = parseJson(line);
    // Without a newline after it, it is a line that was cut.
    if (fields === undefined) return this.#fail(last && !first ? faults.cut() : faults.notJson(first));
    try {
      if (first) this.#takeHeader(fields);
      else this.#take(fields, this.#header!);
    } catch (error) {
      const what = error instanceof BadLine ? error.fault : faults.notJson(first);
      this.#fail(first ? inHeader(what) : what);
    }
  }

  #takeHeader(fields: Fields): void {
    this.#header = readHeader(fields);
    this.#places.header = this.#here;
  }

  /** Lines of other kinds are a later version's: nothing in this one needs them. */
  #take(fields: Fields, header: RecordingHeader): void {
    if (fields['format'] !== undefined) throw new BadLine(faults.outOfOrder('a second header'));
    // Whatever else may be wrong with it, it should not be there.
    if (this.#ended && kinds.some((kind) => fields[kind] !== undefined))
      throw new BadLine(faults.outOfOrder('a line after the end of the session'));
    if (fields['secrets'] !== undefined) return this.#takeSecrets(fields, header);
    if (fields['packet'] !== undefined) {
      if (header.level !== 'plaintext') throw new BadLine(faults.secretAboveLevel(header.level));
      const packet = readPacket(fields);
      return this.#add(packet, packet.contents.length);
    }
    if (fields['bytes'] !== undefined) return this.#takeChunk(fields);
    if (fields['event'] !== undefined) return this.#takeEvent(fields);
  }

  #takeSecrets(fields: Fields, { level, protocol }: RecordingHeader): void {
    const secrets = readSecrets(fields);
    if (secrets === undefined) return;
    if (this.#items.length > 0) throw new BadLine(faults.outOfOrder('secrets after the first bytes'));
    const wanted = secrets.ephemeralKey === undefined ? 'session-keys' : 'ephemeral-key';
    if (!atLeast(level, wanted) || protocol === 'v1') throw new BadLine(faults.secretAboveLevel(level));
    this.#secrets = { ...this.#secrets, ...secrets };
    this.#places.secrets[secrets.ephemeralKey === undefined ? 'sessionKeys' : 'ephemeralKey'] = this.#here;
  }

  #takeChunk(fields: Fields): void {
    const { offset, crc, ...chunk } = readChunk(fields);
    const { direction, bytes } = chunk;
    const here = this.#offsets[direction];
    if (offset !== undefined && offset !== here)
      throw new BadLine(faults.offsetMismatch(direction, offset, here));
    if (crc !== undefined && crc !== crcHex(bytes)) throw new BadLine(faults.wrongSum(crcHex(bytes), crc));
    this.#add(chunk, bytes.length);
    this.#offsets[direction] += bytes.length;
  }

  #takeEvent(fields: Fields): void {
    const event = readEvent(fields);
    if (event === undefined) return;
    this.#add({ kind: 'event', at: time(fields), event }, 0);
    if (event.type === 'state') return;
    this.#ended = true;
    const totals = readTotals(fields);
    for (const direction of ['sent', 'received'] as const) {
      const [said, is] = [totals[direction], this.#offsets[direction]];
      if (said !== undefined && said !== is) throw new BadLine(faults.lengthMismatch(direction, said, is));
    }
  }

  #add(item: RecordedItem, bytes: number): void {
    if (item.at < this.#at) throw new BadLine(faults.timeBackwards(item.at, this.#at));
    if (this.#memory + bytes + ITEM_BYTES > this.#maxBytes)
      throw new BadLine(faults.tooLarge(this.#maxBytes));
    this.#at = item.at;
    this.#memory += bytes + ITEM_BYTES;
    this.#items.push(item);
    this.#places.lines.push(this.#line);
    this.#places.offsets.push(this.#lineStart);
  }

  get #here(): Place {
    return { line: this.#line, offset: this.#lineStart };
  }

  #fail(fault: Fault): void {
    this.#damage = { ...fault, ...this.#here };
    this.#partial.clear();
  }
}
