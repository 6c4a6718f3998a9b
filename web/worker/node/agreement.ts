import { toHex } from '../../../shared/bytes.js';
import { serviceNames, type KnownMessage, type VersionMessage } from '../../../shared/messages/index.js';
import { MAX_FEATURES_KEPT, MAX_NEGOTIATION_ROWS, MAX_SENDCMPCT_KEPT } from '../limits.js';
import type { MessageRow } from '../protocol.js';
import type { FeatureFacts, NegotiationRow, NodeFacts, VersionFacts } from './protocol.js';

/** What these say is part of the agreement whenever they come. */
export const agreementTypes: ReadonlySet<string> = new Set([
  'version',
  'verack',
  'wtxidrelay',
  'sendaddrv2',
  'sendtxrcncl',
  'feature',
  'sendheaders',
  'sendcmpct',
  'feefilter',
]);

const HEX_BYTES = 16;

/** How both sides agreed to talk: what each said of itself, and what the node wants. */
export class Agreement {
  readonly rows: NegotiationRow[] = [];
  dropped = 0;
  theirs: VersionFacts | undefined;
  ours: VersionFacts | undefined;
  /** Their clock when they said version, in seconds since 1970. */
  theirTime: bigint | undefined;
  feeFilter: NodeFacts['feeFilter'];
  #features: FeatureFacts = {
    wtxidrelay: false,
    sendaddrv2: false,
    sendheaders: false,
    sendcmpct: [],
    announced: [],
  };
  readonly #veracks = new Set<MessageRow['direction']>();

  get features(): FeatureFacts {
    return this.#features;
  }

  /** Until both have said verack, every message is a part of it. */
  get open(): boolean {
    return this.#veracks.size < 2;
  }

  row({ index: message, at, direction, type = '', summary: says }: MessageRow): void {
    if (type === 'verack') this.#veracks.add(direction);
    if (this.rows.length >= MAX_NEGOTIATION_ROWS) this.dropped++;
    else this.rows.push({ message, at, direction, type, says });
  }

  said(row: MessageRow, message: KnownMessage): void {
    if (message.type === 'version') return this.#version(row, message.value);
    if (row.direction === 'sent') return;
    switch (message.type) {
      case 'wtxidrelay':
      case 'sendaddrv2':
      case 'sendheaders':
        return this.#learn({ [message.type]: true });
      case 'sendcmpct': {
        const { version, announce } = message.value;
        const others = this.#features.sendcmpct.filter((one) => one.version !== String(version));
        if (others.length >= MAX_SENDCMPCT_KEPT) return;
        return this.#learn({
          sendcmpct: [...others, { version: String(version), announce: Boolean(announce) }],
        });
      }
      case 'sendtxrcncl':
        return this.#learn({ sendtxrcncl: message.value.version });
      case 'feature': {
        const { announced } = this.#features;
        if (announced.length >= MAX_FEATURES_KEPT || !this.open) return;
        const { id, data } = message.value;
        const hex = toHex(data.subarray(0, HEX_BYTES));
        return this.#learn({ announced: [...announced, { id, bytes: data.length, hex }] });
      }
      case 'feefilter':
        this.feeFilter = { rate: String(message.value.feeRate), at: row.at };
    }
  }

  #learn(features: Partial<FeatureFacts>): void {
    this.#features = { ...this.#features, ...features };
  }

  /** The first counts, as for a node. */
  #version({ direction, index: message, at }: MessageRow, value: VersionMessage): void {
    const { version, userAgent, startHeight: height } = value;
    const [services, relay] = [serviceNames(value.services), Boolean(value.relay)];
    const facts = { message, at, version, userAgent, services, height, relay };
    if (direction === 'sent') {
      this.ours ??= facts;
    } else if (this.theirs === undefined) {
      this.theirs = facts;
      this.theirTime = value.time;
    }
  }
}
