import { connect as tcpConnect, type OnReadOpts, type Socket } from 'node:net';
import { type CloseName } from '../shared/tunnel/close-codes.js';
import { type Clock } from './clock.js';
import { sameAddress } from './self.js';
import { readBuffer } from './slabs.js';

export class DialError extends Error {
  override readonly name = 'DialError';
  readonly closeName: CloseName;

  constructor(closeName: CloseName) {
    super(closeName);
    this.closeName = closeName;
  }
}

export type Connect = (options: {
  host: string;
  port: number;
  allowHalfOpen: true;
  noDelay: true;
  onread: OnReadOpts;
}) => Socket;

export interface DialOptions {
  readonly clock: Clock;
  /** For all attempts together, shared out evenly. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** What the node sends, valid during the call. */
  readonly onBytes: (bytes: Uint8Array) => void;
  readonly connect?: Connect | undefined;
}

/**
 * The first of these addresses that answers, one after the other.
 * @throws {DialError} of the last attempt
 */
export async function dial(
  addresses: readonly string[],
  port: number,
  options: DialOptions,
): Promise<Socket> {
  let failure = new DialError('unreachable');
  for (const address of addresses) {
    try {
      return await attempt(address, port, options.timeoutMs / addresses.length, options);
    } catch (error) {
      if (!(error instanceof DialError)) throw error;
      failure = error;
    }
    if (options.signal.aborted) break;
  }
  throw failure;
}

function attempt(host: string, port: number, timeoutMs: number, options: DialOptions): Promise<Socket> {
  const { clock, signal, onBytes, connect = tcpConnect } = options;
  const onread: OnReadOpts = {
    buffer: readBuffer,
    callback: (length, buffer) => {
      onBytes(buffer.subarray(0, length));
      return true;
    },
  };
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true, onread });
    const settle = () => {
      callOff();
      signal.removeEventListener('abort', onAbort);
      socket.removeListener('error', onError);
    };
    const fail = (closeName: CloseName) => {
      settle();
      socket.on('error', () => undefined).destroy();
      reject(new DialError(closeName));
    };
    const onError = ({ code }: NodeJS.ErrnoException) => fail(failureOf(code));
    const onAbort = () => fail('unreachable');
    const callOff = clock.after(timeoutMs, () => fail('connect-timeout'));
    signal.addEventListener('abort', onAbort);
    socket.on('error', onError);
    socket.once('connect', () => {
      // What answers must be what the policy judged.
      if (!sameAddress(socket.remoteAddress ?? '', host)) return fail('unreachable');
      settle();
      resolve(socket);
    });
  });
}

function failureOf(code: string | undefined): CloseName {
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET') return 'connection-refused';
  return code === 'ETIMEDOUT' ? 'connect-timeout' : 'unreachable';
}
