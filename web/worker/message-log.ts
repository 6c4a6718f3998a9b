import type { TraceEntry } from '../../shared/bip324/trace.js';
import type { MessageDetail, MessageRow } from './protocol.js';
import { detailOf, summarise } from './summary.js';

const MAX_BYTES = 32 * 2 ** 20;
const MAX_MESSAGES = 50_000;

interface Kept {
  readonly type: string | undefined;
  readonly payload: Uint8Array;
}

/** The packets after the handshake; the payloads of the latest are kept for whoever opens one. */
export class MessageLog {
  readonly #kept = new Map<number, Kept>();
  #bytes = 0;
  #next = 0;

  add(entry: TraceEntry, at: number): MessageRow | undefined {
    const { packet, direction, bytes, fields } = entry;
    if (packet === undefined) return undefined;
    const contents = fields.find((field) => field.kind === 'contents')?.value;
    const decoy = packet.role === 'decoy';
    const type = packet.message?.type;
    const payload = packet.message?.payload ?? (contents instanceof Uint8Array ? contents : new Uint8Array());
    const index = this.#next++;
    this.#keep(index, { type, payload });
    const said = decoy ? { summary: `${payload.length} bytes that mean nothing` } : summarise(type, payload);
    const id = packet.message?.id;
    return {
      index,
      at,
      direction,
      type,
      decoy,
      wireBytes: bytes.length,
      ...said,
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
