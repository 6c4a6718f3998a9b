/** A connection to the node, straight, through a TCP proxy or through a WebSocket bridge: the same few operations. */
import { connect, type Socket } from 'node:net';
import { clientFrame, FrameReader, textFrame } from './frames.js';

export interface Via {
  readonly port: number;
  /** The path of the WebSocket; without one, plain TCP. */
  readonly path?: string;
  readonly protocol?: string;
  /** Grant credits as the page does, so many bytes ahead. */
  readonly window?: number;
  /** 127.0.0.x, for many clients. */
  readonly localAddress?: string;
}

export class Link {
  readonly socket: Socket;
  readonly #via: Via;
  readonly #reader: FrameReader;
  #ungranted = 0;
  /** Bytes of the node that came. */
  received = 0;
  /** Pongs of WebSocket that came. */
  pongs = 0;
  /** The code of the close frame, once it came. */
  closeCode: number | undefined;
  onBytes: (bytes: Buffer) => void = () => undefined;

  constructor(socket: Socket, via: Via) {
    this.socket = socket;
    this.#via = via;
    this.#reader = new FrameReader((opcode, bytes) => this.#onPayload(opcode, bytes));
    if (via.window !== undefined) this.#grant(via.window);
    socket.on('data', (chunk: Buffer) => {
      if (via.path === undefined) this.#onPayload(2, chunk);
      else this.#reader.push(chunk);
    });
  }

  /** Bytes as one write, or one frame. */
  encode(bytes: Uint8Array): Uint8Array {
    return this.#via.path === undefined ? bytes : clientFrame(2, bytes);
  }

  send(bytes: Uint8Array): void {
    this.socket.write(this.encode(bytes));
  }

  /** Bytes that the reader was handed beside the answer to the handshake. */
  push(head: Buffer): void {
    if (head.length > 0) this.#reader.push(head);
  }

  /** Resolves once so many bytes have come in all; rejects when the connection ends before. */
  until(count: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error(`ended after ${this.received} of ${count} bytes`));
      const check = () => {
        if (this.received < count) return;
        this.socket.removeListener('close', ended);
        resolve();
      };
      this.socket.once('close', ended);
      this.onBytes = check;
      check();
    });
  }

  #onPayload(opcode: number, bytes: Buffer): void {
    if (opcode === 10) this.pongs += 1;
    if (opcode === 8 && bytes.length >= 2) this.closeCode ??= bytes.readUInt16BE(0);
    if (opcode === 8) this.socket.end(clientFrame(8, bytes.subarray(0, 2)));
    if (opcode !== 2 || bytes.length === 0) return;
    this.received += bytes.length;
    this.#ungranted += bytes.length;
    if (this.#via.window !== undefined && this.#ungranted >= this.#via.window / 4)
      this.#grant(this.#ungranted);
    this.onBytes(bytes);
  }

  #grant(bytes: number): void {
    this.socket.write(textFrame(`{"type":"credit","bytes":${bytes}}`));
    this.#ungranted = 0;
  }
}

/** Rejects with the status line when the handshake is refused, with the socket's error when it cannot connect. */
export function openLink(via: Via): Promise<Link> {
  return new Promise((resolve, reject) => {
    const { localAddress } = via;
    const address = localAddress === undefined ? {} : { localAddress };
    const socket = connect({ host: '127.0.0.1', port: via.port, noDelay: true, ...address });
    socket.once('error', reject);
    const opened = () => {
      socket.removeListener('error', reject).on('error', () => undefined);
      return new Link(socket, via);
    };
    if (via.path === undefined) {
      socket.once('connect', () => resolve(opened()));
      return;
    }
    socket.write(handshake(via.path, via.protocol));
    let answer = Buffer.alloc(0);
    const onData = (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk]);
      const end = answer.indexOf('\r\n\r\n');
      if (end < 0) return;
      socket.removeListener('data', onData);
      const [line = ''] = answer.toString('latin1').split('\r\n');
      if (!line.includes(' 101 ')) {
        socket.destroy();
        return reject(new Error(line));
      }
      const link = opened();
      link.push(answer.subarray(end + 4));
      resolve(link);
    };
    socket.on('data', onData);
    socket.once('close', () => reject(new Error('closed before the answer')));
  });
}

export function handshake(path: string, protocol?: string): string {
  return [
    `GET ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${Buffer.alloc(16, 7).toString('base64')}`,
    ...(protocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]),
    '\r\n',
  ].join('\r\n');
}

export const tunnelPath = (port: number): string => `/v1/tunnel?host=127.0.0.1&port=${port}`;
