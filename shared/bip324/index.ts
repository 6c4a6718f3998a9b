/** `peerglass/bip324`: the v2 transport, and the plain steps that it is made of. Read handshake.ts first. */
export { loadEngine } from '../engine/index.js';
export type {
  EllswiftKeyPair,
  Engine,
  EngineName,
  OpenedPacket,
  Opener,
  OpenerOptions,
  OpenFailure,
  OpenResult,
  PartialPacket,
  Sealer,
  SealOptions,
} from '../engine/engine.js';
export { networks, type Network, type NetworkName } from '../networks.js';
export { type RandomSource } from '../random.js';
export {
  ellswiftCreate,
  ellswiftDecode,
  v2Ecdh,
  xelligatorswift,
  xswiftec,
  xswiftecInv,
  type ElligatorSwiftEncoding,
} from './ellswift.js';
export { TransportClosedError, type V2Error, type V2ErrorCode } from './errors.js';
export type { UnsentMessage, V2Event } from './events.js';
export { FSChaCha20 } from './fschacha20.js';
export { FSChaCha20Poly1305 } from './fschacha20poly1305.js';
export { DEFAULT_MAX_CONTENTS, MAX_GARBAGE_BYTES } from './handshake.js';
export { deriveSessionKeys, type CipherKeys, type Role, type SessionKeys } from './keys.js';
export {
  decodeMessageType,
  encodeMessageType,
  shortMessageIds,
  type DecodedMessageType,
} from './message-type.js';
export { PacketCipher, type DecryptedPacket } from './packet.js';
export {
  receiveStates,
  sendStates,
  type ReceiveState,
  type SendState,
  type StateRow,
  type States,
  type Transition,
} from './states.js';
export {
  TraceValue,
  type Derivation,
  type DerivationId,
  type FieldKind,
  type PacketFacts,
  type TraceEntry,
  type TraceField,
  type TraceObserver,
  type TraceStep,
  type V1MessageFacts,
} from './trace.js';
export { V2Transport, type V2TransportOptions } from './transport.js';
