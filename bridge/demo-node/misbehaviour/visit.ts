import { type Socket } from 'node:net';
import { encodeMessage, type VersionMessage } from '../../../shared/messages/index.js';
import { networks, type Network } from '../../../shared/networks.js';
import { type Clock } from '../../../shared/peer/index.js';
import { type RandomSource } from '../../../shared/random.js';
import { packageVersion } from '../../version.js';
import { RawV2, versionMessage, type Pace } from './raw-v2.js';

/** However it goes, a visit is over after this. */
const MAX_VISIT_MS = 600_000;
/** For the other side to close too. */
const HANG_UP_MS = 5000;
/** Bytes on the wire. While a visitor leaves more answers than this unread, nothing more of it is read. */
const MAX_UNREAD_ANSWERS = 65_536;
/** NODE_NETWORK, NODE_WITNESS, NODE_P2P_V2: what makes a real node take an interest. */
const SERVICES = 0x809n;

export interface VisitOptions {
  /** Of the misbehaviour. */
  name: string;
  clock: Clock;
  random: RandomSource;
}

/** What is answered to a message: a type and its payload, or nothing. */
export type Answers = (
  type: string | undefined,
  payload: Uint8Array,
) => readonly [type: string, payload: Uint8Array] | undefined;

/** As a node that has nothing: so the session goes on whatever was sent. */
export const politeAnswers: Answers = (type, payload) => {
  switch (type) {
    case 'ping':
      return ['pong', payload];
    case 'getheaders':
      return ['headers', encodeMessage('headers', { headers: [] })];
    case 'getdata':
      return ['notfound', payload];
    default:
      return undefined;
  }
};

/** One connection to a node that misbehaves: everything in it ends with the socket, and the socket in its time. */
export class Visit {
  readonly socket: Socket;
  readonly random: RandomSource;
  readonly clock: Clock;
  readonly #name: string;
  readonly #timers = new Set<{ readonly handle: unknown; readonly stop: () => void }>();

  constructor(socket: Socket, { name, clock, random }: VisitOptions) {
    this.socket = socket;
    this.random = random;
    this.#name = name;
    this.clock = clock;
    void this.pause(MAX_VISIT_MS).then(() => socket.destroy());
    socket.on('error', () => {});
    socket.once('close', () => {
      for (const { handle, stop } of this.#timers) {
        clock.clearTimeout(handle);
        stop();
      }
      this.#timers.clear();
    });
  }

  /** Resolves after `ms`, or when the socket closes. */
  pause(ms: number): Promise<void> {
    if (this.socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = {
        handle: this.clock.setTimeout(() => {
          this.#timers.delete(timer);
          resolve();
        }, ms),
        stop: resolve,
      };
      this.#timers.add(timer);
    });
  }

  /** The v2 side of this visit. From the session on it answers as it is told. */
  raw(answers: Answers = politeAnswers, network: Network = networks.regtest): RawV2 {
    let unread = 0;
    const raw: RawV2 = new RawV2(this.socket, 'responder', {
      network,
      random: this.random,
      onMessage: (type, payload) => {
        const answer = answers(type, payload);
        if (answer === undefined) return;
        const before = raw.bytesSent;
        const said = raw.sayRaw(answer[0], answer[1]);
        const length = raw.bytesSent - before;
        unread += length;
        if (unread > MAX_UNREAD_ANSWERS) this.socket.pause();
        void said.then(() => {
          unread -= length;
          if (unread <= MAX_UNREAD_ANSWERS && this.socket.isPaused()) this.socket.resume();
        });
      },
    });
    return raw;
  }

  /** The handshake of versions; the user agent tells who it is. */
  negotiate(raw: RawV2, overrides: Partial<VersionMessage> = {}, pace?: Pace): Promise<void> {
    return raw.negotiate(this.version(overrides), pace);
  }

  version(overrides: Partial<VersionMessage> = {}): VersionMessage {
    return versionMessage({
      services: SERVICES,
      time: BigInt(Math.floor(this.clock.now() / 1000)),
      nonce: new DataView(this.random(8).buffer).getBigUint64(0),
      userAgent: `/Peerglass:${packageVersion()}(demo; ${this.#name})/`,
      ...overrides,
    });
  }

  /** The first byte of the visitor has come. Without a RawV2, which reads by itself. */
  firstByte(): Promise<void> {
    return new Promise((resolve) => {
      this.socket.once('data', () => resolve()).once('close', resolve);
    });
  }

  /** Sends what waits, then FIN, and takes what still comes to nowhere. */
  async hangUp(): Promise<void> {
    this.socket.resume().end();
    await this.pause(HANG_UP_MS);
    this.socket.destroy();
  }
}
