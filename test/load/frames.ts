/** WebSocket frames as a client writes and reads them, with as little work as can be: the load must not be the limit. */

/** Any but zero, so that the bridge really unmasks. */
const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

/** A final frame of a client, masked (RFC 6455, 5.2). */
export function clientFrame(opcode: 1 | 2 | 8 | 9, payload: Uint8Array): Buffer {
  const length = payload.length;
  const extra = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = Buffer.alloc(2 + extra + 4 + length);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (extra === 0 ? length : extra === 2 ? 126 : 127);
  if (extra === 2) frame.writeUInt16BE(length, 2);
  if (extra === 8) frame.writeBigUInt64BE(BigInt(length), 2);
  MASK.copy(frame, 2 + extra);
  for (let i = 0; i < length; i++) frame[6 + extra + i] = payload[i]! ^ MASK[i & 3]!;
  return frame;
}

export const textFrame = (text: string): Buffer => clientFrame(1, Buffer.from(text));

/** Tells the payload of a server's frames apart, in whatever pieces they come. */
export class FrameReader {
  readonly #onPayload: (opcode: number, bytes: Buffer) => void;
  #header: Buffer = Buffer.alloc(0);
  #opcode = 0;
  #left = 0;

  constructor(onPayload: (opcode: number, bytes: Buffer) => void) {
    this.#onPayload = onPayload;
  }

  push(chunk: Buffer): void {
    let bytes: Buffer = chunk;
    while (bytes.length > 0) {
      if (this.#left === 0) {
        const joined = this.#header.length === 0 ? bytes : Buffer.concat([this.#header, bytes]);
        const size = headerSize(joined);
        if (joined.length < size) {
          this.#header = joined;
          return;
        }
        this.#header = Buffer.alloc(0);
        this.#opcode = joined[0]! & 15;
        this.#left = payloadLength(joined);
        bytes = joined.subarray(size);
        if (this.#left === 0) this.#onPayload(this.#opcode, Buffer.alloc(0));
        continue;
      }
      const piece = bytes.subarray(0, this.#left);
      this.#left -= piece.length;
      this.#onPayload(this.#opcode, piece);
      bytes = bytes.subarray(piece.length);
    }
  }
}

function headerSize(bytes: Buffer): number {
  if (bytes.length < 2) return 2;
  const short = bytes[1]! & 127;
  return short === 126 ? 4 : short === 127 ? 10 : 2;
}

function payloadLength(bytes: Buffer): number {
  const short = bytes[1]! & 127;
  if (short === 126) return bytes.readUInt16BE(2);
  return short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
}
