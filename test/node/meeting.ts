/** Our peers and raw sockets, meeting a real node or each other over TCP. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach } from 'vitest';
import { V2Transport } from '../../shared/bip324/index.js';
import { type Duplex } from '../../shared/duplex.js';
import { networks } from '../../shared/networks.js';
import { Peer, type Clock, type PeerEvent, type PeerOptions } from '../../shared/peer/index.js';
import { type BitcoinNode } from './harness.js';

export const clock: Clock = {
  now: () => Date.now(),
  setTimeout: (f, ms) => setTimeout(f, ms),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
};

export interface Met {
  readonly peer: Peer;
  readonly events: PeerEvent[];
}

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});
export function closeAfterTest(close: () => unknown): void {
  open.push(close);
}

/** A session of ours over a duplex; a v2 one unless `options` bring a transport. */
export function meet(duplex: Duplex, options: Partial<PeerOptions> = {}): Met {
  const events: PeerEvent[] = [];
  const role = options.role ?? 'initiator';
  const transport = options.transport ?? V2Transport[role]({ network: networks.regtest });
  const onEvent = (event: PeerEvent) => void events.push(event);
  const peer = new Peer({ duplex, clock, onEvent, ...options, role, transport });
  closeAfterTest(() => peer.close());
  return { peer, events };
}

export interface Listener {
  readonly port: number;
  /** The next connection that comes. */
  next(): Promise<Socket>;
}

export async function listen(): Promise<Listener> {
  const server = createServer({ noDelay: true });
  const arrived: Socket[] = [];
  let wake = () => {};
  server.on('connection', (socket) => {
    socket.on('error', () => {});
    arrived.push(socket);
    wake();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeAfterTest(() => server.close());
  return {
    port: (server.address() as AddressInfo).port,
    async next() {
      while (arrived.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return arrived.shift()!;
    },
  };
}

export async function rawSocket(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  socket.on('error', () => {});
  await once(socket, 'connect');
  closeAfterTest(() => socket.destroy());
  return socket;
}

/** Tells a real node to dial us, as a person would: it puts up with almost everything from a peer that it was given. */
export async function dialledBy(
  node: BitcoinNode,
  v2 = true,
): Promise<{ listener: Listener; socket: Socket }> {
  const listener = await listen();
  await node.rpc('addnode', `127.0.0.1:${listener.port}`, 'onetry', v2);
  return { listener, socket: await listener.next() };
}

/** The node dials us as if it had found us by itself: then it ends the connection over misconduct. */
export async function foundBy(node: BitcoinNode): Promise<Socket> {
  const listener = await listen();
  await node.rpc('addconnection', `127.0.0.1:${listener.port}`, 'outbound-full-relay', true);
  return listener.next();
}

/** What the node logs from here on. */
export function logFrom(node: BitcoinNode): {
  contains(text: string | RegExp): Promise<unknown>;
  all(): string;
} {
  const start = node.log().length;
  const all = () => node.log().slice(start);
  return {
    all,
    contains: (text) =>
      node.until(() => (typeof text === 'string' ? all().includes(text) : text.test(all()))),
  };
}

export const noPeers = (node: BitcoinNode) => node.until(async () => (await node.peers()).length === 0);
