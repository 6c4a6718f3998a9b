/** What requests wait for, and what messages bring, in one notation: a message answers where a key of both is the same. */
import { keyOf } from '../bytes.js';
import {
  blockHash,
  type InventoryEntry,
  inventoryTypes,
  type KnownMessage,
  transactionIds,
} from '../messages/index.js';
import { silenceOfInventory, whySilent, type SilenceCode } from './silence.js';

/** One thing that a request waits for. Whatever bears one of the keys is it. */
export interface Slot {
  readonly keys: readonly string[];
  /** Why it is likely not to come. */
  readonly silence: SilenceCode;
}

export interface Expectation {
  /** The request is answered once all have come. */
  readonly slots: readonly Slot[];
  /** What bears this belongs to the answer, and more follows. */
  readonly part?: string;
}

/** What a message brings: for each thing the keys that it bears, the most telling first. */
export type Claims = readonly (readonly string[])[];

/** Keys of answers that nothing marks as such: an announcement looks the same. */
const UNMARKED: ReadonlySet<string> = new Set(['addresses', 'inv of blocks', 'inv of transactions']);

export const isMarked = (key: string): boolean => !UNMARKED.has(key);

/** Joined, not added up: V8 would keep all the pieces. */
const key = (...parts: (string | number | bigint | Uint8Array)[]) =>
  parts.map((part) => (part instanceof Uint8Array ? keyOf(part) : part)).join(' ');

/** What a request waits for; undefined for a message that is none. */
export function expectationOf(
  message: KnownMessage,
  genesis: Uint8Array,
  filtered: boolean,
): Expectation | undefined {
  const { type, value } = message;
  const one = (...keys: string[]): Expectation => ({
    slots: [{ keys, silence: whySilent(message, filtered)!.code }],
  });
  switch (type) {
    case 'version':
      return one('verack');
    case 'ping':
      return one(key('pong', value.nonce));
    case 'getaddr':
      return one('addresses');
    case 'mempool':
      return one('inv of transactions');
    case 'getblocks':
      return one('inv of blocks');
    case 'getheaders':
      return value.locator.length === 0
        ? one(key('header', value.stop))
        : one(
            'no headers',
            ...new Set([...value.locator, genesis].map((hash) => key('headers after', hash))),
          );
    case 'getdata': {
      const slots = value.inventory.map((entry) => ({
        keys: [key('data', entry.type, entry.hash)],
        silence: silenceOfInventory(entry.type, filtered),
      }));
      return slots.length === 0 ? undefined : { slots };
    }
    case 'getblocktxn':
      return one(key('blocktxn', value.blockHash));
    case 'getcfilters':
      return {
        ...one(key('cfilter', value.filterType, value.stopHash)),
        part: key('cfilter', value.filterType),
      };
    case 'getcfheaders':
      return one(key('cfheaders', value.filterType, value.stopHash));
    case 'getcfcheckpt':
      return one(key('cfcheckpt', value.filterType, value.stopHash));
    default:
      return undefined;
  }
}

export function claimsOf({ type, value }: KnownMessage): Claims {
  switch (type) {
    case 'verack':
      return [['verack']];
    case 'pong':
      return [[key('pong', value.nonce)]];
    case 'addr':
    case 'addrv2':
      // A single one is the sender's own: nodes announce themselves so.
      return value.addresses.length === 1 ? [] : [['addresses']];
    case 'inv':
      return invClaims(value.inventory);
    case 'headers': {
      const [first] = value.headers;
      return first === undefined
        ? [['no headers']]
        : [[key('header', blockHash(first)), key('headers after', first.previous)]];
    }
    case 'notfound':
      return value.inventory.map((entry) => [key('data', entry.type, entry.hash)]);
    case 'tx': {
      const { txid, wtxid } = transactionIds(value);
      return [
        [
          key('data', inventoryTypes.wtx, wtxid),
          key('data', inventoryTypes.witnessTx, txid),
          key('data', inventoryTypes.tx, txid),
        ],
      ];
    }
    case 'block': {
      const hash = blockHash(value.header);
      const { witnessBlock, block, compactBlock } = inventoryTypes;
      // Deep blocks come whole, whatever was asked for of them.
      return [
        [
          ...[witnessBlock, block, compactBlock].map((each) => key('data', each, hash)),
          key('blocktxn', hash),
        ],
      ];
    }
    case 'merkleblock':
      return [[key('data', inventoryTypes.filteredBlock, blockHash(value.header))]];
    case 'cmpctblock':
      return [[key('data', inventoryTypes.compactBlock, blockHash(value.header))]];
    case 'blocktxn':
      return [[key('blocktxn', value.blockHash)]];
    case 'cfilter':
      return [[key('cfilter', value.filterType, value.blockHash), key('cfilter', value.filterType)]];
    case 'cfheaders':
    case 'cfcheckpt':
      return [[key(type, value.filterType, value.stopHash)]];
    default:
      return [];
  }
}

const transactionTypes: readonly number[] = [inventoryTypes.tx, inventoryTypes.wtx];

function invClaims(inventory: readonly InventoryEntry[]): Claims {
  if (inventory.length === 0) return [];
  if (inventory.every(({ type }) => type === inventoryTypes.block)) return [['inv of blocks']];
  return inventory.every(({ type }) => transactionTypes.includes(type)) ? [['inv of transactions']] : [];
}
