/** What a real node does with a message, before it is sent: Bitcoin Core and Knots once both sides are ready. */
import {
  inventoryTypes,
  isDecodedType,
  messageRegistry,
  type DecodedType,
  type InventoryMessage,
  type KnownMessage,
} from '../../../shared/messages/index.js';
import type { Network } from '../../../shared/networks.js';
import { type PeerError } from '../../../shared/peer/index.js';
import { decodeLeniently } from '../../../shared/peer/lenient.js';
import { misconduct } from '../../../shared/peer/misconduct.js';
import type { Built } from './build.js';
import type { Effect, Foresight } from './protocol.js';

/** What is known of the node. */
export interface Known {
  readonly network: Network;
  /** Its service bits; undefined while it has not said. */
  readonly services: bigint | undefined;
}

/** The largest contents that real nodes take. */
const MAX_CONTENTS = 4_000_013;
const ALL_SERVICES = 2n ** 64n - 1n;

export function foresee(built: Built, { network, services }: Known): Foresight {
  if (built.kind === 'decoy')
    return built.length > MAX_CONTENTS
      ? ends('Contents of more than 4,000,013 bytes: a node disconnects as soon as it has read the length.')
      : says('ignores', 'A decoy: a node checks its tag and throws it away. Nobody answers it.');
  const { type, payload } = built;
  if (type === undefined)
    return says(
      'ignores',
      'A node does not know this id. It notes “invalid message type”, and the session goes on.',
    );
  if (!isDecodedType(type)) return unknownType(type);
  const message = decodeLeniently(type, payload);
  const breach = misconduct(message, payload, network, services ?? ALL_SERVICES);
  if (breach !== undefined) return ends(wordsOf(breach, type));
  if (message.kind === 'malformed')
    return says(
      'ignores',
      'The payload is not what its type says. A node notes that, and the session goes on.',
    );
  if (message.kind !== 'decoded') return unknownType(type);
  return ofMessage(message) ?? says(...byType[type]);
}

function unknownType(type: string): Foresight {
  const known = messageRegistry.get(type);
  return says(
    'ignores',
    known === undefined
      ? 'A node does not know this type. It notes “unknown command”, and the session goes on.'
      : `Few nodes know ${type}; the others note “unknown command”, and the session goes on.`,
  );
}

function wordsOf(error: PeerError, type: string): string {
  switch (error.code) {
    case 'service-not-offered':
      return `This node does not offer ${error.service}, which ${type} needs: it disconnects whoever sends it.`;
    case 'limit-exceeded':
      return `More than ${type} may hold (${error.error.field}: ${error.error.reason}): a node counts that as misbehaviour and disconnects.`;
    case 'bad-proof-of-work':
      return `Header number ${error.index + 1} does not have the work that it claims: a node disconnects whoever sends one.`;
    case 'discontinuous-headers':
      return `Header number ${error.index + 1} does not build on the one before: a node disconnects.`;
    default:
      return `A node disconnects: ${error.message}.`;
  }
}

const says = (effect: Effect, text: string): Foresight => ({ effect, text });
const ends = (text: string): Foresight => says('disconnects', text);

/** Where the value decides. */
function ofMessage({ type, value }: KnownMessage): Foresight | undefined {
  switch (type) {
    case 'getdata':
      return ofGetData(value);
    case 'getheaders':
      return value.locator.length > 0
        ? undefined
        : says(
            'depends',
            'Without a locator it names one block: a node answers with that header, or is silent where it does not have it.',
          );
    case 'headers':
      return value.headers.length > 0
        ? undefined
        : says('ignores', 'No headers: a node takes it as “no more”, and says nothing.');
    default:
      return undefined;
  }
}

function ofGetData({ inventory }: InventoryMessage): Foresight {
  const types = new Set(inventory.map(({ type }) => type));
  const { tx, witnessTx, wtx, filteredBlock } = inventoryTypes;
  if (inventory.length === 0) return says('ignores', 'It asks for nothing, and a node says nothing.');
  if ([...types].every((type) => type === tx || type === witnessTx || type === wtx))
    return says(
      'answers',
      'A node answers with tx, or with notfound for what it does not have or did not announce.',
    );
  if (types.has(filteredBlock))
    return says(
      'depends',
      'A node answers with merkleblock where a Bloom filter was set before, and is silent otherwise.',
    );
  return says(
    'depends',
    'A node answers with the block where it has it, and is silent about one that it does not have.',
  );
}

