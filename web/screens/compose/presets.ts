import { formOf, initialDraft, type DecodedType, type Draft } from '../../../shared/messages/index.js';
import type { Network } from '../../../shared/networks.js';
import { systemRandom } from '../../../shared/random.js';
import type { Composed } from '../../worker/compose/protocol.js';
import { withPart, type Place } from './draft.js';

/** A message that is filled in as far as it can be. */
export interface Preset {
  readonly name: string;
  /** The field that is left to a person. */
  readonly asks?: string;
  make(network: Network): Composed;
}

const form = (type: DecodedType, ...parts: readonly (readonly [place: Place, part: Draft])[]): Composed => ({
  kind: 'form',
  type,
  form: 'short',
  draft: parts.reduce((draft, [place, part]) => withPart(draft, place, part), initialDraft(formOf(type))),
});
const raw = (type: string, payload: string): Composed => ({ kind: 'raw', type, form: 'short', payload });

const genesis = ({ genesis }: Network): Draft => [genesis.hash];
const unknownHash = 'ee'.repeat(32);

const randomNonce = (): string => String(new DataView(systemRandom(8).slice().buffer).getBigUint64(0));

const wanted = (type: string, hash: string): Draft => [{ type, hash }];

export const questions: readonly Preset[] = [
  { name: 'ping, a random nonce', make: () => form('ping', [['nonce'], randomNonce()]) },
  { name: 'getheaders from genesis', make: (network) => form('getheaders', [['locator'], genesis(network)]) },
  { name: 'getblocks from genesis', make: (network) => form('getblocks', [['locator'], genesis(network)]) },
  {
    name: 'getdata of a block',
    asks: 'inventory[0].hash',
    make: () => form('getdata', [['inventory'], wanted('witness block', '')]),
  },
  {
    name: 'getdata of a transaction',
    asks: 'inventory[0].hash',
    make: () => form('getdata', [['inventory'], wanted('witness tx', '')]),
  },
  { name: 'getaddr', make: () => form('getaddr') },
  { name: 'mempool', make: () => form('mempool') },
  {
    name: 'getcfilters from the start',
    asks: 'stopHash',
    make: () => form('getcfilters', [['stopHash'], '']),
  },
  {
    name: 'getcfheaders from the start',
    asks: 'stopHash',
    make: () => form('getcfheaders', [['stopHash'], '']),
  },
  { name: 'getcfcheckpt', asks: 'stopHash', make: () => form('getcfcheckpt', [['stopHash'], '']) },
  {
    name: 'getblocktxn, the first of a block',
    asks: 'blockHash',
    make: () => form('getblocktxn', [['blockHash'], ''], [['indexes'], ['0']]),
  },
];

export const curious: readonly Preset[] = [
  {
    name: 'a block that nobody has',
    make: () => form('getdata', [['inventory'], wanted('witness block', unknownHash)]),
  },
  {
    name: 'a transaction that nobody has',
    make: () => form('getdata', [['inventory'], wanted('witness tx', unknownHash)]),
  },
  { name: 'a type that nobody knows', make: () => raw('hello', '68656c6c6f') },
  { name: 'an id that nobody knows', make: () => ({ kind: 'id', id: '200', payload: '' }) },
  { name: 'an inv cut short', make: () => raw('inv', '05') },
  { name: 'a decoy of 1,000 bytes', make: () => ({ kind: 'decoy', length: '1000' }) },
];

export const endings: readonly Preset[] = [
  { name: 'wtxidrelay after verack', make: () => form('wtxidrelay') },
  { name: 'an inv of 50,001', make: () => raw('inv', `fd51c3 (01000000 ${unknownHash})*50001`) },
  {
    name: 'a header without work',
    make: () => {
      const headers = formOf('headers');
      const list = headers.form === 'struct' ? headers.fields[0]!.formIn({}) : headers;
      return form('headers', [['headers'], list.form === 'list' ? [initialDraft(list.item)] : []]);
    },
  },
  {
    name: 'a filterload of 36,001 bytes',
    make: () => raw('filterload', 'fda18c (00)*36001 01000000 00000000 00'),
  },
  { name: 'a decoy of 4,000,014 bytes', make: () => ({ kind: 'decoy', length: '4000014' }) },
  { name: 'filters up to an unknown block', make: () => form('getcfcheckpt', [['stopHash'], unknownHash]) },
];
