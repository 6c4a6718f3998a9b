/**
 * The trace: with an observer attached, a transport reports what crossed the wire, in order, and how each
 * value came about. The fields of a session partition both of its streams: every byte belongs to exactly one.
 * Live sessions, recordings and lessons read this one format.
 */
import { copyBytes } from '../bytes.js';
import type { States } from './states.js';

/** `S` are the states of the transport that is observed; v1 has its own (v1/states.ts). */
export interface TraceObserver<S = States> {
  /** Called while the transport works: it must not throw, nor call the transport. */
  entry(entry: TraceEntry<S>): void;
  /** 'omit' (default): secret values carry no bytes. 'include': labelled copies, behind `reveal()`. */
  secrets?: 'omit' | 'include';
  /**
   * 'copied' (default): what the trace says of received contents stays, whatever becomes of the payload that the
   * transport's own event hands out. 'shared': they are the same bytes, and nobody may change them.
   */
  contents?: 'copied' | 'shared';
}

export interface TraceEntry<S = States> {
  readonly step: TraceStep;
  readonly direction: 'sent' | 'received';
  /** Offset of `bytes` in that direction's stream. */
  readonly offset: number;
  /** What was on the wire. */
  readonly bytes: Uint8Array;
  readonly fields: readonly TraceField[];
  readonly derivations: readonly Derivation[];
  readonly before: S;
  readonly after: S;
  /** For the step 'packet'. */
  readonly packet?: PacketFacts;
  /** For the step 'v1-message'. */
  readonly v1Message?: V1MessageFacts;
}

/**
 * 'cut': bytes that make no whole step, because the input ended, an error came first, or a recording holds no keys.
 * 'v1': a v1 peer's prefix and what came with it, before v1 takes over.
 */
export type TraceStep = 'key' | 'garbage' | 'terminator' | 'packet' | 'v1' | 'v1-message' | 'cut';

export type FieldKind =
  | 'ellswift'
  | 'garbage'
  | 'terminator'
  | 'length'
  | 'header'
  | 'contents'
  | 'tag'
  /** bytes of a v1 peer, before v1 takes over */
  | 'v1'
  /** v1's own, beside its length and contents */
  | 'magic'
  | 'type'
  | 'checksum'
  /** bytes after a failure, or without keys: nothing can be said about them */
  | 'unread';

export interface TraceField {
  /** Unique in the session and stable: 'received.packet-3.tag'. */
  readonly id: string;
  readonly kind: FieldKind;
  /** Stream offsets, half-open. */
  readonly start: number;
  readonly end: number;
  /** One plain sentence. */
  readonly meaning: string;
  /** What the field says once decrypted: the length, the header byte, the contents. */
  readonly value?: number | Uint8Array;
  /** True when the field's wire bytes must not be shown without asking; no field of v2 or v1 has such bytes. */
  readonly secret: boolean;
  /** The stream ended, or failed, inside this field. */
  readonly incomplete?: true;
}

export interface PacketFacts {
  /** Counts from 0 in its direction, decoys included. */
  readonly index: number;
  readonly role: 'version' | 'message' | 'decoy';
  readonly header: number;
  /** 12 bytes: LE32(index mod 224) ‖ LE64(index ÷ 224). */
  readonly nonce: Uint8Array;
  /** index ÷ 224: how often the keys were replaced before this packet. */
  readonly epoch: number;
  /** The garbage, for the first packet; else empty. */
  readonly aad: Uint8Array;
  readonly message?: {
    readonly type: string | undefined;
    readonly id?: number;
    readonly payload: Uint8Array;
  };
  /** This packet was the 224th under its keys: both were replaced after it. */
  readonly rekeyed: boolean;
}

export interface V1MessageFacts {
  /** Counts from 0 in its direction. */
  readonly index: number;
  /** undefined where the 12 bytes are no type. */
  readonly type: string | undefined;
  readonly payload: Uint8Array;
  /** A message whose checksum is wrong is dropped. */
  readonly checksum: 'right' | 'wrong';
}

export type DerivationId =
  | 'v1-checksum'
  | 'ellswift-create'
  | 'ellswift-decode'
  | 'ecdh'
  | 'shared-secret'
  | 'hkdf-extract'
  | `hkdf-expand ${string}`
  | 'packet-length'
  | 'packet-aead'
  | 'rekey-length'
  | 'rekey-packet';

export interface Derivation {
  readonly id: DerivationId;
  /** The section of the specification that it follows: 'BIP324, Packet encryption'. */
  readonly source: string;
  readonly inputs: readonly TraceValue[];
  readonly outputs: readonly TraceValue[];
}

/** What stands in place of a value that a recording does not hold. */
export const NOT_RECORDED = 'not in this recording';

/**
 * A named value of a derivation. Public bytes are a plain property; secret ones are reachable by `reveal()`
 * alone, so that logging, serialising or cloning an entry never carries them along.
 */
export class TraceValue {
  readonly name: string;
  readonly secret: boolean;
  /** Public bytes, or text and numbers that are no bytes at all (an HKDF info, a case number). */
  readonly value?: Uint8Array | string | number;
  /** In bytes; for secret values too. */
  readonly length?: number;
  readonly #secretBytes: Uint8Array | undefined;

  private constructor(
    name: string,
    value: Uint8Array | string | number | undefined,
    secret: boolean,
    length?: number,
    bytes?: Uint8Array,
  ) {
    this.name = name;
    this.secret = secret;
    if (value !== undefined) this.value = value;
    if (length !== undefined) this.length = length;
    this.#secretBytes = bytes;
  }

  /** The array is kept, not copied. */
  static open(name: string, value: Uint8Array | string | number): TraceValue {
    return new TraceValue(name, value, false, value instanceof Uint8Array ? value.length : undefined);
  }

  /** @param bytes copied where the observer asked for secrets; else undefined: only name and length are told */
  static secret(name: string, bytes: Uint8Array | undefined, length = 32): TraceValue {
    return new TraceValue(name, undefined, true, bytes?.length ?? length, bytes && copyBytes(bytes));
  }

  /** A value that a recording does not hold, and that nothing in it leads to. */
  static missing(name: string): TraceValue {
    return new TraceValue(name, NOT_RECORDED, false);
  }

  /** A copy of the secret bytes; undefined where the observer did not ask for secrets. */
  reveal(): Uint8Array | undefined {
    return this.#secretBytes && copyBytes(this.#secretBytes);
  }
}
