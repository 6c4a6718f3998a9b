import type { Duplex } from '../../shared/duplex.js';

const HEAD_BYTES = 64;
/** What arrived comes in pieces of so many bytes… */
const SLICE = 16 * 1024;
/** … and after so many ms the others in this thread have their turn: other connections, and the page's questions. */
const TURN_MS = 8;

/** Resolves once everything that waits to be run in this thread has had its turn. */
function othersTurn(): Promise<void> {
  return new Promise((resolve) => {
    // A timer would wait for longer, and be slowed down in a page that is not in sight.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

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

/**
 * The same duplex, with a look at what comes in. It reads only when it is read, as the original, and hands on in small
 * pieces: whoever floods one connection is read more slowly, and the window of the tunnel slows the sender down.
 */
export function tap(duplex: Duplex): Tap {
  const head = new Uint8Array(HEAD_BYTES);
  let received = 0;
  let waiting: Uint8Array = new Uint8Array();
  let turnSince = 0;
  const reader = duplex.readable.getReader();
  const readable = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (performance.now() - turnSince > TURN_MS) {
          await othersTurn();
          turnSince = performance.now();
        }
        if (waiting.length === 0) {
          const read = await reader.read();
          if (read.done) return controller.close();
          waiting = read.value;
        }
        const slice = waiting.subarray(0, SLICE);
        waiting = waiting.subarray(SLICE);
        if (received < HEAD_BYTES) head.set(slice.subarray(0, HEAD_BYTES - received), received);
        received += slice.length;
        controller.enqueue(slice);
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
