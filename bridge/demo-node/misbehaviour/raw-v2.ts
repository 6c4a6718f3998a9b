/**
 * A v2 peer made of the plain steps, on a raw socket: it does whatever it is told to, right or wrong. The demo node
 * misbehaves with it; tests put real nodes and our own peer to the test with it, in both roles.
 */
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
import { ascii, ByteQueue, concatBytes } from '../../../shared/bytes.js';
import {
  encodeMessage,
  messageRegistry,
  serviceBits,
  unspecifiedAddress,
  type MessageMap,
  type VersionMessage,
} from '../../../shared/messages/index.js';
import { systemRandom, type RandomSource } from '../../../shared/random.js';

export interface RawV2Options {
  network?: Network;
  random?: RandomSource;
  /** Told of every message that came. */
  onMessage?: (type: string | undefined, payload: Uint8Array) => void;
}

/** How bytes are written: in pieces of so many, with a pause between two of them. By default all at once. */
export interface Pace {
  piece?: number;
  pause?: () => Promise<void>;
}

export interface Handshake extends Pace {
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
  /** As responder: sends its key before the other side's first byte. */
  early?: boolean;
}

/** The other side closed before what was waited for. */
export class ConnectionOver extends Error {
  override readonly name = 'ConnectionOver';
}

const NOTHING = new Uint8Array(0);
const KEY_BYTES = 64;
const LENGTH_BYTES = 3;
/** The header byte and the tag. */
const AROUND_CONTENTS = 1 + 16;
const TERMINATOR_BYTES = 16;
const MAX_SEARCHED = 4095 + TERMINATOR_BYTES;
/** Larger packets are not read, nor anything after them: nobody is owed an answer here. */
const MAX_CONTENTS_READ = 1 << 18;

export class RawV2 {
  readonly socket: Socket;
  readonly role: Role;
  /** The other side closed. */
  readonly over: Promise<void>;
  bytesReceived = 0;
  /** Handed to `write`. */
  bytesSent = 0;
  readonly #network: Network;
  readonly #pair;
  readonly #onMessage: RawV2Options['onMessage'];
  readonly #received = new ByteQueue();
  /** How often each registered message type came. */
  readonly #heard = new Map<string, number>();
  #keys: SessionKeys | undefined;
  #cipher: PacketCipher | undefined;
  #reading: 'key' | 'garbage' | 'packets' | 'nothing' = 'key';
  #garbage: Uint8Array = NOTHING;
  #length: number | undefined;
  #closed = false;
  #writing: Promise<void> = Promise.resolve();
  #waiting: (() => void)[] = [];

