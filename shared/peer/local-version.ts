import { unspecifiedAddress, type VersionMessage } from '../messages/index.js';
import { type RandomSource } from '../random.js';
import { PROTOCOL_VERSION } from './negotiation.js';

export const DEFAULT_USER_AGENT = '/Peerglass:0.1.0/';

/** What a caller may say about itself; a light client that offers nothing by default. */
export interface LocalVersion {
  /** Service bits; 0 for a light client. */
  services?: bigint;
  /** At most 256 bytes. */
  userAgent?: string;
  startHeight?: number;
  /** BIP37: whether the peer should announce transactions. */
  relay?: boolean;
}

/** Addresses are left unspecified: a light client has none to offer, and the peer knows where it is. */
export function localVersion(options: LocalVersion, nowMs: number, random: RandomSource): VersionMessage {
  return {
    version: PROTOCOL_VERSION,
    services: options.services ?? 0n,
    time: BigInt(Math.floor(nowMs / 1000)),
    receiver: unspecifiedAddress(),
    sender: unspecifiedAddress(),
    nonce: randomNonce(random),
    userAgent: options.userAgent ?? DEFAULT_USER_AGENT,
    startHeight: options.startHeight ?? 0,
    relay: options.relay ?? false,
  };
}

/** 64 random bits. */
export function randomNonce(random: RandomSource): bigint {
  return random(8).reduce((nonce, byte) => (nonce << 8n) | BigInt(byte), 0n);
}
