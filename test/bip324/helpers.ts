import {
  networks,
  V2Transport,
  type TraceEntry,
  type V2Event,
  type V2TransportOptions,
} from '../../shared/bip324/index.js';
import { concatBytes } from '../../shared/bytes.js';

export const network = networks.regtest;

/** A deterministic source of bytes: a xorshift generator, good enough to make cases and to repeat them. */
export function seededRandom(seed: number): (length: number) => Uint8Array {
  let state = (seed ^ 0x9e3779b9) | 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  };
  for (let i = 0; i < 16; i++) next();
  return (length) => Uint8Array.from({ length }, next);
}

export interface Side {
  transport: V2Transport;
  events: V2Event[];
  /** Everything that it sent. */
  sent: Uint8Array[];
  trace: TraceEntry[];
}

export function side(role: 'initiator' | 'responder', options: Partial<V2TransportOptions> = {}): Side {
  const trace: TraceEntry[] = [];
  const observer = options.observer ?? { entry: (entry: TraceEntry) => trace.push(entry) };
  return { transport: V2Transport[role]({ network, observer, ...options }), events: [], sent: [], trace };
}

export interface Pair {
  initiator: Side;
  responder: Side;
}

export function pair(
  initiator: Partial<V2TransportOptions> = {},
  responder: Partial<V2TransportOptions> = {},
): Pair {
  return { initiator: side('initiator', initiator), responder: side('responder', responder) };
}

/** Carries output both ways until there is none, cut into pieces as `chunk` says (the whole flight by default). */
export function exchange({ initiator, responder }: Pair, chunk: () => number = () => Infinity): void {
  for (;;) {
    const moved = carry(initiator, responder, chunk) + carry(responder, initiator, chunk);
    if (moved === 0) return;
  }
}

export function carry(from: Side, to: Side, chunk: () => number = () => Infinity): number {
  const bytes = from.transport.takeOutput();
  if (bytes.length > 0) from.sent.push(bytes);
  feed(to, bytes, chunk);
  return bytes.length;
}

export function feed(to: Side, bytes: Uint8Array, chunk: () => number = () => Infinity): void {
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + chunk());
    to.events.push(...to.transport.receive(bytes.subarray(at, end)));
    at = end;
  }
}

export const sentBytes = (side: Side): Uint8Array => concatBytes(...side.sent);

export const eventTypes = (side: Side): string[] => side.events.map((event) => event.type);

export function messages(side: Side): { type: string | undefined; payload: Uint8Array }[] {
  return side.events.flatMap((event) =>
    event.type === 'message' ? [{ type: event.message, payload: event.payload }] : [],
  );
}

/** The error of the last event, whether terminal by itself or by the end of input. */
export function lastError(side: Side) {
  const event = side.events.at(-1);
  return event?.type === 'error' || event?.type === 'closed' ? event.error : undefined;
}
