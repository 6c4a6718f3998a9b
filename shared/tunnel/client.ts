/**
 * The client's end of a tunnel: a duplex over an injected WebSocket. A page's WebSocket cannot be paused, so credits
 * (control.ts) bound what either side holds: ours are granted as the reader takes bytes, the bridge's as they reach TCP.
 */
import { type Duplex } from '../duplex.js';
import { type NodeAddress } from './address.js';
import { ChunkQueue } from './chunk-queue.js';
import { fitReason } from './close-codes.js';
import { type Connected, ControlError, type ControlMessage, encodeControl, parseControl } from './control.js';
import { badBridgeUrl, bridgeProtocol, bridgeUnreachable, closedWith, TunnelError } from './errors.js';
import { SUBPROTOCOL, tunnelUrl } from './url.js';
import { type WebSocketConstructor, type WebSocketLike } from './websocket.js';

/** Bytes the bridge may send ahead of the reader. */
export const DOWNLOAD_WINDOW = 1 << 20;

/** Bytes we send before the bridge says `connected`. */
const EARLY_UPLOAD = 1 << 16;

/** Far under the bridge's maxPayload; small frames also interleave well with control messages. */
const MAX_FRAME = 1 << 16;

/** More unread bytes than credits, and those sent before the first arrived, can explain. */
const MAX_UNREAD = 16 * DOWNLOAD_WINDOW;

/** Bytes the writer may queue before `ready` waits. */
const WRITE_QUEUE = 1 << 18;

export interface OpenTunnelOptions extends NodeAddress {
  /** http(s) or ws(s), for example the page's own origin. */
  readonly bridgeUrl: string;
  readonly WebSocket: WebSocketConstructor;
  /** For a bridge that asks for one: said in the first message, never in the URL. */
  readonly accessKey?: string | undefined;
  /** Aborting closes the tunnel, whether or not it is open yet. */
  readonly signal?: AbortSignal;
}

export interface Tunnel {
  /**
   * Usable at once: bytes written before the node answers are sent when it does. `readable` ends when the node closes
   * the connection, and fails with a TunnelError however else the tunnel ends; what arrived before is read first.
   * A WebSocket has no half-close: closing `writable` ends both directions once its bytes are on their way.
   */
  readonly duplex: Duplex;
  /** The node answered. Rejects with a TunnelError; nobody needs to listen. */
  readonly connected: Promise<Connected>;
  /** Resolves when the bridge itself has answered, the node untouched. @throws {TunnelError} at the tunnel's end */
  ping(): Promise<void>;
}

/** Never throws: whatever goes wrong, `connected` rejects and the duplex fails with the TunnelError. */
export function openTunnel(options: OpenTunnelOptions): Tunnel {
  const client = new TunnelClient(options);
  return { duplex: client, connected: client.connected, ping: () => client.ping() };
}

type State =
  | { readonly name: 'opening' }
  | { readonly name: 'dialling'; readonly socket: WebSocketLike }
  | { readonly name: 'connected'; readonly socket: WebSocketLike }
  /** Without an error the node or we closed it. */
  | { readonly name: 'ended'; readonly error?: TunnelError };

const openSocket = (state: State): WebSocketLike | undefined =>
  'socket' in state ? state.socket : undefined;

class TunnelClient implements Duplex {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  readonly connected: Promise<Connected>;

  readonly #target: NodeAddress;
  #accessKey: string | undefined;
  #state: State = { name: 'opening' };
  #forgetSignal: () => void = () => undefined;
  #shut: (code: number, reason: string) => void = () => undefined;
  #reader!: ReadableStreamDefaultController<Uint8Array>;
  #writer!: WritableStreamDefaultController;
  #resolveConnected!: (connected: Connected) => void;
  #rejectConnected!: (error: TunnelError) => void;

  readonly #unread = new ChunkQueue();
  #readerWaits: (() => void) | undefined;
  #readerGone = false; // cancelled: its controller takes no more
  #taken = 0; // bytes the reader took since the last credit

  #sent = 0;
  #credit: number | undefined; // the sum of the bridge's credits
  #writerWaits: (() => void) | undefined;

  #pings = 0;
  readonly #pinged = new Map<number, { resolve: () => void; reject: (error: TunnelError) => void }>();

