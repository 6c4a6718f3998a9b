/** Turns what a transport does into trace entries. Exists only while an observer is attached. */
import { copyBytes } from '../bytes.js';
import { PACKET_EXPANSION, REKEY_INTERVAL, type EllswiftKeyPair } from '../engine/engine.js';
import type { KeyAgreement } from './handshake.js';
import { otherRole, sendingKeys, type Role, type SessionKeys } from './keys.js';
import { decodeMessageType } from './message-type.js';
import { epochOf, packetNonce } from './rekey.js';
import type { States } from './states.js';
import type { Derivation, PacketFacts, TraceEntry, TraceField, TraceObserver, TraceStep } from './trace.js';
import {
  agreementDerivations,
  keyPairDerivation,
  packetDerivations,
  rekeyDerivations,
  sessionKeyDerivations,
  type TracedKeys,
} from './trace-derivations.js';
import {
  ellswift,
  fit,
  garbageField,
  leftover,
  packetLayout,
  terminatorField,
  unreadable,
  type Laid,
  type TracedPacket,
} from './trace-layout.js';
import { UnclaimedBytes } from './unclaimed.js';

type Direction = TraceEntry['direction'];

export class Tracer {
  readonly #observer: TraceObserver;
  readonly #role: Role;
  readonly #keepSecrets: boolean;
  readonly #offsets = { sent: 0, received: 0 };
  /** Received bytes that no entry has claimed yet. */
  readonly #unclaimed = new UnclaimedBytes();
  /** Copies of the current cipher keys, where the observer asked for secrets. */
  readonly #keys = new Map<Direction, TracedKeys>();

  constructor(observer: TraceObserver, role: Role) {
    this.#observer = observer;
    this.#role = role;
    this.#keepSecrets = observer.secrets === 'include';
  }

  /** Every received byte passes here first; the steps then claim them. */
  received(bytes: Uint8Array): void {
    this.#unclaimed.append(bytes);
  }

  /** A packet has begun. @param contents its length */
  expect(contents: number): void {
    this.#unclaimed.expect(contents + PACKET_EXPANSION);
  }

  /** The contents of a received packet for the trace, which keeps them. */
  kept(contents: Uint8Array): Uint8Array {
    return this.#observer.contents === 'shared' ? contents : copyBytes(contents);
  }

  /** @param pair a bare public key where a recording does not tell how it came about */
  ourKey(pair: EllswiftKeyPair | { publicKey: Uint8Array }, before: States, after: States): void {
    this.#emit(
      'key',
      'sent',
      copyBytes(pair.publicKey),
      [ellswift('our')],
      'secretKey' in pair ? [keyPairDerivation(pair, this.#keepSecrets)] : [],
      before,
      after,
    );
  }

  ourGarbage(garbage: Uint8Array, states: States): void {
    if (garbage.length > 0)
      this.#emit(
        'garbage',
        'sent',
        copyBytes(garbage),
        [garbageField('our', garbage.length)],
        [],
        states,
        states,
      );
  }

  /** @param agreement the keys alone where a recording does not tell how they came about; nothing where it has none */
  theirKey(
    agreement: KeyAgreement | { keys: SessionKeys; magic: Uint8Array } | undefined,
    before: States,
    after: States,
  ): void {
    this.#emit(
      'key',
      'received',
      this.#claim(64),
      [ellswift('their')],
      this.#agreement(agreement),
      before,
      after,
    );
    if (!this.#keepSecrets || agreement === undefined) return;
    const copy = ({ L, P }: { L: Uint8Array; P: Uint8Array }) => ({ L: L.slice(), P: P.slice() });
    this.#keys.set('sent', copy(sendingKeys(agreement.keys, this.#role)));
    this.#keys.set('received', copy(sendingKeys(agreement.keys, otherRole(this.#role))));
  }

  #agreement(agreement: KeyAgreement | { keys: SessionKeys; magic: Uint8Array } | undefined): Derivation[] {
    if (agreement === undefined) return [];
    return 'secretKey' in agreement
      ? agreementDerivations(agreement, this.#role, this.#keepSecrets)
      : sessionKeyDerivations(agreement.keys, agreement.magic, this.#keepSecrets);
  }

  ourTerminator(terminator: Uint8Array, states: States): void {
    this.#emit(
      'terminator',
      'sent',
      copyBytes(terminator),
      [terminatorField('our', terminator.length)],
      [],
      states,
      states,
    );
  }

