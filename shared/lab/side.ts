/** Alice and Bob: each a real transport, and the little that a Bitcoin peer says over it. */
import { V2Transport, type Role, type TraceEntry, type V2Error, type V2Event } from '../bip324/index.js';
import { encodeMessage, unspecifiedAddress } from '../messages/index.js';
import { networks } from '../networks.js';
import type { RandomSource } from '../random.js';

/** Alice opens the connection, Bob answers it. */
export type Party = 'alice' | 'bob';

export const parties: readonly Party[] = ['alice', 'bob'];
export const otherParty = (party: Party): Party => (party === 'alice' ? 'bob' : 'alice');

/** What a side cannot go on without; with 'nothing' it is content. */
export type Awaiting = 'handshake' | 'version' | 'verack' | 'pong' | 'nothing';

/** Fixed, so that an offset means the same byte with whatever keys. */
const GARBAGE_BYTES: Readonly<Record<Party, number>> = { alice: 23, bob: 17 };
const ROLES: Readonly<Record<Party, Role>> = { alice: 'initiator', bob: 'responder' };
const DECOY_BYTES = 12;
const EMPTY = new Uint8Array(0);
/** The lab has no clock: 2026 begins. */
const TIME = 1_767_225_600n;

export class Side {
  readonly party: Party;
  readonly transport: V2Transport;
  readonly trace: TraceEntry[] = [];
  readonly events: V2Event[] = [];
  /** For each packet sent, how many packets of the other side had been read when it was sealed. */
  readonly sealedAfter: number[] = [];
  packetsRead = 0;
  bytesReceived = 0;
  readonly #nonce: Uint8Array;
  #awaiting: Exclude<Awaiting, 'handshake'> = 'version';
  #ready = false;

  constructor(party: Party, random: RandomSource) {
    this.party = party;
    const observer = { entry: (entry: TraceEntry) => this.#note(entry) };
    this.transport = V2Transport[ROLES[party]]({
      network: networks.regtest,
      garbage: GARBAGE_BYTES[party],
      random,
      observer,
    });
    this.#nonce = random(8);
    if (party === 'alice') this.#sayVersion();
  }

  get awaiting(): Awaiting {
    return this.#ready ? this.#awaiting : 'handshake';
  }

  /** The check that failed on this side. */
  get error(): V2Error | undefined {
    const last = this.events.at(-1);
    return last?.type === 'error' ? last.error : undefined;
  }

  receive(bytes: Uint8Array): V2Event[] {
    this.bytesReceived += bytes.length;
    const events = this.transport.receive(bytes);
    this.events.push(...events);
    for (const event of events) this.#react(event);
    return events;
  }

  /** The other side has closed the connection. */
  end(): V2Event | undefined {
    const events = this.transport.end();
    this.events.push(...events);
    return events[0];
  }

  #react(event: V2Event): void {
    if (event.type === 'ready' || event.type === 'message' || event.type === 'decoy') this.packetsRead++;
    if (event.type === 'ready') this.#ready = true;
    // What came whole before the failing packet was read, but there is nobody to answer any more.
    if (event.type !== 'message' || this.transport.state.send === 'ended') return;
    if (event.message === 'version') {
      if (this.party === 'bob') this.#sayVersion();
      this.transport.send('verack', EMPTY);
      this.#awaiting = 'verack';
    } else if (event.message === 'verack') {
      if (this.party === 'alice') this.transport.send('ping', this.#nonce);
      this.#awaiting = this.party === 'alice' ? 'pong' : 'nothing';
    } else if (event.message === 'ping') {
      this.transport.sendDecoy(DECOY_BYTES);
      this.transport.send('pong', event.payload);
    } else if (event.message === 'pong') {
      this.#awaiting = 'nothing';
    }
  }

  #sayVersion(): void {
    const payload = encodeMessage('version', {
      version: 70016,
      services: 0n,
      time: TIME,
      receiver: unspecifiedAddress(),
      sender: unspecifiedAddress(),
      nonce: this.#nonce.reduce((nonce, byte) => (nonce << 8n) | BigInt(byte), 0n),
      userAgent: this.party === 'alice' ? '/Alice:1.0/' : '/Bob:1.0/',
      startHeight: 0,
      relay: false,
    });
    this.transport.send('version', payload);
  }

  #note(entry: TraceEntry): void {
    this.trace.push(entry);
    if (entry.direction === 'sent' && entry.packet) this.sealedAfter.push(this.packetsRead);
  }
}
