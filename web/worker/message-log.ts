import type { TraceEntry } from '../../shared/bip324/trace.js';
import type { MessageDetail, MessageRow } from './protocol.js';
import { atMost, counted, detailOf, summarise } from './summary.js';

const MAX_BYTES = 32 * 2 ** 20;
const MAX_MESSAGES = 50_000;
/** Characters: whatever a message holds, its row stays a row. */
const MAX_SUMMARY = 300;

interface Kept {
  readonly type: string | undefined;
  readonly payload: Uint8Array;
}

/** The packets after the handshake; the payloads of the latest are kept for whoever opens one. */
export class MessageLog {
  readonly #kept = new Map<number, Kept>();
  #bytes = 0;
  #next = 0;

  add(entry: TraceEntry, at: number): MessageRow {
    const { packet, direction, bytes } = entry;
    const role = packet === undefined ? 'unread' : packet.role === 'decoy' ? 'decoy' : 'message';
    const type = packet?.message?.type;
    const payload = packet?.message?.payload ?? (packet === undefined ? bytes : contentsOf(entry));
    const index = this.#next++;
    this.#keep(index, { type, payload });
    const { summary, problem } =
      role === 'message' ? summarise(type, payload) : { summary: says[role](payload) };
    const id = packet?.message?.id;
    return {
      index,
      at,
      direction,
      type,
      role,
      wireBytes: bytes.length,
      summary: atMost(MAX_SUMMARY, summary),
      ...(problem !== undefined && { problem: atMost(MAX_SUMMARY, problem) }),
      ...(id !== undefined && { id }),
    };
  }

  detail(index: number): MessageDetail | undefined {
    const kept = this.#kept.get(index);
    return kept && detailOf(index, kept.type, kept.payload);
  }

  #keep(index: number, kept: Kept): void {
    this.#kept.set(index, kept);
    this.#bytes += kept.payload.length;
    for (const [oldest, { payload }] of this.#kept) {
      if (this.#bytes <= MAX_BYTES && this.#kept.size <= MAX_MESSAGES) break;
      this.#kept.delete(oldest);
      this.#bytes -= payload.length;
    }
  }
}

const says = {
  decoy: (contents: Uint8Array) => `${counted(contents.length, 'byte')} that mean nothing`,
  unread: (bytes: Uint8Array) =>
    `${counted(bytes.length, 'byte')} that could not be read: the stream ends here`,
};

function contentsOf({ fields }: TraceEntry): Uint8Array {
  const contents = fields.find((field) => field.kind === 'contents')?.value;
  return contents instanceof Uint8Array ? contents : new Uint8Array();
}
