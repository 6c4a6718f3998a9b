/** A recorded v2 session, through the tracer that a live one has. Its states move by the same table (states.ts). */
import { ELLSWIFT_BYTES } from '../bip324/ellswift.js';
import {
  findTerminator,
  matchingPrefix,
  MAX_GARBAGE_SEARCH_BYTES,
  V1_PREFIX_BYTES,
  v1OfOtherNetwork,
  v1Prefix,
} from '../bip324/handshake.js';
import {
  GARBAGE_TERMINATOR_BYTES,
  garbageTerminator,
  otherRole,
  sendingKeys,
  type SessionKeys,
} from '../bip324/keys.js';
import { v2Errors, type V2Error } from '../bip324/errors.js';
import { nextStates, type States, type Transition } from '../bip324/states.js';
import type { TraceObserver } from '../bip324/trace.js';
import { Tracer } from '../bip324/tracer.js';
import { ByteQueue, concatBytes } from '../bytes.js';
import {
  REKEY_INTERVAL,
  type Engine,
  type OpenedPacket,
  type OpenFailure,
  type Opener,
  type PartialPacket,
} from '../engine/engine.js';
import { epochOf } from '../bip324/rekey.js';
import { networks, type Network } from '../networks.js';
import { faults, nowhere, type RecordingError } from './errors.js';
import type { Keys } from './keys.js';
import { PartialWatch } from './partial-watch.js';
import { SentReplay } from './replay-v2-sent.js';
import type { Direction, RecordingHeader } from './types.js';

const NOTHING = new Uint8Array(0);

/** The code of the error with which the recorded session ended; 'any' where the recording tells of one, but not which. */
export type EndedWith = string | 'any' | undefined;

export class V2Replay {
  readonly #header: RecordingHeader;
  readonly #network: Network;
  readonly #engine: Engine;
  readonly #keys: Keys['keys'];
  readonly #tracer: Tracer;
  readonly #sent: SentReplay;
  readonly #endedWith: EndedWith;
  readonly #theirKey = new Uint8Array(ELLSWIFT_BYTES);
  /** Bytes of their key so far. */
  #keyReceived = 0;
  readonly #garbage = new ByteQueue();
  #aad: Uint8Array = NOTHING;
  #opener: Opener | undefined;
  #sessionKeys: SessionKeys | undefined;
  #states: States;
  #opaque = 0;
  #problem: RecordingError | undefined;
  #failure: V2Error | undefined;
  #received = 0;
  readonly #watch = new PartialWatch();

