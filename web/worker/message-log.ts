import type { PacketFacts, TraceEntry, V1MessageFacts } from '../../shared/bip324/trace.js';
import { decodeMessage, messageRegistry, type DecodedMessage } from '../../shared/messages/index.js';
import type { NetworkName } from '../../shared/networks.js';
import type { Describe } from './describe-fields.js';
import { finder } from './find.js';
import { jsonOf } from './json.js';
import { Latest } from './latest.js';
import { MAX_KEPT, MAX_PAYLOAD_BYTES } from './limits.js';
import { OpenedMessage } from './opened.js';
import type { PairWatch } from './pair-watch.js';
import type { Found, JsonText, MessageRow } from './protocol.js';
import { atMost, counted, summarise } from './summary.js';

/** Characters: whatever a message holds, its row stays a row. */
const MAX_SUMMARY = 300;

/** The latest message of so many bytes is also kept decoded: two of them never end in one piece of the stream (tap.ts). */
const LONG_BYTES = 16 * 1024;

/** What is kept of a message for whoever opens or saves it. */
export interface Kept extends Pick<MessageRow, 'at' | 'direction' | 'role' | 'type'> {
  readonly payload: Uint8Array;
}

/** What a row needs to know of a trace entry, of either transport. */
interface Entry {
  readonly direction: 'sent' | 'received';
  readonly bytes: Uint8Array;
  readonly fields: TraceEntry['fields'];
  readonly packet?: PacketFacts;
  readonly v1Message?: V1MessageFacts;
}

/** The packets after the handshake; the payloads of the latest are kept for whoever opens one. */
export class MessageLog {
  readonly #kept = new Latest<Kept>(
    { entries: MAX_KEPT, bytes: MAX_PAYLOAD_BYTES },
    ({ payload }) => payload.length,
  );
  #opened: OpenedMessage | undefined;
  #latestLong: { readonly payload: Uint8Array; readonly decoded: DecodedMessage } | undefined;
  readonly #pairs: PairWatch;

  /** @param pairs is shown every message */
  constructor(pairs: PairWatch) {
    this.#pairs = pairs;
  }

  /** The first message whose payload is still kept. */
  get payloadsFrom(): number {
    return this.#kept.first;
  }

  /** @param withoutKeys of a recording that holds none */
  add(entry: Entry, at: number, withoutKeys = false): MessageRow {
    const { packet, v1Message, direction, bytes } = entry;
    const message = packet?.role === 'decoy' ? undefined : (packet?.message ?? v1Message);
    const type = message?.type;
    const role = roleOf(entry, type);
    const payload = message?.payload ?? (role === 'unread' ? bytes : contentsOf(entry));
    const index = this.#kept.end;
    this.#kept.push({ at, direction, role, type, payload });
    const decoded = type === undefined || role in says ? undefined : decodeMessage(type, payload);
    if (decoded && payload.length >= LONG_BYTES) this.#latestLong = { payload, decoded };
    const { summary, problem } =
      role === 'unread' && withoutKeys
        ? opaque(payload)
        : role in says
          ? says[role as keyof typeof says](payload)
          : summarise(decoded, payload);
    const id = packet?.message?.id;
    return {
      index,
      at,
      direction,
      type,
      role,
      wireBytes: bytes.length,
      payloadBytes: payload.length,
      summary: atMost(MAX_SUMMARY, summary),
      ...(problem !== undefined && { problem: atMost(MAX_SUMMARY, problem) }),
      ...(id !== undefined && { id }),
      ...(decoded && type !== undefined && this.#pairs.see(index, { direction, at, type, payload }, decoded)),
    };
  }

  /** What the latest long message says, where these are its very bytes: nobody has to decode it once more. */
  decoded({ buffer, byteOffset, length }: Uint8Array): DecodedMessage | undefined {
    const { payload, decoded } = this.#latestLong ?? {};
    const same = payload?.buffer === buffer && payload.byteOffset === byteOffset && payload.length === length;
    // What is malformed here, the peer may read more leniently.
    return same && decoded?.kind === 'decoded' ? decoded : undefined;
  }

  /** What is kept, for whoever reads on from where it was. */
  get kept(): Pick<Latest<Kept>, 'first' | 'end' | 'at'> {
    return this.#kept;
  }

  /** Of the messages that are open, the latest is kept ready. @param network whose addresses its scripts show */
  async open(index: number, network: NetworkName): Promise<OpenedMessage | undefined> {
    const type = this.#kept.at(index)?.type;
    const describe = withTransactions.has(type ?? '') ? await loadDescribing(network) : undefined;
    if (this.#opened?.index === index) return this.#opened;
    const kept = this.#kept.at(index);
    this.#opened = kept && new OpenedMessage(index, kept.type, kept.payload, describe);
    return this.#opened;
  }

  at(index: number): Kept | undefined {
    return this.#kept.at(index);
  }

  json(index: number): JsonText | undefined {
    const kept = this.#kept.at(index);
    return kept && jsonOf(kept.type, kept.payload);
  }

  /** Searches the payloads that are kept, from the message `from` on. */
  find(hex: string, from: number): Found {
    return finder(this.#kept, hex, from, ({ payload }) => [payload]);
  }
}

const withTransactions: ReadonlySet<string> = new Set(['tx', 'block', 'cmpctblock', 'blocktxn']);

/** Without it, where what served the page has gone, the fields are there all the same. */
async function loadDescribing(network: NetworkName): Promise<Describe | undefined> {
  try {
    return (await import('./describe-fields.js')).describing(network);
  } catch {
    return undefined;
  }
}

function roleOf({ packet, v1Message }: Entry, type: string | undefined): MessageRow['role'] {
  if (packet === undefined && v1Message === undefined) return 'unread';
  if (packet?.role === 'decoy') return 'decoy';
  if (v1Message?.checksum === 'wrong') return 'dropped';
  return type !== undefined && messageRegistry.has(type) ? 'message' : 'unknown';
}

interface Said {
  readonly summary: string;
  readonly problem?: string;
}

const opaque = (bytes: Uint8Array): Said => ({
  summary: `${counted(bytes.length, 'byte')} that look random: nobody can read them without the keys`,
});

const says = {
  decoy: (contents: Uint8Array): Said => ({
    summary: `${counted(contents.length, 'byte')} that mean nothing`,
  }),
  unread: (bytes: Uint8Array): Said => ({
    summary: `${counted(bytes.length, 'byte')} that could not be read: the stream ends here`,
  }),
  dropped: (payload: Uint8Array): Said => ({
    summary: `dropped: its checksum is not that of its ${counted(payload.length, 'byte')}`,
    problem:
      'A message that arrives damaged is not acted on, and the session goes on, as in a real node. The checksum shows accidents alone: whoever changes a message on purpose makes a new one.',
  }),
};

function contentsOf({ fields }: Entry): Uint8Array {
  const contents = fields.find((field) => field.kind === 'contents')?.value;
  return contents instanceof Uint8Array ? contents : new Uint8Array();
}
