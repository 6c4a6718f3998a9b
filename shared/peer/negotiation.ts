import {
  type DecodedMessage,
  type Feature,
  type MessageMap,
  type DecodedType,
  type VersionMessage,
} from '../messages/index.js';
import { peerErrors, type PeerError } from './errors.js';

/**
 * What two nodes settle before they talk, in a real node's order:
 *
 *   initiator   version ─▶           ◀─ version    wtxidrelay, sendaddrv2, feature…, verack ─▶   ◀─ verack   done
 *   responder   ◀─ version   version, wtxidrelay, sendaddrv2, feature…, verack ─▶                ◀─ verack   done
 *
 * A value that messages go through: it says what to reply and whether something was out of order.
 */
export class Negotiation {
  /** What the peer told us it wants or supports. */
  readonly features: NegotiatedFeatures = {
    wtxidrelay: false,
    sendaddrv2: false,
    sendheaders: false,
    announced: [],
  };
  #awaiting: 'version' | 'verack' | undefined = 'version';
  #theirs: VersionMessage | undefined;
  #unreadable: Error | undefined;
  readonly #role: 'initiator' | 'responder';
  readonly #ours: VersionMessage;
  readonly #announce: readonly Feature[];

  /** @param announce our own features (BIP434), sent to peers of protocol 70017 and later */
  constructor(role: 'initiator' | 'responder', ours: VersionMessage, announce: readonly Feature[] = []) {
    this.#role = role;
    this.#ours = ours;
    this.#announce = announce;
  }

  /** What is still to come; undefined once both sides are done. */
  get awaiting(): 'version' | 'verack' | undefined {
    return this.#awaiting;
  }

  get theirVersion(): VersionMessage | undefined {
    return this.#theirs;
  }

  /** Why the peer's version message could not be read, while there is none that could. */
  get unreadableVersion(): Error | undefined {
    return this.#theirs === undefined ? this.#unreadable : undefined;
  }

  /** What to send as soon as the transport can. */
  open(): Outgoing[] {
    return this.#role === 'initiator' ? [outgoing('version', this.#ours)] : [];
  }

  receive(message: DecodedMessage): NegotiationStep {
    const { type } = message;
    if (type === 'version') {
      if (this.#theirs !== undefined) return notice('duplicate-version', type);
      if (message.kind === 'decoded' && message.type === 'version') return this.#version(message.value);
      // As a real node: it waits for one that it can read.
      if (message.kind === 'malformed') this.#unreadable = message.error;
      return nothing;
    }
    if (this.#awaiting === 'version') return notice('message-before-version', type);
    switch (type) {
      case 'verack':
        if (this.#awaiting === undefined) return notice('duplicate-verack', type);
        this.#awaiting = undefined;
        return nothing;
      case 'wtxidrelay':
      case 'sendaddrv2':
        if (this.#awaiting === undefined)
          return { reply: [], failure: peerErrors.negotiationAfterVerack(type) };
        this.features[type] = true;
        return nothing;
    }
    if (message.kind === 'malformed') return nothing;
    if (message.kind === 'decoded') {
      switch (message.type) {
        case 'feature':
          if (this.#awaiting === undefined) return notice('feature-after-verack', type);
          if (this.features.announced.length < MAX_FEATURES) this.features.announced.push(message.value);
          return { reply: [], feature: message.value };
        case 'sendtxrcncl':
          // As a real node that does not reconcile: after verack it takes no notice.
          if (this.#awaiting === undefined) return notice('sendtxrcncl-after-verack', type);
          this.features.sendtxrcncl = message.value;
          return nothing;
        case 'sendheaders':
          this.features.sendheaders = true;
          return nothing;
        case 'sendcmpct':
          this.features.sendcmpct = message.value;
          return nothing;
        case 'feefilter':
          if (this.#awaiting === undefined) this.features.feefilter = message.value.feeRate;
      }
    }
    return this.#awaiting === 'verack' ? notice('message-before-verack', type) : nothing;
  }

  #version(theirs: VersionMessage): NegotiationStep {
    if (theirs.version < MIN_VERSION)
      return { reply: [], failure: peerErrors.obsoleteVersion(theirs.version) };
    this.#theirs = theirs;
    this.#awaiting = 'verack';
    const common = Math.min(theirs.version, this.#ours.version);
    const reply: Outgoing[] = [];
    if (this.#role === 'responder') reply.push(outgoing('version', this.#ours));
    if (common >= WTXID_RELAY_VERSION) reply.push(outgoing('wtxidrelay', {}), outgoing('sendaddrv2', {}));
    if (common >= FEATURE_VERSION)
      reply.push(...this.#announce.map((feature) => outgoing('feature', feature)));
    reply.push(outgoing('verack', {}));
    return { reply };
  }
}

/** The protocol version we speak: BIP434's. */
export const PROTOCOL_VERSION = 70017;
/** Bitcoin Core and Knots disconnect peers older than this, and so do we. */
const MIN_VERSION = 31800;
/** BIP339; sendaddrv2 (BIP155) is sent from the same version on. */
const WTXID_RELAY_VERSION = 70016;
const FEATURE_VERSION = 70017;
/** Further announcements are delivered, and not kept. */
const MAX_FEATURES = 64;

export interface NegotiatedFeatures {
  wtxidrelay: boolean;
  sendaddrv2: boolean;
  /** The peer wants new blocks announced by `headers`; may come at any time. */
  sendheaders: boolean;
  /** The latest one. */
  sendcmpct?: MessageMap['sendcmpct'];
  /** The latest one, in satoshi per 1000 virtual bytes. */
  feefilter?: bigint;
  /** BIP330: offered before verack. */
  sendtxrcncl?: MessageMap['sendtxrcncl'];
  /** BIP434: what came as `feature`. */
  announced: Feature[];
}

export type Outgoing = {
  [T in DecodedType]: { readonly type: T; readonly value: MessageMap[T] };
}[DecodedType];

function outgoing<T extends DecodedType>(type: T, value: MessageMap[T]): Outgoing {
  return { type, value } as Outgoing;
}

interface NegotiationStep {
  readonly reply: readonly Outgoing[];
  /** BIP434: the peer announced it. */
  readonly feature?: Feature;
  /** Out of order; the session goes on. */
  readonly notice?: NegotiationNotice;
  /** The session ends. */
  readonly failure?: PeerError;
}

export interface NegotiationNotice {
  readonly code:
    | 'message-before-version'
    | 'message-before-verack'
    | 'duplicate-version'
    | 'duplicate-verack'
    | 'feature-after-verack'
    | 'sendtxrcncl-after-verack';
  readonly messageType: string;
}

const nothing: NegotiationStep = { reply: [] };

function notice(code: NegotiationNotice['code'], messageType: string): NegotiationStep {
  return { reply: [], notice: { code, messageType } };
}
