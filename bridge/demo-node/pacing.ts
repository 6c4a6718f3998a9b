import { type Duplex } from '../../shared/duplex.js';

/** Tells when a duplex has taken what was written to it. */
export interface PacedDuplex {
  readonly duplex: Duplex;
  /** Resolves after the next write, or when there will be none. A turn later, so that whoever wrote knows, too. */
  written(): Promise<void>;
  /** Nothing will be written any more. */
  end(): void;
}

export function paced(inner: Duplex): PacedDuplex {
  let waiting: (() => void)[] = [];
  let ended = false;
  const wake = () => {
    const woken = waiting;
    waiting = [];
    setImmediate(() => {
      for (const resolve of woken) resolve();
    });
  };
  const writer = inner.writable.getWriter();
  // Failures reach the session through `write`.
  writer.closed.catch(() => {});
  writer.ready.catch(() => {});
  const writable = new WritableStream<Uint8Array>({
    async write(chunk) {
      try {
        await writer.write(chunk);
      } finally {
        wake();
      }
    },
    close: () => writer.close(),
    abort: (reason) => writer.abort(reason),
  });
  return {
    duplex: { readable: inner.readable, writable, close: (reason) => inner.close(reason) },
    written() {
      if (ended) return Promise.resolve();
      return new Promise((resolve) => waiting.push(resolve));
    },
    end() {
      ended = true;
      wake();
    },
  };
}
