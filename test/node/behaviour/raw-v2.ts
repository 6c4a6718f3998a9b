/** A v2 peer made of the plain steps, on a raw socket: it does whatever a test tells it to, right or wrong. */
import { type Socket } from 'node:net';
import {
  decodeMessageType,
  deriveSessionKeys,
  ellswiftCreate,
  networks,
  PacketCipher,
  v2Ecdh,
  type Network,
  type Role,
  type SessionKeys,
} from '../../../shared/bip324/index.js';
import { ByteQueue, concatBytes } from '../../../shared/bytes.js';
import { encodeMessage, type MessageMap } from '../../../shared/messages/index.js';
import { nodeVersion } from '../../peer/raw-peer.js';

export interface Handshake {
  /** Bytes of garbage. */
  garbage?: number;
  /** Changes the garbage on the wire after it was authenticated. */
  alterGarbage?: (garbage: Uint8Array) => void;
  alterTerminator?: (terminator: Uint8Array) => void;
  /** Leaves the garbage unauthenticated. */
  withoutAad?: boolean;
  /** Lengths of the contents of decoys before the version packet. */
  decoys?: readonly number[];
  versionContents?: Uint8Array;
  /** Of the version packet. */
  header?: number;
  /** Bytes a write. */
  piece?: number;
}

const NOTHING = new Uint8Array(0);
const TERMINATOR_BYTES = 16;
const NODE_NETWORK = 1n;
const NODE_WITNESS = 8n;

export class RawV2 {
  readonly socket: Socket;
  readonly role: Role;
  /** Message types that came, in order. */
  readonly heard: (string | undefined)[] = [];
  /** The other side closed. */
  readonly over: Promise<void>;
  bytesReceived = 0;
  bytesSent = 0;
  readonly #network: Network;
  readonly #pair = ellswiftCreate();
  readonly #received = new ByteQueue();
  #keys: SessionKeys | undefined;
  #cipher: PacketCipher | undefined;
  #reading: 'key' | 'garbage' | 'packets' = 'key';
  #garbage: Uint8Array = NOTHING;
  #length: number | undefined;
  #closed = false;
  #waiting: (() => void)[] = [];

  constructor(socket: Socket, role: Role, network: Network = networks.regtest) {
    this.socket = socket;
    this.role = role;
    this.#network = network;
    socket.on('data', (chunk: Buffer) => {
      this.bytesReceived += chunk.length;
      this.#received.append(chunk);
      this.#advance();
      this.#wake();
    });
    socket.on('error', () => {});
    // Closing with our bytes unread may come as a reset: an end like any other.
    this.over = new Promise((resolve) => {
      socket.once('close', () => {
        this.#closed = true;
        this.#wake();
        resolve();
      });
    });
  }

  /** The 64 bytes of its key. */
  get key(): Uint8Array {
    return this.#pair.publicKey;
  }

