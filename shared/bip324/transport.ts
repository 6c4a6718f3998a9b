/** The v2 transport as a value that bytes go through. Its states and what moves them: states.ts. */
import { ByteQueue, concatBytes, copyBytes } from '../bytes.js';
import {
  MAX_FORMAT_CONTENTS,
  PACKET_EXPANSION,
  type Engine,
  type OpenedPacket,
  type OpenFailure,
} from '../engine/engine.js';
import { nobleEngine } from '../engine/noble/index.js';
import type { Network } from '../networks.js';
import { randomBelow, systemRandom, type RandomSource } from '../random.js';
import { ELLSWIFT_BYTES } from './ellswift.js';
import { TransportClosedError, v2Errors, type V2Error } from './errors.js';
import type { UnsentMessage, V2Event } from './events.js';
import {
  agreeOnKeys,
  DEFAULT_MAX_CONTENTS,
  matchingPrefix,
  MAX_GARBAGE_BYTES,
  MAX_GARBAGE_SEARCH_BYTES,
  V1_PREFIX_BYTES,
  v1OfOtherNetwork,
  v1Prefix,
} from './handshake.js';
import { GARBAGE_TERMINATOR_BYTES, garbageTerminator, otherRole, sendingKeys, type Role } from './keys.js';
import { decodeMessageType, encodeMessageType } from './message-type.js';
import {
  cutOff,
  wipe,
  wipeMachines,
  type In,
  type Outgoing,
  type Receiving,
  type Sending,
  unsentMessages,
} from './machines.js';
import { nextStates, type States, type Transition } from './states.js';
import type { TraceObserver } from './trace.js';
import { Tracer } from './tracer.js';

export interface V2TransportOptions {
  network: Network;
  /** The garbage to send, or its length, 0–4095. By default a random length. */
  garbage?: Uint8Array | number;
  /** Lengths of the contents of decoys to send before the version packet. */
  decoys?: readonly number[];
  /** What our version packet contains: nothing, as BIP324 has it today. */
  versionContents?: Uint8Array;
  /** Asked for the key pair first, then for the garbage's length and bytes. */
  random?: RandomSource;
  /** Is told every byte and every derivation (trace.ts). Without one the trace costs nothing. */
  observer?: TraceObserver;
  engine?: Engine;
  /**
   * Contents that the peer may send in one packet, in bytes; larger ones end the connection. Ours may have as many,
   * and in any case as many as real nodes take.
   */
  maxContents?: number;
}

const NOTHING = new Uint8Array(0);

/** One side of a v2 connection, sans I/O: see `Transport` for what its methods promise. */
export class V2Transport {
  readonly protocol = 'v2';
  readonly network: Network;
  readonly #role: Role;
  readonly #engine: Engine;
  readonly #random: RandomSource;
  readonly #garbage: Uint8Array | number | undefined;
  readonly #decoys: readonly number[];
  readonly #versionContents: Uint8Array;
  readonly #maxContents: number;
  readonly #tracer: Tracer | undefined;
  readonly #output = new ByteQueue();
  readonly #maxToSend: number;
  #receiving: Receiving;
  #sending: Sending;
  #sessionId: Uint8Array | undefined;
  #unsent: readonly UnsentMessage[] = [];
  /** Received bytes before the current step: where an error is said to be. */
  #consumed = 0;

  private constructor(role: Role, options: V2TransportOptions) {
    const { garbage, decoys = [], versionContents = NOTHING, maxContents = DEFAULT_MAX_CONTENTS } = options;
    const garbageLength = typeof garbage === 'number' ? garbage : (garbage?.length ?? 0);
    requireRange('garbage', garbageLength, MAX_GARBAGE_BYTES);
    for (const length of decoys) requireRange('the contents of a decoy', length, MAX_FORMAT_CONTENTS);
    requireRange('versionContents', versionContents.length, MAX_FORMAT_CONTENTS);
    requireRange('maxContents', maxContents, MAX_FORMAT_CONTENTS);
    this.#role = role;
    this.network = options.network;
    this.#engine = options.engine ?? nobleEngine;
    this.#random = options.random ?? systemRandom;
    this.#garbage = typeof garbage === 'object' ? copyBytes(garbage) : garbage;
    this.#decoys = [...decoys];
    this.#versionContents = copyBytes(versionContents);
    this.#maxContents = maxContents;
    this.#maxToSend = Math.max(maxContents, DEFAULT_MAX_CONTENTS);
    this.#tracer = options.observer && new Tracer(options.observer, role);
    const state = role === 'initiator' ? 'key' : 'key-or-v1';
    this.#receiving = { state, key: new Uint8Array(ELLSWIFT_BYTES), received: 0 };
    this.#sending = { state: 'silent', queue: [] };
    if (role === 'initiator') {
      const states: States = { receive: 'key', send: 'awaiting-key' };
      this.#sending = this.#begin([], states, states);
    }
  }

