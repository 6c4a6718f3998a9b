import { inventoryTypes, type KnownMessage } from '../messages/index.js';

export type SilenceCode =
  | 'unknown-block'
  | 'no-bloom-filter'
  | 'unknown-transaction'
  | 'unknown-inventory-type'
  | 'unknown-stop'
  | 'no-headers'
  | 'nothing-to-announce'
  | 'addresses-once'
  | 'empty-mempool'
  | 'no-compact-filters'
  | 'unknown-block-transactions'
  | 'gone'
  | 'version-refused'
  | 'taken-silently'
  | 'not-served-here';

/** Why a request is likely to have no answer. */
export interface Silence {
  readonly code: SilenceCode;
  /** For people, one or two sentences. */
  readonly text: string;
}

const texts: Readonly<Record<SilenceCode, string>> = {
  'unknown-block':
    'Nodes are silent about a block that they do not have, or no longer keep, or that is off their chain for long. Check the hash, or ask a node that keeps all blocks.',
  'no-bloom-filter':
    'A filtered block needs a Bloom filter, and none was set on this connection: a node is silent then. Send filterload first, to a node that offers BLOOM.',
  'unknown-transaction':
    'A node answers notfound for a transaction that it does not have; silence says that it is busy, or has gone.',
  'unknown-inventory-type': 'Nodes pass over entries of a type that they do not know, without a word.',
  'unknown-stop':
    'Without a locator, getheaders asks for the one block that it names, and nodes are silent about one that they do not have.',
  'no-headers':
    'A node that is still syncing itself may not give headers; every other one answers, at its tip with an empty message.',
  'nothing-to-announce': 'A node that has no block after the locator announces none.',
  'addresses-once':
    'Nodes answer getaddr once a connection, after a while, only to who connected to them, and not at all where they know of nobody.',
  'empty-mempool':
    'A node is silent where nothing waits for a block; otherwise its answer takes a while. One that does not offer BLOOM disconnects.',
  'no-compact-filters':
    'A node that offers COMPACT_FILTERS answers or disconnects, as do those that do not offer it; silence says that its index is not there yet, or that it is busy.',
  'unknown-block-transactions':
    'Nodes are silent where they do not have the block. For one that is deep they send all of it.',
  gone: 'Every node answers a ping. It, or the way to it, may have gone; or it is busy with something large.',
  'version-refused': 'It may not want this connection, or still wait for something of ours.',
  'taken-silently':
    'Nodes say nothing about a transaction, whether they take it or not. One that they take they announce to others.',
  'not-served-here':
    'The peer asks this side, which has neither blocks nor a mempool, and answers pings alone. Nodes put up with that from a light client.',
};

export const silence = (code: SilenceCode): Silence => ({ code, text: texts[code] });

/** By entry of getdata. @param filtered whether a Bloom filter was set */
export function silenceOfInventory(type: number, filtered: boolean): SilenceCode {
  switch (type) {
    case inventoryTypes.tx:
    case inventoryTypes.witnessTx:
    case inventoryTypes.wtx:
      return 'unknown-transaction';
    case inventoryTypes.block:
    case inventoryTypes.witnessBlock:
    case inventoryTypes.compactBlock:
      return 'unknown-block';
    case inventoryTypes.filteredBlock:
      return filtered ? 'unknown-block' : 'no-bloom-filter';
    default:
      return 'unknown-inventory-type';
  }
}

/**
 * Why a node is likely to stay silent about a message of ours, as Bitcoin Core and Knots do; undefined for messages
 * that nobody expects an answer to.
 * @param filtered whether a Bloom filter was set on the connection
 */
export function whySilent(message: KnownMessage, filtered = false): Silence | undefined {
  const { type, value } = message;
  switch (type) {
    case 'getdata':
      return value.inventory[0] && silence(silenceOfInventory(value.inventory[0].type, filtered));
    case 'getheaders':
      return silence(value.locator.length === 0 ? 'unknown-stop' : 'no-headers');
    case 'getblocks':
      return silence('nothing-to-announce');
    case 'getaddr':
      return silence('addresses-once');
    case 'mempool':
      return silence('empty-mempool');
    case 'getcfilters':
    case 'getcfheaders':
    case 'getcfcheckpt':
      return silence('no-compact-filters');
    case 'getblocktxn':
      return silence('unknown-block-transactions');
    case 'ping':
      return silence('gone');
    case 'version':
      return silence('version-refused');
    case 'tx':
      return silence('taken-silently');
    default:
      return undefined;
  }
}
