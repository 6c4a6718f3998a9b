/**
 * The client's side of SOCKS5 (RFC 1928), each tunnel as a user of its own (RFC 1929), on a socket that is connected
 * to the proxy. Not the package `socks`: its time limit cannot be called off, and holds every client in memory until
 * then; it loses the code of a refusal that it does not know (Tor has eight of its own); it takes a reply with an
 * address of no known type for good, and its bytes for the node's; and it resumes a socket that somebody paused.
 */
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { type Socket } from 'node:net';
import ipaddr from 'ipaddr.js';
import { type NodeAddress } from '../shared/tunnel/address.js';
import { type CloseName } from '../shared/tunnel/close-codes.js';

/** The proxy refused, ended the connection, or does not speak SOCKS5. */
export class SocksError extends Error {
  override readonly name = 'SocksError';
  readonly closeName: CloseName;

  constructor(closeName: CloseName) {
    super(closeName);
    this.closeName = closeName;
  }
}

const VERSION = 5;
const NO_AUTHENTICATION = 0;
const USER_AND_PASSWORD = 2;
const CONNECT = 1;
const IPV4 = 1;
const NAME = 3;
const IPV6 = 4;

/** RFC 1928, 6; from 0xf0 on Tor's own (socks-extensions, ExtendedErrors). What is not here is the proxy's failure. */
const replies: Readonly<Record<number, CloseName>> = {
  0x01: 'unreachable', // general failure: of a proxy that works, the destination's
  0x03: 'unreachable',
  0x04: 'unreachable',
  0x05: 'connection-refused',
  0x06: 'connect-timeout', // TTL expired: Tor says so of its own time limit
  0xf0: 'unreachable', // onion service: no descriptor
  0xf1: 'unreachable',
  0xf2: 'unreachable', // introduction failed
  0xf3: 'unreachable', // rendezvous failed
  0xf4: 'unreachable', // needs client authorization
  0xf5: 'unreachable',
  0xf6: 'unresolvable',
  0xf7: 'connect-timeout', // introduction timed out
};

/**
 * Asks for a connection; what the node said right behind the proxy's answer is left on the socket.
 * The caller keeps the time, and destroys the socket to give up.
 * @throws {SocksError}
 */
export async function askProxy(socket: Socket, destination: NodeAddress): Promise<void> {
  const input = new Reader(socket);
  try {
    socket.write(Uint8Array.of(VERSION, 2, NO_AUTHENTICATION, USER_AND_PASSWORD));
    const [version, method] = await input.take(2);
    if (version !== VERSION) throw new SocksError('proxy-failed');
    if (method === USER_AND_PASSWORD) await authenticate(socket, input);
    else if (method !== NO_AUTHENTICATION) throw new SocksError('proxy-failed');
    socket.write(request(destination));
    await readReply(input);
  } finally {
    await input.detach();
  }
}

/** Tor gives each user circuits of its own (IsolateSOCKSAuth): nobody can tell which tunnels belong together. */
async function authenticate(socket: Socket, input: Reader): Promise<void> {
  const text = () => Buffer.from(randomBytes(16).toString('hex'));
  const [user, password] = [text(), text()];
  socket.write(Buffer.concat([Buffer.of(1, user.length), user, Buffer.of(password.length), password]));
  const [, status] = await input.take(2);
  if (status !== 0) throw new SocksError('proxy-failed');
}

function request({ host, port }: NodeAddress): Buffer {
  const head = [VERSION, CONNECT, 0];
  const address =
    isIP(host) === 0
      ? [NAME, host.length, ...Buffer.from(host, 'latin1')]
      : [isIP(host) === 4 ? IPV4 : IPV6, ...ipaddr.parse(host).toByteArray()];
  return Buffer.from([...head, ...address, port >> 8, port & 255]);
}

/** The address in it is the proxy's own: it says nothing of the node. */
async function readReply(input: Reader): Promise<void> {
  const [version, code] = await input.take(2);
  if (version !== VERSION) throw new SocksError('proxy-failed');
  if (code !== 0) throw new SocksError(replies[code!] ?? 'proxy-failed');
  const [, type] = await input.take(2);
  if (type === IPV4) await input.take(4);
  else if (type === IPV6) await input.take(16);
  else if (type === NAME) await input.take((await input.take(1))[0]!);
  else throw new SocksError('proxy-failed');
  await input.take(2);
}

/** Takes exactly as many bytes as are asked for, and none of those behind. */
class Reader {
  readonly #socket: Socket;
  #wake: () => void = () => undefined;
  #ended = false;
  readonly #onReadable = () => this.#wake();
  readonly #onEnd = () => {
    this.#ended = true;
    this.#wake();
  };

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('readable', this.#onReadable);
    for (const event of ['end', 'error', 'close']) socket.on(event, this.#onEnd);
  }

  async take(bytes: number): Promise<Buffer> {
    if (bytes === 0) return Buffer.alloc(0);
    for (;;) {
      const taken = this.#socket.read(bytes) as Buffer | null;
      if (taken?.length === bytes) return taken;
      // At its end a stream hands out what is left, however little.
      if (this.#ended || taken !== null) throw new SocksError('proxy-failed');
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Done when the stream has noticed: from then on a listener of its data gets what comes. */
  async detach(): Promise<void> {
    this.#socket.removeListener('readable', this.#onReadable);
    for (const event of ['end', 'error', 'close']) this.#socket.removeListener(event, this.#onEnd);
    await new Promise<void>((resolve) => process.nextTick(resolve));
  }
}