  /** Its first flight, key and garbage, is in the output at once. */
  static initiator(options: V2TransportOptions): V2Transport {
    return new V2Transport('initiator', options);
  }

  /** Sends nothing until the peer has shown that it does not speak v1. */
  static responder(options: V2TransportOptions): V2Transport {
    return new V2Transport('responder', options);
  }

  get state(): States {
    return { receive: this.#receiving.state, send: this.#sending.state };
  }

  get sessionId(): Uint8Array | undefined {
    return this.#sessionId?.slice();
  }

  get pendingOutput(): number {
    return this.#output.length;
  }

  /** After a `v1` event: the messages that waited to be sent, for the transport that takes over. */
  get unsent(): readonly UnsentMessage[] {
    return this.#unsent;
  }

  takeOutput(): Uint8Array<ArrayBuffer> {
    return this.#output.take();
  }

  receive(bytes: Uint8Array, options: { borrow?: boolean } = {}): V2Event[] {
    const events: V2Event[] = [];
    if (!this.#listening()) return events;
    this.#tracer?.received(bytes);
    let rest = bytes;
    while (rest.length > 0) {
      const { state } = this.#receiving;
      if (state === 'key-or-v1') rest = this.#receivePrefix(rest, events);
      else if (state === 'key') rest = this.#receiveKey(rest, events);
      else if (state === 'garbage') rest = this.#receiveGarbage(rest, events);
      else if (state === 'version' || state === 'application')
        rest = this.#receivePackets(rest, options.borrow === true, events);
      else break;
    }
    return events;
  }

  end(): V2Event[] {
    if (!this.#listening()) return [];
    const error = cutOff(this.#receiving, this.#consumed);
    this.#finish(undefined);
    return [error === undefined ? { type: 'closed', clean: true } : { type: 'closed', clean: false, error }];
  }

  send(type: string, payload: Uint8Array, options: { form?: 'short' | 'long' } = {}): void {
    this.#requireOpen();
    const contents = [encodeMessageType(type, options.form), payload];
    requireRange('a message', contents[0]!.length + payload.length, this.#maxToSend);
    this.#dispatch({ contents, ignore: false });
  }

  /**
   * Queues a packet that the peer throws away.
   * @param length of its contents, in bytes; real nodes accept up to 4,000,013
   */
  sendDecoy(length: number): void {
    this.#requireOpen();
    requireRange('the contents of a decoy', length, MAX_FORMAT_CONTENTS);
    this.#dispatch({ contents: [new Uint8Array(length)], ignore: true });
  }

  /**
   * Queues a packet with these contents as they are, also such as are no message: nodes ignore what they do not know.
   * @throws {RangeError} for more than `send` takes
   */
  sendContents(contents: Uint8Array): void {
    this.#requireOpen();
    requireRange('the contents', contents.length, this.#maxToSend);
    this.#dispatch({ contents: [contents], ignore: false });
  }

  // --- receiving -----------------------------------------------------------------------------------------------

  #receivePrefix(bytes: Uint8Array, events: V2Event[]): Uint8Array {
    const receiving = this.#receiving as In<Receiving, 'key-or-v1'>;
    const matched = matchingPrefix(v1Prefix(this.network), receiving.received, bytes);
    receiving.key.set(bytes.subarray(0, matched), receiving.received);
    receiving.received += matched;
    const rest = bytes.subarray(matched);
    const before = this.state;
    if (receiving.received === V1_PREFIX_BYTES) {
      const buffered = new Uint8Array(V1_PREFIX_BYTES + rest.length);
      buffered.set(receiving.key.subarray(0, V1_PREFIX_BYTES));
      buffered.set(rest, V1_PREFIX_BYTES);
      this.#unsent = unsentMessages((this.#sending as In<Sending, 'silent'>).queue);
      this.#move('v1-prefix', { state: 'v1' }, { state: 'v1' });
      this.#tracer?.v1(before, this.state);
      events.push({ type: 'v1', buffered });
      return NOTHING;
    }
    if (rest.length > 0) {
      // Where the read shows that already, it gets no answer: as from a real node.
      const start = concatBytes(
        receiving.key.subarray(0, receiving.received),
        rest.subarray(0, V1_PREFIX_BYTES),
      );
      const other = v1OfOtherNetwork(start, this.network);
      if (other !== undefined)
        return this.#fail(v2Errors.v1WrongNetwork(other.magic, other.label, 0), events);
      const { queue } = this.#sending as In<Sending, 'silent'>;
      const after = nextStates(before, 'not-v1');
      this.#move('not-v1', { ...receiving, state: 'key' }, this.#begin(queue, before, after));
    }
    return rest;
  }

  #receiveKey(bytes: Uint8Array, events: V2Event[]): Uint8Array {
    const receiving = this.#receiving as In<Receiving, 'key'>;
    const { key } = receiving;
    const taken = bytes.subarray(0, ELLSWIFT_BYTES - receiving.received);
    key.set(taken, receiving.received);
    receiving.received += taken.length;
    if (this.#role === 'responder') {
      const other = v1OfOtherNetwork(key.subarray(0, receiving.received), this.network);
      if (other !== undefined)
        return this.#fail(v2Errors.v1WrongNetwork(other.magic, other.label, 0), events);
    }
    if (receiving.received === ELLSWIFT_BYTES) this.#agree(key, events);
    return bytes.subarray(taken.length);
  }

  /** Both keys are there: derive the session keys, wipe what led to them, and say everything that may be said now. */
  #agree(theirs: Uint8Array, events: V2Event[]): void {
    const { secretKey, publicKey: ours, garbage, queue } = this.#sending as In<Sending, 'awaiting-key'>;
    const agreement = agreeOnKeys(this.#engine, this.#role, this.network, { secretKey, ours, theirs });
    const { keys } = agreement;
    const sending = sendingKeys(keys, this.#role);
    const receiving = sendingKeys(keys, otherRole(this.#role));
    const before = this.state;
    this.#move(
      'key-complete',
      {
        state: 'garbage',
        terminator: garbageTerminator(keys, otherRole(this.#role)),
        received: new ByteQueue(MAX_GARBAGE_SEARCH_BYTES),
        keys: { L: receiving.L.slice(), P: receiving.P.slice() },
      },
      { state: 'ready', sealer: this.#engine.sealer(sending.L, sending.P), packets: 0 },
    );
    this.#tracer?.theirKey(agreement, before, this.state);
    this.#consumed += ELLSWIFT_BYTES;
    this.#sessionId = keys.sessionId;
    events.push({ type: 'keys', sessionId: keys.sessionId.slice() });

    const terminator = garbageTerminator(keys, this.#role);
    this.#output.append(terminator);
    this.#tracer?.ourTerminator(terminator, this.state);
    // The first packet, decoy or version, authenticates our garbage.
    let aad = garbage;
    for (const length of this.#decoys) {
      this.#seal({ contents: [new Uint8Array(length)], ignore: true }, 'decoy', aad);
      aad = NOTHING;
    }
    this.#seal({ contents: [this.#versionContents], ignore: false }, 'version', aad);
    for (const outgoing of queue) this.#dispatch(outgoing);

    wipe(secretKey, agreement.sharedX, agreement.secret, agreement.prk);
    wipe(keys.initiatorL, keys.initiatorP, keys.responderL, keys.responderP);
  }

  #receiveGarbage(bytes: Uint8Array, events: V2Event[]): Uint8Array {
    const { terminator, received, keys } = this.#receiving as In<Receiving, 'garbage'>;
    const held = received.length;
    const room = MAX_GARBAGE_SEARCH_BYTES - held;
    received.append(bytes.length > room ? bytes.subarray(0, room) : bytes);
    // What an earlier read brought is not searched again: linear, however the bytes are cut.
    const garbageLength = received.indexOf(terminator, held - terminator.length + 1);
    if (garbageLength === undefined) {
      if (received.length < MAX_GARBAGE_SEARCH_BYTES) return NOTHING;
      return this.#fail(
        v2Errors.missingGarbageTerminator(received.length, this.#consumed + received.length),
        events,
      );
    }
    const aad = received.peek(0, garbageLength); // nothing is put into this queue any more
    const before = this.state;
    const opener = this.#engine.opener(keys.L, keys.P, { aad, maxContents: this.#maxContents });
    wipe(keys.L, keys.P);
    this.#move('terminator-found', { state: 'version', opener, garbage: aad });
    this.#tracer?.theirGarbage(garbageLength, GARBAGE_TERMINATOR_BYTES, before, this.state);
    const end = garbageLength + GARBAGE_TERMINATOR_BYTES;
    this.#consumed += end;
    return bytes.subarray(end - held);
  }

  #receivePackets(bytes: Uint8Array, borrow: boolean, events: V2Event[]): Uint8Array {
    const { opener } = this.#receiving as In<Receiving, 'version' | 'application'>;
    const { packets, failure } = opener.push(bytes, borrow && this.#tracer === undefined);
    for (const packet of packets) this.#receivePacket(packet, events);
    if (failure !== undefined) return this.#fail(this.#errorOf(failure), events, failure);
    const begun = this.#tracer && opener.partial.length;
    if (begun !== undefined) this.#tracer?.expect(begun);
    return NOTHING;
  }

  #receivePacket({ index, header, ignore, contents }: OpenedPacket, events: V2Event[]): void {
    const receiving = this.#receiving as In<Receiving, 'version' | 'application'>;
    const before = this.state;
    const role = ignore ? 'decoy' : receiving.state === 'version' ? 'version' : 'message';
    if (role === 'version') this.#move('version-received', { ...receiving, state: 'application' });
    const aad = index === 0 ? receiving.garbage : NOTHING;
    const tracer = this.#tracer;
    tracer?.receivedPacket({ index, header, contents: tracer.kept(contents), aad, role }, before, this.state);
    this.#consumed += contents.length + PACKET_EXPANSION;
    if (role === 'decoy') events.push({ type: 'decoy', length: contents.length });
    else if (role === 'version') events.push({ type: 'ready', contents });
    else {
      const { type, id, payload } = decodeMessageType(contents);
      events.push({ type: 'message', message: type, payload, ...(id === undefined ? {} : { id }) });
    }
  }

  #errorOf({ code, index, length }: OpenFailure): V2Error {
    return code === 'packet-too-large'
      ? v2Errors.packetTooLarge(index, length, this.#maxContents, this.#consumed)
      : v2Errors.packetAuthenticationFailed(index, this.#consumed);
  }

  // --- sending -------------------------------------------------------------------------------------------------

  /** The first flight: key and garbage. */
  #begin(queue: Outgoing[], before: States, after: States): Sending {
    const pair = this.#engine.ellswiftCreate(this.#random);
    const wanted = this.#garbage ?? randomBelow(MAX_GARBAGE_BYTES + 1, this.#random);
    const garbage = typeof wanted === 'number' ? copyBytes(this.#random(wanted)) : wanted;
    const flight = this.#output.reserve(ELLSWIFT_BYTES + garbage.length);
    flight.set(pair.publicKey);
    flight.set(garbage, ELLSWIFT_BYTES);
    this.#tracer?.ourKey(pair, before, after);
    this.#tracer?.ourGarbage(garbage, after);
    return { state: 'awaiting-key', queue, secretKey: pair.secretKey, publicKey: pair.publicKey, garbage };
  }

  #dispatch(outgoing: Outgoing): void {
    const sending = this.#sending;
    if (sending.state === 'ready') this.#seal(outgoing, outgoing.ignore ? 'decoy' : 'message', NOTHING);
    // The caller keeps its array, so what waits is a copy.
    else if ('queue' in sending)
      sending.queue.push({ ...outgoing, contents: outgoing.contents.map(copyBytes) });
  }

  #seal({ contents, ignore }: Outgoing, role: 'version' | 'decoy' | 'message', aad: Uint8Array): void {
    const sending = this.#sending as In<Sending, 'ready'>;
    const length = contents.reduce((sum, part) => sum + part.length, 0);
    const out = this.#output.reserve(length + PACKET_EXPANSION);
    sending.sealer.write(contents, { ignore, aad }, out);
    const index = sending.packets++;
    if (this.#tracer === undefined) return;
    const joined = new Uint8Array(length);
    contents.reduce((at, part) => (joined.set(part, at), at + part.length), 0);
    this.#tracer.sentPacket(
      out,
      { index, header: ignore ? 0x80 : 0, contents: joined, aad, role },
      this.state,
    );
  }

  // --- states and their end ------------------------------------------------------------------------------------

  #listening(): boolean {
    return this.#receiving.state !== 'ended' && this.#receiving.state !== 'v1';
  }

  #requireOpen(): void {
    if (this.#sending.state === 'ended' || this.#sending.state === 'v1') throw new TransportClosedError();
  }

  /** Goes where the table says; the variants given must be those of the states that it names. */
  #move(transition: Transition, receiving: Receiving, sending: Sending = this.#sending): void {
    const next = nextStates(this.state, transition);
    if (receiving.state !== next.receive || sending.state !== next.send) {
      throw new Error(`the table of states has no ${transition} to ${receiving.state}/${sending.state}`);
    }
    this.#receiving = receiving;
    this.#sending = sending;
  }

  #fail(error: V2Error, events: V2Event[], failure?: OpenFailure): Uint8Array {
    this.#finish(failure);
    events.push({ type: 'error', error });
    return NOTHING;
  }

  #finish(failure: OpenFailure | undefined): void {
    const before = this.state;
    const receiving = this.#receiving;
    let packet: { index: number; length: number | undefined } | undefined;
    if (failure !== undefined) {
      // Nothing follows a length that was refused, so its packet has no further fields.
      packet = {
        index: failure.index,
        length: failure.code === 'packet-too-large' ? undefined : failure.length,
      };
    } else if ('opener' in receiving) {
      packet = receiving.opener.partial;
    }
    wipeMachines(receiving, this.#sending);
    this.#move('end', { state: 'ended' }, { state: 'ended' });
    this.#tracer?.cut(packet, before, this.state);
  }
}

function requireRange(what: string, value: number, max: number): void {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new RangeError(`${what} must be 0 to ${max} bytes long`);
  }
}
