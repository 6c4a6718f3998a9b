import { type Duplex } from '../../shared/duplex.js';

/** One end of a connection in memory, and what a test may do to it or see of it. */
export interface TestDuplex extends Duplex {
  /** The reason given to `close`; undefined until it was called. */
  readonly closed: { readonly reason: string | undefined } | undefined;
  /** Fails the connection in both directions, as a reset does. */
  fail(error: Error): void;
  /** Fails this end's writing alone. */
  failWriting(error: Error): void;
}

/**
 * Two ends of one connection with real backpressure: `buffer` bytes fit in each direction before a write waits.
 * `cut` says how a chunk is delivered: as it was written by default.
 */
export function duplexPair({ buffer = 65_536, cut = (bytes: Uint8Array): Uint8Array[] => [bytes] } = {}): [
  TestDuplex,
  TestDuplex,
] {
  const there = direction(buffer, cut);
  const back = direction(buffer, cut);
  const end = (incoming: Direction, outgoing: Direction): TestDuplex => {
    let closed: { reason: string | undefined } | undefined;
    return {
      readable: incoming.readable,
      writable: outgoing.writable,
      get closed() {
        return closed;
      },
      close(reason) {
        if (closed !== undefined) return;
        closed = { reason };
        there.end();
        back.end();
      },
      fail(error) {
        there.fail(error);
        back.fail(error);
      },
      failWriting: (error) => outgoing.failWriting(error),
    };
  };
  return [end(back, there), end(there, back)];
}

type Direction = ReturnType<typeof direction>;

function direction(buffer: number, cut: (bytes: Uint8Array) => Uint8Array[]) {
  let reading!: ReadableStreamDefaultController<Uint8Array>;
  let writing!: WritableStreamDefaultController;
  let over = false;
  let roomAgain: (() => void) | undefined;
  const readable = new ReadableStream<Uint8Array>(
    {
      start: (controller) => void (reading = controller),
      pull: () => {
        roomAgain?.();
        roomAgain = undefined;
      },
    },
    { highWaterMark: buffer, size: (chunk) => chunk.length },
  );
  const writable = new WritableStream<Uint8Array>({
    start: (controller) => void (writing = controller),
    write: async (chunk) => {
      if (over) throw Object.assign(new Error('write after the end'), { code: 'EPIPE' });
      for (const piece of cut(chunk)) reading.enqueue(piece.slice());
      if ((reading.desiredSize ?? 0) <= 0) await new Promise<void>((resolve) => (roomAgain = resolve));
    },
  });
  const stop = (act: () => void) => {
    if (over) return;
    over = true;
    act();
    roomAgain?.();
  };
  return {
    readable,
    writable,
    end: () => stop(() => reading.close()),
    failWriting: (error: Error) => writing.error(error),
    fail: (error: Error) =>
      stop(() => {
        reading.error(error);
        writing.error(error);
      }),
  };
}