  constructor(
    header: RecordingHeader,
    { keys, ourGarbage, problem }: Keys,
    engine: Engine,
    observer: TraceObserver,
    endedWith: EndedWith,
  ) {
    this.#endedWith = endedWith;
    this.#header = header;
    this.#network = networks[header.network];
    this.#engine = engine;
    this.#keys = keys;
    this.#problem = problem;
    this.#tracer = new Tracer(observer, header.role);
    this.#states =
      header.role === 'initiator'
        ? { receive: 'key', send: 'awaiting-key' }
        : { receive: 'key-or-v1', send: 'silent' };
    this.#sent = new SentReplay({
      tracer: this.#tracer,
      engine,
      ourKey: keys.from === 'ephemeral-key' ? keys.pair : undefined,
      ourGarbage,
      states: () => this.#states,
      begin: () => {
        const before = this.#states;
        this.#move('not-v1');
        return { before, after: this.#states };
      },
      keys: () => {
        if (keys.from === 'nothing') return 'none';
        return this.#sessionKeys && sendingKeys(this.#sessionKeys, header.role);
      },
      failed: (packet) => this.#changed(`${counted(packet)} that was sent does not authenticate`),
      neverWhole: (partial) => this.#changed(neverWhole(partial, 'sent')),
    });
  }

  /** 32 bytes, once both keys were there. */
  get sessionId(): Uint8Array | undefined {
    return this.#sessionKeys?.sessionId.slice();
  }

  get problem(): RecordingError | undefined {
    return this.#problem;
  }

  /** The error of the bytes that were received, as the live session had it. */
  get failure(): V2Error | undefined {
    return this.#failure;
  }

  chunk(direction: Direction, bytes: Uint8Array): void {
    if (direction === 'sent') return this.#sent.take(bytes);
    if (!this.#listening) return;
    this.#received += bytes.length;
    this.#receive(bytes);
    this.#watch.took(this.#opener?.partial);
  }

  /** The recording says that the session was encrypted here: its bytes must say so, too. */
  claimsEncryption(): void {
    if (this.#keys.from === 'nothing' || this.#problem) return;
    const { receive } = this.#states;
    if (receive !== 'application' && receive !== 'ended')
      this.#changed(
        'the session went on here, but the peer’s garbage terminator and version packet were not found',
      );
    else if (!this.#sent.encrypts)
      this.#changed('the session went on here, but our own garbage terminator was not found');
  }

  /** The session ended here. */
  end(): void {
    if (this.#listening) {
      this.#checkPartial();
      this.#finish(this.#opener?.partial);
    }
    this.#sent.end();
  }

  /** The recording ended here, the session perhaps not. */
  stop(): void {
    if (this.#listening) {
      this.#checkPartial();
      this.#tracer.cut(this.#opener?.partial, this.#states, this.#states);
    }
    this.#sent.end();
  }

  #checkPartial(): void {
    const partial = this.#opener?.partial;
    if (this.#watch.spansChunks(partial)) this.#changed(neverWhole(partial, 'received'));
  }

  /** What was received is refused: by the live session, too, unless the recording says otherwise. */
  #refuse(error: V2Error, packet?: { index: number; length: number | undefined }): Uint8Array {
    this.#failure = error;
    if (this.#endedWith !== 'any' && this.#endedWith !== error.code)
      this.#changed(
        packet === undefined
          ? `${error.code}: ${error.message}`
          : `${error.code} in ${counted(packet.index)} that was received`,
      );
    return this.#finish(packet);
  }

  #changed(what: string): void {
    this.#problem ??= nowhere(faults.bytesChanged(what));
  }

  get #listening(): boolean {
    return this.#states.receive !== 'ended' && this.#states.receive !== 'v1';
  }

  #receive(bytes: Uint8Array): void {
    if (this.#states.receive === 'garbage' && this.#keys.from === 'nothing') return this.#withoutKeys(bytes);
    this.#tracer.received(bytes);
    let rest = bytes;
    while (rest.length > 0 && this.#listening) {
      const { receive } = this.#states;
      if (receive === 'key-or-v1') rest = this.#receivePrefix(rest);
      else if (receive === 'key') rest = this.#receiveKey(rest);
      else if (receive === 'garbage') rest = this.#receiveGarbage(rest);
      else rest = this.#receivePackets(rest);
    }
  }

  #receivePrefix(bytes: Uint8Array): Uint8Array {
    const matched = matchingPrefix(v1Prefix(this.#network), this.#keyReceived, bytes);
    this.#theirKey.set(bytes.subarray(0, matched), this.#keyReceived);
    this.#keyReceived += matched;
    const rest = bytes.subarray(matched);
    if (this.#keyReceived === V1_PREFIX_BYTES) {
      const before = this.#states;
      this.#move('v1-prefix');
      this.#tracer.v1(before, this.#states);
      return NOTHING;
    }
    if (rest.length === 0) return rest;
    const start = concatBytes(
      this.#theirKey.subarray(0, this.#keyReceived),
      rest.subarray(0, V1_PREFIX_BYTES),
    );
    const other = v1OfOtherNetwork(start, this.#network);
    if (other !== undefined) return this.#refuse(v2Errors.v1WrongNetwork(other.magic, other.label, 0));
    this.#move('not-v1');
    return rest;
  }

  #receiveKey(bytes: Uint8Array): Uint8Array {
    const taken = bytes.subarray(0, ELLSWIFT_BYTES - this.#keyReceived);
    this.#theirKey.set(taken, this.#keyReceived);
    this.#keyReceived += taken.length;
    const rest = bytes.subarray(taken.length);
    if (this.#header.role === 'responder') {
      const start = this.#theirKey.subarray(0, this.#keyReceived);
      const other = v1OfOtherNetwork(start, this.#network);
      if (other !== undefined) return this.#refuse(v2Errors.v1WrongNetwork(other.magic, other.label, 0));
    }
    if (this.#keyReceived < ELLSWIFT_BYTES) return rest;
    const before = this.#states;
    this.#move('key-complete');
    const keys = this.#keys;
    if (keys.from === 'nothing') {
      this.#tracer.theirKey(undefined, before, this.#states);
      this.#sent.proceed();
      if (rest.length > 0) this.#withoutKeys();
      return NOTHING;
    }
    const agreement = keys.from === 'ephemeral-key' ? keys.agreement : keys;
    this.#tracer.theirKey(agreement, before, this.#states);
    this.#sessionKeys = agreement?.keys;
    this.#sent.proceed();
    return rest;
  }

  #receiveGarbage(bytes: Uint8Array): Uint8Array {
    const keys = this.#sessionKeys;
    if (keys === undefined) return NOTHING;
    const theirs = otherRole(this.#header.role);
    const held = this.#garbage.length;
    this.#garbage.append(bytes.subarray(0, MAX_GARBAGE_SEARCH_BYTES - held));
    const found = findTerminator(
      this.#garbage.peek(),
      garbageTerminator(keys, theirs),
      held - GARBAGE_TERMINATOR_BYTES + 1,
    );
    if (found === undefined) {
      const { length } = this.#garbage;
      if (length === MAX_GARBAGE_SEARCH_BYTES)
        this.#refuse(v2Errors.missingGarbageTerminator(length, ELLSWIFT_BYTES + length));
      return NOTHING;
    }
    this.#aad = this.#garbage.peek(0, found).slice();
    const { L, P } = sendingKeys(keys, theirs);
    this.#opener = this.#engine.opener(L, P, { aad: this.#aad, maxContents: this.#header.maxContents });
    const before = this.#states;
    this.#move('terminator-found');
    this.#tracer.theirGarbage(found, GARBAGE_TERMINATOR_BYTES, before, this.#states);
    this.#garbage.clear();
    return bytes.subarray(found + GARBAGE_TERMINATOR_BYTES - held);
  }

  #receivePackets(bytes: Uint8Array): Uint8Array {
    const { packets, failure } = this.#opener!.push(bytes);
    for (const packet of packets) this.#receivePacket(packet);
    if (failure === undefined) return NOTHING;
    // As live: nothing follows a length that was refused, so its packet has no further fields.
    const { index, code, length } = failure;
    return this.#refuse(this.#errorOf(failure), {
      index,
      length: code === 'packet-too-large' ? undefined : length,
    });
  }

  #errorOf({ code, index, length }: OpenFailure): V2Error {
    return code === 'packet-too-large'
      ? v2Errors.packetTooLarge(index, length, this.#header.maxContents, this.#received)
      : v2Errors.packetAuthenticationFailed(index, this.#received);
  }

  #receivePacket({ index, header, ignore, contents }: OpenedPacket): void {
    const before = this.#states;
    const role = ignore ? 'decoy' : before.receive === 'version' ? 'version' : 'message';
    if (role === 'version') this.#move('version-received');
    const aad = index === 0 ? this.#aad : NOTHING;
    this.#tracer.receivedPacket(
      { index, header, contents: contents.slice(), aad, role },
      before,
      this.#states,
    );
  }

  /** @param bytes none where the tracer has them already, behind a key */
  #withoutKeys(bytes?: Uint8Array): void {
    if (bytes !== undefined) this.#tracer.received(bytes);
    this.#tracer.receivedOpaque(`bytes-${this.#opaque++}`, this.#states);
  }

  #finish(packet: { index: number; length: number | undefined } | undefined): Uint8Array {
    const before = this.#states;
    this.#move('end');
    this.#tracer.cut(packet, before, this.#states);
    return NOTHING;
  }

  #move(transition: Transition): void {
    this.#states = nextStates(this.#states, transition);
  }
}

const counted = (packet: number) =>
  `packet ${packet} (key epoch ${epochOf(packet)}, ${packet % REKEY_INTERVAL} of ${REKEY_INTERVAL})`;

const neverWhole = ({ index, length, received }: PartialPacket, direction: Direction) =>
  `${counted(index)} that was ${direction} says that it holds ${length ?? 'some'} bytes, and only ${received} came`;
