/** One stream against one of our transports. */
import {
  TransportClosedError,
  V2Transport,
  type EllswiftKeyPair,
  type Role,
  type TraceEntry,
} from '../../shared/bip324/index.js';
import { concatBytes, equalBytes } from '../../shared/bytes.js';
import { type Transport, type TransportEvent } from '../../shared/transport.js';
import { V1Transport } from '../../shared/v1/index.js';
import { engineWith, ourPairs } from './engine.js';
import { checkMove, checkPartition, EventOrder, must } from './invariants.js';
import { cut } from './mutate.js';
import { type Rng } from './rng.js';
import { type Said } from './speech.js';
import { makeStream, type Stream } from './streams.js';
import { network } from './v2-stream.js';

export interface TransportTarget {
  readonly protocol: 'v1' | 'v2';
  readonly role: Role;
}

export interface Waiting {
  /** Bytes that it received, and that it was told to send. */
  readonly bytes: number;
  readonly state: string;
  /** The end of input: it must lead to one `closed`. @returns how it ended */
  end(): string;
}

export interface Run {
  readonly kind: Stream['kind'];
  /** The transport came to an end by itself, or waits for more. */
  readonly outcome: string | Waiting;
}

const GARBAGE = [0, 1, 300, 4095];
const DECOYS = [[], [], [0], [5, 100]];
const LOW_LIMIT = 200;

/** How many bytes can have come at most while a state lasts (the table of states: what it buffers). */
const mostWhile: Record<string, number> = {
  'key-or-v1': 15,
  key: 63,
  garbage: 64 + 4095 + 16 - 1,
};

export function fuzzTransport(target: TransportTarget, rng: Rng): Run {
  const pair = rng.pick(ourPairs);
  const stream = makeStream({ ...target, pair, messages: 8 }, rng);
  // A low limit, where the stream may break it.
  const most = stream.kind !== 'valid' && rng.oneIn(3) ? LOW_LIMIT : Infinity;
  const subject = new Subject(target, pair, most, rng);
  for (const chunk of cut(concatBytes(...stream.pieces), rng)) {
    subject.receive(chunk, rng.oneIn(2));
    if (rng.oneIn(4)) subject.say(rng);
    if (rng.oneIn(3)) subject.flush();
  }
  subject.flush();
  const { outcome } = subject;
  if (stream.kind === 'valid') checkHeard(stream.said, subject);
  if (outcome !== undefined) {
    subject.checkOver();
    return { kind: stream.kind, outcome };
  }
  return { kind: stream.kind, outcome: subject };
}

/** One transport, and what must be true of it at every moment. */
class Subject implements Waiting {
  outcome: string | undefined;
  readonly events: EventOrder;
  readonly heard: { type: string | undefined; payload: Uint8Array }[] = [];
  readonly #transport: Transport & { sendDecoy?(length: number): void };
  readonly #garbage: number;
  readonly #decoys: readonly number[];
  readonly #trace: TraceEntry[] | undefined;
  /** Of what the peer may send at once. */
  readonly #most: number;
  #received = 0;
  #sent = 0;
  /** What messages and decoys of ours take on the wire. */
  #said = 0;