  constructor(socket: Socket, role: Role, options: RawV2Options = {}) {
    const { network = networks.regtest, random = systemRandom, onMessage } = options;
    this.socket = socket;
    this.role = role;
    this.#network = network;
    this.#pair = ellswiftCreate(random);
    this.#onMessage = onMessage;
    socket.on('data', (chunk: Buffer) => {
      this.bytesReceived += chunk.length;
      if (this.#reading !== 'nothing') this.#received.append(chunk);
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

  /** Takes the bytes over. Resolves once the socket has room for more, or has closed. Calls follow each other whole. */
  write(bytes: Uint8Array, pace: Pace = {}): Promise<void> {
    this.bytesSent += bytes.length;
    return (this.#writing = this.#writing.then(() => this.#write(bytes, pace)));
  }

  /** Both flights up to the version packet, right but for what is asked for; does not wait for the other's. */
  async handshake(options: Handshake = {}): Promise<void> {
    const { decoys = [], versionContents = NOTHING } = options;
    // A responder answers the first byte.
    if (this.role === 'responder' && options.early !== true) await this.until(() => this.bytesReceived > 0);
    const garbage = new Uint8Array(options.garbage ?? 20).fill(0x67);
    const sent = garbage.slice();
    options.alterGarbage?.(sent);
    await this.write(concatBytes(this.key, sent), options);
    await this.until(() => this.#keys !== undefined);
    const terminator = (
      this.role === 'initiator'
        ? this.#keys!.initiatorGarbageTerminator
        : this.#keys!.responderGarbageTerminator
    ).slice();
    options.alterTerminator?.(terminator);
    await this.write(terminator, options);
    let aad = options.withoutAad === true ? NOTHING : garbage;
    for (const length of decoys) {
      await this.write(this.seal(new Uint8Array(length), { aad, ignore: true }), options);
      aad = NOTHING;
    }
    await this.write(this.seal(versionContents, { aad, header: options.header ?? 0 }), options);
  }

  /** version and verack both ways. */
  async negotiate(version: Partial<VersionMessage> = {}, pace?: Pace): Promise<void> {
    if (this.role === 'responder') await this.hear('version');
    await this.say('version', versionMessage({ services: OFFERED[this.role], ...version }), pace);
    await this.hear('version');
    await this.say('verack', {}, pace);
    await this.hear('verack');
  }

  /** The next packet: what is sealed first must be written first. */
  seal(
    contents: Uint8Array,
    options: { aad?: Uint8Array; ignore?: boolean; header?: number } = {},
  ): Uint8Array {
    return this.#cipher!.encrypt(contents, options);
  }

  /** In the long form, which every type has. */
  say<T extends keyof MessageMap>(type: T, value: MessageMap[T], pace?: Pace): Promise<void> {
    return this.sayRaw(type, encodeMessage(type, value), pace);
  }

  sayRaw(type: string, payload: Uint8Array, pace?: Pace): Promise<void> {
    return this.write(this.seal(longForm(type, payload)), pace);
  }

  /** Resolves when a message of this type came so many times. Rejects with ConnectionOver. */
  hear(type: string, times = 1): Promise<void> {
    return this.until(() => (this.#heard.get(type) ?? 0) >= times, type);
  }

  /** It is still there: a ping gets its pong, and all before it has been read. */
  async pingPong(): Promise<void> {
    const before = this.#heard.get('pong') ?? 0;
    await this.say('ping', { nonce: 0x0102030405060708n });
    await this.hear('pong', before + 1);
  }

  /** Rejects with ConnectionOver. */
  async until(holds: () => boolean, what = 'what is waited for'): Promise<void> {
    while (!holds()) {
      if (this.#closed)
        throw new ConnectionOver(`closed before ${what}; heard ${[...this.#heard.keys()].join(', ')}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async #write(bytes: Uint8Array, { piece = Infinity, pause = nextTurn }: Pace): Promise<void> {
    for (let at = 0; at < bytes.length && !this.#closed; at += piece) {
      if (at > 0) await pause();
      if (!this.socket.write(bytes.subarray(at, at + piece))) await this.#room();
    }
  }

  #room(): Promise<void> {
    const { socket } = this;
    return new Promise((resolve) => {
      const done = () => {
        socket.off('drain', done).off('close', done);
        resolve();
      };
      if (socket.destroyed) resolve();
      else socket.on('drain', done).on('close', done);
    });
  }

  #advance(): void {
    if (this.#reading === 'key' && this.#received.length >= KEY_BYTES) {
      const theirs = this.#received.take(KEY_BYTES);
      const secret = v2Ecdh(this.#pair.secretKey, theirs, this.key, this.role === 'initiator');
      this.#keys = deriveSessionKeys(secret, this.#network.magic);
      this.#cipher = new PacketCipher(this.#keys, this.role);
      this.#reading = 'garbage';
    }
    if (this.#reading === 'garbage') this.#findTerminator(this.#keys!);
    while (this.#reading === 'packets' && this.#readPacket());
    if (this.#reading === 'nothing') this.#received.clear();
  }

  #findTerminator(keys: SessionKeys): void {
    const terminator =
      this.role === 'initiator' ? keys.responderGarbageTerminator : keys.initiatorGarbageTerminator;
    const at = Buffer.from(this.#received.peek(0, MAX_SEARCHED)).indexOf(terminator);
    if (at < 0) {
      // Nothing of what comes can be read: other keys, or no v2.
      if (this.#received.length >= MAX_SEARCHED) this.#reading = 'nothing';
      return;
    }
    this.#garbage = this.#received.take(at);
    this.#received.take(TERMINATOR_BYTES);
    this.#reading = 'packets';
  }

  /** Whether there may be another one. */
  #readPacket(): boolean {
    if (this.#length === undefined) {
      if (this.#received.length < LENGTH_BYTES) return false;
      this.#length = this.#cipher!.decryptLength(this.#received.take(LENGTH_BYTES));
      if (this.#length > MAX_CONTENTS_READ) this.#reading = 'nothing';
    }
    const length = this.#length + AROUND_CONTENTS;
    if (this.#reading === 'nothing' || this.#received.length < length) return false;
    const packet = this.#cipher!.decrypt(this.#received.take(length), { aad: this.#garbage });
    if (packet === null) {
      this.#reading = 'nothing';
      return false;
    }
    this.#garbage = NOTHING;
    this.#length = undefined;
    // The version packet is empty, and no message is.
    if (packet.ignore || packet.contents.length === 0) return true;
    const { type, payload } = decodeMessageType(packet.contents);
    if (type !== undefined && messageRegistry.has(type))
      this.#heard.set(type, (this.#heard.get(type) ?? 0) + 1);
    this.#onMessage?.(type, payload);
    return true;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** 0x00, the type in 12 bytes, the payload. */
export function longForm(type: string, payload: Uint8Array = NOTHING): Uint8Array {
  return concatBytes(Uint8Array.of(0), ascii(type.padEnd(12, '\0')), payload);
}

/** Nodes that dial keep only peers that offer blocks with witnesses. */
const OFFERED = { initiator: 0n, responder: serviceBits.NETWORK | serviceBits.WITNESS };

/** A version message such as a node sends. */
export function versionMessage(overrides: Partial<VersionMessage> = {}): VersionMessage {
  return {
    version: 70016,
    services: 0n,
    time: 1_767_225_600n,
    receiver: unspecifiedAddress(),
    sender: unspecifiedAddress(),
    nonce: 7n,
    userAgent: '/Satoshi:29.4.0/',
    startHeight: 0,
    relay: true,
    ...overrides,
  };
}
