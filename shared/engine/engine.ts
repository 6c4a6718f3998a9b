import type { Hashes } from '../hashes.js';
import type { RandomSource } from '../random.js';

/**
 * The arithmetic behind bip324/ and chain/, as one interface so that a faster implementation is an addition.
 * Its grain is set for speed: not one call per primitive, but openers and sealers that own their keys, counters
 * and rekeying and take whole network reads (BIP324, Transport layer specification).
 */
export interface Engine extends Hashes {
  readonly name: EngineName;
  /**
   * BIP324, ElligatorSwift: a fresh secret key and a random encoding of its public key.
   * @throws {TypeError} when the source gives more or fewer bytes than it is asked for
   */
  ellswiftCreate(random: RandomSource): EllswiftKeyPair;
  /**
   * The 32-byte x coordinate that 64 bytes encode; any 64 bytes are an encoding.
   * @throws {TypeError} for more or fewer
   */
  ellswiftDecode(encoding: Uint8Array): Uint8Array;
  /**
   * The x coordinate of secretKey × lift_x(x), 32 bytes.
   * @throws {TypeError} when secretKey has not 32 bytes
   * @throws {RangeError} when secretKey is 0 or not below the group's order, or x is not 32 bytes of one on the curve
   */
  xOnlyEcdh(secretKey: Uint8Array, x: Uint8Array): Uint8Array;
  /** Opens the packets of one direction. Both 32-byte keys are copied. */
  opener(keyL: Uint8Array, keyP: Uint8Array, options?: OpenerOptions): Opener;
  /** Seals the packets of one direction. Both 32-byte keys are copied. */
  sealer(keyL: Uint8Array, keyP: Uint8Array): Sealer;
}

export type EngineName = 'noble' | 'wasm';

export interface EllswiftKeyPair {
  /** 32 bytes */
  secretKey: Uint8Array;
  /** 64 bytes: u ‖ t */
  publicKey: Uint8Array;
  /** The inverse used, 0–7. */
  ellCase: number;
  /** How many pairs (u, case) were tried until one had an inverse. */
  attempts: number;
}

export interface OpenerOptions {
  /** The additional authenticated data of the first packet: the garbage received before it. */
  aad?: Uint8Array;
  /** A packet that announces more bytes of contents than this fails as soon as its length is read. */
  maxContents?: number;
}

export interface Opener {
  /**
   * Takes a read of any size and opens every packet that is now complete. The read is neither kept nor changed.
   * After a failure the opener is destroyed; packets before the failing one are still returned.
   * @param borrow lets the contents be views that only hold until the next push of any opener of this engine, or until
   *   one more opener or sealer is made; without it they are owned
   */
  push(read: Uint8Array, borrow?: boolean): OpenResult;
  /** What the end of input would cut off. */
  readonly partial: PartialPacket;
  /** Wipes the keys; the opener opens nothing more. */
  destroy(): void;
}

export interface OpenResult {
  packets: OpenedPacket[];
  failure?: OpenFailure;
}

export interface OpenedPacket {
  /** Counts from 0 in its direction, decoys included. */
  index: number;
  /** The whole header byte; bit 7 is the ignore bit, the others are reserved. */
  header: number;
  ignore: boolean;
  contents: Uint8Array;
}

export type OpenFailure =
  | { code: 'packet-too-large'; index: number; length: number }
  | { code: 'packet-authentication-failed'; index: number; length: number };

export interface PartialPacket {
  /** The packet's number in its direction. */
  index: number;
  /** Bytes of the incomplete packet received so far; 0 between packets. */
  received: number;
  /** The length of its contents, once the three bytes that say it are there. */
  length: number | undefined;
}

export interface SealOptions {
  /** Additional authenticated data: the garbage sent, for the first packet. */
  aad?: Uint8Array;
  /** Sets the ignore bit: a decoy. */
  ignore?: boolean;
  /** Reserved header bits (the ignore bit included), as later versions or tests may set them. */
  header?: number;
}

export interface Sealer {
  /**
   * Seals `parts`, joined, as the contents of the next packet and writes it to the start of `out`.
   * @param out at least the contents' length + PACKET_EXPANSION bytes, which share no memory with what is sealed
   * @returns the number of bytes written
   */
  write(parts: readonly Uint8Array[], options: SealOptions, out: Uint8Array): number;
  /** Wipes the keys; the sealer seals nothing more. */
  destroy(): void;
}

/** What an engine would answer at any length, and wrongly. @throws {TypeError} unless it has so many bytes */
export function requireLength(what: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) throw new TypeError(`${what} has ${length} bytes, not ${bytes.length}`);
}

/** BIP324, Packet encryption: 3 bytes of length, 1 of header, 16 of tag. */
export const LENGTH_BYTES = 3;
export const HEADER_BYTES = 1;
export const TAG_BYTES = 16;
export const PACKET_EXPANSION = LENGTH_BYTES + HEADER_BYTES + TAG_BYTES;
/** The ignore bit of a packet's header: the packet is a decoy. */
export const IGNORE_BIT = 0x80;
/** Packets per key. */
export const REKEY_INTERVAL = 224;
/** The format's maximum of contents: the largest three-byte number. */
export const MAX_FORMAT_CONTENTS = 2 ** 24 - 1;
