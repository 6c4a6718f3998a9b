import type { DecodedType } from '../../../shared/messages/index.js';

/** What messages are for, in the order in which people meet them. */
export const groups = {
  opening: 'Between version and verack',
  alive: 'Is it there',
  wishes: 'How it may tell us things',
  addresses: 'Addresses of nodes',
  announcing: 'Announce and ask',
  headers: 'Headers and blocks',
  transactions: 'Transactions',
  compact: 'Compact blocks',
  filters: 'Compact filters',
  bloom: 'Bloom filters',
} as const;

export type Group = keyof typeof groups;

export const groupOf: { readonly [Type in DecodedType]: Group } = {
  version: 'opening',
  verack: 'opening',
  wtxidrelay: 'opening',
  sendaddrv2: 'opening',
  sendtxrcncl: 'opening',
  feature: 'opening',
  ping: 'alive',
  pong: 'alive',
  sendheaders: 'wishes',
  sendcmpct: 'wishes',
  feefilter: 'wishes',
  getaddr: 'addresses',
  addr: 'addresses',
  addrv2: 'addresses',
  inv: 'announcing',
  getdata: 'announcing',
  notfound: 'announcing',
  getheaders: 'headers',
  headers: 'headers',
  getblocks: 'headers',
  block: 'headers',
  mempool: 'transactions',
  tx: 'transactions',
  cmpctblock: 'compact',
  getblocktxn: 'compact',
  blocktxn: 'compact',
  getcfilters: 'filters',
  cfilter: 'filters',
  getcfheaders: 'filters',
  cfheaders: 'filters',
  getcfcheckpt: 'filters',
  cfcheckpt: 'filters',
  filterload: 'bloom',
  filteradd: 'bloom',
  filterclear: 'bloom',
  merkleblock: 'bloom',
};

export const typesOf = (group: Group): DecodedType[] =>
  (Object.keys(groupOf) as DecodedType[]).filter((type) => groupOf[type] === group);
