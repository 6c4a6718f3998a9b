/** What must hold for every stream, whatever is in it. */
import { receiveStates, sendStates, type TraceEntry } from '../../shared/bip324/index.js';
import { type TransportError, type TransportEvent, type Transport } from '../../shared/transport.js';

export function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

const terminal = new Set(['v1', 'error', 'closed']);

/** Watches the events of one transport. */
export class EventOrder {
  #phase: 'handshake' | 'keys' | 'ready' | 'over';
  readonly counts: Record<TransportEvent['type'], number> = {
    keys: 0,
    ready: 0,
    message: 0,
    decoy: 0,
    v1: 0,
    dropped: 0,
    error: 0,
    closed: 0,
  };

  constructor(protocol: Transport['protocol']) {
    this.#phase = protocol === 'v1' ? 'ready' : 'handshake';
  }

  get over(): boolean {
    return this.#phase === 'over';
  }

  /** @param received bytes so far */
  take(event: TransportEvent, received: number): void {
    must(this.#phase !== 'over', `${event.type} after the last event`);
    this.counts[event.type]++;
    if (terminal.has(event.type)) {
      if (event.type === 'v1') must(this.#phase === 'handshake', 'v1 after the handshake');
      if (event.type === 'error') checkError(event.error, received);
      if (event.type === 'closed') {
        must(event.clean === (event.error === undefined), 'a clean close has no error, another has one');
        must(!event.clean || this.#phase === 'ready', 'a handshake cannot end cleanly');
        if (event.error !== undefined) checkError(event.error, received);
      }
      this.#phase = 'over';
      return;
    }
    switch (event.type) {
      case 'keys':
        must(this.#phase === 'handshake', 'keys twice');
        this.#phase = 'keys';
        break;
      case 'ready':
        must(this.#phase === 'keys', 'a version packet without keys, or twice');
        this.#phase = 'ready';
        break;
      case 'decoy':
        must(this.#phase !== 'handshake', 'a decoy before the keys');
        break;
      default:
        must(this.#phase === 'ready', `${event.type} before the version packet`);
    }
    if (event.type === 'dropped') checkError(event.error, received);
  }
}

function checkError({ code, message, hint, at }: TransportError, received: number): void {
  must(code !== ('' as string) && message !== '' && hint !== '', 'an error without words');
  must(Number.isInteger(at) && at >= 0 && at <= received, `${code} at ${at} of ${received} bytes`);
}

/** Whether the table of states leads from one to the other. */
const reachable = new Map<string, Set<string>>();
for (const [machine, rows] of Object.entries({ receive: receiveStates, send: sendStates }))
  for (const start of Object.keys(rows)) {
    const found = new Set([start]);
    for (const state of found)
      for (const next of Object.values((rows as Record<string, { on: Record<string, string> }>)[state]!.on))
        found.add(next);
    reachable.set(`${machine} ${start}`, found);
  }

export function checkMove(before: Transport['state'], after: Transport['state']): void {
  for (const machine of ['receive', 'send'] as const) {
    // v1's own states go round: header and payload, until the end.
    const to = reachable.get(`${machine} ${before[machine]}`);
    must(
      to?.has(after[machine]) ?? before[machine] !== 'ended',
      `from ${before[machine]} to ${after[machine]}`,
    );
  }
}

/** Every byte belongs to exactly one field. @returns how many bytes the entries tell of */
export function checkPartition(entries: readonly TraceEntry<never>[] | readonly TraceEntry[]): number {
  let at = 0;
  for (const { offset, bytes, fields } of entries) {
    must(offset === at, `a trace entry at ${offset}, not ${at}`);
    for (const { start, end } of fields) {
      must(start === at && end > start, `a field at ${start} to ${end}, not from ${at}`);
      at = end;
    }
    must(at === offset + bytes.length, 'the fields are not the bytes');
  }
  return at;
}