  constructor({ protocol, role }: TransportTarget, pair: EllswiftKeyPair, most: number, rng: Rng) {
    this.#most = most;
    this.events = new EventOrder(protocol);
    this.#garbage = rng.pick(GARBAGE);
    this.#decoys = rng.pick(DECOYS);
    const trace: TraceEntry[] = [];
    this.#trace = rng.oneIn(12) ? trace : undefined;
    const observer =
      this.#trace === undefined
        ? {}
        : { observer: { entry: (entry: unknown) => void trace.push(entry as TraceEntry) } };
    this.#transport =
      protocol === 'v1'
        ? V1Transport[role]({ network, ...observer, ...(most !== Infinity && { maxPayload: most }) })
        : V2Transport[role]({
            network,
            garbage: rng.bytes(this.#garbage),
            decoys: this.#decoys,
            engine: engineWith(pair, rng),
            ...observer,
            ...(most !== Infinity && { maxContents: most }),
          });
    this.#checkOutput();
  }

  get state(): string {
    return this.#transport.state.receive;
  }

  get bytes(): number {
    return this.#received + this.#sent;
  }

  receive(chunk: Uint8Array, borrow: boolean): void {
    const before = this.#transport.state;
    const copy = this.#received < 2000 ? chunk.slice() : undefined;
    const over = this.events.over;
    if (!over) this.#received += chunk.length;
    const events = this.#transport.receive(chunk, { borrow });
    must(!over || events.length === 0, 'events after the end');
    for (const event of events) this.#take(event);
    if (copy !== undefined) must(equalBytes(copy, chunk), 'the caller’s array was changed');
    checkMove(before, this.#transport.state);
    const { receive } = this.#transport.state;
    must(this.#received <= (mostWhile[receive] ?? Infinity), `${this.#received} bytes in ${receive}`);
    this.#checkOutput();
  }

  /** A message or a decoy of ours, at any moment. */
  say(rng: Rng): void {
    const { state } = this.#transport;
    const length = rng.skewed(Math.min(300, this.#most));
    const decoy = this.#transport.sendDecoy !== undefined && rng.oneIn(2);
    try {
      if (decoy) this.#transport.sendDecoy?.(length);
      else this.#transport.send('tx', new Uint8Array(length));
    } catch (error) {
      must(
        error instanceof TransportClosedError && (state.send === 'ended' || state.send === 'v1'),
        String(error),
      );
      return;
    }
    must(state.send !== 'ended' && state.send !== 'v1', 'something could be sent after the end');
    this.#said += this.#transport.protocol === 'v1' ? 24 + length : 20 + (decoy ? 0 : 1) + length;
    this.#checkOutput();
  }

  flush(): void {
    const { pendingOutput } = this.#transport;
    const output = this.#transport.takeOutput();
    must(output.length === pendingOutput, `${output.length} bytes of output, not ${pendingOutput}`);
    this.#sent += output.length;
  }

  end(): string {
    const events = this.#transport.end();
    must(events.length === 1 && events[0]!.type === 'closed', 'the end of input is one event');
    for (const event of events) this.#take(event);
    this.checkOver();
    return this.outcome!;
  }

  /** Nothing comes in or goes out any more. */
  checkOver(): void {
    const { state } = this.#transport;
    const name = this.events.counts.v1 > 0 ? 'v1' : 'ended';
    must(state.receive === name && state.send === name, `over, in ${state.receive}/${state.send}`);
    must(this.#transport.end().length === 0, 'the end came twice');
    this.#checkOutput();
    this.flush();
    if (this.#trace === undefined) return;
    const direction = (wanted: string) => this.#trace!.filter((entry) => entry.direction === wanted);
    const told = checkPartition(direction('received'));
    must(
      told === (name === 'v1' ? 16 : this.#received) || name === 'v1',
      `a trace of ${told} in ${this.#received}`,
    );
    must(checkPartition(direction('sent')) === this.#sent, 'the trace is not what was sent');
  }

  #take(event: TransportEvent): void {
    this.events.take(event, this.#received);
    if (event.type === 'message') {
      must(event.payload.length <= Math.min(this.#received, this.#most), 'a payload over the limit');
      this.heard.push({ type: event.message, payload: event.payload.slice() });
    }
    if (event.type === 'decoy') must(event.length <= this.#most, 'a decoy over the limit');
    if (event.type === 'v1') {
      must(event.buffered.length >= 16 && event.buffered.length <= this.#received, 'v1 without its bytes');
      this.outcome = 'v1';
    }
    if (event.type === 'error') this.outcome = event.error.code;
    if (event.type === 'closed') this.outcome = event.error?.code ?? 'closed cleanly';
  }

  /** Just what the state, and we, asked for: a peer cannot make it send more. */
  #checkOutput(): void {
    const { protocol, pendingOutput } = this.#transport;
    const { send } = this.#transport.state;
    const output = this.#sent + pendingOutput;
    if (protocol === 'v1') return must(output === this.#said, `${output} bytes of output, not ${this.#said}`);
    const first = 64 + this.#garbage;
    const handshake = 16 + 20 + this.#decoys.reduce((sum, length) => sum + length + 20, 0);
    const all = first + handshake + this.#said;
    const expected = { silent: [0], 'awaiting-key': [first], ready: [all], v1: [0], ended: [0, first, all] }[
      send
    ];
    must((expected as number[]).includes(output), `${output} bytes of output in ${send}`);
  }
}

/** A valid stream is heard as it was said. */
function checkHeard(said: readonly Said[], subject: Subject): void {
  must(subject.outcome === undefined, `a valid stream ended in ${subject.outcome}`);
  must(subject.heard.length === said.length, `${subject.heard.length} messages of ${said.length}`);
  said.forEach(({ type, payload, field }, i) => {
    if (field !== undefined) return;
    const heard = subject.heard[i]!;
    must(heard.type === type && equalBytes(heard.payload, payload), `${heard.type} instead of ${type}`);
  });
}
