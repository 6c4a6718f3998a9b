import { ELLSWIFT_BYTES } from '../../../shared/bip324/ellswift.js';
import {
  DEFAULT_MAX_CONTENTS,
  MAX_GARBAGE_BYTES,
  MAX_GARBAGE_SEARCH_BYTES,
  V1_PREFIX_BYTES,
} from '../../../shared/bip324/handshake.js';
import { GARBAGE_TERMINATOR_BYTES } from '../../../shared/bip324/keys.js';
import {
  LENGTH_BYTES,
  MAX_FORMAT_CONTENTS,
  PACKET_EXPANSION,
  REKEY_INTERVAL,
  TAG_BYTES,
} from '../../../shared/engine/engine.js';
import { MAX_ADDRESSES } from '../../../shared/messages/addresses.js';
import { MAX_BLOOM_FILTER_BYTES } from '../../../shared/messages/bloom.js';
import { MAX_FILTER_HASHES, MAX_FILTERS } from '../../../shared/messages/compact-filters.js';
import { MAX_HEADERS, MAX_LOCATOR_HASHES } from '../../../shared/messages/headers.js';
import { MAX_INVENTORY_ENTRIES } from '../../../shared/messages/inventory.js';
import { defaultTimeouts } from '../../../shared/peer/options.js';
import { TYPE_FIELD_BYTES } from '../../../shared/type-field.js';
import { DEFAULT_MAX_PAYLOAD, HEADER_BYTES as V1_HEADER_BYTES } from '../../../shared/v1/header.js';
import { count } from '../../format.js';
import { MAX_ROWS } from '../../store/row-log.js';
import { MAX_SESSIONS } from '../../store/store.js';
import {
  CONNECT_TIMEOUT_MS,
  HANDSHAKE_TIMEOUT_MS,
  MAX_PAYLOAD_BYTES,
  MAX_SAVED_TEXT,
  NO_ANSWER_MS,
} from '../../worker/limits.js';
import { MAX_PASTED } from '../identity/getpeerinfo.js';

/** One limit: what the code compares with, and why it is that. */
export interface Limit {
  /** Of its link. */
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly why: string;
}

export interface LimitGroup {
  readonly title: string;
  readonly limits: readonly Limit[];
}

const bytes = (value: number): string => count(value, 'byte');

const limit = (id: string, name: string, value: string, why: string): Limit => ({ id, name, value, why });

function time(ms: number): string {
  return ms >= 120_000 ? count(ms / 60_000, 'minute') : count(ms / 1000, 'second');
}

