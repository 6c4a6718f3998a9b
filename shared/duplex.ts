/**
 * A byte stream both ways, the same in a page, a worker and Node. `readable` ends when the other side closes;
 * `close` ends both directions, tells the other side why where the medium can carry it, and never throws.
 */
export interface Duplex {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  close(reason?: string): void;
}
