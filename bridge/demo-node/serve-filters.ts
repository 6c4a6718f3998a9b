/** BIP157: filters and what chains them. Whoever asks for what cannot be answered is disconnected, as by a node. */
import {
  BASIC_FILTER,
  MAX_FILTER_HASHES,
  MAX_FILTERS,
  type GetCFCheckpt,
  type GetFilters,
} from '../../shared/messages/index.js';
import { type ChainBlock } from './chain.js';
import { type Visit } from './visit.js';

const CHECKPOINT_INTERVAL = 1000;
/** Between two looks at whether the visitor still reads. */
const FILTERS_AT_ONCE = 50;

export async function serveFilters(visit: Visit, request: GetFilters): Promise<void> {
  for (const [i, { hash, filter }] of blocksOf(visit, request, MAX_FILTERS).entries()) {
    if (i % FILTERS_AT_ONCE === 0 && !(await visit.room())) return;
    visit.send('cfilter', { filterType: BASIC_FILTER, blockHash: hash, filter });
  }
}

export function serveFilterHeaders(visit: Visit, request: GetFilters): void {
  const blocks = blocksOf(visit, request, MAX_FILTER_HASHES);
  const [first] = blocks;
  if (first === undefined) return;
  visit.send('cfheaders', {
    filterType: BASIC_FILTER,
    stopHash: request.stopHash,
    previousFilterHeader: visit.ledger.chain.at(first.height - 1)?.filterHeader ?? new Uint8Array(32),
    filterHashes: blocks.map(({ filterHash }) => filterHash),
  });
}

export function serveFilterCheckpoints(visit: Visit, { filterType, stopHash }: GetCFCheckpt): void {
  const stop = stopOf(visit, filterType, stopHash);
  if (stop === undefined) return;
  const heights = Array.from(
    { length: Math.floor(stop.height / CHECKPOINT_INTERVAL) },
    (_, i) => (i + 1) * CHECKPOINT_INTERVAL,
  );
  visit.send('cfcheckpt', {
    filterType: BASIC_FILTER,
    stopHash,
    filterHeaders: heights.map((height) => visit.ledger.chain.at(height)!.filterHeader),
  });
}

/** None when the request made us disconnect. */
function blocksOf(
  visit: Visit,
  { filterType, startHeight, stopHash }: GetFilters,
  max: number,
): ChainBlock[] {
  const stop = stopOf(visit, filterType, stopHash);
  if (stop === undefined) return [];
  const count = stop.height - startHeight + 1;
  if (count < 1 || count > max) {
    visit.disconnect(count < 1 ? 'filters from above the last block' : `more than ${max} filters asked for`);
    return [];
  }
  return Array.from({ length: count }, (_, i) => visit.ledger.chain.at(startHeight + i)!);
}

function stopOf(visit: Visit, filterType: number, stopHash: Uint8Array): ChainBlock | undefined {
  const stop = filterType === BASIC_FILTER ? visit.ledger.chain.find(stopHash) : undefined;
  if (stop === undefined)
    visit.disconnect(
      filterType === BASIC_FILTER ? 'filters up to an unknown block' : 'an unknown type of filter',
    );
  return stop;
}
