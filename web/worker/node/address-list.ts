import {
  addressNetworks,
  addressToString,
  serviceNames,
  timeToString,
} from '../../../shared/messages/index.js';
import { ADDRESS_PAGE } from '../limits.js';
import type { AddressTable, Told } from './addresses.js';
import type { AddressPage, AddressQuery, AddressRow, AddressSort } from './protocol.js';

/** Rows of text between two looks at what else there is to do. */
const LINES_AT_ONCE = 500;

type Order = (a: Told, b: Told) => number;
const by =
  <T>(value: (told: Told) => T): Order =>
  (a, b) => {
    const [one, other] = [value(a), value(b)];
    return one < other ? -1 : one > other ? 1 : 0;
  };
const orders: { readonly [S in AddressSort]: Order } = {
  heard: by(({ entry }) => entry.time),
  network: by(({ network }) => network),
  address: by(({ key }) => key),
  port: by(({ entry }) => entry.port),
  services: by(({ entry }) => entry.services),
  learned: by(({ learned }) => learned),
};

/** The table of addresses as somebody looks at it: a part of it, in an order. */
export class AddressList {
  readonly #table: AddressTable;
  readonly #startedAt: number;
  /** The latest view of it: pages of it are asked one by one. */
  #view: { readonly of: string; readonly rows: readonly Told[] } | undefined;

  /** @param startedAt the wall clock at the session's start, in ms */
  constructor(table: AddressTable, startedAt: number) {
    this.#table = table;
    this.#startedAt = startedAt;
  }

  page({ from, ...query }: AddressQuery & { readonly from: number }): AddressPage {
    const rows = this.#rows(query);
    return {
      from,
      total: rows.length,
      rows: rows.slice(from, from + ADDRESS_PAGE).map((told) => this.#row(told)),
    };
  }

  /** All that fit the query. It takes its time, in pieces. */
  async text(query: AddressQuery, as: 'csv' | 'lines', pause: () => Promise<void>): Promise<string> {
    const rows = this.#rows(query);
    const lines = as === 'csv' ? [CSV_HEAD] : [];
    for (const [at, told] of rows.entries()) {
      lines.push(as === 'csv' ? this.#csv(told) : hostAndPort(this.#row(told)));
      if (at % LINES_AT_ONCE === LINES_AT_ONCE - 1) await pause();
    }
    return lines.map((line) => `${line}\n`).join('');
  }

  #rows({ network, sort, descending }: AddressQuery): readonly Told[] {
    const of = JSON.stringify([network, sort, descending, this.#table.facts.revision]);
    if (this.#view?.of === of) return this.#view.rows;
    const rows = [...this.#table.all]
      .filter((told) => network === '' || told.network === network)
      .sort(orders[sort] ?? orders.heard);
    if (descending) rows.reverse();
    this.#view = { of, rows };
    return rows;
  }

  #row({ entry, network, unusable, learned }: Told): AddressRow {
    const known = addressNetworks.find(({ id }) => id === entry.network);
    return {
      network,
      host: known?.text(entry.address) ?? addressToString(entry),
      port: entry.port,
      services: serviceNames(entry.services),
      heard: entry.time,
      ageS: (this.#startedAt + learned) / 1000 - entry.time,
      learned,
      ...(unusable !== undefined && { unusable }),
    };
  }

  #csv(told: Told): string {
    const { network, host, port, services, heard, learned } = this.#row(told);
    const learnedAt = timeToString(Math.floor((this.#startedAt + learned) / 1000));
    return [network, host, port, services.join(' '), timeToString(heard), learnedAt].map(cell).join(',');
  }
}

const CSV_HEAD = 'network,address,port,services,last heard of,told to us';

/** RFC 4180. Nothing here can begin with what a spreadsheet takes for a formula. */
const cell = (value: string | number): string => {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const hostAndPort = ({ host, port }: AddressRow): string =>
  host.startsWith('network ') ? host : `${host}:${port}`;
