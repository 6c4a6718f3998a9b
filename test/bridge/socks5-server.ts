/** A SOCKS5 server (RFC 1928, 1929) that a test tells what to do: real sockets, no network beyond 127.0.0.1. */
import { connect, type Socket } from 'node:net';
import { tcpServer, type TcpServer } from './support.js';

export interface Asked {
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly host: string;
  readonly port: number;
}

export interface SocksServer extends TcpServer {
  readonly asked: Asked[];
}

export interface Behaviour {
  /** Where every destination is. */
  readonly to?: number;
  /** The reply's code; 0 by default. */
  readonly reply?: number;
  /** The reply's address, type first. */
  readonly bound?: number[];
  readonly method?: number;
  readonly badPassword?: boolean;
  /** Says these bytes with the reply, before the node can. */
  readonly excess?: Buffer;
  /** Everything a byte at a time. */
  readonly slowly?: boolean;
}

class Input {
  #bytes = Buffer.alloc(0);
  #wake: () => void = () => undefined;

  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', this.take);
  }

  readonly take = (chunk: Buffer) => {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    this.#wake();
  };

  async read(count: number): Promise<Buffer> {
    while (this.#bytes.length < count) await new Promise<void>((resolve) => (this.#wake = resolve));
    const bytes = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return bytes;
  }

  rest(): Buffer {
    this.#socket.removeListener('data', this.take);
    return this.#bytes;
  }
}

export async function socksServer(behaviour: Behaviour = {}): Promise<SocksServer> {
  const asked: Asked[] = [];
  const server = await tcpServer((socket) => void serve(socket, behaviour, asked));
  return { ...server, asked };
}

async function serve(socket: Socket, behaviour: Behaviour, asked: Asked[]): Promise<void> {
  const { method = 2, reply = 0, bound = [1, 0, 0, 0, 0], excess = Buffer.alloc(0) } = behaviour;
  const input = new Input(socket);
  const say = async (bytes: Buffer) => {
    const parts = behaviour.slowly === true ? [...bytes].map((byte) => Buffer.of(byte)) : [bytes];
    for (const part of parts) {
      socket.setNoDelay().write(part);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const [, methods] = await input.read(2);
  await input.read(methods!);
  await say(Buffer.of(5, method));
  let user: string | undefined;
  let password: string | undefined;
  if (method === 2) {
    const text = async () => (await input.read((await input.read(1))[0]!)).toString();
    await input.read(1);
    user = await text();
    password = await text();
    await say(Buffer.of(1, behaviour.badPassword === true ? 1 : 0));
  }
  const [, , , type] = await input.read(4);
  const host =
    type === 3
      ? (await input.read((await input.read(1))[0]!)).toString()
      : type === 1
        ? (await input.read(4)).join('.')
        : (await input.read(16)).toString('hex');
  asked.push({ user, password, host, port: (await input.read(2)).readUInt16BE() });
  await say(Buffer.concat([Buffer.from([5, reply, 0, ...bound, 0, 0]), excess]));
  if (reply !== 0 || behaviour.to === undefined) return void socket.end();
  const node = connect({ host: '127.0.0.1', port: behaviour.to, allowHalfOpen: true });
  node.on('error', () => socket.destroy()).write(input.rest());
  socket.pipe(node).pipe(socket);
}
