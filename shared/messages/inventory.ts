import { hash, hashToString } from './hash.js';
import { namedInput } from './input.js';
import { shown, type Layout } from './layout.js';
import { u32 } from './leaves.js';
import { completeList } from './lists.js';
import { struct } from './struct.js';

export const MAX_INVENTORY_ENTRIES = 50_000;

/** What an inventory entry's hash is of. */
export const inventoryTypes = {
  tx: 1,
  block: 2,
  /** BIP37 */
  filteredBlock: 3,
  /** BIP152 */
  compactBlock: 4,
  /** BIP339 */
  wtx: 5,
  /** BIP144: only in getdata */
  witnessTx: 0x40000001,
  /** BIP144: only in getdata */
  witnessBlock: 0x40000002,
} as const;

const names = new Map<number, string>([
  [inventoryTypes.tx, 'tx'],
  [inventoryTypes.block, 'block'],
  [inventoryTypes.filteredBlock, 'filtered block'],
  [inventoryTypes.compactBlock, 'compact block'],
  [inventoryTypes.wtx, 'wtx'],
  [inventoryTypes.witnessTx, 'witness tx'],
  [inventoryTypes.witnessBlock, 'witness block'],
]);

export function inventoryTypeName(type: number): string {
  return names.get(type) ?? `type 0x${type.toString(16)}`;
}

export interface InventoryEntry {
  /** One of inventoryTypes; others are kept as they come. */
  type: number;
  /** 32 bytes in wire order. */
  hash: Uint8Array;
}

/** `inv` announces, `getdata` asks, `notfound` answers what cannot be given. */
export interface InventoryMessage {
  /** At most 50,000. */
  inventory: InventoryEntry[];
}

const inventoryType = shown(u32, {
  kind: 'inventoryType',
  text: inventoryTypeName,
  input: namedInput(u32.input!, names, 'type', inventoryTypeName),
});
const inventoryEntry = shown<InventoryEntry>(struct({ type: inventoryType, hash }), {
  kind: 'inventoryEntry',
  text: (entry) => `${inventoryTypeName(entry.type)} ${hashToString(entry.hash)}`,
});

export const inventoryMessage: Layout<InventoryMessage> = struct({
  inventory: completeList(inventoryEntry, MAX_INVENTORY_ENTRIES),
});
