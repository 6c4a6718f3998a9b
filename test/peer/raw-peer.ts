import { V2Transport, type V2Event } from '../../shared/bip324/index.js';
import { type Duplex } from '../../shared/duplex.js';
import {
  encodeMessage,
  type MessageMap,
  type VersionMessage,
  unspecifiedAddress,
} from '../../shared/messages/index.js';
import { type Engine } from '../../shared/engine/engine.js';
import { nobleEngine } from '../../shared/engine/noble/index.js';
import { networks } from '../../shared/networks.js';

/** The other side of a session, in a test's hand: it says what it is told to, and remembers what it heard. */
export class RawPeer {
  readonly transport: V2Transport;
  /** What came, in order: `message` by its type, other events by theirs. */
  readonly heard: string[] = [];
  readonly messages: { type: string | undefined; payload: Uint8Array }[] = [];
  /** Chunks as they came off the duplex. */
  readonly chunks: Uint8Array[] = [];
  /** The other side closed. */
  readonly over: Promise<void>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  /** Seals the next decoy as a message with these contents. */
  #contents: Uint8Array | undefined;
  #waiting: (() => void)[] = [];
  #isOver = false;
  #reading: { promise: Promise<void>; go: () => void } | undefined;

  constructor(duplex: Duplex, role: 'initiator' | 'responder') {
    this.transport = V2Transport[role]({ network: networks.regtest, garbage: 0, engine: this.#engine() });
    this.#writer = duplex.writable.getWriter();
    this.over = this.#read(duplex.readable.getReader());
    void this.flush();
  }

  async flush(): Promise<void> {
    const bytes = this.transport.takeOutput();
    // The other side may have closed; the test sees that in `over`.
    if (bytes.length > 0) await this.#writer.write(bytes).catch(() => {});
  }

  async send<T extends keyof MessageMap>(type: T, value: MessageMap[T]): Promise<void> {
    return this.sendRaw(type, encodeMessage(type, value));
  }

  async sendRaw(type: string, payload: Uint8Array): Promise<void> {
    this.transport.send(type, payload);
    await this.flush();
  }

  /** A packet with contents that no well-behaved sender makes. */
  async sendContents(contents: Uint8Array): Promise<void> {
    this.#contents = contents;
    this.transport.sendDecoy(contents.length);
    await this.flush();
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#writer.write(bytes);
  }

  /** Resolves when `type` has been heard so many times. */
  async hear(type: string, times = 1): Promise<void> {
    while (this.heard.filter((heard) => heard === type).length < times) {
      if (this.#isOver) throw new Error(`the session ended before ${type}; heard: ${this.heard.join(', ')}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #engine(): Engine {
    return {
      ...nobleEngine,
      sealer: (keyL, keyP) => {
        const sealer = nobleEngine.sealer(keyL, keyP);
        return {
          write: (parts, options, out) => {
            const contents = this.#contents;
            this.#contents = undefined;
            return contents === undefined
              ? sealer.write(parts, options, out)
              : sealer.write([contents], { ...options, ignore: false }, out);
          },
          destroy: () => sealer.destroy(),
        };
      },
    };
  }

  /** After the read that is under way nothing more is taken off the duplex. */
  stopReading(): void {
    let go!: () => void;
    const promise = new Promise<void>((resolve) => (go = resolve));
    this.#reading = { promise, go };
  }

  readOn(): void {
    this.#reading?.go();
    this.#reading = undefined;
  }

  async #read(reader: { read(): Promise<{ done: boolean; value?: Uint8Array | undefined }> }): Promise<void> {
    for (;;) {
      await this.#reading?.promise;
      const { value } = await reader.read().catch(() => ({ value: undefined }));
      if (value === undefined) break;
      this.chunks.push(value);
      for (const event of this.transport.receive(value)) this.#note(event);
      await this.flush();
      this.#wake();
    }
    this.#isOver = true;
    this.#wake();
  }

  #note(event: V2Event): void {
    if (event.type !== 'message') return void this.heard.push(event.type);
    this.heard.push(event.message ?? 'unknown');
    this.messages.push({ type: event.message, payload: event.payload });
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** A version message such as a node sends. */
export function nodeVersion(overrides: Partial<VersionMessage> = {}): VersionMessage {
  return {
    version: 70016,
    services: 0xc09n,
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