  async write(bytes: Uint8Array, piece = Infinity): Promise<void> {
    this.bytesSent += bytes.length;
    for (let at = 0; at < bytes.length; at += piece) {
      this.socket.write(bytes.slice(at, at + piece));
      if (piece !== Infinity) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Both flights up to the version packet, right but for what is asked for; does not wait for the other's. */
  async handshake(options: Handshake = {}): Promise<void> {
    const { piece, decoys = [], versionContents = NOTHING } = options;
    // A responder answers the first byte.
    if (this.role === 'responder') await this.until(() => this.bytesReceived > 0);
    const garbage = new Uint8Array(options.garbage ?? 20).fill(0x67);
    const sent = garbage.slice();
    options.alterGarbage?.(sent);
    await this.write(concatBytes(this.key, sent), piece);
    await this.until(() => this.#keys !== undefined);
    const terminator = (
      this.role === 'initiator'
        ? this.#keys!.initiatorGarbageTerminator
        : this.#keys!.responderGarbageTerminator
    ).slice();
    options.alterTerminator?.(terminator);
    await this.write(terminator, piece);
    let aad = options.withoutAad === true ? NOTHING : garbage;
    for (const length of decoys) {
      await this.write(this.seal(new Uint8Array(length), { aad, ignore: true }), piece);
      aad = NOTHING;
    }
    await this.write(this.seal(versionContents, { aad, header: options.header ?? 0 }), piece);
  }

  /** version and verack both ways. */
  async negotiate(piece?: number): Promise<void> {
    if (this.role === 'responder') await this.hear('version');
    // Nodes that dial keep only peers that offer blocks with witnesses.
    const services = this.role === 'responder' ? NODE_NETWORK | NODE_WITNESS : 0n;
    await this.say('version', nodeVersion({ services }), piece);
    await this.hear('version');
    await this.say('verack', {}, piece);
    await this.hear('verack');
  }

  seal(
    contents: Uint8Array,
    options: { aad?: Uint8Array; ignore?: boolean; header?: number } = {},
  ): Uint8Array {
    return this.#cipher!.encrypt(contents, options);
  }

  /** In the long form, which every type has. */
  async say<T extends keyof MessageMap>(type: T, value: MessageMap[T], piece?: number): Promise<void> {
    await this.write(this.seal(longForm(type, encodeMessage(type, value))), piece);
  }

  /** Resolves when a message of this type came so many times. */
  hear(type: string, times = 1): Promise<void> {
    return this.until(() => this.heard.filter((heard) => heard === type).length >= times, type);
  }

  /** It is still there: a ping gets its pong, and all before it has been read. */
  async pingPong(): Promise<void> {
    const before = this.heard.filter((heard) => heard === 'pong').length;
    await this.say('ping', { nonce: 0x0102030405060708n });
    await this.hear('pong', before + 1);
  }

  async until(holds: () => boolean, what = 'what the test waits for'): Promise<void> {
    while (!holds()) {
      if (this.#closed) throw new Error(`closed before ${what}; heard ${this.heard.join(', ')}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #advance(): void {
    if (this.#reading === 'key' && this.#received.length >= 64) {
      const theirs = this.#received.take(64);
      const secret = v2Ecdh(this.#pair.secretKey, theirs, this.key, this.role === 'initiator');
      this.#keys = deriveSessionKeys(secret, this.#network.magic);
      this.#cipher = new PacketCipher(this.#keys, this.role);
      this.#reading = 'garbage';
    }
    if (this.#reading === 'garbage') {
      const terminator =
        this.role === 'initiator'
          ? this.#keys!.responderGarbageTerminator
          : this.#keys!.initiatorGarbageTerminator;
      const at = Buffer.from(this.#received.peek()).indexOf(terminator);
      if (at < 0) return;
      this.#garbage = this.#received.take(at);
      this.#received.take(TERMINATOR_BYTES);
      this.#reading = 'packets';
    }
    while (this.#reading === 'packets' && this.#readPacket());
  }

  #readPacket(): boolean {
    if (this.#length === undefined) {
      if (this.#received.length < 3) return false;
      this.#length = this.#cipher!.decryptLength(this.#received.take(3));
    }
    if (this.#received.length < this.#length + 17) return false;
    const packet = this.#cipher!.decrypt(this.#received.take(this.#length + 17), { aad: this.#garbage });
    if (packet === null) throw new Error('what came does not authenticate');
    this.#garbage = NOTHING;
    this.#length = undefined;
    // The version packet is empty, and no message is.
    if (!packet.ignore && packet.contents.length > 0)
      this.heard.push(decodeMessageType(packet.contents).type);
    return true;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** 0x00, the type in 12 bytes, the payload. */
export function longForm(type: string, payload: Uint8Array = NOTHING): Uint8Array {
  return concatBytes(Uint8Array.of(0), Buffer.from(type.padEnd(12, '\0'), 'latin1'), payload);
}
