/** Real parts for the bridge's tests: bridges, TCP servers and WebSocket clients on 127.0.0.1. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import { type Clock } from '../../bridge/clock.js';
import { parseCommandLine } from '../../bridge/config.js';
import { type Bridge, type BridgeDeps, startBridge } from '../../bridge/server.js';
import { SUBPROTOCOL } from '../../shared/tunnel/index.js';

/** A bridge on a free port that knows no names but those given. */
export async function bridgeWith(
  flags: readonly string[] = [],
  deps: Partial<BridgeDeps> = {},
): Promise<Bridge> {
  const commandLine = parseCommandLine(['--port', '0', ...flags]);
  if (commandLine.kind !== 'run') throw new Error(JSON.stringify(commandLine));
  const none = () => Promise.resolve([]);
  const bridge = await startBridge(commandLine.config, {
    version: '1.2.3',
    resolve: none,
    resolveSeed: none,
    ...deps,
  });
  onTestFinished(() => bridge.close(0));
  return bridge;
}

export interface TcpServer {
  readonly port: number;
  /** The next connection. */
  accepted(): Promise<Socket>;
}

/** Listens on 127.0.0.1; every connection also goes to `onSocket`. */
export async function tcpServer(onSocket: (socket: Socket) => void = () => undefined): Promise<TcpServer> {
  const sockets = new Set<Socket>();
  const waiting: ((socket: Socket) => void)[] = [];
  const fresh: Socket[] = [];
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
    onSocket(socket);
    const next = waiting.shift();
    if (next === undefined) fresh.push(socket);
    else next(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    accepted: () => {
      const socket = fresh.shift();
      return socket === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(socket);
    },
  };
}

export const echo = (socket: Socket) => void socket.pipe(socket);

export interface Client {
  readonly ws: WebSocket;
  /** Text frames, parsed, in order. */
  readonly control: Record<string, unknown>[];
  /** Resolves once so many bytes have come in binary frames, with all that came. */
  bytes(count: number): Promise<Buffer>;
  readonly closed: Promise<{ code: number; reason: string; received: Buffer }>;
  /** Resolves with the first text frame. */
  readonly connected: Promise<Record<string, unknown>>;
}

export function tunnelAddress(bridge: Bridge, target: { host?: string; port: number | string }): string {
  const { host = '127.0.0.1', port } = target;
  return `ws://127.0.0.1:${bridge.port}/v1/tunnel?host=${encodeURIComponent(host)}&port=${port}`;
}

/** A plain client of the package ws; by default one that offers the subprotocol. */
export function clientOf(
  address: string,
  options: ClientOptions = {},
  protocols: string[] = [SUBPROTOCOL],
): Client {
  const ws = new WebSocket(address, protocols, options);
  onTestFinished(() => ws.terminate());
  const control: Record<string, unknown>[] = [];
  const received: Buffer[] = [];
  let total = 0;
  let check: () => void = () => undefined;
  ws.on('error', () => undefined);
  const connected = new Promise<Record<string, unknown>>((resolve) => {
    ws.on('message', (data: Buffer, isBinary) => {
      if (isBinary) {
        received.push(data);
        total += data.length;
        check();
      } else {
        control.push(JSON.parse(data.toString()) as Record<string, unknown>);
        resolve(control[0]!);
      }
    });
  });
  const closed = new Promise<{ code: number; reason: string; received: Buffer }>((resolve) => {
    ws.on('close', (code, reason) =>
      resolve({ code, reason: reason.toString(), received: Buffer.concat(received) }),
    );
  });
  const bytes = (count: number) =>
    new Promise<Buffer>((resolve) => {
      check = () => {
        if (total >= count) resolve(Buffer.concat(received));
      };
      check();
    });
  return { ws, control, bytes, closed, connected };
}

/** The bridge has not said goodbye: it answers a ping, and a close frame would have come before that. */
export async function stands({ ws }: Client): Promise<void> {
  if (ws.readyState === ws.CONNECTING) await once(ws, 'open');
  const answered = once(ws, 'pong').then(() => ws.readyState === ws.OPEN);
  const closed = once(ws, 'close').then(() => false);
  ws.ping();
  if (!(await Promise.race([answered, closed]))) throw new Error('the tunnel was closed');
}

/** The status and body of a handshake that is refused over HTTP. */
export function refusedHandshake(
  address: string,
  options: ClientOptions = {},
  protocols: string[] = [],
): Promise<{ status: number; body: string }> {
  const ws = new WebSocket(address, protocols, options);
  onTestFinished(() => ws.terminate());
  ws.on('error', () => undefined);
  return new Promise((resolve, reject) => {
    ws.on('open', () => reject(new Error('the handshake was accepted')));
    ws.on('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
  });
}

/** Sends raw bytes and returns everything that comes until the bridge closes the connection. */
export async function rawExchange(port: number, text: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port });
  onTestFinished(() => void socket.destroy());
  let answer = '';
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
  socket.write(text, 'latin1');
  await once(socket, 'close');
  return answer;
}

/** Time that a test moves. */
export class FakeClock implements Clock {
  #now = 0;
  #timers: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + ms, callback };
    this.#timers.push(timer);
    return () => void (this.#timers = this.#timers.filter((other) => other !== timer));
  }

  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = until;
  }
}

/** Bytes that show where they belong. */
export function pattern(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i + 4 <= length; i += 4) bytes.writeUInt32LE(i, i);
  return bytes;
}

/** Resolves once the condition holds, asking after every turn of the event loop. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
