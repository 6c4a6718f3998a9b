import {
  blockHash,
  hashToString,
  inventoryTypeName,
  messageRegistry,
  serviceNames,
  txid,
  type DecodedMessage,
  type KnownMessage,
} from '../../shared/messages/index.js';

const grouped = new Intl.NumberFormat('en');
const number = (value: number): string => grouped.format(value);

export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${number(value)} ${value === 1 ? one : many}`;

export const atMost = (length: number, text: string): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;

const KINDS_NAMED = 3;

/** One line that says what a message says. @param message undefined where its type has no name */
export function summarise(
  message: DecodedMessage | undefined,
  payload: Uint8Array,
): { summary: string; problem?: string } {
  if (message === undefined)
    return { summary: `${counted(payload.length, 'byte')} of a type that nobody has named` };
  if (message.kind === 'malformed') return { summary: message.error.message, problem: message.error.hint };
  if (message.kind === 'decoded') return { summary: ofKnown(message) };
  const purpose = messageRegistry.get(message.type)?.purpose ?? 'Not a message that this page knows.';
  return { summary: payload.length === 0 ? purpose : `${counted(payload.length, 'byte')}. ${purpose}` };
}

function ofKnown(message: KnownMessage): string {
  switch (message.type) {
    case 'version': {
      const { userAgent, version, startHeight, services } = message.value;
      const offers = serviceNames(services).join(', ') || 'no services';
      return `${userAgent} protocol ${version}, height ${startHeight}, ${offers}`;
    }
    case 'ping':
    case 'pong':
      return rootText(message.type === 'ping' ? 'asks with' : 'answers', message.value);
    case 'inv':
    case 'getdata':
    case 'notfound': {
      const [only, another] = message.value.inventory;
      if (only && !another) return `${inventoryTypeName(only.type)} ${hashToString(only.hash)}`;
      const kinds = new Map<string, number>();
      for (const { type } of message.value.inventory) {
        const name = inventoryTypeName(type);
        kinds.set(name, (kinds.get(name) ?? 0) + 1);
      }
      const named = [...kinds].slice(0, KINDS_NAMED).map(([name, times]) => `${number(times)} ${name}`);
      const more = kinds.size - named.length;
      if (more > 0) named.push(`and ${counted(more, 'more kind')}`);
      return named.join(', ') || 'nothing';
    }
    case 'headers':
      return counted(message.value.headers.length, 'block header');
    case 'getheaders':
    case 'getblocks':
      return `from the last of ${counted(message.value.locator.length, 'hash', 'hashes')} that both sides know`;
    case 'feefilter':
      return `tell of no transaction below ${message.value.feeRate} sat per 1000 vbytes`;
    case 'sendcmpct':
      return `compact blocks of version ${message.value.version}, ${message.value.announce ? 'without being asked' : 'only when asked'}`;
    case 'feature':
      return `${message.value.id}, ${counted(message.value.data.length, 'byte')} of data`;
    case 'tx':
      return `${hashToString(txid(message.value))}: ${message.value.inputs.length} in, ${message.value.outputs.length} out`;
    case 'block':
      return `${hashToString(blockHash(message.value.header))} with ${counted(message.value.transactions.length, 'transaction')}`;
    case 'cmpctblock':
      return `${hashToString(blockHash(message.value.header))} as ${counted(message.value.shortIds.length, 'short id')}, and ${message.value.prefilled.length} whole`;
    case 'getblocktxn':
      return `${counted(message.value.indexes.length, 'transaction')} of ${hashToString(message.value.blockHash)}`;
    case 'blocktxn':
      return `${counted(message.value.transactions.length, 'transaction')} of ${hashToString(message.value.blockHash)}`;
    case 'addr':
    case 'addrv2':
      return counted(message.value.addresses.length, 'address', 'addresses');
    case 'sendtxrcncl':
      return `reconciliation of version ${message.value.version}`;
    case 'merkleblock':
      return `${hashToString(blockHash(message.value.header))}, proven by ${counted(message.value.hashes.length, 'hash', 'hashes')}`;
    case 'filterload':
      return `${counted(message.value.filter.length, 'byte')}, ${counted(message.value.hashFunctions, 'hash function')}`;
    case 'filteradd':
      return counted(message.value.element.length, 'byte');
    case 'getcfilters':
    case 'getcfheaders':
      return `from height ${message.value.startHeight} to ${hashToString(message.value.stopHash)}`;
    case 'cfilter':
      return `${counted(message.value.filter.length, 'byte')} for ${hashToString(message.value.blockHash)}`;
    case 'cfheaders':
      return `${counted(message.value.filterHashes.length, 'filter hash', 'filter hashes')} up to ${hashToString(message.value.stopHash)}`;
    case 'getcfcheckpt':
      return `up to ${hashToString(message.value.stopHash)}`;
    case 'cfcheckpt':
      return `${counted(message.value.filterHeaders.length, 'filter header')} up to ${hashToString(message.value.stopHash)}`;
    case 'getaddr':
    case 'mempool':
    case 'filterclear':
    case 'verack':
    case 'wtxidrelay':
    case 'sendaddrv2':
    case 'sendheaders':
      return messageRegistry.get(message.type)?.purpose ?? '';
  }
}

const rootText = (verb: string, { nonce }: { nonce?: bigint }): string =>
  nonce === undefined ? `${verb} no nonce` : `${verb} nonce ${nonce.toString(16).padStart(16, '0')}`;
