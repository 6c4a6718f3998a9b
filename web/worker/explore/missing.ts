import { serviceBits } from '../../../shared/messages/index.js';
import { PeerFailure, whySilent, type Peer, type PeerError } from '../../../shared/peer/index.js';
import { NO_ANSWER_MS } from '../limits.js';
import type { ChainSyncState, Missing } from './protocol.js';

type Why = Omit<Missing, 'kind'>;

export const missing = (why: Why): Missing => ({ kind: 'missing', ...why });

export const isMissing = (answer: unknown): answer is Missing =>
  typeof answer === 'object' && answer !== null && (answer as Missing).kind === 'missing';

const seconds = NO_ANSWER_MS / 1000;

/** What is asked for, as the texts call it. */
export type Wanted = 'block' | 'transaction' | 'filter';

const inventory = { block: 'block', transaction: 'transaction', filter: 'filter' } as const;

export const notInSession = (wanted: Wanted, live: boolean): Missing =>
  missing({
    code: 'not-in-session',
    title: `This session did not fetch this ${wanted}`,
    text: live
      ? 'The session has ended, and what crossed in it is all there is here.'
      : 'What is here is what crossed in the recorded session, and nobody can be asked for more.',
    next: 'Connect to a node to ask it.',
  });

export const notReady = (wanted: Wanted): Missing =>
  missing({
    code: 'not-in-session',
    title: `This ${inventory[wanted]} is not here yet`,
    text: 'The session is still being opened: a node is asked as soon as it is ready.',
    next: 'Wait until the session is ready.',
    offers: 'retry',
  });

export const aboveTip = (height: number, asked: number, syncing: boolean): Missing =>
  syncing
    ? missing({
        code: 'not-synced',
        title: `Height ${asked} is not synced yet`,
        text: `P2P has no look-up by height: the chain of headers tells the hash, and it has come as far as ${height}.`,
        next: 'Wait: this page goes on as soon as the chain is there. Or look it up by its hash.',
      })
    : missing({
        code: 'above-tip',
        title: `There is no height ${asked} here`,
        text: `The chain that is known here ends at height ${height}.`,
        next: 'Take a lower height, or look the block up by its hash.',
      });

/** A node that keeps the latest blocks alone (BIP159) disconnects who asks for an older one. */
export const mayDisconnect = (depth: number): Missing =>
  missing({
    code: 'may-disconnect',
    title: 'This node keeps only the latest blocks',
    text: `It offers NETWORK_LIMITED and not NETWORK: it promises the last 288 blocks, and this one is ${depth} below its tip. Nodes disconnect who asks such a node for an older one.`,
    next: 'Connect to a node that offers NETWORK. Asking anyway is likely to end this session.',
    offers: 'anyway',
  });

export const noFilters = (): Missing =>
  missing({
    code: 'no-filters',
    title: 'This node offers no block filters',
    text: 'Its services lack COMPACT_FILTERS, and a node without them disconnects who asks (BIP157).',
    next: 'Connect to a node that runs with -blockfilterindex and -peerblockfilters.',
  });

export const offChain = (wanted: Wanted): Missing =>
  missing({
    code: 'off-chain',
    title: 'The height of this block is not known here',
    text: `A ${inventory[wanted]} is asked for by height and hash, and this block is not in the chain of headers here.`,
    next: 'Let the chain sync first.',
  });

/** How a node that keeps its last blocks alone is told from one that keeps all. */
export function keepsFewBlocks(peer: Peer): boolean {
  const services = peer.theirVersion?.services ?? 0n;
  return (services & serviceBits.NETWORK_LIMITED) !== 0n && (services & serviceBits.NETWORK) === 0n;
}

/** @param type of the inventory entry that was asked for */
export function failedQuestion(wanted: Wanted, cause: unknown, hash: Uint8Array, type: number): Missing {
  if (!(cause instanceof PeerFailure)) throw cause;
  switch (cause.code) {
    case 'aborted':
    case 'request-timed-out':
      return silent(wanted, hash, type);
    case 'not-found':
      return missing({
        code: 'not-found',
        title: 'The node does not have this transaction',
        text: 'It answered notfound. Nodes hand out the transactions that wait for a block, and those of its mempool that they have announced; a mined one is handed out with its block alone, and P2P has no index of transactions.',
        next: 'If it was mined, open its block here: then it is found by its id. If it is new, try again once the node has announced it.',
        offers: 'retry',
      });
    case 'session-ended':
      return missing({
        code: 'ended',
        title: 'The session ended before the answer',
        text: `The node closed the connection, or the way to it is gone; this ${wanted} did not come.`,
        next: 'Connect again.',
      });
    default:
      return missing({
        code: 'invalid',
        title: `What the node sent is not this ${wanted}`,
        text: `${cause.message}. It was checked in this tab and thrown away.`,
        next: cause.hint,
        offers: 'retry',
      });
  }
}

function silent(wanted: Wanted, hash: Uint8Array, type: number): Missing {
  const why =
    wanted === 'filter'
      ? whySilent({
          kind: 'decoded',
          type: 'getcfilters',
          value: { filterType: 0, startHeight: 0, stopHash: hash },
        } as Parameters<typeof whySilent>[0])
      : whySilent({
          kind: 'decoded',
          type: 'getdata',
          value: { inventory: [{ type, hash }] },
        } as Parameters<typeof whySilent>[0]);
  return missing({
    code: 'silent',
    title: `No answer after ${seconds} s`,
    text: why?.text ?? 'Nodes answer some requests with silence.',
    next: 'The session goes on: look something else up, or ask once more.',
    offers: 'retry',
  });
}

export function failedSync(error: PeerError): ChainSyncState {
  const silentNode = error.code === 'request-timed-out';
  return {
    state: 'failed',
    message: silentNode
      ? `No answer after ${seconds} s: the node gave no headers.`
      : `${error.message[0]?.toUpperCase() ?? ''}${error.message.slice(1)}.`,
    hint: silentNode
      ? 'A node that is still syncing itself may not give headers; one that is busy may later. What crosses in the session is still found here.'
      : error.hint,
  };
}

export const badRequest = (): Missing =>
  missing({
    code: 'bad-request',
    title: 'This is no height and no hash',
    text: 'A height is a whole number; a block hash or a transaction id is 64 hex digits.',
    next: 'Correct it in the field above.',
  });

export const letGo = (): Missing =>
  missing({
    code: 'ended',
    title: 'It came, and is no longer kept',
    text: 'So many other messages came that this one had to go from memory.',
    next: 'Ask once more.',
    offers: 'retry',
  });
