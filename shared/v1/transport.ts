/** The v1 framing as a value that bytes go through: headers with a checksum, nothing hidden (header.ts). */
import { ByteQueue, copyBytes, equalBytes } from '../bytes.js';
import type { Network } from '../networks.js';
import { TransportClosedError, type Transport, type TraceObserver } from '../transport.js';
import { v1Errors, type V1Error } from './errors.js';
import type { V1Event } from './events.js';
import {
  checksumOf,
  decodeHeader,
  DEFAULT_MAX_PAYLOAD,
  encodeHeader,
  HEADER_BYTES,
  type Header,
} from './header.js';
import type { V1States } from './states.js';
import { V1Tracer } from './tracer.js';

export interface V1TransportOptions {
  network: Network;
  /** Is told every byte (bip324/trace.ts). Without one the trace costs nothing. */
  observer?: TraceObserver<V1States>;
  /** Bytes of payload that the peer may send in one message; a header that announces more ends the connection. */
  maxPayload?: number;
}

type Receiving =
  | { readonly state: 'header'; received: number }
  | { readonly state: 'payload'; readonly header: Header; readonly received: ByteQueue }
  | { readonly state: 'ended' };

/** One side of a v1 connection, sans I/O: see `Transport` for what its methods promise. Nothing in it is encrypted. */
export class V1Transport implements Transport {
  readonly protocol = 'v1';
  readonly network: Network;
  readonly #maxPayload: number;
  readonly #tracer: V1Tracer | undefined;
  readonly #output = new ByteQueue();
  /** The bytes of the current header. */
  readonly #header = new Uint8Array(HEADER_BYTES);
  #receiving: Receiving = { state: 'header', received: 0 };
  #sending: V1States['send'] = 'ready';
  /** Received bytes before the current message. */
  #consumed = 0;

  private constructor({ network, observer, maxPayload = DEFAULT_MAX_PAYLOAD }: V1TransportOptions) {
    if (!Number.isInteger(maxPayload) || maxPayload < 0 || maxPayload >= 2 ** 32)
      throw new RangeError('maxPayload must be 0 to 2^32 - 1 bytes');
    this.network = network;
    this.#maxPayload = maxPayload;
    this.#tracer = observer && new V1Tracer(observer);
  }

  /** Both roles frame alike; who says `version` first is the session's matter. */
  static initiator(options: V1TransportOptions): V1Transport {
    return new V1Transport(options);
  }

  /** May take over from a v2 responder, which hands on what it received as `v1` event. */
  static responder(options: V1TransportOptions): V1Transport {
    return new V1Transport(options);
  }

