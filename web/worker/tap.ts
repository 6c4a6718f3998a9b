import type { Duplex } from '../../shared/duplex.js';

const HEAD_BYTES = 64;

export interface Tap {
  readonly duplex: Duplex;
  /** The first bytes received, for the text that says what it was if it was not v2. */
  head(): Uint8Array;
  received(): number;
}

/** The first bytes of a stream in pieces. */
export function headOf(pieces: readonly Uint8Array[]): Uint8Array {
  const head = new Uint8Array(HEAD_BYTES);
  let length = 0;
  for (const piece of pieces) {
    const taken = piece.subarray(0, HEAD_BYTES - length);
    head.set(taken, length);
    length += taken.length;
    if (length === HEAD_BYTES) break;
  }
  return head.subarray(0, length);
}

/** The same duplex, with a look at what comes in. It reads only when it is read, as the original. */
export function tap(duplex: Duplex): Tap {
  const head = new Uint8Array(HEAD_BYTES);
  let received = 0;
  const reader = duplex.readable.getReader();
  const readable = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const read = await reader.read();
        if (read.done) return controller.close();
        if (received < HEAD_BYTES) head.set(read.value.subarray(0, HEAD_BYTES - received), received);
        received += read.value.length;
        controller.enqueue(read.value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return {
    duplex: { readable, writable: duplex.writable, close: (reason) => duplex.close(reason) },
    head: () => head.slice(0, Math.min(received, HEAD_BYTES)),
    received: () => received,
  };
}
