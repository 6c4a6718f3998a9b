import { type Duplex } from '../duplex.js';
import { type Transport, type TransportEvent } from '../transport.js';
import { type Clock } from './clock.js';

/** A read is handed to the transport in slices, so that one large read cannot overrun the marks. */
const READ_SLICE = 16_384;
/** How long the last bytes may take to be handed over. */
const LAST_BYTES_MS = 1000;
/** While more output than this waits, nothing is read: whoever asks without reading gets no more answers. */
const OUTPUT_MARK = 1 << 20;

export interface PumpHandler {
  event(event: TransportEvent): void;
  /** Reading failed: the connection is over. */
  failed(cause: unknown): void;
  /** What an event led to threw: a fault of ours. */
  broken(cause: unknown): void;
  /** The duplex was given bytes. @returns to be called when it has taken them */
  writing(): () => void;
  /** Writing failed; what came before may still be unread, and the reader says how the connection ended. */
  writeFailed(cause: unknown): void;
  /** Whether those who consume messages have fallen behind. */
  readonly behind: boolean;
}

/**
 * Moves bytes between a duplex and a transport, both ways. It reads only while neither the consumers nor the
 * output are over their marks, and writes one chunk at a time, as fast as the duplex takes them.
 */
export class Pump {
  #transport: Transport;
  /** Received bytes that a transport left to its successor. */
  #handedOver: Uint8Array | undefined;
  readonly #duplex: Duplex;
  readonly #clock: Clock;
  readonly #handler: PumpHandler;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #bytesReceived = 0;
  #bytesSent = 0;
  #inFlight = 0;
  #writing = false;
  #writable = true;
  #stopped = false;
  #resume: (() => void) | undefined;

  constructor(transport: Transport, duplex: Duplex, clock: Clock, handler: PumpHandler) {
    this.#transport = transport;
    this.#duplex = duplex;
    this.#clock = clock;
    this.#handler = handler;
    this.#reader = duplex.readable.getReader();
    this.#writer = duplex.writable.getWriter();
    // Their failures reach us through read and write.
    this.#reader.closed.catch(() => {});
    this.#writer.closed.catch(() => {});
    this.#writer.ready.catch(() => {});
  }

  get bytesReceived(): number {
    return this.#bytesReceived;
  }

  /** Bytes that the duplex has taken. */
  get bytesSent(): number {
    return this.#bytesSent;
  }

  /** Bytes sent by us that the duplex has not taken yet. */
  get pendingOutput(): number {
    return this.#transport.pendingOutput + this.#inFlight;
  }

  /** Reading waits for our own consumers. */
  get paused(): boolean {
    return this.#resume !== undefined && this.#handler.behind;
  }

  start(): void {
    this.flush();
    void this.#readAll();
  }

  /** From here on `transport` reads and writes, `buffered` first. Called while a `v1` event is handled. */
  handOver(transport: Transport, buffered: Uint8Array): void {
    this.#transport = transport;
    this.#handedOver = buffered;
  }

  /** Writes what the transport has to write, and what joins it before the duplex takes it. */
  flush(): void {
    if (!this.#writable) this.#transport.takeOutput();
    if (this.#writing || this.#stopped || this.#transport.pendingOutput === 0) return;
    this.#writing = true;
    void this.#writeAll();
  }

  /** A consumer took something: reading may go on. */
  wake(): void {
    if (this.#resume === undefined || this.#overMark) return;
    const resume = this.#resume;
    this.#resume = undefined;
    resume();
  }

  /**
   * Ends both directions. What waits is handed over first, also after a failure: our key tells the peer that this
   * was no v1 node, which would close without a byte.
   */
  stop(reason: string | undefined): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#resume?.();
    this.#resume = undefined;
    const close = () => {
      try {
        this.#duplex.close(reason);
      } catch {
        // It must not throw, and there is nothing left to do about one that does.
      }
    };
    if (!this.#writable || this.pendingOutput === 0) return close();
    // Writes settle in order: the last one stands for all. A peer that takes none of them gets a moment, not for ever.
    let limit: unknown;
    try {
      limit = this.#clock.setTimeout(close, LAST_BYTES_MS);
    } catch {
      return close(); // a clock that throws is what ended the session
    }
    const done = () => {
      this.#clock.clearTimeout(limit);
      close();
    };
    this.#writer.write(this.#transport.takeOutput()).then(done, done);
  }

  get #overMark(): boolean {
    return !this.#stopped && (this.#handler.behind || this.pendingOutput > OUTPUT_MARK);
  }

  async #belowMark(): Promise<void> {
    this.flush();
    while (this.#overMark) await new Promise<void>((resolve) => (this.#resume = resolve));
  }

  async #readAll(): Promise<void> {
    try {
      for (;;) {
        await this.#belowMark();
        if (this.#stopped) return;
        const read = await this.#read();
        if (this.#stopped || read === undefined) return;
        if (read.done) {
          await this.#handle(this.#transport.end());
          return;
        }
        this.#bytesReceived += read.value.length;
        for (let at = 0; at < read.value.length && !this.#stopped; at += READ_SLICE) {
          await this.#handle(this.#transport.receive(read.value.subarray(at, at + READ_SLICE)));
        }
      }
    } catch (cause) {
      if (!this.#stopped) this.#handler.broken(cause);
    }
  }

  async #read(): Promise<Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array>['read']>> | undefined> {
    try {
      return await this.#reader.read();
    } catch (cause) {
      if (!this.#stopped) this.#handler.failed(cause);
      return undefined;
    }
  }

  async #handle(events: TransportEvent[]): Promise<void> {
    for (const event of events) {
      if (this.#overMark) await this.#belowMark();
      if (this.#stopped) return;
      this.#handler.event(event);
    }
    this.flush();
    const buffered = this.#handedOver;
    if (buffered === undefined) return;
    this.#handedOver = undefined;
    await this.#handle(this.#transport.receive(buffered));
  }

  async #writeAll(): Promise<void> {
    try {
      // Whatever is sent in the same turn goes out as one chunk.
      await Promise.resolve();
      while (!this.#stopped && this.#transport.pendingOutput > 0) {
        const chunk = this.#transport.takeOutput();
        this.#inFlight = chunk.length;
        const taken = this.#handler.writing();
        try {
          await this.#writer.write(chunk);
        } finally {
          taken();
        }
        this.#inFlight = 0;
        this.#bytesSent += chunk.length;
        this.wake();
      }
    } catch (cause) {
      this.#inFlight = 0;
      this.#writable = false;
      this.flush();
      this.wake();
      if (!this.#stopped) this.#handler.writeFailed(cause);
    } finally {
      this.#writing = false;
    }
  }
}