  get state(): V1States {
    return { receive: this.#receiving.state, send: this.#sending };
  }

  get pendingOutput(): number {
    return this.#output.length;
  }

  takeOutput(): Uint8Array<ArrayBuffer> {
    return this.#output.take();
  }

  receive(bytes: Uint8Array, options: { borrow?: boolean } = {}): V1Event[] {
    const events: V1Event[] = [];
    let at = 0;
    while (at < bytes.length) {
      const receiving = this.#receiving;
      if (receiving.state === 'header') at = this.#receiveHeader(receiving, bytes, at, events);
      else if (receiving.state === 'payload')
        at = this.#receivePayload(receiving, bytes, at, options.borrow === true, events);
      else break;
    }
    return events;
  }

  end(): V1Event[] {
    const receiving = this.#receiving;
    if (receiving.state === 'ended') return [];
    const error = this.#cutOff(receiving);
    if (receiving.state === 'header') this.#finish([this.#header.subarray(0, receiving.received)]);
    else this.#finish([this.#header, receiving.received.peek()], receiving.header);
    return [error === undefined ? { type: 'closed', clean: true } : { type: 'closed', clean: false, error }];
  }

  /** v1 has one form of a type alone: `form` changes nothing. */
  send(type: string, payload: Uint8Array): void {
    if (this.#sending === 'ended') throw new TransportClosedError();
    if (payload.length > this.#maxPayload)
      throw new RangeError(`a payload must be 0 to ${this.#maxPayload} bytes long`);
    const header = encodeHeader(this.network, type, payload);
    this.#output.append(header);
    this.#output.append(payload);
    this.#tracer?.message('sent', header, decodeHeader(header), payload, 'right', this.state, this.state);
  }

  #receiveHeader(
    receiving: Receiving & { state: 'header' },
    bytes: Uint8Array,
    at: number,
    events: V1Event[],
  ): number {
    const taken = bytes.subarray(at, at + HEADER_BYTES - receiving.received);
    this.#header.set(taken, receiving.received);
    receiving.received += taken.length;
    at += taken.length;
    if (receiving.received < HEADER_BYTES) return at;
    const header = decodeHeader(this.#header);
    const error = this.#refuse(header);
    if (error !== undefined) {
      this.#finish([this.#header, bytes.subarray(at)], header, 'refused');
      events.push({ type: 'error', error });
      return bytes.length;
    }
    this.#receiving = { state: 'payload', header, received: new ByteQueue(0) };
    if (header.length === 0) this.#complete(header, new Uint8Array(0), events);
    return at;
  }

  /** Takes a payload where it lies in the read; only one that comes in pieces is put together, as it grows. */
  #receivePayload(
    { header, received }: Receiving & { state: 'payload' },
    bytes: Uint8Array,
    at: number,
    borrow: boolean,
    events: V1Event[],
  ): number {
    const taken = bytes.subarray(at, at + header.length - received.length);
    if (taken.length === header.length) {
      this.#complete(header, borrow ? taken : copyBytes(taken), events);
    } else {
      received.append(taken);
      if (received.length === header.length) this.#complete(header, received.peek(), events);
    }
    return at + taken.length;
  }

  #complete(header: Header, payload: Uint8Array, events: V1Event[]): void {
    const before = this.state;
    this.#receiving = { state: 'header', received: 0 };
    const checksum = checksumOf(payload);
    const right = equalBytes(checksum, header.checksum);
    this.#tracer?.message(
      'received',
      this.#header,
      header,
      payload,
      right ? 'right' : 'wrong',
      before,
      this.state,
    );
    const { type: message } = header;
    const wireBytes = HEADER_BYTES + payload.length;
    if (right) events.push({ type: 'message', message, payload, wireBytes });
    else {
      const error = v1Errors.wrongChecksum(message, header.checksum, checksum, this.#consumed);
      events.push({ type: 'dropped', message, error, wireBytes });
    }
    this.#consumed += wireBytes;
  }

  /** As Bitcoin Core does on reading a header: the rest of a message does not excuse these. */
  #refuse({ magic, type, length }: Header): V1Error | undefined {
    if (!equalBytes(magic, this.network.magic))
      return v1Errors.wrongMagic(magic, this.network, this.#consumed === 0, this.#consumed);
    if (length > this.#maxPayload)
      return v1Errors.messageTooLarge(type, length, this.#maxPayload, this.#consumed);
    return undefined;
  }

  #cutOff(receiving: Receiving & { state: 'header' | 'payload' }): V1Error | undefined {
    if (receiving.state === 'header') {
      const { received } = receiving;
      return received === 0 ? undefined : v1Errors.closedDuringHeader(received, this.#consumed + received);
    }
    const { header, received } = receiving;
    const at = this.#consumed + HEADER_BYTES + received.length;
    return v1Errors.closedDuringPayload(header.type, received.length, header.length, at);
  }

  #finish(left: readonly Uint8Array[], header?: Header, refused?: 'refused'): void {
    const before = this.state;
    this.#receiving = { state: 'ended' };
    this.#sending = 'ended';
    this.#tracer?.cut(left, header, refused === undefined, before, this.state);
  }
}