  theirGarbage(garbage: number, terminator: number, before: States, after: States): void {
    if (garbage > 0) {
      this.#emit(
        'garbage',
        'received',
        this.#claim(garbage),
        [garbageField('their', garbage)],
        [],
        before,
        before,
      );
    }
    this.#emit(
      'terminator',
      'received',
      this.#claim(terminator),
      [terminatorField('their', terminator)],
      [],
      before,
      after,
    );
  }

  sentPacket(wire: Uint8Array, packet: TracedPacket, states: States): void {
    this.#packet('sent', copyBytes(wire), packet, states, states);
  }

  receivedPacket(packet: TracedPacket, before: States, after: States): void {
    this.#packet('received', this.#claim(packet.contents.length + PACKET_EXPANSION), packet, before, after);
  }

  v1(before: States, after: States): void {
    this.#rest(
      'v1',
      [
        {
          name: 'v1',
          kind: 'v1',
          length: Infinity,
          meaning: 'What a v1 peer sends first: magic, the word version, five zeros.',
        },
      ],
      before,
      after,
    );
  }

  /** The stream ends here, or cannot be read on: what is left over, as far as it can be named. */
  cut(
    packet: { index: number; length: number | undefined } | undefined,
    before: States,
    after: States,
  ): void {
    this.#rest('cut', leftover(packet, before.receive), before, after);
  }

  /** What a recording holds of a sent stream beyond its last whole step. A live one never has any. */
  sentCut(wire: Uint8Array, layout: Laid[], states: States): void {
    if (wire.length > 0)
      this.#emit('cut', 'sent', copyBytes(wire), fit(layout, wire.length), [], states, states);
  }

  /** Bytes of a recording that has no keys to read them with. @param name unique in its direction */
  opaque(direction: Direction, wire: Uint8Array, name: string, states: States): void {
    const layout = [{ ...unreadable, name, length: wire.length }];
    this.#emit('cut', direction, copyBytes(wire), layout, [], states, states);
  }

  /** The same, of received bytes that no entry has claimed. */
  receivedOpaque(name: string, states: States): void {
    this.opaque('received', this.#claim(this.#unclaimed.length), name, states);
  }

  #rest(step: TraceStep, layout: Laid[], before: States, after: States): void {
    const bytes = this.#claim(this.#unclaimed.length);
    if (bytes.length === 0) return;
    this.#emit(step, 'received', bytes, fit(layout, bytes.length), [], before, after);
  }

  #packet(direction: Direction, wire: Uint8Array, packet: TracedPacket, before: States, after: States): void {
    const { index, header, contents, aad, role } = packet;
    const epoch = epochOf(index);
    const nonce = packetNonce(index);
    const rekeyed = (index + 1) % REKEY_INTERVAL === 0;
    const facts: PacketFacts = {
      index,
      role,
      header,
      nonce,
      epoch,
      aad,
      rekeyed,
      ...(role === 'message' ? { message: messageOf(contents) } : {}),
    };
    const keys = this.#keys.get(direction);
    const derivations = packetDerivations(wire, packet, keys);
    if (rekeyed) derivations.push(...rekeyDerivations(epoch, keys));
    this.#emit('packet', direction, wire, packetLayout(packet), derivations, before, after, facts);
  }

  #claim(length: number): Uint8Array {
    return this.#unclaimed.take(length);
  }

  /** @param bytes the entry's own from here on */
  #emit(
    step: TraceStep,
    direction: Direction,
    bytes: Uint8Array,
    layout: Laid[],
    derivations: Derivation[],
    before: States,
    after: States,
    packet?: PacketFacts,
  ): void {
    const offset = this.#offsets[direction];
    this.#offsets[direction] += bytes.length;
    let start = offset;
    const fields: TraceField[] = [];
    for (const { name, length, ...rest } of layout) {
      if (length > 0)
        fields.push({ id: `${direction}.${name}`, ...rest, start, end: start + length, secret: false });
      start += length;
    }
    this.#observer.entry({
      step,
      direction,
      offset,
      bytes,
      fields,
      derivations,
      before,
      after,
      ...(packet ? { packet } : {}),
    });
  }
}

function messageOf(contents: Uint8Array): NonNullable<PacketFacts['message']> {
  const { type, id, payload } = decodeMessageType(contents);
  return { type, payload, ...(id === undefined ? {} : { id }) };
}
