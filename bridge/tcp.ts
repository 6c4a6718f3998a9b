/** The TCP duplex: a socket as web streams (also `peerglass/node`). */
import { connect, type Socket } from 'node:net';
import { type Duplex } from '../shared/duplex.js';

export type TcpErrorCode =
  'connection-refused' | 'connect-timeout' | 'unreachable' | 'reset' | 'aborted' | 'closed';

/** What happened to a TCP connection. */
export class TcpError extends Error {
  override readonly name = 'TcpError';
  readonly code: TcpErrorCode;
  /** What a person can do about it. */
  readonly hint: string;

  constructor(code: TcpErrorCode, message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** Bytes read ahead, and bytes a writer may queue before `ready` waits. */
const HIGH_WATER = 1 << 16;

/** For the other side to close too. */
const FINISH_MS = 5000;

const byBytes = { highWaterMark: HIGH_WATER, size: (chunk: Uint8Array) => chunk.length };

export interface ConnectTcpOptions {
  readonly host: string;
  readonly port: number;
  /** Aborts connecting only; after that, close the duplex. */
  readonly signal?: AbortSignal;
}

/**
 * Connects; without a time limit of its own beyond the system's.
 * @throws {TcpError}
 */
export function connectTcp({ host, port, signal }: ConnectTcpOptions): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(aborted());
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    const settle = () => {
      signal?.removeEventListener('abort', onAbort);
      socket.removeListener('error', onError);
    };
    const fail = (error: TcpError) => {
      settle();
      socket.on('error', () => undefined).destroy();
      reject(error);
    };
    const onError = ({ code }: NodeJS.ErrnoException) => fail(connectError(code));
    const onAbort = () => fail(aborted());
    signal?.addEventListener('abort', onAbort);
    socket.on('error', onError);
    socket.once('connect', () => {
      settle();
      resolve(duplexOfSocket(socket));
    });
  });
}

/**
 * A connected socket as a duplex, which owns it from now on. `readable` ends with the other side's FIN and fails with a
 * TcpError otherwise; closing `writable` sends FIN, if the socket allows half-open; `close` flushes, then ends both.
 */
export function duplexOfSocket(socket: Socket): Duplex {
  let reading = true;
  let writing = true;
  let endReading: (error?: TcpError) => void = () => undefined;

  const readable = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        endReading = (error) => {
          if (!reading) return;
          reading = false;
          if (error === undefined) controller.close();
          else controller.error(error);
        };
        socket.on('data', (chunk: Buffer) => {
          if (!reading) return;
          // A view of plain type: a Buffer's slice() would not copy.
          controller.enqueue(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length));
          if ((controller.desiredSize ?? 0) <= 0) socket.pause();
        });
        socket.on('end', () => endReading());
      },
      pull: () => void socket.resume(),
      cancel() {
        reading = false;
        finish(socket);
      },
    },
    byBytes,
  );
  const writable = new WritableStream<Uint8Array>(
    {
      start(controller) {
        socket.on('error', () => endReading(reset()));
        socket.on('close', () => {
          endReading(reset());
          if (writing) controller.error(closed());
        });
      },
      write: (chunk) =>
        new Promise((resolve, reject) =>
          socket.write(chunk, (error) => (error ? reject(reset()) : resolve())),
        ),
      close: () => {
        writing = false;
        return new Promise((resolve) => socket.end(resolve));
      },
      abort: () => void socket.destroy(),
    },
    byBytes,
  );
  return {
    readable,
    writable,
    close() {
      endReading();
      finish(socket);
    },
  };
}

/**
 * Sends what is queued, then FIN, and takes what still comes to nowhere until the other side closes too: destroying
 * a socket with unread bytes makes the system send a reset, which can overtake our last ones.
 */
function finish(socket: Socket): void {
  const giveUp = setTimeout(() => socket.destroy(), FINISH_MS).unref();
  socket.once('close', () => clearTimeout(giveUp));
  socket.resume().end();
}

function connectError(code: string | undefined): TcpError {
  if (code === 'ECONNREFUSED') {
    return new TcpError(
      'connection-refused',
      'Nothing answers on that port.',
      'Check that the node runs and listens, and its port.',
    );
  }
  if (code === 'ETIMEDOUT') {
    return new TcpError(
      'connect-timeout',
      'The node did not answer in time.',
      'It may be offline, or behind a firewall.',
    );
  }
  return new TcpError('unreachable', 'The node cannot be reached.', 'Check the address and the network.');
}

const reset = () => new TcpError('reset', 'The connection was broken off.', 'Connect again.');
const closed = () => new TcpError('closed', 'The connection is closed.', 'Open a new one.');
const aborted = () => new TcpError('aborted', 'Connecting was called off.', 'Connect again when you like.');
