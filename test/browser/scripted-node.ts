/** Our own responder at the other end of the page: what it says is up to each test. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { duplexOfSocket } from '../../bridge/tcp.js';
import { networks, V2Transport, type V2TransportOptions } from '../../shared/bip324/index.js';
import { type Duplex } from '../../shared/duplex.js';
import { Peer, type PeerTransport } from '../../shared/peer/index.js';

const clock = {
  now: () => Date.now(),
  setTimeout: (f: () => void, ms: number): unknown => setTimeout(f, ms),
  clearTimeout: (handle: unknown) => clearTimeout(handle as NodeJS.Timeout),
};

export interface OwnNode {
  /** HOST:PORT */
  readonly address: string;
  /** What is done with the next connections. */
  serve: (socket: Socket) => void;
  /** Cuts every connection that is open. */
  hangUp(): void;
  close(): void;
}

export async function listenAsNode(): Promise<OwnNode> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    node.serve(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const node: OwnNode = {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: () => {},
    hangUp() {
      for (const socket of sockets) socket.destroy();
    },
    close: () => server.close(),
  };
  return node;
}

/** A whole session on this socket. `alter` may change what it writes. */
export function respond(
  socket: Socket,
  options: Partial<V2TransportOptions> = {},
  alter: (chunk: Uint8Array) => Uint8Array = (chunk) => chunk,
): Peer {
  return respondWith(V2Transport.responder({ network: networks.regtest, ...options }), socket, alter);
}

/** The same over any transport. */
export function respondWith(
  transport: PeerTransport,
  socket: Socket,
  alter: (chunk: Uint8Array) => Uint8Array = (chunk) => chunk,
): Peer {
  const duplex = duplexOfSocket(socket);
  const writer = duplex.writable.getWriter();
  const altered: Duplex = {
    readable: duplex.readable,
    writable: new WritableStream({
      write: (chunk) => writer.write(alter(chunk)),
      close: () => writer.close(),
      abort: (reason) => writer.abort(reason),
    }),
    close: (reason) => duplex.close(reason),
  };
  return new Peer({ role: 'responder', transport, duplex: altered, clock });
}
