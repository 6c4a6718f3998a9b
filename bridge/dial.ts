import { connect as tcpConnect, type OnReadOpts, type Socket } from 'node:net';
import { type NodeAddress } from '../shared/tunnel/address.js';
import { type CloseName } from '../shared/tunnel/close-codes.js';
import { type Clock } from './clock.js';
import { type Route } from './policy.js';
import { sameAddress } from './self.js';
import { readBuffer } from './slabs.js';
import { askProxy, SocksError } from './socks.js';

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
  onread?: OnReadOpts;
}) => Socket;

export interface DialOptions {
  readonly clock: Clock;
  /** For all attempts together, shared out evenly. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** What the node sends, valid during the call. Through a proxy it comes as the socket's data instead. */
  readonly onBytes: (bytes: Uint8Array) => void;
  readonly connect?: Connect | undefined;
  /** The SOCKS5 proxy, for routes that lead through it. */
  readonly proxy?: NodeAddress | undefined;
}

export interface Reached {
  readonly socket: Socket;
  /** The node: the socket's other end, or what the proxy was asked for. */
  readonly address: string;
  readonly port: number;
}

/**
 * The first host of a route that answers, one after the other.
 * @throws {DialError} of the last attempt
 */
export async function dial({ via, hosts, port }: Route, options: DialOptions): Promise<Reached> {
  let failure = new DialError('unreachable');
  for (const host of hosts) {
    try {
      const timeoutMs = options.timeoutMs / hosts.length;
      const socket = await attempt({ host, port }, via === 'proxy' ? options.proxy : undefined, {
        ...options,
        timeoutMs,
      });
      const address = via === 'proxy' ? host : (socket.remoteAddress ?? host);
      return { socket, address, port };
    } catch (error) {
      if (!(error instanceof DialError)) throw error;
      failure = error;
    }
    if (options.signal.aborted) break;
  }
  throw failure;
}

function attempt(node: NodeAddress, proxy: NodeAddress | undefined, options: DialOptions): Promise<Socket> {
  const { clock, timeoutMs, signal, onBytes, connect = tcpConnect } = options;
  const onread: OnReadOpts = {
    buffer: readBuffer,
    callback: (length, buffer) => {
      onBytes(buffer.subarray(0, length));
      return true;
    },
  };
  // The conversation with a proxy is read as a stream, and what the node says right behind it is left there.
  const reading = proxy === undefined ? { onread } : {};
  return new Promise((resolve, reject) => {
    const socket = connect({ ...(proxy ?? node), allowHalfOpen: true, noDelay: true, ...reading });
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
    const done = () => {
      settle();
      resolve(socket);
    };
    const onError = ({ code }: NodeJS.ErrnoException) =>
      fail(proxy === undefined ? failureOf(code) : 'proxy-failed');
    const onAbort = () => fail('unreachable');
    const callOff = clock.after(timeoutMs, () => fail('connect-timeout'));
    signal.addEventListener('abort', onAbort);
    socket.on('error', onError);
    socket.once('connect', () => {
      if (proxy !== undefined) {
        askProxy(socket, node).then(done, (error: unknown) =>
          fail(error instanceof SocksError ? error.closeName : 'bridge-failed'),
        );
        return;
      }
      // What answers must be what the policy judged.
      if (!sameAddress(socket.remoteAddress ?? '', node.host)) return fail('unreachable');
      done();
    });
  });
}

function failureOf(code: string | undefined): CloseName {
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET') return 'connection-refused';
  return code === 'ETIMEDOUT' ? 'connect-timeout' : 'unreachable';
}
