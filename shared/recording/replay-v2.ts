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
  PACKET_EXPANSION,
  type Engine,
  type OpenedPacket,
  type OpenFailure,
  type Opener,
} from '../engine/engine.js';
import { networks, type Network } from '../networks.js';
import { counted, neverWhole, type Changed } from './changed.js';
import type { Keys } from './keys.js';
import { nearestTerminator } from './nearest-terminator.js';
import { PartialWatch } from './partial-watch.js';
import type { StreamByte } from './places.js';
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
  #changedAt: Changed | undefined;
  #failure: V2Error | undefined;
  #upTo: Parameters<typeof neverWhole>[2] = 'the recording ends';
  #received = 0;
  /** Where the next packet starts in what was received. */
  #packetAt = 0;
  readonly #watch = new PartialWatch();

  constructor(
    header: RecordingHeader,
    { keys, ours }: Keys,
    engine: Engine,
    observer: TraceObserver,
    endedWith: EndedWith,
  ) {
    this.#endedWith = endedWith;
    this.#header = header;
    this.#network = networks[header.network];
    this.#engine = engine;
    this.#keys = keys;
    this.#tracer = new Tracer(observer, header.role);
    this.#states =
      header.role === 'initiator'
        ? { receive: 'key', send: 'awaiting-key' }
        : { receive: 'key-or-v1', send: 'silent' };
    this.#sent = new SentReplay({
      tracer: this.#tracer,
      engine,
      ourKey: keys.from === 'ephemeral-key' ? keys.pair : undefined,
      ourGarbage: ours,
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
      noTerminator: (differs) =>
        this.#changed(
          'our garbage terminator is not the one that the keys give',
          { direction: 'sent', offset: ELLSWIFT_BYTES + (differs ?? 0) },
          0,
        ),
      failed: (packet, offset) =>
        this.#changed(
          `${counted(packet, offset)} that was sent does not authenticate`,
          { direction: 'sent', offset },
          packet,
        ),
      neverWhole: (partial, offset) =>
        this.#changed(neverWhole(partial, 'sent', this.#upTo), { direction: 'sent', offset }, partial.index),
    });
  }

  /** 32 bytes, once both keys were there. */
  get sessionId(): Uint8Array | undefined {
    return this.#sessionKeys?.sessionId.slice();
  }

  get changed(): Changed | undefined {
    return this.#changedAt;
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
    if (this.#keys.from === 'nothing') return;
    const { receive } = this.#states;
    if (receive === 'version')
      this.#changedIn(
        'the session went on, but the peer’s version packet did not come whole',
        this.#packetAt,
      );
    else if (receive !== 'application' && receive !== 'ended') {
      this.#checkTerminator();
      this.#changedIn(
        'the session went on, but the peer’s garbage terminator was not found',
        receive === 'garbage' ? ELLSWIFT_BYTES : 0,
      );
    } else if (!this.#sent.encrypts)
      this.#changed(
        'the session went on, but our own garbage terminator was not found',
        { direction: 'sent', offset: ELLSWIFT_BYTES },
        0,
      );
  }

  /** The recording tells a packet here that its bytes do not give: the one before it does not come to its end. */
  claimsPacket(direction: Direction): void {
    this.#upTo = 'its line in the clear stands';
    if (direction === 'sent') this.#sent.endsInside();
    else if (this.#listening) this.#checkPartial(true);
    this.#upTo = 'the recording ends';
  }

  /**
   * The session ended here.
   * @param whole directions that ended between two packets, by what the recording says of the end
   */
  end(whole: readonly Direction[] = []): void {
    if (whole.includes('sent')) this.#sent.endsInside();
    if (this.#listening) {
      this.#checkPartial(whole.includes('received'));
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

  #checkPartial(whole = false): void {
    this.#checkTerminator();
    const partial = this.#opener?.partial;
    const inside = partial !== undefined && partial.received > 0 && whole;
    if (inside || this.#watch.spansChunks(partial))
      this.#changedIn(neverWhole(partial!, 'received', this.#upTo), this.#packetAt, partial!.index);
  }

  /** A terminator that is not found, but most of its bytes are. */
  #checkTerminator(): void {
    if (this.#states.receive !== 'garbage' || this.#sessionKeys === undefined) return;
    const terminator = garbageTerminator(this.#sessionKeys, otherRole(this.#header.role));
    const near = nearestTerminator(this.#garbage.peek(), terminator);
    if (near !== undefined)
      this.#changedIn(
        'the peer’s garbage terminator is not the one that the keys give',
        ELLSWIFT_BYTES + near.differs,
      );
  }

  /** What was received is refused: by the live session, too, unless the recording says otherwise. */
  #refuse(error: V2Error, packet?: { index: number; length: number | undefined }): Uint8Array {
    this.#failure = error;
    if (this.#endedWith !== 'any' && this.#endedWith !== error.code) this.#isNotAsItWas(error, packet?.index);
    return this.#finish(packet);
  }

  #isNotAsItWas({ code, message }: V2Error, packet: number | undefined): void {
    if (packet === undefined) {
      this.#checkTerminator();
      const key = this.#states.receive !== 'garbage';
      return this.#changedIn(`${code}: ${message}`, key ? 0 : ELLSWIFT_BYTES);
    }
    // The first one authenticates the garbage.
    const signs = packet === 0 && this.#aad.length > 0 && code === 'packet-authentication-failed';
    const offset = signs ? ELLSWIFT_BYTES : this.#packetAt;
    this.#changedIn(`${code} in ${counted(packet, offset)} that was received`, offset, packet);
  }

  #changedIn(what: string, offset: number, packet = 0): void {
    this.#changed(what, { direction: 'received', offset }, packet);
  }

  /** The first counts. @param packet the one of that direction that does not open */
  #changed(what: string, at: StreamByte, packet: number): void {
    const orKeys = this.#keys.from === 'session-keys' && packet === 0;
    this.#changedAt ??= { what, at, ...(orKeys && { orKeys }) };
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
    const { magic } = this.#network;
    const agreement = keys.from === 'ephemeral-key' ? keys.agreement : { keys: keys.keys, magic };
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
    this.#packetAt = ELLSWIFT_BYTES + found + GARBAGE_TERMINATOR_BYTES;
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
    this.#packetAt += contents.length + PACKET_EXPANSION;
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