  constructor({ bridgeUrl, host, port, WebSocket, accessKey, signal }: OpenTunnelOptions) {
    this.#target = { host, port };
    this.#accessKey = accessKey;
    this.connected = new Promise((resolve, reject) => {
      this.#resolveConnected = resolve;
      this.#rejectConnected = reject;
    });
    this.connected.catch(() => undefined);
    this.readable = new ReadableStream(
      {
        start: (controller) => void (this.#reader = controller),
        pull: () => this.#pull(),
        cancel: () => {
          this.#readerGone = true;
          this.close();
        },
      },
      { highWaterMark: 0 }, // the credits' window is the only read-ahead
    );
    this.writable = new WritableStream(
      {
        start: (controller) => void (this.#writer = controller),
        write: (chunk) => this.#write(chunk),
        close: () => this.close(),
        abort: () => this.close(),
      },
      { highWaterMark: WRITE_QUEUE, size: (chunk) => chunk.length },
    );
    if (signal?.aborted === true) {
      this.#end(aborted());
      return;
    }
    const onAbort = () => this.#finish(aborted(), 'aborted');
    signal?.addEventListener('abort', onAbort);
    this.#forgetSignal = () => signal?.removeEventListener('abort', onAbort);
    this.#open(bridgeUrl, WebSocket);
  }

  close(reason = ''): void {
    this.#finish(undefined, reason);
  }

  ping(): Promise<void> {
    const socket = openSocket(this.#state);
    if (socket === undefined) {
      const error = this.#state.name === 'ended' ? this.#state.error : undefined;
      return Promise.reject(error ?? locallyClosed());
    }
    const id = this.#pings++;
    return new Promise((resolve, reject) => {
      this.#pinged.set(id, { resolve, reject });
      socket.send(encodeControl({ type: 'ping', id }));
    });
  }

  #open(bridgeUrl: string, WebSocket: WebSocketConstructor): void {
    let url: string;
    try {
      url = tunnelUrl(bridgeUrl, this.#target);
    } catch (error) {
      return this.#end(badBridgeUrl(error));
    }
    let socket: WebSocketLike;
    try {
      socket = new WebSocket(url, [SUBPROTOCOL]);
    } catch {
      // A page served by https may not open ws: at all.
      return this.#end(bridgeUnreachable(url));
    }
    socket.binaryType = 'arraybuffer';
    this.#shut = (code, reason) => socket.close(code, reason);
    socket.addEventListener('open', () => this.#opened(socket));
    socket.addEventListener('message', (event) => this.#received(event.data));
    // Some platforms tell more of an error, none that a page may see; a close always follows.
    socket.addEventListener('error', () => undefined);
    socket.addEventListener('close', ({ code, reason }) => {
      if (this.#state.name === 'opening') return this.#end(bridgeUnreachable(url));
      const ending = closedWith(code, reason, this.#target);
      this.#end(ending.code === 'target-closed' && this.#state.name === 'connected' ? undefined : ending);
    });
  }

  #opened(socket: WebSocketLike): void {
    if (this.#state.name === 'ended') return;
    if (socket.protocol !== SUBPROTOCOL) {
      return this.#finish(bridgeProtocol('What answers there does not speak the tunnel’s protocol.'), '');
    }
    this.#state = { name: 'dialling', socket };
    if (this.#accessKey !== undefined) socket.send(encodeControl({ type: 'access', key: this.#accessKey }));
    this.#accessKey = undefined;
    socket.send(encodeControl({ type: 'credit', bytes: DOWNLOAD_WINDOW }));
    this.#writerWaits?.();
  }

  #received(data: unknown): void {
    if (this.#state.name === 'ended') return;
    if (data instanceof ArrayBuffer) return this.#receivedBytes(new Uint8Array(data));
    try {
      const message = typeof data === 'string' ? parseControl(data) : undefined;
      if (message !== undefined) this.#control(message);
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      this.#finish(bridgeProtocol(`The bridge sent a ${error.message}.`), error.message);
    }
  }

  #control(message: ControlMessage): void {
    const socket = openSocket(this.#state);
    if (socket === undefined) return;
    if (message.type === 'credit') {
      this.#credit = Math.min((this.#credit ?? 0) + message.bytes, Number.MAX_SAFE_INTEGER);
    } else if (message.type === 'pong') {
      // Earlier ones without an answer get none any more.
      for (const [id, { resolve }] of this.#pinged) {
        if (id > message.id) break;
        this.#pinged.delete(id);
        resolve();
      }
    } else if (message.type === 'connected' && this.#state.name === 'dialling') {
      this.#state = { name: 'connected', socket };
      this.#resolveConnected(message);
    }
    this.#writerWaits?.();
  }

  #receivedBytes(bytes: Uint8Array): void {
    if (bytes.length + this.#unread.length > MAX_UNREAD) {
      return this.#finish(bridgeProtocol('The bridge sent more than it had credit for.'), 'credit exceeded');
    }
    this.#unread.append(bytes);
    this.#readerWaits?.();
  }

  /** Called when a read waits; fulfils it at once or when there is something to tell. */
  #pull(): Promise<void> | void {
    if (this.#unread.length === 0 && this.#state.name !== 'ended') {
      return new Promise((resolve) => {
        this.#readerWaits = () => {
          this.#readerWaits = undefined;
          resolve(this.#pull());
        };
      });
    }
    const bytes = this.#unread.shift();
    if (bytes !== undefined) {
      this.#reader.enqueue(bytes);
      this.#grant(bytes.length);
    }
    this.#settleReader();
  }

  /** Says how the stream ended, once everything before the end has been read. */
  #settleReader(): void {
    if (this.#state.name !== 'ended' || this.#unread.length > 0 || this.#readerGone) return;
    if (this.#state.error === undefined) this.#reader.close();
    else this.#reader.error(this.#state.error);
  }

  /** In quarters of the window: a message each, and the bridge never runs dry while someone reads. */
  #grant(bytes: number): void {
    this.#taken += bytes;
    if (this.#taken < DOWNLOAD_WINDOW / 4) return;
    openSocket(this.#state)?.send(encodeControl({ type: 'credit', bytes: this.#taken }));
    this.#taken = 0;
  }

  async #write(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length;) {
      const { socket, room } = await this.#roomToSend();
      const frame = chunk.subarray(at, at + Math.min(room, MAX_FRAME));
      // Only a chunk over shared memory is not over an ArrayBuffer, and every WebSocket refuses that itself.
      socket.send(frame as Uint8Array<ArrayBuffer>);
      this.#sent += frame.length;
      at += frame.length;
    }
  }

  async #roomToSend(): Promise<{ socket: WebSocketLike; room: number }> {
    for (;;) {
      const state = this.#state;
      if (state.name === 'ended') throw state.error ?? locallyClosed();
      const limit = this.#credit ?? (state.name === 'connected' ? Infinity : EARLY_UPLOAD);
      if (state.name !== 'opening' && limit > this.#sent)
        return { socket: state.socket, room: limit - this.#sent };
      await new Promise<void>((resolve) => (this.#writerWaits = resolve));
      this.#writerWaits = undefined;
    }
  }

  /** Ended by this side: what nobody has read is dropped. */
  #finish(error: TunnelError | undefined, reason: string): void {
    if (this.#state.name === 'ended') return;
    this.#unread.clear();
    this.#end(error);
    try {
      this.#shut(1000, fitReason(reason));
    } catch {
      // Closing never throws; a WebSocket that will not be closed is gone already.
    }
  }

  #end(error: TunnelError | undefined): void {
    if (this.#state.name === 'ended') return;
    this.#state = error === undefined ? { name: 'ended' } : { name: 'ended', error };
    this.#forgetSignal();
    this.#rejectConnected(error ?? locallyClosed());
    for (const { reject } of this.#pinged.values()) reject(error ?? locallyClosed());
    this.#pinged.clear();
    this.#writer.error(error ?? locallyClosed());
    this.#writerWaits?.();
    if (this.#readerWaits !== undefined) this.#readerWaits();
    else this.#settleReader();
  }
}

const aborted = () =>
  new TunnelError('aborted', 'Connecting was called off.', 'Connect again when you like.');

const locallyClosed = () => new TunnelError('closed', 'The tunnel is closed.', 'Open a new one.');
