import type { KnownMessage } from '../../../shared/messages/index.js';
import type { NetworkName } from '../../../shared/networks.js';
import { decodeLeniently } from '../../../shared/peer/lenient.js';
import type { MessageRow } from '../protocol.js';
import { AddressList } from './address-list.js';
import { AddressTable } from './addresses.js';
import { Agreement, agreementTypes } from './agreement.js';
import { Announcements } from './announcements.js';
import { Budget } from './budget.js';
import { Pings } from './pings.js';
import type { ClockFacts, NodeFacts, NodeQuestions, NodeSeries } from './protocol.js';
import { TimeBuckets } from './time-buckets.js';
import { Tip } from './tip.js';

/** What this screen has use for, by who says it. Everything else passes unread. */
const heard: ReadonlySet<string> = new Set([
  ...agreementTypes,
  'pong',
  'addr',
  'addrv2',
  'inv',
  'cmpctblock',
]);
const ourOwn: ReadonlySet<string> = new Set(['version', 'ping', 'getdata']);

/** What every 1000 virtual bytes and every second round to: their time has no fractions. */
const TIME_STEP_MS = 1000;

type Answered = Exclude<keyof NodeQuestions, 'nodeMeasure' | 'nodeAskAddresses'>;
export type WatcherQuestion = {
  [Q in Answered]: { readonly about: Q } & NodeQuestions[Q]['asks'];
}[Answered];

type Told = NodeQuestions[Answered]['answer'];

/**
 * Learns what the node is from the messages of a session, live or recorded. It keeps a bounded part of what it
 * learned, and of a flood it decodes a bounded part.
 */
export class NodeWatcher {
  readonly #startedAt: number;
  readonly #agreement = new Agreement();
  readonly #pings = new Pings();
  readonly #tip: Tip;
  readonly #announcements: Announcements;
  readonly #addresses = new AddressTable();
  readonly #addressList: AddressList;
  readonly #traffic = new TimeBuckets({ widthMs: 1000, buckets: 512 });
  readonly #budget = new Budget();
  #skipped = 0;
  #latest = 0;

  /** @param options.startedAt the wall clock at the session's start, in ms */
  constructor({ startedAt, network }: { startedAt: number; network: NetworkName }) {
    this.#startedAt = startedAt;
    this.#tip = new Tip(network);
    this.#announcements = new Announcements(this.#tip);
    this.#addressList = new AddressList(this.#addresses, startedAt);
  }

  bytes(direction: 'sent' | 'received', bytes: number, at: number): void {
    this.#latest = Math.max(this.#latest, at);
    this.#traffic.add(at, direction === 'sent' ? bytes : 0, direction === 'received' ? bytes : 0);
  }

  /** The bridge has answered in this time; a ping to the node follows. */
  bridgeAnswered(ms: number): void {
    this.#pings.bridge(ms);
  }

  /** @returns whether the facts may have changed */
  message(row: MessageRow, payload: Uint8Array): boolean {
    const { type, role, direction, at } = row;
    if (role !== 'message' || type === undefined) return false;
    const isAgreement = agreementTypes.has(type) || this.#agreement.open;
    if (isAgreement) this.#agreement.row(row);
    return this.#hears(type, direction, row, payload, at) || isAgreement;
  }

  #hears(type: string, direction: string, row: MessageRow, payload: Uint8Array, at: number): boolean {
    if (direction === 'sent') {
      if (type === 'getaddr') this.#addresses.asked(at);
      else if (type === 'getheaders') this.#announcements.askedHeaders(at);
      else if (!ourOwn.has(type)) return false;
    } else if (type === 'headers') {
      this.#announcements.headers(payload, at);
      return true;
    } else if (!heard.has(type) || (type === 'pong' && !this.#pings.waiting)) {
      return false;
    }
    if (!this.#budget.take(payload.length, at)) {
      this.#skipped++;
      return true;
    }
    const message = decodeLeniently(type, payload);
    if (message.kind === 'decoded') this.#learn(row, message);
    return true;
  }

  #learn(row: MessageRow, message: KnownMessage): void {
    const { at } = row;
    switch (message.type) {
      case 'ping':
        if (message.value.nonce !== undefined) this.#pings.sent(message.value.nonce, at);
        return;
      case 'pong':
        if (message.value.nonce !== undefined) this.#pings.answered(message.value.nonce, at);
        return;
      case 'addr':
      case 'addrv2':
        return this.#addresses.add(message.value.addresses, at);
      case 'getdata':
        return this.#announcements.askedBlocks(message.value.inventory);
      case 'inv':
        return this.#announcements.inv(message.value.inventory, at);
      case 'cmpctblock':
        return this.#announcements.cmpctblock(message.value, at);
      case 'version':
        if (row.direction === 'received') this.#tip.announced(message.value.startHeight, at);
    }
    this.#agreement.said(row, message);
  }

  get facts(): NodeFacts {
    const { theirs, ours, features, feeFilter, rows, dropped } = this.#agreement;
    const clock = this.#clock;
    const tip = this.#tip.facts;
    return {
      ...(theirs && { theirs }),
      ...(ours && { ours }),
      ...(clock && { clock }),
      ...(feeFilter && { feeFilter }),
      ...(tip && { tip }),
      features,
      negotiation: rows,
      negotiationDropped: dropped,
      ping: this.#pings.facts,
      addresses: this.#addresses.facts,
      relay: this.#announcements.facts,
      skipped: this.#skipped,
    };
  }

  /** Their time was on the way for about half a round trip, and is what their clock showed without its fraction. */
  get #clock(): ClockFacts | undefined {
    const { theirs, ours, theirTime } = this.#agreement;
    if (theirs === undefined || theirTime === undefined) return undefined;
    // Without a ping: their version is about an answer to ours.
    const roundTripMs = this.#pings.least ?? Math.max(0, theirs.at - (ours?.at ?? 0));
    const shown = Number(theirTime) * 1000 + TIME_STEP_MS / 2 + roundTripMs / 2;
    return {
      aheadMs: shown - (this.#startedAt + theirs.at),
      uncertaintyMs: TIME_STEP_MS / 2 + roundTripMs / 2,
      roundTripMs,
    };
  }

  get #series(): NodeSeries {
    return {
      pings: this.#pings.kept,
      pingsDropped: this.#pings.dropped,
      traffic: this.#traffic.all,
      announced: this.#announcements.perMinute,
      until: this.#latest,
    };
  }

  /** Some answers take their time. */
  answer(question: WatcherQuestion): Told | Promise<Told> {
    switch (question.about) {
      case 'nodeSeries':
        return this.#series;
      case 'nodeAddresses':
        return this.#addressList.page(question);
      case 'nodeAddressText':
        return this.#addressList
          .text(question, question.as, () => new Promise((resolve) => setTimeout(resolve)))
          .then((text) => ({ text }));
      case 'nodeRelayed':
        return this.#announcements.page(question);
    }
  }
}
