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
import { nextStates, type States, type Transition } from '../bip324/states.js';
import type { TraceObserver } from '../bip324/trace.js';
import { Tracer } from '../bip324/tracer.js';
import { ByteQueue, concatBytes } from '../bytes.js';
import type { Engine, OpenedPacket, Opener } from '../engine/engine.js';
import { networks, type Network } from '../networks.js';
import { faults, nowhere, type RecordingError } from './errors.js';
import type { Keys } from './keys.js';
import { SentReplay } from './replay-v2-sent.js';
import type { Direction, RecordingHeader } from './types.js';

const NOTHING = new Uint8Array(0);

export class V2Replay {
  readonly #header: RecordingHeader;
  readonly #network: Network;
  readonly #engine: Engine;
  readonly #keys: Keys['keys'];
  readonly #tracer: Tracer;
  readonly #sent: SentReplay;
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

  constructor(
    header: RecordingHeader,
    { keys, ourGarbage, problem }: Keys,
    engine: Engine,
    observer: TraceObserver,
  ) {
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
      failed: (packet) => {
        this.#problem ??= nowhere(faults.keysDoNotFit(`packet ${packet} that was sent does not open`));
      },
    });
  }

  /** 32 bytes, once both keys were there. */
  get sessionId(): Uint8Array | undefined {
    return this.#sessionKeys?.sessionId.slice();
  }

  get problem(): RecordingError | undefined {
    return this.#problem;
  }

  chunk(direction: Direction, bytes: Uint8Array): void {
    if (direction === 'sent') this.#sent.take(bytes);
    else if (this.#listening) this.#receive(bytes);
  }

  /** The session ended here. */
  end(): void {
    if (this.#listening) this.#finish(this.#opener?.partial);
    this.#sent.end();
  }

  /** The recording ended here, the session perhaps not. */
  stop(): void {
    if (this.#listening) this.#tracer.cut(this.#opener?.partial, this.#states, this.#states);
    this.#sent.end();
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
    if (v1OfOtherNetwork(start, this.#network) !== undefined) return this.#finish(undefined);
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
      if (v1OfOtherNetwork(start, this.#network) !== undefined) return this.#finish(undefined);
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
      if (this.#garbage.length === MAX_GARBAGE_SEARCH_BYTES) this.#finish(undefined);
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
    return this.#finish({ index, length: code === 'packet-too-large' ? undefined : length });
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