/** The numbers are the code's own constants. */
export const limitGroups: readonly LimitGroup[] = [
  {
    title: 'The handshake',
    limits: [
      limit(
        'key',
        'Key',
        bytes(ELLSWIFT_BYTES),
        'Two numbers of 32 bytes, u and t. With one alone about half of all values would be no key, and an observer could tell.',
      ),
      limit(
        'garbage',
        'Garbage',
        `at most ${bytes(MAX_GARBAGE_BYTES)}`,
        'Enough that the first bytes of a connection have no length to know it by; so little that nobody has to hold much before the other side is known.',
      ),
      limit(
        'terminator',
        'Garbage terminator',
        bytes(GARBAGE_TERMINATOR_BYTES),
        'So long that it never appears in the garbage by chance: once in 2¹²⁸ places.',
      ),
      limit(
        'terminator-search',
        'Search for the terminator',
        `${bytes(MAX_GARBAGE_SEARCH_BYTES)} after the key`,
        `All the garbage there may be, and the terminator: ${MAX_GARBAGE_BYTES} + ${GARBAGE_TERMINATOR_BYTES}. Without it in there the other side has other keys, or speaks something else.`,
      ),
      limit(
        'v1-prefix',
        'Start of v1',
        bytes(V1_PREFIX_BYTES),
        'Magic, “version” and five zeros: with fewer, a random key would now and then be taken for v1.',
      ),
    ],
  },
  {
    title: 'Packets',
    limits: [
      limit(
        'expansion',
        'A packet beyond its contents',
        bytes(PACKET_EXPANSION),
        `${LENGTH_BYTES} of length, 1 of header, ${TAG_BYTES} of tag. v1’s header has ${V1_HEADER_BYTES}.`,
      ),
      limit(
        'format-contents',
        'Contents, by the format',
        bytes(MAX_FORMAT_CONTENTS),
        `2²⁴ − 1: the largest number that ${LENGTH_BYTES} bytes hold.`,
      ),
      limit(
        'contents',
        'Contents that are accepted',
        bytes(DEFAULT_MAX_CONTENTS),
        `The largest message and its type in long form. A real node refuses more as soon as it has read the length, and so does this page; the format would allow four times as much.`,
      ),
      limit(
        'message-type',
        'Message type',
        `1 byte, or ${1 + TYPE_FIELD_BYTES}`,
        'A short id, or a zero and twelve characters.',
      ),
      limit(
        'rekey',
        'Packets with one key',
        String(REKEY_INTERVAL),
        'Few enough that even a quiet connection, with a ping now and then, has new keys every few days; so many that it costs next to nothing.',
      ),
    ],
  },
  {
    title: 'Messages',
    limits: [
      limit(
        'payload',
        'Payload',
        bytes(DEFAULT_MAX_PAYLOAD),
        'A block has at most so many; a node hangs up on more, over v1 and v2 alike.',
      ),
      limit(
        'inventory',
        'Entries of inv, getdata and notfound',
        String(MAX_INVENTORY_ENTRIES.toLocaleString('en')),
        'One message, 1.8 MB. A node hangs up on more.',
      ),
      limit(
        'headers',
        'Headers in one message',
        MAX_HEADERS.toLocaleString('en'),
        '162 kB; the next are asked for anew.',
      ),
      limit(
        'locator',
        'Hashes of a locator',
        String(MAX_LOCATOR_HASHES),
        'Each but the first few goes back twice as far, so that far fewer reach the first block of any chain.',
      ),
      limit(
        'addresses',
        'Addresses in addr and addrv2',
        MAX_ADDRESSES.toLocaleString('en'),
        'A node hangs up on more: nobody should fill its memory with addresses.',
      ),
      limit(
        'filters',
        'Filters in one getcfilters',
        MAX_FILTERS.toLocaleString('en'),
        'Each is looked up and sent by itself (BIP157).',
      ),
      limit(
        'filter-hashes',
        'Filter hashes in one cfheaders',
        MAX_FILTER_HASHES.toLocaleString('en'),
        'As many as headers, with which they go together (BIP157).',
      ),
      limit(
        'bloom',
        'Bloom filter',
        bytes(MAX_BLOOM_FILTER_BYTES),
        'Room for 20,000 items with one false hit in a thousand (BIP37).',
      ),
    ],
  },
  {
    title: 'Time',
    limits: [
      limit(
        'connect-time',
        'This page waits for a TCP connection',
        time(CONNECT_TIMEOUT_MS),
        'A node that is there answers within a round trip or two.',
      ),
      limit(
        'handshake-time',
        'This page waits for the handshake',
        time(HANDSHAKE_TIMEOUT_MS),
        'It takes one and a half round trips, and a person watches.',
      ),
      limit(
        'node-handshake-time',
        'A node waits for the handshake',
        time(defaultTimeouts.handshakeMs),
        'A real node’s patience, and the library’s without a page.',
      ),
      limit(
        'ping-interval',
        'From one ping to the next',
        time(defaultTimeouts.pingIntervalMs),
        'Often enough to notice a dead connection, and to keep routers from forgetting it.',
      ),
      limit(
        'ping-time',
        'A ping waits for its pong',
        time(defaultTimeouts.pingTimeoutMs),
        'A busy node may take long; one that answers nothing any more is gone.',
      ),
      limit(
        'request-time',
        'A request waits for its answer',
        time(defaultTimeouts.requestMs),
        'For some requests a node has no answer, and says nothing: then only the time tells.',
      ),
      limit(
        'stall-time',
        'The other side takes none of our bytes',
        time(defaultTimeouts.stallMs),
        'As long as a real node waits.',
      ),
    ],
  },
  {
    title: 'This page',
    limits: [
      limit('sessions', 'Sessions side by side', `${MAX_SESSIONS}`, 'What follows holds for each of them.'),
      limit(
        'rows',
        'Packets that are listed',
        MAX_ROWS.toLocaleString('en'),
        'Older ones leave the list, so that a long session does not fill the memory.',
      ),
      limit(
        'kept',
        'Payloads that are kept',
        `${MAX_PAYLOAD_BYTES / 2 ** 20} MiB`,
        'The latest ones can be opened; of the others the row remains.',
      ),
      limit(
        'saved',
        'A file of chosen messages',
        `${MAX_SAVED_TEXT / 2 ** 20} MiB`,
        'It ends before it gets larger, and how many messages are not in it is said.',
      ),
      limit(
        'no-answer',
        'A request without an answer is told',
        time(NO_ANSWER_MS),
        'With the likely reason. A later answer is still shown as one.',
      ),
      limit(
        'pasted',
        'Pasted text in Identity',
        `${MAX_PASTED.toLocaleString('en')} characters`,
        'A node with a thousand peers prints about half of it.',
      ),
    ],
  },
];