const compactFilters =
  'It disconnects over a last block that it does not know, a kind of filter that it does not have, or too long a range.';
const unasked = 'It was not asked for: a node passes over it.';

/** For each type, once both sides are ready. */
const byType: { readonly [Type in DecodedType]: readonly [Effect, string] } = {
  version: ['ignores', 'A second version message: a node notes that it is redundant, and passes over it.'],
  verack: ['ignores', 'A second verack: a node notes that it is redundant, and passes over it.'],
  wtxidrelay: ['disconnects', 'It belongs between version and verack. After verack a node disconnects.'],
  sendaddrv2: ['disconnects', 'It belongs between version and verack. After verack a node disconnects.'],
  sendtxrcncl: [
    'depends',
    'It belongs between version and verack. A node that reconciles transactions disconnects; the others pass over it.',
  ],
  feature: [
    'depends',
    'It belongs between version and verack. A node that knows it disconnects; the others pass over it.',
  ],
  sendheaders: ['takes', 'A node takes note: new blocks come as headers from now on.'],
  sendcmpct: ['takes', 'A node takes note of how new blocks may come, and says nothing.'],
  feefilter: ['takes', 'A node takes note: it no longer announces transactions that pay less.'],
  ping: ['answers', 'A node answers with pong and the same nonce.'],
  pong: ['ignores', 'It answers no ping of the node’s: it is noted, and the session goes on.'],
  getaddr: [
    'answers',
    'A node answers with addresses, after a while, once a connection; not at all where it knows of nobody.',
  ],
  addr: ['takes', 'A node may note the addresses, some of them at a time, and says nothing.'],
  addrv2: ['takes', 'A node may note the addresses, some of them at a time, and says nothing.'],
  inv: [
    'depends',
    'A node asks by getdata or getheaders for what is new to it, and is silent about the rest.',
  ],
  getdata: ['answers', 'A node answers with what it has.'],
  notfound: ['ignores', unasked],
  getheaders: [
    'answers',
    'A node answers with up to 2000 headers behind the last block that it shares with the locator; with none at its tip.',
  ],
  headers: [
    'depends',
    'A node takes headers that build on its own. Where they build on none that it knows, it asks by getheaders; where they break a rule, it disconnects.',
  ],
  getblocks: [
    'depends',
    'A node answers with inv, of up to 500 blocks behind the locator, and is silent at its tip.',
  ],
  tx: ['takes', 'A node takes it or not, without a word. What it takes it announces to others.'],
  block: [
    'depends',
    'A node takes a good one silently, and passes over one that it has. Over one that breaks a rule Bitcoin Core disconnects; Knots may put up with it.',
  ],
  mempool: [
    'answers',
    'A node answers with inv, after about 12 s; it is silent where nothing waits for a block.',
  ],
  filterload: [
    'takes',
    'A node sets the filter: it announces no other transactions, and answers for filtered blocks.',
  ],
  filteradd: ['depends', 'A node adds it to the filter that was set before. Without one it disconnects.'],
  filterclear: ['takes', 'A node removes the filter, and announces every transaction again.'],
  merkleblock: ['ignores', unasked],
  cmpctblock: [
    'depends',
    'A node asks for what it lacks of a block that is new and good, and by getheaders for what comes before it. Over one that breaks a rule it may disconnect.',
  ],
  getblocktxn: [
    'depends',
    'A node answers with blocktxn, or with the whole block where it is deep. It is silent about a block that it does not have, and disconnects over an index beyond the block.',
  ],
  blocktxn: ['ignores', unasked],
  getcfilters: ['depends', `A node answers with a cfilter for each block, at most 1000. ${compactFilters}`],
  cfilter: ['ignores', unasked],
  getcfheaders: ['depends', `A node answers with cfheaders, of at most 2000 blocks. ${compactFilters}`],
  cfheaders: ['ignores', unasked],
  getcfcheckpt: ['depends', `A node answers with cfcheckpt. ${compactFilters}`],
  cfcheckpt: ['ignores', unasked],
};
